import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunFolder } from '@querl/train'
import { loadRecipe, type PipelineEvent, runPipeline } from 'querl'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { build, onlyRun, querl, warmRecipe } from './command-line.js'

// One warm start for all tests: a process that was killed in its first RL step left it behind.
let warmed: string
let cwd: string
let run: string

beforeAll(async () => {
  await build()
  warmed = await mkdtemp(join(tmpdir(), 'querl-resume-'))
  await writeFile(join(warmed, 'warm.yaml'), warmRecipe)
  const kill = { when: /stage=grpo state=started/, with: 'SIGKILL' } as const
  const { signal, stderr } = await querl(['train', 'warm.yaml'], { cwd: warmed, kill })
  if (signal !== 'SIGKILL') throw new Error(stderr)
  await rm(join(await onlyRun(warmed), 'checkpoints/grpo'), { recursive: true, force: true })
})
afterAll(() => rm(warmed, { recursive: true }))

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'querl-resume-'))
  run = await copyOfWarmed('run')
})
afterEach(() => rm(cwd, { recursive: true }))

async function copyOfWarmed(name: string, change: (recipe: string) => string = (same) => same) {
  const path = join(cwd, name)
  await cp(await onlyRun(warmed), path, { recursive: true })
  const recipe = join(path, 'recipe.yaml')
  await writeFile(recipe, change(await readFile(recipe, 'utf8')))
  return path
}

const resume = (path: string, kill?: { when: RegExp; with: NodeJS.Signals }) =>
  querl(['train', '--resume', path], { cwd, ...(kill && { kill }) })

/** The weights that a policy ended with. */
async function finalWeights(run: string, policy = 'grpo'): Promise<Buffer> {
  const steps = (await readdir(join(run, 'checkpoints', policy))).sort()
  const model = join(run, 'checkpoints', policy, steps.at(-1)!, 'model')
  const files = await readdir(model)
  return readFile(join(model, files.find((name) => name.endsWith('model.safetensors'))!))
}

/** Metrics of RL without those that are about time. */
async function metrics(run: string): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(join(run, 'metrics.jsonl'), 'utf8')).trim().split('\n')
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ phase }) => phase !== 'warmStart')
    .map((line) =>
      Object.fromEntries(Object.entries(line).filter(([name]) => !/^time|PerSecond/.test(name))),
    )
}

// What RL trains, by the lines of the recipe that say so.
function changed(recipe: string, changes: readonly (readonly [string | RegExp, string])[]): string {
  return changes.reduce((text, [from, to]) => {
    const next = text.replace(from, to)
    if (next === text) throw new Error(`the recipe has no ${from}`)
    return next
  }, recipe)
}
const full = (recipe: string) => recipe
const adapter = (recipe: string) =>
  changed(recipe, [
    ['dtype: float32', 'dtype: bfloat16'],
    [/kl: [\d.]+/, 'kl: 0.01'],
    ['optimizerBits: 32', 'optimizerBits: 8\n  lora: { rank: 4 }'],
  ])
const halves = (recipe: string) =>
  changed(recipe, [
    ['dtype: float32', 'dtype: bfloat16'],
    ['strict: false', 'strict: true'],
  ])

describe('a run that is stopped', () => {
  test.each([
    ['grpo', 'SIGINT', 'all weights', full],
    ['grpo', 'SIGKILL', 'all weights', full],
    ['ppo', 'SIGKILL', 'all weights', full],
    ['grpo', 'SIGKILL', 'an adapter on bfloat16, with a KL', adapter],
    ['ppo', 'SIGKILL', 'weights in bfloat16, strictly', halves],
  ] as const)(
    'by %s and %s, training %s, goes on as if nothing had been',
    async (policy, signal, _, trained) => {
      const change = (recipe: string) =>
        trained(recipe.replace('algorithm: grpo', `algorithm: ${policy}`))
      const whole = await copyOfWarmed('whole', change)
      const undisturbed = await resume(whole)
      expect(undisturbed.code, undisturbed.stderr).toBe(0)
      const stopped = await copyOfWarmed('stopped', change)
      const first = await resume(stopped, {
        when: new RegExp(`step=3/6 phase=${policy}`),
        with: signal,
      })
      if (signal === 'SIGKILL') expect(first.signal).toBe('SIGKILL')
      else {
        expect(first.code).toBe(130)
        expect(first.stdout).toMatch(/^stopped in grpo after step [3-5]; all of it is saved$/m)
        expect(first.stdout).toMatch(/^go on with: querl train --resume stopped$/m)
      }
      const second = await resume(stopped)
      expect(second.code, second.stderr).toBe(0)
      expect(second.stdout).not.toContain('step=1/6') // it began at a checkpoint, not anew

      const expected = await finalWeights(whole, policy)
      expect((await finalWeights(stopped, policy)).equals(expected)).toBe(true)
      expect(await metrics(stopped)).toEqual(await metrics(whole))
      // The law would hold of a policy that never moved, too.
      const start = await readFile(
        join(whole, 'checkpoints/warmStart/step-000450/model/model.safetensors'),
      )
      expect(start.equals(expected)).toBe(false)
    },
  )

  test('goes on from the checkpoint before a truncated one, and says so', async () => {
    await resume(run, { when: /step=5\/6 phase=grpo/, with: 'SIGKILL' })
    const path = join(run, 'checkpoints/grpo/step-000004/model/model.safetensors')
    await writeFile(path, (await readFile(path)).subarray(0, -100))
    const { code, stdout, stderr } = await resume(run)
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(
      /^warning="The checkpoint \S+step-000004 is damaged: model\/model\.safetensors has \d+ bytes instead of \d+/m,
    )
    expect(stdout).toContain('step=3/6')
  })

  test('ends when a loss is no number any more, and keeps what was saved', async () => {
    const wild = await copyOfWarmed('wild', (recipe) => recipe.replace('lr: 0.002', 'lr: 1e30'))
    const { code, stderr } = await resume(wild)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^✗ .*(not finite|diverged)/i)
    expect(stderr).not.toContain('    at ')
    expect(await readdir(join(wild, 'checkpoints/warmStart'))).toEqual(['step-000450'])
    expect(await readdir(wild)).toContain('report.html')
  })
})

test('a retriever that throws is counted and told, and the run goes on', async () => {
  const events: PipelineEvent[] = []
  const retriever = {
    search: async (): Promise<never> => {
      throw new Error('the engine is down')
    },
  }
  const folder = await RunFolder.open(run)
  const recipe = await loadRecipe(folder.recipePath)
  const short = { ...recipe, train: { ...recipe.train, steps: 1 } }
  const { figures } = await runPipeline(short, {
    folder,
    emit: (event) => events.push(event),
    retriever,
  })
  expect(figures['grpo']!.em).toBeLessThan(0.2)
  const [step] = await metrics(run)
  expect(step!['rollout/failedSearches']).toBeGreaterThan(0)
  const warnings = events.filter((event) => event.kind === 'note' && event.level === 'warning')
  expect(warnings).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        text: expect.stringMatching(/^step 1: \d+ searches failed: .*the engine is down/),
      }),
    ]),
  )
})
