import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BigramModel } from './bigram-model.js'
import { bigramReward, bigramRollout, VOCABULARY } from './bigram-rollout.js'
import { withoutSecrets } from './environment.js'
import { METRICS } from './metrics.js'
import { RunFolder } from './run-folder.js'
import { trajectoryMetrics } from './trajectory-metrics.js'
import { trajectoryRecord } from './trajectory-record.js'

let path: string
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'querl-run-')), 'run')
})
afterEach(() => rm(join(path, '..'), { recursive: true, force: true }))

describe('RunFolder', () => {
  test('keeps the recipe, the machine and what metrics mean', async () => {
    const run = await RunFolder.create(path, { recipe: 'name: toy\n', environment: { threads: 1 } })
    expect(await readFile(run.recipePath, 'utf8')).toBe('name: toy\n')
    const environment = JSON.parse(await readFile(join(path, 'environment.json'), 'utf8'))
    expect(environment).toMatchObject({ node: process.versions.node, threads: 1 })
    const definitions = JSON.parse(await readFile(join(path, 'definitions.json'), 'utf8'))
    expect(definitions).toEqual(METRICS)
  })

  test('metrics come back line by line', async () => {
    const run = await RunFolder.create(path, { recipe: '' })
    expect(await run.readMetrics()).toEqual([])
    await run.appendMetrics('grpo', 1, { 'reward/mean': 0.5 })
    await run.appendMetrics('grpo', 2, { 'reward/mean': 0.75 })
    expect(await run.readMetrics()).toEqual([
      { phase: 'grpo', step: 1, 'reward/mean': 0.5 },
      { phase: 'grpo', step: 2, 'reward/mean': 0.75 },
    ])
  })

  test('a line that was torn by a kill is cut off, and the next one stands alone', async () => {
    const run = await RunFolder.create(path, { recipe: '' })
    await run.appendMetrics('grpo', 1, { 'reward/mean': 0.5 })
    await appendFile(join(path, 'metrics.jsonl'), '{"phase":"grpo","st')
    const opened = await RunFolder.open(path)
    await opened.appendMetrics('grpo', 2, { 'reward/mean': 0.75 })
    expect((await opened.readMetrics()).map(({ step }) => step)).toEqual([1, 2])
  })

  test('a resumed run writes no step twice, and leaves other phases alone', async () => {
    const run = await RunFolder.create(path, { recipe: '' })
    for (const [phase, step] of [
      ['warmStart', 5],
      ['grpo', 1],
      ['grpo', 2],
      ['grpo', 3],
    ] as const)
      await run.appendMetrics(phase, step, {})
    await run.rewind('grpo', 1)
    expect((await run.readMetrics()).map(({ phase, step }) => `${phase} ${step}`)).toEqual([
      'warmStart 5',
      'grpo 1',
    ])
  })

  test('trajectories can be read without the model', async () => {
    const run = await RunFolder.create(path, { recipe: '' })
    const records = []
    for await (const each of bigramRollout(new BigramModel(VOCABULARY), 0, { seed: 1 }))
      records.push(
        trajectoryRecord(each, { reward: bigramReward(each) }, { phase: 'grpo', step: 3, decode }),
      )
    await run.writeTrajectories(3, records)
    const lines = (await readFile(join(path, 'trajectories/00003.jsonl'), 'utf8'))
      .trim()
      .split('\n')
    expect(lines).toHaveLength(64)
    expect(JSON.parse(lines[0]!)).toMatchObject({
      phase: 'grpo',
      id: 'q0',
      segments: [
        { author: 'prompt', text: '0', tokens: 1 },
        { author: 'policy' },
        { author: 'tool', text: '2 0', tokens: 2 },
        { author: 'policy' },
      ],
    })
  })

  test('a folder that holds a run is not overwritten; one that does not is not opened', async () => {
    await expect(RunFolder.open(path)).rejects.toThrow('is not a run folder')
    await RunFolder.create(path, { recipe: '' })
    await expect(RunFolder.create(path, { recipe: '' })).rejects.toMatchObject({
      code: 'ERR_QUERL_IO',
    })
  })
})

test('no secret of the command line reaches the folder', () => {
  expect(
    withoutSecrets(['train', 'search.apiKey=abc', '--api-key', 'abc', 'http://me:abc@host/x']),
  ).toEqual(['train', 'search.apiKey=…', '--api-key', '…', 'http://…@host/x'])
  expect(withoutSecrets(['rollout.maxTokens=200'])).toEqual(['rollout.maxTokens=200'])
})

test('every metric of a trajectory is defined', async () => {
  const trajectories = []
  for await (const each of bigramRollout(new BigramModel(VOCABULARY), 0, { seed: 1 }))
    trajectories.push(each)
  const metrics = trajectoryMetrics(trajectories, 2)
  expect(Object.keys(metrics).filter((name) => !(name in METRICS))).toEqual([])
  expect(metrics).toMatchObject({
    'rollout/trajectories': 64,
    'rollout/policyTokens': 2,
    'rollout/toolTokens': 2,
    'rollout/tokensPerSecond': 64,
    'rollout/searches': 1,
  })
})

function decode(ids: Int32Array): string {
  return ids.join(' ')
}
