import { cp, mkdtemp, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LanguageModel } from './index.js'
import { smallConfig, smallModel } from './test-model.js'

let folder = ''
let file = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-checkpoint-'))
  file = join(folder, 'model.safetensors')
  using model = await smallModel()
  await model.save(folder)
})
afterEach(() => rm(folder, { recursive: true }))

const load = () => LanguageModel.load(folder)
const failure = () =>
  load().then(
    (model) => {
      model.dispose()
      return 'loaded'
    },
    ({ code, message }: Error & { code: string }) =>
      `${code}: ${message.split('\n')[0]}`.replaceAll(folder, '…'),
  )

/** The parts of the file: its header as an object, and the data behind it. */
async function parts() {
  const bytes = await readFile(file)
  const length = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >
  return { header, data: bytes.subarray(8 + length), headerEnd: 8 + length }
}
async function write(header: unknown, data: Uint8Array) {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  await writeFile(file, Buffer.concat([length, text, data]))
}

describe('a safetensors file', () => {
  test('that was cut anywhere is refused', async () => {
    const { header, headerEnd } = await parts()
    const ends = Object.entries(header)
      .filter(([name]) => name !== '__metadata__')
      .map(([, { data_offsets }]) => headerEnd + data_offsets[1])
    const whole = await readFile(file)
    for (const cut of [0, 1, 7, 8, 9, headerEnd - 1, headerEnd, headerEnd + 1, ...ends]) {
      if (cut === whole.length) continue
      await writeFile(file, whole.subarray(0, cut))
      expect(await failure(), `cut at ${cut}`).toMatch(/^ERR_QUERL_CHECKPOINT_CORRUPT: …/)
    }
  })

  test('whose header lies is refused, by what is wrong', async () => {
    const { header, data } = await parts()
    const norm = 'model.norm.weight'
    const entry = header[norm]!
    const [from, to] = entry.data_offsets
    const lies: unknown[] = [
      '{"a": ',
      '[]',
      { ...header, [norm]: 3 },
      { ...header, [norm]: { ...entry, dtype: 'F31' } },
      { ...header, [norm]: { ...entry, shape: [-1] } },
      { ...header, [norm]: { ...entry, shape: [33] } },
      { ...header, [norm]: { ...entry, data_offsets: [to, from] } },
      { ...header, [norm]: { ...entry, data_offsets: [from, to + 1e6], shape: [32 + 250_000] } },
      { ...header, [norm]: { ...entry, data_offsets: [0, 128] } },
    ]
    const messages: string[] = []
    for (const lie of lies) {
      await write(lie, data)
      messages.push(await failure())
    }
    expect(messages).toMatchInlineSnapshot(`
      [
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors has a header that is not JSON (Unexpected end of JSON input).",
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors has a header that is not an object.",
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors describes model.norm.weight by something that is not an object.",
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors gives model.norm.weight the unknown dtype "F31".",
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors gives model.norm.weight the shape [-1].",
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors gives model.norm.weight 128 bytes, and F32 of shape [33] takes 132.",
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors gives model.norm.weight the offsets [95872,95744].",
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors ends 1000000 bytes before model.norm.weight does.",
        "ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors lays model.embed_tokens.weight over model.norm.weight.",
      ]
    `)
    await write(header, Buffer.concat([data, Buffer.alloc(3)]))
    expect(await failure()).toMatchInlineSnapshot(
      `"ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors has 3 bytes behind its last tensor."`,
    )
    await writeFile(file, Buffer.from([255, 255, 255, 255, 255, 255, 255, 127, 1]))
    expect(await failure()).toMatchInlineSnapshot(
      `"ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors claims a header of 9223372036854776000 bytes."`,
    )
  })

  test('that is missing, or cannot be read, is told', async () => {
    await unlink(file)
    expect(await failure()).toMatchInlineSnapshot(
      `"ERR_QUERL_MODEL: … has neither model.safetensors nor model.safetensors.index.json."`,
    )
    await writeFile(join(folder, 'model.safetensors.index.json'), '{"weight_map":{"a":"../b"}}')
    expect(await failure()).toMatchInlineSnapshot(
      `"ERR_QUERL_CHECKPOINT_CORRUPT: …/model.safetensors.index.json says that a is in "../b", which is no file beside it."`,
    )
    await writeFile(join(folder, 'model.safetensors.index.json'), '{"weight_map":{"a":"b"}}')
    expect(await failure()).toMatch(/^ERR_QUERL_IO: Cannot read …\/b: ENOENT/)
  })

  test('that ends while it is read is refused', async () => {
    using model = await LanguageModel.load(folder)
    const optimizer = join(folder, 'optimizer.safetensors')
    await model.saveOptimizer(optimizer)
    await cp(optimizer, `${optimizer}.whole`)
    await truncate(optimizer, (await readFile(optimizer)).length - 4)
    await expect(model.loadOptimizer(optimizer)).rejects.toMatchObject({
      code: 'ERR_QUERL_CHECKPOINT_CORRUPT',
    })
    await model.loadOptimizer(`${optimizer}.whole`)
    await expect(model.loadOptimizer(file)).rejects.toMatchObject({ code: 'ERR_QUERL_MODEL' })
    using other = await smallModel({ config: { layers: 1 } })
    await other.saveOptimizer(optimizer)
    await expect(model.loadOptimizer(optimizer)).rejects.toMatchObject({ code: 'ERR_QUERL_MODEL' })
  })
})

describe('config.json', () => {
  test('round-trips through Hugging Face names', async () => {
    using model = await load()
    expect(model.config).toEqual({ ...smallConfig, family: 'qwen2' })
  })
})
