import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LanguageModel } from './index.js'
import { readTensors } from './test-checkpoint.js'
import { smallModel } from './test-model.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-save-'))
})
afterEach(() => rm(folder, { recursive: true }))

const weights = () => readdirSync(folder).filter((name) => /safetensors|\.tmp$/.test(name))
const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
const shardNames = (count: number) =>
  Array.from(
    { length: count },
    (_, i) =>
      `model-${String(i + 1).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.safetensors`,
  )

describe('saving', () => {
  test('cuts the weights into files of at most so many bytes, as their index says', async () => {
    using model = await smallModel()
    await model.save(folder, { maxShardBytes: 20_000 })
    const { metadata, weight_map: map } = json('model.safetensors.index.json')
    const files = [...new Set(Object.values(map))] as string[]
    expect(weights().sort()).toEqual([...files, 'model.safetensors.index.json'].sort())
    expect(files).toEqual(shardNames(files.length))
    expect(Object.keys(map)).toEqual(model.parameterNames)
    expect(metadata.total_size).toBe(4 * model.parameterCount)
    for (const file of files) {
      const tensors = readTensors(join(folder, file))
      const bytes = Object.values(tensors).reduce((sum, { data }) => sum + data.length, 0)
      // The embedding alone is larger.
      expect(bytes <= 20_000 || Object.keys(tensors).length === 1, file).toBe(true)
      for (const [name, { data }] of Object.entries(tensors)) {
        expect(map[name]).toBe(file)
        expect(new Float32Array(data.buffer)).toEqual(model.parameter(name))
      }
    }
    using again = await LanguageModel.load(folder)
    for (const name of model.parameterNames)
      expect(again.parameter(name)).toEqual(model.parameter(name))
  })

  test('leaves no files of an earlier save that nobody reads', async () => {
    using model = await smallModel()
    using other = await smallModel({ seed: 2 })
    const embedding = (of: LanguageModel) => of.parameter('model.embed_tokens.weight')
    writeFileSync(join(folder, 'adapter_model.safetensors'), 'not ours')
    const expectLoads = async (saved: LanguageModel) => {
      using again = await LanguageModel.load(folder)
      expect(embedding(again)).toEqual(embedding(saved))
    }
    await model.save(folder, { maxShardBytes: 1 })
    const many = weights().length
    expect(many).toBe(model.parameterNames.length + 2)
    await other.save(folder, { maxShardBytes: 50_000 })
    expect(weights().length).toBeLessThan(many)
    await expectLoads(other)
    await model.save(folder)
    expect(weights().sort()).toEqual(['adapter_model.safetensors', 'model.safetensors'])
    await expectLoads(model)
    await other.save(folder, { maxShardBytes: 50_000 })
    expect(existsSync(join(folder, 'model.safetensors'))).toBe(false)
    await expectLoads(other)
  })

  test.each(['bfloat16', 'float16'] as const)('keeps %s as it is', async (dtype) => {
    using full = await smallModel()
    await full.save(folder)
    using model = await LanguageModel.load(folder, { dtype })
    await model.save(folder)
    const type = dtype === 'float16' ? 'F16' : 'BF16'
    const tensors = readTensors(join(folder, 'model.safetensors'))
    for (const tensor of Object.values(tensors)) expect(tensor.dtype).toBe(type)
    expect(json('config.json').dtype).toBe(dtype)
    // What is stored is read back without loss, as it is or in fp32.
    for (const read of [dtype, 'float32'] as const) {
      using again = await LanguageModel.load(folder, { dtype: read })
      for (const name of model.parameterNames)
        expect(again.parameter(name)).toEqual(model.parameter(name))
    }
  })

  test('to a place that cannot be written is an ERR_QUERL_IO', async () => {
    using model = await smallModel()
    const io = { code: 'ERR_QUERL_IO' }
    const file = join(folder, 'file')
    writeFileSync(file, '')
    await expect(model.saveOptimizer(join(folder, 'absent', 'x'))).rejects.toMatchObject(io)
    await expect(model.save(join(file, 'below-a-file'))).rejects.toMatchObject(io)
  })

  test('whose files cannot take their places leaves no half of a model', async () => {
    using model = await smallModel()
    await model.save(folder, { maxShardBytes: 20_000 })
    const [, second] = weights()
    await rm(join(folder, second!))
    await mkdir(join(folder, second!)) // which no file replaces
    await expect(model.save(folder, { maxShardBytes: 20_000 })).rejects.toMatchObject({
      code: 'ERR_QUERL_IO',
    })
    expect(weights().filter((name) => name.endsWith('.tmp'))).toEqual([])
    await expect(LanguageModel.load(folder)).rejects.toMatchObject({ code: 'ERR_QUERL_MODEL' })
  })

  test('refuses files of no bytes', async () => {
    using model = await smallModel()
    await expect(model.save(folder, { maxShardBytes: 0 })).rejects.toMatchObject({
      code: 'ERR_QUERL_ARGUMENT',
    })
  })

  test.each([{}, { maxShardBytes: 20_000 }])(
    'leaves the old files as they were when it is aborted (%o)',
    async (options) => {
      using model = await smallModel()
      await model.save(folder, options)
      const before = weights().map((name) => readFileSync(join(folder, name)))
      using other = await smallModel({ seed: 2 })
      const signal = AbortSignal.abort(new Error('stop'))
      await expect(other.save(folder, { ...options, signal })).rejects.toThrow('stop')
      expect(weights().map((name) => readFileSync(join(folder, name)))).toEqual(before)
    },
  )
})
