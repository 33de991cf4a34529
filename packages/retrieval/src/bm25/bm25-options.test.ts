import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { Bm25Index, DocumentStore, IndexedRetriever, PassageRetriever } from '../index.js'

const folder = mkdtempSync(join(tmpdir(), 'querl-options-'))
afterAll(() => rmSync(folder, { recursive: true }))
const zoo = ['a cat sat', 'the dog ran', 'the cat ran']

/** What a wrong argument is answered with: its name, what was expected and what came. */
const refusal = (message: string) => ({
  code: 'ERR_QUERL_ARGUMENT',
  message: expect.stringContaining(message),
})

describe('every wrong option of a build is named with its value', () => {
  test.each([
    [
      { variant: 'bm26' },
      `variant to be one of 'lucene', 'robertson', 'atire', 'bm25l', 'bm25+', but got "bm26"`,
    ],
    [{ k1: '1' }, 'k1 to be in [0, 1000], but got "1" (string)'],
    [{ k1: 1001 }, 'k1 to be in [0, 1000], but got 1001'],
    [{ b: -0.1 }, 'b to be in [0, 1], but got -0.1'],
    [{ b: null }, 'b to be in [0, 1], but got null'],
    [{ delta: Number.POSITIVE_INFINITY }, 'delta to be in [0, 1000], but got Infinity'],
    [{ lengths: 'rounded' }, `lengths to be one of 'exact', 'lucene', but got "rounded"`],
    [{ preset: 'solr' }, `preset to be 'lucene', but got "solr"`],
    [{ analyzer: 7 }, 'analyzer'],
    [{ analyzer: { stemer: 'porter' } }, 'stemer'],
    [{ analyzer: { stemmer: 'klingon' } }, 'analyzer.stemmer'],
    [{ fields: {} }, 'fields to be 1 to 64 fields'],
    [{ fields: 'title' }, 'fields to be an object of names and weights, but got "title"'],
    [{ fields: ['a', 'a'] }, 'fields to be different names'],
    [{ fields: { '': 1 } }, 'fields to be different names that are not empty'],
    [{ fields: { title: 0 } }, 'fields.title to be in [0.000001, 1000000], but got 0'],
    [{ fields: { title: Number.NaN } }, 'fields.title to be in [0.000001, 1000000], but got NaN'],
    [{ fields: { title: 1e308 } }, 'fields.title to be in [0.000001, 1000000], but got 1e+308'],
    [{ k1: 1e308 }, 'k1 to be in [0, 1000], but got 1e+308'],
    [{ k1: Number.NaN }, 'k1 to be in [0, 1000], but got NaN'],
    [{ b: Number.NaN }, 'b to be in [0, 1], but got NaN'],
    [{ delta: Number.NaN }, 'delta to be in [0, 1000], but got NaN'],
    [{ threads: 0 }, 'threads to be a positive integer, but got 0'],
    [{ threads: 257 }, 'threads to be at most 256, but got 257'],
    [{ memoryBytes: -1 }, 'memoryBytes to be a positive integer, but got -1'],
    [{ onProgress: 'yes' }, 'onProgress to be a function, but got "yes"'],
    [{ path: 7 }, 'path'],
    [{ keepDocuments: true }, 'path to be a folder, where documents are kept'],
  ])('%j', async (options, message) => {
    await expect(Bm25Index.build(zoo, options as object)).rejects.toMatchObject(refusal(message))
  })
})

describe('every wrong document is named with its place', () => {
  test.each([
    [{}, 'documents[1].text to be a string'],
    [{ text: 7 }, 'documents[1].text to be a string, but got 7'],
    [{ title: 7, text: '' }, 'documents[1].title to be a string, but got 7'],
    [{ contents: null }, 'documents[1].contents to be a string, but got null'],
    [{ id: 7, text: '' }, 'documents[1].id to be a string, but got 7'],
    [{ id: '', text: '' }, 'document ids of 1 to 65535 bytes'],
    [{ id: 'x'.repeat(65_536), text: '' }, 'document ids of 1 to 65535 bytes'],
    [{ text: '', keys: [] }, 'documents[1].keys to be an object'],
    [{ tokens: 'a' }, 'documents[1].tokens to be an array of strings'],
    [{ tokens: ['a', ''] }, 'documents[1].tokens[1] to be a string that is not empty'],
    [{ fields: { body: 'b' } }, 'documents[1].fields to be an object with fields of the index'],
    [{ fields: null }, 'documents[1].fields to be an object of texts'],
    [[], 'documents[1] to be a text or an object'],
    [7, 'documents[1] to be a text or an object'],
  ])('%j', async (document, message) => {
    const build = Bm25Index.build(['a', document as unknown as string])
    await expect(build).rejects.toMatchObject(refusal(message))
  })

  test('keys that are no JSON are refused', async () => {
    const keys: Record<string, unknown> = {}
    keys['self'] = keys
    await expect(Bm25Index.build(['a', { text: 'b', keys }])).rejects.toMatchObject(
      refusal('documents[1].keys cannot be JSON'),
    )
  })

  test('an id that comes twice is an error, and so is a text where there are several fields', async () => {
    const twice = ['x', 'y', 'x'].map((id) => ({ id, text: 'a' }))
    await expect(Bm25Index.build(twice)).rejects.toMatchObject(refusal('"x"'))
    await expect(Bm25Index.build(zoo, { fields: ['title', 'text'] })).rejects.toMatchObject(
      refusal('documents[0] to be an object with the fields title, text'),
    )
  })
})

describe('every wrong argument of an index is named', () => {
  test('of search, explain, filter, delete, merge and add', async () => {
    using index = await Bm25Index.build(zoo)
    using other = await Bm25Index.build(zoo)
    const filter = await other.filter(() => true)
    const wrong = (value: unknown) => value as never
    for (const [call, message] of [
      [() => index.search(wrong('cat')), 'queries to be an array of strings'],
      [() => index.search([wrong(7)]), 'queries[0] to be a string or an array of tokens'],
      [() => index.search([['a', wrong(null)]]), 'queries[0][1] to be a string'],
      [() => index.search(['a'], { topK: 0 }), 'topK to be a positive integer, but got 0'],
      [
        () => index.search(['a'], { threads: 0.5 }),
        'threads to be a positive integer, but got 0.5',
      ],
      [() => index.search(['a'], { filter }), 'filter to be a filter of this index'],
      [() => index.search(['a'], { filter: wrong({}) }), 'filter to be a filter of this index'],
      [() => index.explain(wrong(7), '0'), 'queries[0] to be'],
      [() => index.explain('cat', wrong(-1)), 'document to be an id or an index, but got -1'],
      [() => index.explain('cat', wrong(null)), 'document to be an id or an index, but got null'],
      [() => index.filter(wrong('all')), 'predicate to be a function'],
      [() => index.filter(wrong(async () => true)), 'predicate to be a function that returns true'],
      [() => index.delete(wrong('0')), 'ids to be an iterable of strings'],
      [() => index.delete(['0', wrong(1)]), 'ids[1] to be an iterable of strings'],
      [() => index.merge({ maxSegments: 0 }), 'maxSegments to be a positive integer, but got 0'],
      [() => index.add(wrong(7)), 'documents to be an iterable'],
      [() => index.add([wrong(7)]), 'documents[0] to be a text or an object'],
      [() => index.save(wrong(undefined)), 'path'],
    ] as const)
      await expect(call()).rejects.toMatchObject(refusal(message))
    expect(index.size).toBe(3)
    expect(await index.explain('cat', 'nobody')).toBeUndefined()
    expect(await index.explain('cat', 3)).toBeUndefined()
  })

  test('a name that is misspelt is one, and one that is like none of ours is left alone', async () => {
    using index = await Bm25Index.build(zoo)
    const path = join(folder, 'none')
    for (const [call, name, meant] of [
      [() => Bm25Index.build(zoo, { analyser: 'english' } as object), 'analyser', 'analyzer'],
      [() => Bm25Index.build(zoo, { k_1: 1 } as object), 'k_1', 'k1'],
      [() => Bm25Index.open(path, { K1: 1 } as object), 'K1', 'k1'],
      [() => index.search(['cat'], { top_k: 1 } as object), 'top_k', 'topK'],
      [() => index.search(['cat'], { topk: 1 } as object), 'topk', 'topK'],
      [() => index.add([], { replaces: true } as object), 'replaces', 'replace'],
      [() => index.merge({ maxSegment: 2 } as object), 'maxSegment', 'maxSegments'],
    ] as const)
      await expect(call()).rejects.toMatchObject({
        ...refusal(`There is no option ${name} of`),
        remedy: `Did you mean ${meant}?`,
      })
    const wider = { topK: 1, language: 'english', user: 7 }
    expect(await index.search(['cat'], wider)).toHaveLength(1)
  })

  test('of open, verify and the documents', async () => {
    const path = join(folder, 'kept')
    using retriever = await IndexedRetriever.build([...zoo, { id: 'x', text: 'y' }], { path })
    const wrong = (value: unknown) => value as never
    for (const [call, message] of [
      [() => Bm25Index.open(wrong(7)), 'path'],
      [() => Bm25Index.open(path, { k1: -1 }), 'k1 to be in [0, 1000], but got -1'],
      [() => Bm25Index.open(path, { variant: wrong('x') }), 'variant to be one of'],
      [() => Bm25Index.verify(wrong(7)), 'path'],
      [() => DocumentStore.open(wrong(7)), 'folder'],
      [() => DocumentStore.open(path, { files: wrong('x') }), 'files to be an array of paths'],
      [() => retriever.documents.get([4]), 'indices[0] to be an integer in [0, 4), but got 4'],
      [() => retriever.documents.get([0, -1]), 'indices[1] to be an integer in [0, 4), but got -1'],
      [() => retriever.documents.get([wrong('0')]), 'indices[0] to be an integer'],
      [() => PassageRetriever.build([], { k1: -1 }), 'k1 to be in [0, 1000]'],
    ] as const)
      await expect(call()).rejects.toMatchObject(refusal(message))
  })
})

describe('fields', () => {
  const films = [
    { id: 'title', title: 'shark', text: 'one two three four five six' },
    { id: 'text', title: 'other', text: 'shark two three four five six' },
  ]
  const first = async (fields: Record<string, number>) => {
    using index = await Bm25Index.build(films, { fields })
    return (await index.search(['shark']))[0]!
  }

  test('a score is the weighted sum of what each field scores alone', async () => {
    const [title] = await first({ title: 1, text: 1e-6 })
    const [text] = await first({ title: 1e-6, text: 1 })
    expect([title!.id, text!.id]).toEqual(['title', 'text'])
    const both = await first({ title: 3, text: 0.5 })
    // Each is rounded to 2^-22; the other field's millionth is of the same size.
    expect(both.map(({ id, score }) => [id, score])).toEqual([
      ['title', expect.closeTo(3 * title!.score, 5)],
      ['text', expect.closeTo(0.5 * text!.score, 5)],
    ])
  })

  test('contents are split, named fields are taken, and absent ones are empty', async () => {
    using index = await Bm25Index.build(
      [
        { contents: 'Jaws\na shark' },
        { fields: { title: ['Jaws', 'II'], text: 'more' } },
        { fields: { text: 'jaws' } },
      ],
      { fields: ['title', 'text'] },
    )
    expect(index.info.fields.map(({ name, documents, words }) => [name, documents, words])).toEqual(
      [
        ['title', 2, 3],
        ['text', 3, 4],
      ],
    )
    // A token that was given is taken as it is; the analyser makes queries lower case.
    const [analysed, given] = await index.search(['jaws', ['Jaws']])
    expect(analysed!.map(({ index: i }) => i).sort()).toEqual([0, 2])
    expect(given!.map(({ index: i }) => i)).toEqual([1])
  })
})
