import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build, onlyRun, querl } from './command-line.js'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const data = process.env['QUERL_TEST_DATA'] ?? here('../../../shared/data')
const files = {
  questions: join(data, 'multihop-2wiki101/questions.jsonl'),
  passages: join(data, 'multihop-2wiki101/2wikimultihopqa_corpus.json.gz'),
  tokenizer: join(data, 'tok-qwen2.5'),
}
const missing = Object.values(files).filter((path) => !existsSync(path))
if (missing.length > 0)
  console.warn(
    `skipped: 2WikiMultihopQA end to end, since ${missing[0]} is not there (QUERL_TEST_DATA)`,
  )

const recipe = here('../../recipes/2wiki.yaml')
const overrides = [
  `task.questions=${files.questions}`,
  `task.passages=${files.passages}`,
  `model.tokenizer=${files.tokenizer}`,
  'model.layers=1',
  'train.steps=3',
  'train.questions=2',
  'train.minibatch=8',
  'checkpoint.every=1',
  'rollout.maxPolicyTokens=64',
  'evaluate.count=4',
  'evaluate.devCount=4',
  'evaluate.every=0',
]

describe.skipIf(missing.length > 0)('2WikiMultihopQA by the tokenizer of Qwen2.5', () => {
  let cwd: string
  beforeAll(async () => {
    await build()
    cwd = await mkdtemp(join(tmpdir(), 'querl-2wiki-'))
  })
  afterAll(() => rm(cwd, { recursive: true }))

  test('searches, scores, steps, is killed, goes on and reports', {
    timeout: 600_000,
  }, async () => {
    const kill = { when: /step=2\/3 phase=grpo/, with: 'SIGKILL' } as const
    const killed = await querl(['train', recipe, ...overrides], { cwd, kill })
    expect(killed.signal, killed.stderr).toBe('SIGKILL')
    expect(killed.stdout).toContain('101 questions (53 train, 16 dev, 32 test), 6 119 passages')
    const { code, stdout, stderr } = await querl(['train', '--resume', 'latest'], { cwd })
    expect(code, stderr).toBe(0)
    expect(stdout).not.toContain('/60 phase=warmStart')
    expect(stdout).not.toContain('step=1/3')

    const run = await onlyRun(cwd)
    const sets = (await readdir(join(run, 'trajectories'))).filter((name) =>
      /^(grpo|test)/.test(name),
    )
    const texts = await Promise.all(
      sets.map((set) => readFile(join(run, 'trajectories', set), 'utf8')),
    )
    const records = texts.flatMap((text) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    )
    // What was read is of the real passages, and was not written by the policy.
    const read = records.flatMap(({ segments }) =>
      segments.filter(
        ({ author, text }: { author: string; text: string }) =>
          author === 'tool' && text.includes('Doc 1(Title: '),
      ),
    )
    expect(read.length).toBeGreaterThan(0)
    for (const { reward, error } of records) {
      expect([0, 1]).toContain(reward)
      expect(error).toBeUndefined()
    }
    const { em } = JSON.parse(await readFile(join(run, 'summary.json'), 'utf8'))
    expect(em.grpo).toMatchObject({ n: 4 })
    expect(await readFile(join(run, 'report.html'), 'utf8')).toContain('Held-out exact match')

    // The checkpoint is a model like any other: a further run starts from its folder.
    const model = join(run, 'checkpoints/grpo/step-000003/model')
    const further = await querl(
      [
        'train',
        recipe,
        ...overrides,
        `model.dir=${model}`,
        'warmStart.demonstrationSteps=0',
        'train.steps=1',
        'seed=1',
      ],
      { cwd },
    )
    expect(further.code, further.stderr).toBe(0)
    expect(further.stdout).toMatch(/parameters, loaded, /)

    await rm(join(model, 'model.safetensors'))
    const without = await querl(['train', recipe, ...overrides, `model.dir=${model}`], { cwd })
    expect(without.code).not.toBe(0)
    expect(without.stderr).toContain(model)
    expect(without.stderr).not.toContain('    at ')
  })
})
