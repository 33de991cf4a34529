import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TextEmbedder } from '@querl/lm'
import { VectorIndex } from '@querl/retrieval'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { styleOf } from '../terminal/style.js'
import { embed } from './embed.js'

const model = fileURLToPath(
  new URL('../../../../tests/golden/fixtures/encoder-bert-f32', import.meta.url),
)
const call = (positionals: string[], values: Record<string, string | boolean>) =>
  embed.run({
    ...{ positionals, values, lists: {}, print: () => {} },
    style: styleOf({ isTTY: false } as never),
  })

test('a corpus becomes an index that finds every passage by its own text', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'querl-embed-'))
  try {
    const texts = ['who wrote jaws', 'the film', 'music by john williams', 'x y z']
    const corpus = join(folder, 'corpus.jsonl')
    const lines = texts.map((text, id) => JSON.stringify({ id: `${id}`, contents: `"T"\n${text}` }))
    writeFileSync(corpus, `${lines.join('\n')}\n`)
    const output = join(folder, 'corpus.vectors')
    await call([corpus], { model, output, preset: 'e5', dtype: 'float32', json: true })
    using index = await VectorIndex.open(output)
    using embedder = await TextEmbedder.load(model, { preset: 'e5' })
    const queries = await embedder.embedPassages(texts.map((text) => `"T"\n${text}`))
    const hits = await index.search(queries, { topK: 1 })
    expect(hits.map(([best]) => best!.index)).toEqual([0, 1, 2, 3])
    for (const [best] of hits) expect(best!.score).toBeCloseTo(1, 4) // unit vectors in fp32
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('rows may have other names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'querl-embed-'))
  try {
    const written = async (name: string, rows: readonly object[], keys: Record<string, string>) => {
      const [corpus, output] = [join(folder, `${name}.jsonl`), join(folder, `${name}.vectors`)]
      writeFileSync(corpus, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
      await call([corpus], { model, output, preset: 'e5', dtype: 'float32', ...keys })
      return readFileSync(output)
    }
    const rows = ['who wrote jaws', 'the film'].map((text, id) => ({ id, title: `t${id}`, text }))
    const usual = await written('usual', rows, {})
    const named = rows.map(({ id, title, text }) => ({ no: id, head: title, body: text, id: [] }))
    const keys = { id: 'no', title: 'head', text: 'body' }
    expect((await written('named', named, keys)).equals(usual)).toBe(true)
    const output = join(folder, 'none.vectors')
    const corpus = join(folder, 'named.jsonl')
    await expect(call([corpus], { model, output, id: 'no' })).rejects.toThrow(
      `${corpus}:1: it has no text or contents.`,
    )
    await expect(call([corpus], { model, output, text: '' })).rejects.toThrow(
      'Expected --text to be the name of a key, but got "" (string).',
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('says what is missing or wrong, and keeps nothing', async () => {
  await expect(call(['corpus.jsonl'], { model })).rejects.toThrow('Expected --output to be given')
  const output = join(tmpdir(), 'never.vectors')
  await expect(call(['corpus.jsonl'], { model, output, store: 'float8' })).rejects.toThrow(
    'Expected --store to be one of float32, float16, bfloat16, int8',
  )
  expect(existsSync(`${output}.partial`)).toBe(false)
})

describe('a run that ends too early', () => {
  const folder = mkdtempSync(join(tmpdir(), 'querl-embed-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const corpus = join(folder, 'corpus.jsonl')
  const output = join(folder, 'corpus.vectors')
  const partial = `${output}.partial`
  const count = 2 * 2048 + 100
  const lineOf = (at: number) =>
    JSON.stringify({ id: `${at}`, contents: `"T"\n${'jaws music '.repeat(at % 3)}number ${at}` })
  const lines = Array.from({ length: count }, (_, at) => `${lineOf(at)}\n`)
  const wanted = { model, output, preset: 'e5', dtype: 'float32' }
  let whole: Buffer

  /** Runs until `words` are printed, and fails there if they are. */
  async function until(words: string, values: Record<string, string | boolean> = wanted) {
    const printed: string[] = []
    const print = (line: string) => {
      printed.push(line)
      if (line.includes(words)) throw new Error(`saw ${words}`)
    }
    const style = styleOf({ isTTY: false } as never)
    const run = embed.run({ positionals: [corpus], values, lists: {}, print, style })
    return { printed, error: (await run.then(() => undefined, String)) as string | undefined }
  }

  const interrupted = async () => {
    expect((await until('4096 passages', { ...wanted, fresh: true })).error).toContain('saw 4096')
  }

  beforeAll(async () => {
    writeFileSync(corpus, lines.join(''))
    await call([corpus], wanted)
    whole = readFileSync(output)
    expect(existsSync(partial) || existsSync(`${partial}.json`)).toBe(false)
    rmSync(output)
  })

  test('leaves no index, and the next one makes that of an uninterrupted run', async () => {
    await interrupted()
    expect(existsSync(output)).toBe(false)
    // Half of another chunk, that did not come to its end.
    appendFileSync(partial, Buffer.alloc(12345, 7))
    const { printed, error } = await until('no such words')
    expect(error).toBeUndefined()
    expect(printed[0]).toBe(`Going on after 4096 passages: ${partial} has their vectors.`)
    expect(printed[1]).toContain(`${count} passages, `)
    expect(printed).toHaveLength(3)
    expect(readFileSync(output).equals(whole)).toBe(true)
    expect(existsSync(partial) || existsSync(`${partial}.json`)).toBe(false)
  })

  test('may be interrupted again, and go on in another type and with more passages', async () => {
    expect((await until('2048 passages')).error).toContain('saw 2048')
    const again = await until('4096 passages')
    expect(again.printed[0]).toContain('Going on after 2048 passages')
    writeFileSync(corpus, [...lines, `${lineOf(count)}\n`].join(''))
    const { printed, error } = await until('none', { ...wanted, store: 'int8', threads: '1' })
    expect(error).toBeUndefined()
    expect(printed[0]).toContain('Going on after 4096 passages')
    const resumed = readFileSync(output)
    await call([corpus], { ...wanted, store: 'int8' })
    expect(readFileSync(output).equals(resumed)).toBe(true)
    writeFileSync(corpus, lines.join(''))
  })

  test('is not gone on with where passages or encoder are others, unless it starts over', async () => {
    await interrupted()
    for (const other of [
      lines.with(4095, `${lineOf(7)}\n`), // the last of those that are kept
      lines.slice(1), // all are others
      lines.slice(0, 3000), // too few
    ]) {
      writeFileSync(corpus, other.join(''))
      const { error } = await until('no such words')
      expect(error).toContain('whose vectors')
      expect(error).toContain(`Give the same files in the same order to go on`)
    }
    writeFileSync(corpus, lines.join(''))
    // As after fine-tuning: the last bit of each weight.
    const tuned = join(folder, 'tuned')
    cpSync(model, tuned, { recursive: true })
    const weights = readFileSync(join(tuned, 'model.safetensors'))
    const first = 8 + Number(weights.readBigUInt64LE())
    for (let at = first; at < weights.length; at += 4) weights[at]! ^= 1
    writeFileSync(join(tuned, 'model.safetensors'), weights)
    const others: [Record<string, string>, string][] = [
      [{ dtype: 'bfloat16' }, 'dtype was "float32", not "bfloat16"'],
      [{ 'max-tokens': '9' }, 'maxTokens was '],
      [{ preset: 'none' }, 'passagePrefix was "passage: ", not ""'],
      [{ model: tuned }, 'another encoder: the same texts have other vectors'],
    ]
    for (const [change, message] of others) {
      const { error } = await until('no such words', { ...wanted, ...change })
      expect(error).toContain(message)
      expect(error).toContain('start over: --fresh.')
    }
    const { printed, error } = await until('none', { ...wanted, fresh: true })
    expect(error).toBeUndefined()
    expect(printed[0]).toContain('2048 passages, ')
    expect(readFileSync(output).equals(whole)).toBe(true)
  })

  test('says so where what it left is damaged', async () => {
    await interrupted()
    const state = readFileSync(`${partial}.json`, 'utf8')
    for (const damaged of ['', '{', 'null', '[]', state.replace('"version": 1', '"version": 2')]) {
      writeFileSync(`${partial}.json`, damaged)
      const { error } = await until('no such words')
      expect(error).toContain(`${partial}.json `)
      expect(error).toContain('Start over: --fresh.')
    }
    writeFileSync(`${partial}.json`, state)
    truncateSync(partial, 4096 * 4)
    expect((await until('none')).error).toContain(`${partial} has 16384 bytes, where `)
    rmSync(partial)
    expect((await until('none')).error).toContain(`${partial} cannot be read or written`)
    await call([corpus], { ...wanted, fresh: true })
    expect(readFileSync(output).equals(whole)).toBe(true)
  })
})
