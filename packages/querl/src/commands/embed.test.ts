import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TextEmbedder } from '@querl/lm'
import { VectorIndex } from '@querl/retrieval'
import { expect, test } from 'vitest'
import { styleOf } from '../terminal/style.js'
import { embed } from './embed.js'

const model = fileURLToPath(
  new URL('../../../../tests/golden/fixtures/encoder-bert-f32', import.meta.url),
)
const call = (positionals: string[], values: Record<string, string | boolean>) =>
  embed.run({ positionals, values, print: () => {}, style: styleOf({ isTTY: false } as never) })

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

test('says what is missing', async () => {
  await expect(call(['corpus.jsonl'], { model })).rejects.toThrow('Expected --output to be given')
})
