import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import { Bm25Index, type Hit } from '../index.js'

const zoo = ['a cat sat', 'the dog ran', 'the cat ran', '', 'the cat ran']

/** `count` documents of eight words of a vocabulary of `words`, in which low numbers are frequent. */
function generated(count: number, words: number): string[] {
  const random = randomStream(5, 'documents')
  const word = () => `w${Math.floor(words ** random.uniform()) - 1}`
  return Array.from({ length: count }, () => Array.from({ length: 8 }, word).join(' '))
}

describe('search', () => {
  test('returns the best first, equal scores by index, and nothing without a word in common', async () => {
    using index = await Bm25Index.build(zoo)
    const [hits] = await index.search(['ran cat'])
    expect(hits!.map((hit) => hit.index)).toEqual([2, 4, 0, 1])
    expect(hits![0]!.score).toBe(hits![1]!.score)
  })

  test('scores a document as the formula says', async () => {
    using index = await Bm25Index.build(['x y y', 'x'], { k1: 1.2, b: 0.75 })
    const [[hit]] = (await index.search(['y'])) as unknown as [[Hit]]
    const idf = Math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    expect(hit.index).toBe(0)
    expect(hit.score).toBeCloseTo((idf * 2) / (2 + 1.2 * (0.25 + (0.75 * 3) / 2)), 6)
  })

  test('finds a word that every document has', async () => {
    using index = await Bm25Index.build(new Array<string>(50_000).fill('same'))
    const [hits] = await index.search(['same'], { topK: 3 })
    expect(hits!.map((hit) => hit.index)).toEqual([0, 1, 2])
    expect(hits![0]!.score).toBeGreaterThan(0)
  })

  test('an empty query, unknown words and no queries at all find nothing', async () => {
    using index = await Bm25Index.build(zoo)
    expect(await index.search(['', 'zebra', '?! …'])).toEqual([[], [], []])
    expect(await index.search([])).toEqual([])
  })

  test('an empty corpus and one of empty documents find nothing', async () => {
    using none = await Bm25Index.build([])
    expect(none.size).toBe(0)
    expect(await none.search(['cat'])).toEqual([[]])
    using blank = await Bm25Index.build(['', ' '])
    expect(blank.size).toBe(2)
    expect(await blank.search(['cat'])).toEqual([[]])
  })

  test('a shorter list is the start of a longer one', async () => {
    using index = await Bm25Index.build(generated(30_000, 500))
    const queries = ['w0 w1 w2', 'w300 w0', 'w7', 'w499 w498 w0 w1 w2 w3']
    const all = await index.search(queries, { topK: 30_000 })
    for (const topK of [1, 2, 10, 1000]) {
      const some = await index.search(queries, { topK })
      expect(some).toEqual(all.map((hits) => hits.slice(0, topK)))
    }
  })

  test('the order of a query changes nothing, and a repeated word counts as often', async () => {
    using index = await Bm25Index.build(generated(5000, 200))
    const [a, b, once, twice] = await index.search(['w3 w90 w0', 'w0 w3 w90', 'w90', 'w90 W90'])
    expect(a).toEqual(b)
    expect(twice).toEqual(once!.map((hit) => ({ ...hit, score: 2 * hit.score })))
  })

  test('a query of thousands of words is scored like its parts', async () => {
    using index = await Bm25Index.build(generated(500, 50))
    const [one, many] = await index.search(['w40 w3', 'w40 w3 '.repeat(4000)])
    // A word's share is rounded once, to 2^-22: one of a single word is off by 4000 halves of that.
    const wanted = one!.map(({ index, score }) => [index, expect.closeTo(4000 * score, 2)])
    expect(many!.map(({ index, score }) => [index, score])).toEqual(wanted)
  })

  test('a hundred concurrent searches return what each returns alone', async () => {
    using index = await Bm25Index.build(generated(2000, 100))
    const queries = Array.from({ length: 100 }, (_, i) => `w${i} w${(i * 7) % 100}`)
    const together = await Promise.all(queries.map((query) => index.search([query])))
    expect(together.flat()).toEqual(await index.search(queries))
  })
})

describe('build', () => {
  test('reads an async source in order and reports progress', async () => {
    async function* source() {
      for (const document of generated(10_000, 100)) yield document
    }
    const seen: number[] = []
    using streamed = await Bm25Index.build(source(), {
      onProgress: ({ documents }) => seen.push(documents),
    })
    using direct = await Bm25Index.build(generated(10_000, 100))
    expect(seen.at(-1)).toBe(10_000)
    expect(await streamed.search(['w1 w50'])).toEqual(await direct.search(['w1 w50']))
  })

  test('counts documents, words and different words', async () => {
    using index = await Bm25Index.build(zoo)
    expect(index.size).toBe(5)
    expect(index.info).toMatchObject({ words: 12, terms: 6, postings: 12, k1: 0.9, b: 0.4 })
  })

  test('passes on the error of its source', async () => {
    function* source() {
      yield 'one'
      throw new Error('the disk is on fire')
    }
    await expect(Bm25Index.build(source())).rejects.toThrow('the disk is on fire')
  })
})

describe('wrong arguments are named', () => {
  const message = async (promise: Promise<unknown>) =>
    promise.then(
      () => 'no error',
      (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
    )

  test('of search', async () => {
    using index = await Bm25Index.build(zoo)
    const search = (queries: unknown, topK: unknown) =>
      message(index.search(queries as string[], { topK: topK as number }))
    expect(await search(['cat'], -3)).toMatchInlineSnapshot(
      `"ERR_QUERL_ARGUMENT: Expected topK to be a positive integer, but got -3 (number)."`,
    )
    expect(await search(['cat'], Number.NaN)).toMatchInlineSnapshot(
      `"ERR_QUERL_ARGUMENT: Expected topK to be a positive integer, but got NaN (number)."`,
    )
    expect(await search(['cat'], 2.5)).toMatchInlineSnapshot(
      `"ERR_QUERL_ARGUMENT: Expected topK to be a positive integer, but got 2.5 (number)."`,
    )
    expect(await search('cat', 1)).toMatchInlineSnapshot(
      `"ERR_QUERL_ARGUMENT: Expected queries to be an array of strings, but got "cat" (string)."`,
    )
    expect(await search(['cat', 7], 1)).toMatchInlineSnapshot(
      `"ERR_QUERL_ARGUMENT: Expected queries[1] to be a string or an array of tokens, but got 7 (number)."`,
    )
  })

  test('of build', async () => {
    const build = (documents: unknown, options: object = {}) =>
      message(Bm25Index.build(documents as string[], options))
    expect(await build('cat')).toMatchInlineSnapshot(
      `"ERR_QUERL_ARGUMENT: Expected documents to be an iterable of texts or documents, such as readDocuments(path), but got "cat" (string)."`,
    )
    expect(await build(['cat', null])).toMatchInlineSnapshot(
      `"ERR_QUERL_ARGUMENT: Expected documents[1] to be a text or an object with text, contents, tokens or fields, but got null."`,
    )
    expect(await build(zoo, { k1: -1 })).toMatchInlineSnapshot(
      `"ERR_QUERL_ARGUMENT: Expected k1 to be in [0, 1000], but got -1 (number)."`,
    )
    expect(await build(zoo, { b: Number.NaN })).toMatchInlineSnapshot(
      `"ERR_QUERL_ARGUMENT: Expected b to be in [0, 1], but got NaN (number)."`,
    )
    expect(await build(zoo, { analyzer: 'klingon' })).toMatchInlineSnapshot(
      `"ERR_QUERL_ARGUMENT: Expected analyzer to be one of 'words', 'whitespace', 'lucene-standard', 'lucene-english', 'bm25s', 'arabic', 'basque', 'catalan', 'danish', 'dutch', 'english', 'finnish', 'french', 'german', 'greek', 'hindi', 'hungarian', 'indonesian', 'irish', 'italian', 'lithuanian', 'nepali', 'norwegian', 'portuguese', 'romanian', 'russian', 'spanish', 'swedish', 'tamil', 'turkish', but got "klingon" (string)."`,
    )
  })

  test('a topK beyond the corpus is no error', async () => {
    using index = await Bm25Index.build(zoo)
    expect((await index.search(['cat'], { topK: 2 ** 40 }))[0]).toHaveLength(3)
  })
})
