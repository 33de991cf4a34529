import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { BigramModel } from './bigram-model.js'
import { VOCABULARY } from './bigram-rollout.js'
import { resumeBigram, trainBigram } from './bigram-training.js'
import { latestCheckpoint, loadCheckpoint, saveCheckpoint } from './checkpoint.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-checkpoint-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('checkpoints', () => {
  test('a resumed run has the same weights to the bit', async () => {
    const whole = await trained(6)
    await trainBigram(new BigramModel(VOCABULARY), { steps: 4, checkpoints: folder })
    const resumed = await resumeBigram(folder, new BigramModel(VOCABULARY), 6)
    expect(resumed.weights).toEqual(whole.weights)
    expect(resumed.version).toBe(whole.version)
  })

  test('all parts and the state come back', async () => {
    const model = await trained(1)
    const state = { step: 7, phase: 'ppo', note: { nested: [1] } }
    const path = await saveCheckpoint(folder, { model, critic: model, reference: model, state })
    const checkpoint = await loadCheckpoint(path)
    expect(checkpoint.state).toEqual(state)
    for (const [weights, moments] of [
      [checkpoint.model, checkpoint.optimizer],
      [checkpoint.critic!, checkpoint.criticOptimizer!],
      [checkpoint.reference!, checkpoint.optimizer],
    ] as const)
      expect((await BigramModel.load(weights, moments)).weights).toEqual(model.weights)
  })

  test('only the newest stay where told to', async () => {
    const model = await trained(1)
    for (const step of [8, 9, 10, 11])
      await saveCheckpoint(folder, { model, state: { step }, keepLast: 2 })
    expect(await readdir(folder)).toEqual(['step-000010', 'step-000011'])
  })

  test('the same step saved again replaces the first', async () => {
    await saveCheckpoint(folder, { model: await trained(1), state: { step: 1, take: 1 } })
    await saveCheckpoint(folder, { model: await trained(1), state: { step: 1, take: 2 } })
    expect((await latestCheckpoint(folder))?.state['take']).toBe(2)
    expect(await readdir(folder)).toEqual(['step-000001'])
  })

  test('a folder that is not there has none', async () => {
    expect(await latestCheckpoint(join(folder, 'absent'))).toBeUndefined()
  })
})

describe('damaged checkpoints', () => {
  test.each([
    ['a cut file', (path: string) => truncate(join(path, 'model/weights.json'), 9)],
    ['a changed byte', (path: string) => flip(join(path, 'model/weights.json'))],
    ['a missing file', (path: string) => rm(join(path, 'optimizer.safetensors'))],
    ['a cut manifest', (path: string) => truncate(join(path, 'manifest.json'), 20)],
    ['a missing manifest', (path: string) => rm(join(path, 'manifest.json'))],
    ['a changed state', (path: string) => writeFile(join(path, 'state.json'), '{"step": 3}\n')],
  ])('%s is found, said, and passed over', async (_, damage) => {
    await trainBigram(new BigramModel(VOCABULARY), { steps: 4, checkpoints: folder })
    const newest = join(folder, 'step-000004')
    await damage(newest)
    await expect(loadCheckpoint(newest)).rejects.toMatchObject({
      code: 'ERR_QUERL_CHECKPOINT_CORRUPT',
    })
    const warnings: string[] = []
    const found = await latestCheckpoint(folder, { warn: (message) => warnings.push(message) })
    expect(found?.state.step).toBe(2)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('step-000004 is damaged: ')
  })

  test('says which file is wrong and how', async () => {
    const path = await saveCheckpoint(folder, { model: await trained(1), state: { step: 1 } })
    const { size } = await stat(join(path, 'state.json'))
    await truncate(join(path, 'state.json'), 3)
    await expect(loadCheckpoint(path)).rejects.toThrow(
      `The checkpoint ${path} is damaged: state.json has 3 bytes instead of ${size}.`,
    )
  })
})

describe('a write that fails', () => {
  test('on a full disk says so, leaves nothing behind and the older ones whole', async () => {
    await saveCheckpoint(folder, { model: await trained(1), state: { step: 1 } })
    const full = saveCheckpoint(folder, { model: new FullDisk(VOCABULARY), state: { step: 2 } })
    await expect(full).rejects.toMatchObject({ code: 'ERR_QUERL_IO', cause: { code: 'ENOSPC' } })
    await expect(full).rejects.toThrow(
      `The checkpoint ${join(folder, 'step-000002')} could not be written: the disk is full.`,
    )
    expect(await readdir(folder)).toEqual(['step-000001'])
    expect((await latestCheckpoint(folder))?.state.step).toBe(1)
  })
})

describe('a disk that is really full (skipped where a tmpfs may not be mounted)', () => {
  test('keeps the checkpoint that was whole', async (context) => {
    const disk = join(folder, 'disk')
    await mkdir(disk)
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk])
    if (mounted.status !== 0) return context.skip()
    try {
      await saveCheckpoint(disk, { model: await trained(1), state: { step: 1 } })
      const tooLarge = saveCheckpoint(disk, { model: new BigramModel(200), state: { step: 2 } })
      await expect(tooLarge).rejects.toThrow('could not be written: the disk is full.')
      expect((await latestCheckpoint(disk))?.state.step).toBe(1)
      expect(await readdir(disk)).toEqual(['step-000001'])
    } finally {
      spawnSync('umount', [disk])
    }
  })
})

describe('kill -9 in the middle of a write', () => {
  let script: string
  beforeAll(async () => {
    script = await mkdtemp(join(tmpdir(), 'querl-killed-'))
    // @querl/torch, which is in the bundle, looks for its binary beside it.
    const torch = dirname(createRequire(import.meta.url).resolve('@querl/torch/package.json'))
    for (const name of ['package.json', 'build'])
      await symlink(join(torch, name), join(script, name))
    await build({
      configFile: false,
      logLevel: 'silent',
      resolve: { conditions: ['querl-source'] },
      ssr: { noExternal: true, resolve: { conditions: ['querl-source'] } },
      build: {
        ssr: join(import.meta.dirname, 'train-until-killed.ts'),
        outDir: join(script, 'dist'),
        target: 'node20',
        rollupOptions: { output: { entryFileNames: 'run.mjs' } },
      },
    })
  })
  afterAll(() => rm(script, { recursive: true, force: true }))

  // Three checkpoints of four parts each: model, optimizer, state, manifest.
  test.each([1, 2, 3, 4, 5, 6, 8, 9, 11, 12])(
    'behind part %i: the resumed run ends with the same bits',
    async (killAt) => {
      const child = spawn(process.execPath, [
        join(script, 'dist', 'run.mjs'),
        folder,
        String(killAt),
      ])
      const [, signal] = await once(child, 'exit')
      expect(signal).toBe('SIGKILL')
      // A checkpoint counts from its rename on, which follows the manifest.
      const finished = Math.floor((killAt - 1) / 4)
      expect((await latestCheckpoint(folder))?.state.step ?? 0).toBe(finished * 2)
      const resumed = await resumeBigram(folder, new BigramModel(VOCABULARY), 6)
      expect(resumed.weights).toEqual((await trained(6)).weights)
      expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([])
    },
  )
})

/** The disk is full after half of the weights. */
class FullDisk extends BigramModel {
  override async save(directory: string): Promise<void> {
    await super.save(directory)
    await truncate(join(directory, 'weights.json'), 50)
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  }
}

async function trained(steps: number): Promise<BigramModel> {
  const model = new BigramModel(VOCABULARY)
  await trainBigram(model, { steps })
  return model
}

async function flip(path: string): Promise<void> {
  const content = await readFile(path)
  content[5]! ^= 1
  await writeFile(path, content)
}
