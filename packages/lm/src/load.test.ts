// What keeps a folder from being loaded: everything is told, and nothing stays behind.

import { copyFileSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomStream } from '@querl/base'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LanguageModel, type LoadOptions } from './index.js'
import { type FileTensors, readTensors, withNumber, writeTensors } from './test-checkpoint.js'
import { smallModel } from './test-model.js'

let folder = ''
let file = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-load-'))
  file = join(folder, 'model.safetensors')
  using model = await smallModel({ config: { layers: 4 } })
  await model.save(folder)
})
afterEach(() => rm(folder, { recursive: true }))

const load = (options?: LoadOptions) => LanguageModel.load(folder, options)
const failure = (options?: LoadOptions) =>
  load(options).then(
    (model) => {
      model.dispose()
      return 'loaded'
    },
    ({ code, message }: Error & { code: string }) => `${code}: ${message}`.replaceAll(folder, '…'),
  )
function changeConfig(change: object): void {
  const path = join(folder, 'config.json')
  const json = JSON.parse(readFileSync(path, 'utf8')) as object
  writeFileSync(path, JSON.stringify({ ...json, ...change }))
}
function changeTensors(change: (tensors: FileTensors) => FileTensors): void {
  writeTensors(file, change(readTensors(file)))
}

const norm = 'model.norm.weight'
const embedding = 'model.embed_tokens.weight'
const query = (layer: number) => `model.layers.${layer}.self_attn.q_proj.weight`

describe('tensors', () => {
  test('that are missing, too many, of another shape or type are told all at once', async () => {
    changeTensors(
      ({ [norm]: gain, [query(0)]: _, [query(1)]: __, [query(3)]: ___, ...others }) => ({
        ...others,
        'model.extra': gain!,
        'model.layers.2.self_attn.q_norm.weight': gain!,
        [norm]: { ...gain!, dtype: 'I32' },
        [embedding]: { ...others[embedding]!, shape: [130, 64] },
        'model.layers.2.mlp.down_proj.weight': { ...gain!, shape: [4, 8] },
      }),
    )
    expect(await failure()).toMatchInlineSnapshot(`
      "ERR_QUERL_MODEL: … does not fit the model:
        …/model.safetensors gives model.embed_tokens.weight the shape [130, 64], and the model has [260, 32].
        … lacks the tensor model.layers.{0-1, 3}.self_attn.q_proj.weight.
        …/model.safetensors gives model.layers.2.mlp.down_proj.weight the shape [4, 8], and the model has [32, 48].
        …/model.safetensors stores model.norm.weight as I32; F32, BF16 and F16 can be read.
        … has the tensor model.extra, which the model has no place for.
        … has the tensor model.layers.2.self_attn.q_norm.weight, which the model has no place for."
    `)
  })

  test('that are stored though the config derives them are left out', async () => {
    changeTensors((tensors) => ({
      ...tensors,
      'model.layers.0.self_attn.rotary_emb.inv_freq': { ...tensors[norm]!, shape: [32] },
    }))
    expect(await failure()).toBe('loaded')
  })

  test('that do not fit sizes in config.json are told before anything is allocated', async () => {
    changeConfig({ hidden_size: 64, head_dim: 8 })
    expect(await failure()).toMatch(/^ERR_QUERL_MODEL: … does not fit the model:\n/)
    expect(await failure()).toContain(
      'gives model.norm.weight the shape [32], and the model has [64]',
    )
    expect(await failure()).toContain('gives model.layers.{0-3}.mlp.down_proj.weight the shape')
    changeConfig({ hidden_size: 32, num_hidden_layers: 6 })
    expect(await failure()).toContain('lacks the tensor model.layers.{4-5}.mlp.down_proj.weight.')
    changeConfig({ num_hidden_layers: 3 })
    expect(await failure()).toContain('has the tensor model.layers.3.mlp.down_proj.weight, which')
    // 8 TB of weights: that it is told at once is the proof that none of it was asked for.
    changeConfig({ num_hidden_layers: 4, vocab_size: 2 ** 31 - 1, hidden_size: 1024, head_dim: 8 })
    expect(await failure()).toContain('gives model.embed_tokens.weight the shape [260, 32]')
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'with %f among their numbers are told by name',
    async (value) => {
      changeTensors((tensors) => ({
        ...tensors,
        [query(2)]: withNumber(tensors[query(2)]!, 1023, value),
        [norm]: withNumber(tensors[norm]!, 0, value),
      }))
      expect(await failure()).toBe(
        'ERR_QUERL_MODEL: …/model.safetensors has numbers that are not finite in ' +
          `${query(2)}, ${norm}.`,
      )
    },
  )

  test('with numbers beyond float16 are refused in float16 alone', async () => {
    changeTensors((tensors) => ({ ...tensors, [norm]: withNumber(tensors[norm]!, 7, -70_000) }))
    expect(await failure({ dtype: 'float16' })).toBe(
      'ERR_QUERL_MODEL: …/model.safetensors has numbers that are too large for the type in which ' +
        'they are to be kept in model.norm.weight.',
    )
    expect(await failure({ dtype: 'bfloat16' })).toBe('loaded')
  })
})

describe('an output layer', () => {
  const head = 'lm_head.weight'

  // As transformers 5: PreTrainedModel.tie_weights().
  test('that is tied and stored once more is the embedding', async () => {
    changeTensors((tensors) => ({ ...tensors, [head]: tensors[embedding]! }))
    using model = await load()
    expect(model.config.tiedEmbeddings).toBe(true)
    expect(model.parameterNames).not.toContain(head)
  })

  test('that is said to be tied and stored with other numbers is not tied', async () => {
    changeTensors((tensors) => ({
      ...tensors,
      [head]: withNumber(tensors[embedding]!, 8319, 0.25),
    }))
    using model = await load()
    expect(model.config.tiedEmbeddings).toBe(false)
    expect(model.parameter(head)[8319]).toBe(0.25)
    expect(model.parameter(embedding)[8319]).not.toBe(0.25)
  })

  test('that is tied and alone is the embedding as well', async () => {
    using before = await load()
    changeTensors(({ [embedding]: table, ...others }) => ({ ...others, [head]: table! }))
    using model = await load()
    expect(model.config.tiedEmbeddings).toBe(true)
    expect(model.parameter(embedding)).toEqual(before.parameter(embedding))
  })

  test('that is its own must be there', async () => {
    changeConfig({ tie_word_embeddings: false })
    expect(await failure()).toBe('ERR_QUERL_MODEL: … lacks the tensor lm_head.weight.')
  })
})

describe('a tokenizer', () => {
  test('of more ids than the model has is refused', async () => {
    using small = await smallModel({ config: { vocabSize: 257 } })
    await small.save(folder)
    const path = join(folder, 'tokenizer.json')
    const json = JSON.parse(readFileSync(path, 'utf8')) as { added_tokens: object[] }
    json.added_tokens.push({ id: 257, content: '<one more>', special: true })
    writeFileSync(path, JSON.stringify(json))
    expect(await failure()).toMatchInlineSnapshot(`
      "ERR_QUERL_MODEL: The tokenizer of … has 258 ids, and its model 257.
      Put the tokenizer of this very model there."
    `)
  })

  test('of fewer ids is none the less its tokenizer, for tables are padded', async () => {
    using model = await load()
    expect(model.tokenizer.vocabSize).toBeLessThan(model.config.vocabSize)
  })
})

describe('shards', () => {
  const shards = () =>
    (
      JSON.parse(readFileSync(join(folder, 'model.safetensors.index.json'), 'utf8')) as {
        weight_map: Record<string, string>
      }
    ).weight_map

  beforeEach(async () => {
    using model = await load()
    await model.save(folder, { maxShardBytes: 20_000 })
  })

  test('that are cut at any place are refused, and the file is named', async () => {
    for (const name of new Set(Object.values(shards()))) {
      const path = join(folder, name)
      const whole = readFileSync(path)
      const header = 8 + Number(whole.readBigUInt64LE(0))
      const inner = [0.1, 0.3, 0.5, 0.7, 0.9].map((share) => Math.floor(share * whole.length))
      for (const cut of [0, 7, 8, header - 1, header, header + 1, ...inner, whole.length - 1]) {
        writeFileSync(path, whole.subarray(0, cut))
        const message = await failure()
        expect(message, `${name} cut at ${cut}`).toMatch(/^ERR_QUERL_CHECKPOINT_CORRUPT: …/)
        expect(message).toContain(name)
      }
      writeFileSync(path, whole)
    }
    expect(await failure()).toBe('loaded')
  })

  test('that are missing, or lack what the index says, are told', async () => {
    const [first, second] = [...new Set(Object.values(shards()))] as [string, string]
    const bytes = readFileSync(join(folder, second))
    unlinkSync(join(folder, second))
    expect(await failure()).toContain(`ERR_QUERL_IO: Cannot read …/${second}: ENOENT`)
    copyFileSync(join(folder, first), join(folder, second))
    expect(await failure()).toMatch(
      /^ERR_QUERL_CHECKPOINT_CORRUPT: …\/model.safetensors.index.json says that .* is in .*, which lacks it/,
    )
    writeFileSync(join(folder, second), bytes)
    expect(await failure()).toBe('loaded')
  })

  test('of an index that is damaged are not looked for', async () => {
    const index = join(folder, 'model.safetensors.index.json')
    const messages: string[] = []
    for (const text of ['{', '[]', '{}', '{"weight_map": 3}', '{"weight_map": {"a": 3}}']) {
      writeFileSync(index, text)
      messages.push((await failure()).split('\n')[0]!)
    }
    writeFileSync(index, '{"weight_map": {"a": "../../b"}}')
    messages.push(await failure())
    mkdirSync(join(folder, 'b'))
    writeFileSync(index, '{"weight_map": {"a": "b"}}')
    messages.push(await failure())
    expect(messages).toMatchInlineSnapshot(`
      [
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors.index.json is not JSON.",
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors.index.json has no weight_map.",
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors.index.json has no weight_map.",
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors.index.json has no weight_map.",
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors.index.json says that a is in 3, which is no file beside it.",
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors.index.json says that a is in "../../b", which is no file beside it.",
        "ERR_QUERL_IO: Cannot read …/b: EISDIR: illegal operation on a directory, read.",
      ]
    `)
  })
})

describe('a damaged header', () => {
  test('is refused, or was not damaged where it matters, but never fails in another way', async () => {
    const random = randomStream(1, 'damage')
    const whole = readFileSync(file)
    const header = 8 + Number(whole.readBigUInt64LE(0))
    for (let i = 0; i < 100; i++) {
      const bytes = Uint8Array.from(whole)
      for (let flips = 1 + random.integer(3); flips > 0; flips--)
        bytes[random.integer(header)] = random.integer(256)
      writeFileSync(file, bytes)
      expect(await failure()).toMatch(/^(loaded|ERR_QUERL_(CHECKPOINT_CORRUPT|MODEL): )/)
    }
  })
})

describe('memory', () => {
  test('of a model that could not be loaded is freed', async () => {
    changeTensors((tensors) => ({ ...tensors, [norm]: withNumber(tensors[norm]!, 3, Number.NaN) }))
    using good = await smallModel({ config: { layers: 4 } })
    const bytes = good.parameterCount * 4
    const held = () => {
      const { external, arrayBuffers } = process.memoryUsage()
      return external - arrayBuffers // what addons told V8
    }
    await failure()
    const before = held()
    for (let i = 0; i < 20; i++) expect(await failure()).toContain('not finite')
    // The last ones may still be on their way out: threads of their own free them.
    await expect.poll(() => held() - before).toBeLessThan(bytes)
  })

  test('of a load that is aborted is freed, and the reason is told', async () => {
    const reason = new Error('enough')
    await expect(load({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})
