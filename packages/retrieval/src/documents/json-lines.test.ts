import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import {
  Bm25Index,
  type Document,
  DocumentStore,
  IndexedRetriever,
  readDocuments,
  type WriteProgress,
} from '../index.js'

// JSON lines are read twice: natively when an index is built of files, and by JSON.parse when they are
// iterated. Equal documents make equal segments, byte for byte; so the two readers are compared by what
// the index of either is.
const folder = mkdtempSync(join(tmpdir(), 'querl-lines-'))
afterAll(() => rmSync(folder, { recursive: true }))
let made = 0

function fileOf(content: string | Uint8Array): string {
  const path = join(folder, `${made++}.jsonl`)
  writeFileSync(path, content)
  return path
}

// White space alone parts tokens, so that nothing of a text is lost.
const options = { analyzer: 'whitespace', fields: ['title', 'text'] } as const

async function segments(documents: Parameters<typeof Bm25Index.build>[0]): Promise<string[]> {
  const path = join(folder, `${made++}`)
  using _ = await Bm25Index.build(documents, { ...options, path })
  return readdirSync(path)
    .filter((name) => name.startsWith('segment'))
    .map((name) => readFileSync(join(path, name)).toString('base64'))
}

async function iterated(path: string): Promise<Document[]> {
  const documents: Document[] = []
  for await (const document of readDocuments(path)) documents.push(document)
  return documents
}

async function expectSame(path: string): Promise<Document[]> {
  const documents = await iterated(path)
  expect(await segments(readDocuments(path))).toEqual(await segments(documents))
  return documents
}

describe('the native reader of JSON lines reads what JSON.parse reads', () => {
  test.each([
    [
      'escapes',
      String.raw`{"id":"a","text":"\"\\\/\b\f\n\r\t \u0041\u00e9\u8a9e \ud83e\udd88 \u0000"}`,
    ],
    [
      'halves of surrogates',
      String.raw`{"id":"a","text":"\ud83e x \udd88 \ud83e\ud83e\udd88 \ud83e\u0041"}`,
    ],
    ['texts as they are', '{"id":"a","text":"é 語 🦈 \u2028 \u007f"}'],
    ['keys in escapes', String.raw`{"\u0069d":"a","te\u0078t":"found"}`],
    ['keys that come twice', '{"id":"a","text":"first","id":"b","text":"last"}'],
    ['a null after a value', '{"id":"a","text":"first","text":null,"contents":"T\\nsecond"}'],
    [
      'values of all kinds beside',
      '{"x":[1,-0.5e+3,{"id":"no","text":[]}],"id":"a","y":true,"text":"t","z":null}',
    ],
    ['white space', ' \t{ "id" :\t"a" ,\r "text" : "t" } \r'],
    [
      'numbers as ids',
      '{"id":7,"text":"t"}\n{"id":1e2,"text":"t"}\n{"id":-0,"text":"t"}\n{"id":3.0,"text":"t"}\n{"id":9007199254740991,"text":"t"}',
    ],
    ['BEIR', '{"_id":"a","title":"T","text":"t","metadata":{}}'],
    [
      'wiki-18',
      String.raw`{"id":"0","contents":"\"Jaws\"\nA film\nabout \"it\"."}` +
        '\n{"id":"1","contents":"no line break"}',
    ],
    ['text before contents', '{"id":"a","contents":"C\\nc","text":"t"}'],
    [
      'empty titles and texts',
      '{"id":"a","title":"","text":""}\n{"id":"b","title":null,"text":"t"}',
    ],
    ['names of the prototype', '{"__proto__":{"id":"x"},"constructor":"y","id":"a","text":"t"}'],
    ['deep nesting', `{"id":"a","x":${'['.repeat(900)}${']'.repeat(900)},"text":"t"}`],
    ['CRLF and empty lines', '\r\n{"id":"a","text":"s"}\r\n\r\n \t\n{"id":"b","text":"t"}\r\n\n'],
    ['a byte order mark', '\ufeff{"id":"a","text":"t"}'],
    ['no line break at the end', '{"id":"a","text":"s"}\n{"id":"b","text":"t"}'],
    ['no documents', '\n\n'],
    ['nothing', ''],
  ])('%s', async (_, content) => {
    const documents = await expectSame(fileOf(content))
    const rows = content
      .replace(/^\ufeff/, '')
      .split('\n')
      .filter((line) => line.trim() !== '')
    expect(documents).toHaveLength(rows.length)
  })

  test('lines that lie across the pieces in which a file comes', async () => {
    const random = (i: number) => (i * 2654435761) % 70_000
    const rows = Array.from({ length: 120 }, (_, i) => ({
      id: `row ${i}`,
      text: `${String.fromCodePoint(0x1f980 + (i % 9))}é `.repeat(random(i) / 7),
    }))
    const lines = rows.map((row) => JSON.stringify(row)).join('\n')
    const plain = fileOf(lines)
    await expectSame(plain)
    const packed = fileOf(gzipSync(lines))
    expect(await segments(readDocuments(packed))).toEqual(await segments(readDocuments(plain)))
  })

  test('thousands of generated documents with all that JSON can have', async () => {
    let state = 7
    const below = (n: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return (state >>> 8) % n
    }
    const pieces = [
      'a',
      ' ',
      'é',
      '語',
      '🦈',
      '\\n',
      '\\"',
      '\\u00e9',
      '\\ud83d',
      '\\ude00',
      '\\\\',
      '\\/',
    ]
    const text = () =>
      Array.from({ length: below(12) }, () => pieces[below(pieces.length)]).join('')
    const value = (depth: number): string =>
      [
        () => `"${text()}"`,
        () => String(below(1000) - 500),
        () => ['true', 'false', 'null', '-0', '1.5e-7', '2E+9'][below(6)]!,
        () => `[${Array.from({ length: below(3) }, () => value(depth + 1)).join(',')}]`,
        () =>
          `{${Array.from({ length: below(3) }, () => `"${text()}":${value(depth + 1)}`).join(' , ')}}`,
      ][depth > 4 ? below(3) : below(5)]!()
    const lines = Array.from({ length: 4000 }, (_, i) => {
      const more = Array.from({ length: below(4) }, () => `"x${text()}":${value(0)}`)
      const parts = [...more, `"id":"${i}"`, `"title":"${text()}"`, `"text":"${text()}"`]
      return `{${parts.sort(() => below(3) - 1).join(',')}}`
    })
    expect(await expectSame(fileOf(lines.join('\n')))).toHaveLength(4000)
  })
})

describe('what is no document is refused by both, with file and line', () => {
  const good = '{"id":"a","text":"t"}\n\n'
  test.each([
    ['{"id":"b","text":"t"', 'the line is not JSON: '],
    ['{"id":"b","text":"t"}}', 'the line is not JSON: '],
    ['{"id":"b","text":"t",}', 'the line is not JSON: '],
    ["{'id':'b'}", 'the line is not JSON: '],
    ['{"id":"b","text":"\t"}', 'the line is not JSON: '],
    ['{"id":"b","text":"\\x41"}', 'the line is not JSON: '],
    ['{"id":"b","text":"\\u12g4"}', 'the line is not JSON: '],
    ['{"id":01,"text":"t"}', 'the line is not JSON: '],
    ['{"id":"b","text":"t","x":+1}', 'the line is not JSON: '],
    ['{"id":"b","text":"t","x":.5}', 'the line is not JSON: '],
    ['{"id":"b","text":"t","x":1.}', 'the line is not JSON: '],
    ['{"id":"b","text":"t","x":NaN}', 'the line is not JSON: '],
    ['{"id":"b","text":"t","x":tru}', 'the line is not JSON: '],
    ['{"id":"b" "text":"t"}', 'the line is not JSON: '],
    ['\ufeff{"id":"b","text":"t"}', 'the line is not JSON: '],
    ['garbage', 'the line is not JSON: '],
    ['[]', 'it is not a JSON object.'],
    ['"text"', 'it is not a JSON object.'],
    ['null', 'it is not a JSON object.'],
    ['{"id":"b"}', 'it has no text or contents.'],
    ['{"id":"b","text":null}', 'it has no text or contents.'],
    ['{"id":"b","text":7}', 'its text is not a string.'],
    ['{"id":"b","title":[],"text":"t"}', 'its title is not a string.'],
    ['{"id":"b","contents":{}}', 'its contents is not a string.'],
    ['{"id":1.5,"text":"t"}', 'its id is neither a string nor an integer.'],
    ['{"id":9007199254740993e2,"text":"t"}', 'its id is neither a string nor an integer.'],
    ['{"id":1e999,"text":"t"}', 'its id is neither a string nor an integer.'],
    ['{"id":"","text":"t"}', 'its id is empty.'],
    ['{"id":true,"text":"t"}', 'its id is neither a string nor an integer.'],
    ['{"_id":{},"text":"t"}', 'its _id is neither a string nor an integer.'],
  ])('%s', async (line, reason) => {
    const path = fileOf(`${good}${line}\n`)
    const wanted = {
      code: 'ERR_QUERL_DATA',
      message: expect.stringContaining(`${path}:3: ${reason}`),
    }
    await expect(Bm25Index.build(readDocuments(path))).rejects.toMatchObject(wanted)
    await expect(iterated(path)).rejects.toMatchObject(wanted)
  })

  test('a file that cannot be read, one that is a folder, and a gzip file that was cut', async () => {
    const packed = gzipSync('{"id":"a","text":"t"}\n'.repeat(1000))
    for (const [path, code] of [
      [join(folder, 'nowhere.jsonl'), 'ERR_QUERL_IO'],
      [folder, 'ERR_QUERL_IO'],
      [fileOf(packed.subarray(0, packed.length - 12)), 'ERR_QUERL_DATA'],
    ] as const) {
      const wanted = { code, message: expect.stringContaining(path) }
      await expect(Bm25Index.build(readDocuments(path))).rejects.toMatchObject(wanted)
      await expect(iterated(path)).rejects.toMatchObject(wanted)
    }
  })

  test('nesting beyond a thousand, which no document has, natively alone', async () => {
    const deep = `{"id":"b","x":${'['.repeat(2000)}${']'.repeat(2000)},"text":"t"}`
    const wanted = { code: 'ERR_QUERL_DATA' }
    await expect(Bm25Index.build(readDocuments(fileOf(deep)))).rejects.toMatchObject(wanted)
  })
})

test('bytes that are no UTF-8 harm nothing but themselves', async () => {
  const bytes = Buffer.concat([
    Buffer.from('{"id":"a","text":"before '),
    Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf0, 0x9f]),
    Buffer.from(' after"}\n{"id":"b","text":"next after"}\n'),
  ])
  const path = join(folder, 'index')
  using index = await Bm25Index.build(readDocuments(fileOf(bytes)), { path, keepDocuments: true })
  const lists = await index.search(['before', 'after', 'next'])
  expect(lists.map((hits) => hits.map(({ id }) => id).sort())).toEqual([['a'], ['a', 'b'], ['b']])
  using store = await DocumentStore.open(path)
  const [first, second] = await store.get([0, 1])
  expect(first!.text).toMatch(/^before \ufffd.*\ufffd after$/)
  expect(second).toEqual({ id: 'b', title: '', text: 'next after' })
})

describe('readDocuments names what is wrong', () => {
  test.each([
    [7, {}, 'paths'],
    [['a', 7], {}, 'paths[1]'],
    ['a', { keys: 'id' }, 'keys'],
    ['a', { keys: { body: 'x' } }, 'keys'],
    ['a', { keys: { id: 7 } }, 'keys.id'],
    ['a', { stored: 'year' }, 'stored'],
    ['a', { stored: ['year', ''] }, 'stored[1]'],
  ])('%j %j', (paths, wrong, name) => {
    const read = () => readDocuments(paths as string, wrong as object)
    expect(read).toThrow(expect.objectContaining({ code: 'ERR_QUERL_ARGUMENT' }))
    expect(read).toThrow(`Expected ${name} to be`)
  })

  test('one key may be the id and the title at once', async () => {
    const path = fileOf('{"title":"Jaws","text":"a shark"}\n')
    const read = readDocuments(path, { keys: { id: 'title' } })
    using index = await Bm25Index.build(read, options)
    expect((await index.search(['Jaws']))[0]!.map(({ id }) => id)).toEqual(['Jaws'])
    for await (const document of read)
      expect(document).toEqual({ id: 'Jaws', title: 'Jaws', text: 'a shark' })
  })

  test('keys of other names are read, and then no others', async () => {
    const path = fileOf('{"docid":7,"heading":"H","body":"b","id":"no","text":"no"}\n')
    const keys = { id: 'docid', title: 'heading', text: 'body' }
    using index = await Bm25Index.build(readDocuments(path, { keys }), options)
    expect((await index.search(['b', 'no'])).map((hits) => hits.map(({ id }) => id))).toEqual([
      ['7'],
      [],
    ])
    await expect(
      Bm25Index.build(readDocuments(path, { keys: { text: 'absent' } })),
    ).rejects.toThrow(`${path}:1: it has no absent.`)
  })
})

describe('keys of rows that are stored', () => {
  const films = [
    { id: 'jaws', title: 'Jaws', text: 'a film', year: 1975, tags: ['sea'], note: 'not asked for' },
    { id: 'wars', title: 'Star Wars', text: 'a film', year: 1977, tags: null },
    { id: 'news', contents: 'News\nno film' },
  ]
  const lines = films.map((row) => `${JSON.stringify(row)}\n`).join('')
  const stored = ['year', 'tags']

  test('are what filters choose by, and the documents are kept beside them', async () => {
    for (const file of [fileOf(lines), fileOf(gzipSync(lines))]) {
      const path = join(folder, `${made++}`)
      using retriever = await IndexedRetriever.build(readDocuments(file, { stored }), { path })
      const keys: unknown[] = []
      const late = await retriever.index.filter<{ year?: number }>((candidate) => {
        keys.push(candidate.keys)
        return (candidate.keys.year ?? 0) > 1975
      })
      expect(keys).toEqual([{ year: 1975, tags: ['sea'] }, { year: 1977, tags: null }, {}])
      const [found] = await retriever.search(['film'], { topK: 3, filter: late })
      expect(found).toEqual([
        { id: 'wars', title: 'Star Wars', text: 'a film', score: expect.any(Number) },
      ])
      expect((await Bm25Index.verify(path)).problems).toEqual([])
    }
  })

  test('change no score', async () => {
    const file = fileOf(lines)
    using without = await Bm25Index.build(readDocuments(file))
    using index = await Bm25Index.build(readDocuments(file, { stored }))
    const queries = ['film', 'jaws star', 'news no']
    expect(await index.search(queries)).toEqual(await without.search(queries))
  })

  test('are refused with the line where a row is none', async () => {
    const file = fileOf(`${lines}{"id":"x"}\n`)
    await expect(Bm25Index.build(readDocuments(file, { stored }))).rejects.toMatchObject({
      code: 'ERR_QUERL_DATA',
      message: expect.stringContaining(`${file}:4: it has no text or contents.`),
    })
  })
})

test('a file that is packed otherwise, or in UTF-16, is named with what to do', async () => {
  for (const [content, name, remedy] of [
    [Buffer.from('28b52ffd00', 'hex'), 'Zstandard', 'Unpack it'],
    [Buffer.from('BZh91AY', 'latin1'), 'bzip2', 'Unpack it'],
    [Buffer.from('\ufeff{"text":"a"}', 'utf16le'), 'UTF-16', 'iconv'],
  ] as const) {
    const path = fileOf(content)
    await expect(Bm25Index.build(readDocuments(path))).rejects.toMatchObject({
      code: 'ERR_QUERL_DATA',
      message: expect.stringContaining(`${path} is ${name}`),
      remedy: expect.stringContaining(remedy),
    })
  }
})

describe('bytes that are no UTF-8', () => {
  const row = (text: string, more = '') => `{"text":"${text}"${more}}\n`
  const latin1 = (text: string) => Buffer.from(text, 'latin1')
  // In Latin-1, what is beyond ASCII is no UTF-8; what nobody reads, and escapes, do not count.
  const content = Buffer.concat([
    latin1(`\n${row('plain', ',"other":"\xe9"')}${row('\\ud83e')}`),
    Buffer.from(row('é 鯊 \ufffd')),
    latin1(row('caf\xe9') + row('', ',"title":"\xff"') + row('', ',"id":"\xe9"')),
    latin1(`{"contents":"no \\u00e9, but \xc3"}`),
  ])

  async function told(content: Buffer, stored: readonly string[]) {
    const path = fileOf(content)
    let last: WriteProgress | undefined
    const onProgress = (progress: WriteProgress) => {
      last = progress
    }
    using index = await Bm25Index.build(readDocuments(path, { stored }), { onProgress })
    return { path, documents: index.size, invalidText: last!.invalidText }
  }

  test.each([
    ['natively', []],
    ['by JavaScript', ['year']],
  ])('are told of where lines are read %s', async (_, stored) => {
    for (const packed of [content, gzipSync(content)]) {
      const { path, documents, invalidText } = await told(packed, stored)
      expect(documents).toBe(7)
      expect(invalidText).toEqual({ documents: 4, first: `${path}:5` })
    }
    expect(await told(latin1(row('plain')), stored)).not.toHaveProperty('invalidText.documents')
  })

  test('are counted over all files, and pieces in which they come', async () => {
    const many = latin1(row(`caf\xe9 ${'x'.repeat(1000)}`).repeat(3000)) // three megabytes
    const paths = [fileOf(row('plain')), fileOf(many), fileOf(many)]
    for (const stored of [[], ['year']]) {
      let last: WriteProgress | undefined
      const onProgress = (progress: WriteProgress) => {
        last = progress
      }
      using _ = await Bm25Index.build(readDocuments(paths, { stored }), { onProgress })
      expect(last!.invalidText).toEqual({ documents: 6000, first: `${paths[1]}:1` })
    }
  })
})

test('a document with a word of more than 1 MiB is named', async () => {
  const long = 'x'.repeat(2 ** 20 + 1)
  const file = fileOf(`{"text":"a"}\n{"id":"wiki","text":"b ${long}"}\n`)
  const message = 'The document "wiki" has a word of 1048577 bytes'
  await expect(Bm25Index.build(readDocuments(file))).rejects.toMatchObject({
    code: 'ERR_QUERL_ARGUMENT',
    message: expect.stringMatching(new RegExp(`^${message}.* maxLength`)),
  })
  await expect(Bm25Index.build(['a', { tokens: [long] }])).rejects.toThrow('The document "1" has')
  const analyzer = { maxLength: 1000 }
  using index = await Bm25Index.build(readDocuments(file), { analyzer })
  expect((await index.search(['b']))[0]).toMatchObject([{ id: 'wiki' }])
})
