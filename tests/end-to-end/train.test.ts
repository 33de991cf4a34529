import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { build, onlyRun, querl, smallRecipe } from './command-line.js'

let cwd: string
beforeAll(build)
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'querl-train-'))
  await writeFile(join(cwd, 'small.yaml'), smallRecipe)
})
afterEach(() => rm(cwd, { recursive: true }))

const train = (...more: string[]) => querl(['train', 'small.yaml', ...more], { cwd })

/** Metrics without those that are about time. */
async function metrics(run: string): Promise<unknown[]> {
  const text = await readFile(join(run, 'metrics.jsonl'), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) =>
      Object.fromEntries(
        Object.entries(JSON.parse(line)).filter(([name]) => !/^time|PerSecond/.test(name)),
      ),
    )
}

describe('querl train', () => {
  test('goes from a recipe to a table, a summary and a report', async () => {
    const { code, stdout, stderr } = await train('evaluate.baselines=[noSearchRl,ppo,grpoNoMask]')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^step=6\/6 phase=grpo reward=\d/m)
    expect(stdout).toMatch(
      /^stage=index state=done seconds=\S+ detail="BM25 over 6 940 passages, built"/m,
    )
    expect(stdout).toMatch(/^Search-R1 by GRPO +\.\d{3}/m)

    const run = await onlyRun(cwd)
    const summary = JSON.parse(await readFile(join(run, 'summary.json'), 'utf8'))
    const policies = ['direct', 'noSearchRl', 'warmStart', 'grpo', 'ppo', 'grpoNoMask']
    expect(Object.keys(summary.em).sort()).toEqual(
      [...policies, 'randomPassages', 'redrawnFacts'].sort(),
    )
    for (const each of Object.values<Record<string, unknown>>(summary.em)) {
      expect(each).toMatchObject({ n: 16, searches: expect.anything() })
      for (const key of ['mean', 'low', 'high', 'oneHop', 'twoHop'])
        expect(each[key]).toBeTypeOf('number')
    }
    expect(summary.em.noSearchRl.searches.all).toBe(0)
    expect(Object.keys(summary.seconds).sort()).toEqual([
      'evaluate',
      'rl',
      'setup',
      'total',
      'warmStart',
    ])
    expect(summary.seeds).toEqual([0])
    expect(summary.tokensPerSecond).toBeGreaterThan(0)
    expect(await readFile(join(run, 'report.html'), 'utf8')).toContain('Held-out exact match')
  })

  test('gives every seed its own run, and one summary of all', async () => {
    const { code, stdout } = await train('--seeds', '3,4', 'train.steps=1')
    expect(code, stdout).toBe(0)
    const run = await onlyRun(cwd)
    const summary = JSON.parse(await readFile(join(run, 'summary.json'), 'utf8'))
    expect(summary.seeds).toEqual([3, 4])
    expect(summary.em.grpo.perSeed).toHaveLength(2)
    expect(summary.em.grpo.n).toBe(32)
    expect(await readdir(run)).toEqual(expect.arrayContaining(['seed-3', 'seed-4', 'report.html']))
  })

  test('is stopped in its warm start by SIGTERM, and goes on there', async () => {
    const kill = { when: /step=1\/40 phase=warmStart/, with: 'SIGTERM' } as const
    const stopped = await querl(['train', 'small.yaml'], { cwd, kill })
    expect(stopped.code).toBe(130)
    expect(stopped.stdout).toMatch(/stopped in warmStart after step \d+; all of it is saved/)
    const resumed = await querl(['train', '--resume', 'latest'], { cwd })
    expect(resumed.code, resumed.stderr).toBe(0)
    const steps = (await metrics(await onlyRun(cwd)))
      .filter((line) => (line as { phase: string }).phase === 'warmStart')
      .map((line) => (line as { step: number }).step)
    // The last is the gate's look at the dev split.
    expect(steps).toEqual([...Array.from({ length: 40 }, (_, i) => i + 1), 40])
  })
})

describe('a wrong request', () => {
  test('names the line of an unknown key, and costs no run folder', async () => {
    await writeFile(join(cwd, 'small.yaml'), smallRecipe.replace('grpo, steps', 'grpo, stpes'))
    const { code, stderr, stdout } = await train()
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe('✗ small.yaml:10: unknown key train.stpes. Did you mean train.steps?\n')
    expect(await readdir(cwd)).toEqual(['small.yaml'])
  })

  test('names the override of a wrong type', async () => {
    const { code, stderr } = await train('train.lr=fast')
    expect(code).toBe(2)
    expect(stderr).toBe(
      '✗ override train.lr=fast: expected train.lr to be a positive number, but got "fast" (string).\n',
    )
  })

  test('is told as JSON where that is asked for', async () => {
    const { code, stderr } = await train('train.lr=fast', '--json')
    expect(code).toBe(2)
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'ERR_QUERL_CONFIG' } })
  })

  test('is refused where a prompt is longer than the window', async () => {
    const longer = await train('rollout.maxTokens=300')
    expect(longer.code).toBe(1)
    expect(longer.stderr).toContain(
      "rollout.maxTokens is 300, but the model's window has 256 tokens.",
    )
    const shorter = await train('rollout.maxTokens=8')
    expect(shorter.code).toBe(1)
    expect(shorter.stderr).toMatch(
      /The prompt of question \S+ has \d+ tokens, which leaves no room/,
    )
  })

  test('is refused where a step has fewer trajectories than a mini-batch', async () => {
    const { stderr, code } = await train('train.minibatch=64')
    expect(code).toBe(2)
    expect(stderr).toContain('train.minibatch is 64, but a step has 32 trajectories')
  })

  test('names the folder of runs where there is none to go on with', async () => {
    const { code, stderr } = await querl(['train', '--resume', 'latest'], { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain(`There is no run in ${join(cwd, 'runs')}.`)
  })

  test('names the nearest command and option', async () => {
    expect((await querl(['trian'], { cwd })).stderr).toContain('Did you mean train?')
    expect((await train('--sedes', '1')).stderr).toContain(
      'Unknown option --sedes. Did you mean --seeds?',
    )
  })
})
