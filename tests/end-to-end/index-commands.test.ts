import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { build, querl } from './command-line.js'

const cwd = mkdtempSync(join(tmpdir(), 'querl-index-'))
const passages = [
  { id: 'jaws', contents: '"Jaws"\nA film about a shark, with music by John Williams.' },
  { id: 'williams', contents: '"John Williams"\nA composer of music for films.' },
  { id: 'whale', contents: '"Whale"\nA whale is no shark and no fish.' },
]
const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const write = (name: string, content: string | Buffer) => writeFileSync(join(cwd, name), content)
const index = (...args: string[]) => querl(['index', ...args], { cwd })
const found = async (folder: string, query: string) =>
  (
    JSON.parse((await index('search', folder, query, '--json')).stdout) as {
      hits: { id: string; title?: string }[]
    }
  ).hits

beforeAll(async () => {
  await build()
  write('passages.jsonl', lines(passages))
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

// Each test has a fresh index, since some change it.
let folder: string
let made = 0
beforeEach(async () => {
  folder = `index-${made++}`
  expect((await index('build', 'passages.jsonl', '--out', folder)).stderr).toBe('')
})

describe('querl index build', () => {
  test('builds what its summary says, and querl index search finds the passages', async () => {
    const { code, stdout } = await index('build', 'passages.jsonl', '--out', 'fresh')
    expect(code).toBe(0)
    expect(stdout).toMatch(/fresh: 3 documents, 28 words, in \d/)
    expect(stdout).toMatch(/% of the corpus; 1 segment$/m)
    expect(await found('fresh', 'shark music')).toMatchObject([
      { id: 'jaws', title: '"Jaws"', text: passages[0]!.contents.split('\n')[1] },
      { id: 'williams' }, // shorter than the next
      { id: 'whale' },
    ])
  })

  test('reads several files, packed ones too, in their order', async () => {
    write('packed.jsonl.gz', gzipSync(lines(passages.slice(0, 2))))
    write('rest.jsonl', lines(passages.slice(2)))
    const { code } = await index('build', 'packed.jsonl.gz', 'rest.jsonl', '--out', 'parts')
    expect(code).toBe(0)
    expect(await found('parts', 'shark music')).toEqual(await found(folder, 'shark music'))
  })

  test('takes its settings from the options', async () => {
    const options = [
      ...['--analyzer', 'english', '--fields', 'title:2,text:1', '--variant', 'bm25+'],
      ...['--k1', '1.2', '--b', '0.75', '--delta', '1', '--threads', '1', '--memory', '16'],
    ]
    const args = ['build', 'passages.jsonl', '--out', 'set', '--no-documents', '--json', ...options]
    const { code, stdout } = await index(...args)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ variant: 'bm25+', k1: 1.2, b: 0.75, delta: 1, documents: 3 },
      analyzer: expect.stringContaining('"stemmer":"english"'),
      fields: [
        { name: 'title', weight: 2, words: 4 },
        { name: 'text', weight: 1 },
      ],
    })
    // Without documents there are ids alone; stemmed, a film is among films.
    expect(await found('set', 'films')).toEqual([
      { id: 'williams', score: expect.any(Number) },
      { id: 'jaws', score: expect.any(Number) },
    ])
  })

  test('leaves an index that is there, unless it is to be replaced or added to', async () => {
    const refused = await index('build', 'passages.jsonl', '--out', folder)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('--overwrite')
    write('more.jsonl', lines([{ id: 'orca', text: 'An orca eats a shark.' }]))
    expect((await index('build', 'more.jsonl', '--out', folder, '--add')).code).toBe(0)
    expect((await found(folder, 'orca shark')).map(({ id }) => id)).toEqual([
      'orca',
      'whale',
      'jaws',
    ])
    expect((await index('build', 'more.jsonl', '--out', folder, '--overwrite')).code).toBe(0)
    expect(await found(folder, 'orca shark')).toHaveLength(1)
  })

  test('replaces documents that are added again, if asked', async () => {
    write('newer.jsonl', lines([{ id: 'whale', text: 'A mammal.' }]))
    const again = await index('build', 'newer.jsonl', '--out', folder, '--add')
    expect(again.code).toBe(2)
    expect(again.stderr).toContain('whale')
    expect((await index('build', 'newer.jsonl', '--out', folder, '--add', '--replace')).code).toBe(
      0,
    )
    expect(await found(folder, 'mammal whale fish')).toMatchObject([{ text: 'A mammal.' }])
  })

  test('takes the last of documents with one id, if asked, and says where there is none', async () => {
    write('twice.jsonl', lines(['old', 'new'].map((text) => ({ id: 'a', text }))))
    const refused = await index('build', 'twice.jsonl', '--out', 'twice')
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('--replace')
    const { stdout } = await index('build', 'twice.jsonl', '--out', 'twice', '--replace')
    expect(stdout).toMatch(/twice: 1 document, \d/)
    expect(await found('twice', 'old new')).toMatchObject([{ id: 'a', text: 'new' }])
    write('empty.jsonl', '')
    const empty = await index('build', 'empty.jsonl', '--out', 'empty')
    expect(empty).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no document in empty'),
    })
  })

  test('says how many documents are no UTF-8, and where the first one is', async () => {
    const latin1 = Buffer.from(
      lines([{ text: 'naïve' }, { text: 'plain' }, { text: 'café' }]),
      'latin1',
    )
    write('latin1.jsonl', latin1)
    const warning =
      /2 documents with bytes that are no UTF-8, read as U\+FFFD; the first: \S*latin1\.jsonl:1$/m
    for (const [out, ...how] of [['native'], ['rows', '--stored', 'year']] as const) {
      const { code, stdout, stderr } = await index('build', 'latin1.jsonl', '--out', out, ...how)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(warning)
      expect(await found(out, 'caf')).toMatchObject([{ text: 'caf\ufffd' }])
    }
    const { stdout } = await index('build', 'latin1.jsonl', '--out', 'json', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      invalidText: { documents: 2, first: expect.stringMatching(/latin1\.jsonl:1$/) },
    })
  })

  test('keeps keys of rows, and index search --where chooses by them', async () => {
    write('films.jsonl', lines([1975, 1977].map((year) => ({ id: `${year}`, text: 'film', year }))))
    await index('build', 'films.jsonl', '--out', 'films', '--stored', 'year')
    const where = async (condition: string) =>
      (await index('search', 'films', 'film', '--where', condition, '--json')).stdout
    expect(JSON.parse(await where('year>1975'))).toMatchObject({ hits: [{ id: '1977' }] })
    const { code, stdout } = await index('search', 'films', 'film', '--where', 'year>1999')
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'No document has year>1999.\n' })
  })

  test('stops at Ctrl-C with 130 and leaves no half: the old index is whole', async () => {
    const text = 'one of very many passages that nobody will ever look for '.repeat(4)
    write('many.jsonl', lines(Array.from({ length: 20_000 }, (_, i) => ({ text: `${text} ${i}` }))))
    const many = new Array<string>(100).fill('many.jsonl') // half a gigabyte
    const kill = { when: /documents, .* a second/, with: 'SIGINT' } as const
    const before = readFileSync(join(cwd, folder, 'manifest.json'), 'utf8')
    for (const [out, ...how] of [[folder, '--overwrite'], [folder, '--add'], ['never']] as const) {
      const args = ['index', 'build', ...many, '--out', out, ...how]
      const { code, stdout, stderr } = await querl(args, { cwd, kill })
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
      expect(stderr).toContain('Stopped: ')
    }
    expect(readdirSync(cwd)).not.toContain('never')
    expect(readFileSync(join(cwd, folder, 'manifest.json'), 'utf8')).toBe(before)
    expect((await index('verify', folder)).code).toBe(0)
    expect((await index('build', 'passages.jsonl', '--out', folder, '--overwrite')).code).toBe(0)
  })

  test.each([
    [['passages.jsonl'], 2, '--out'],
    [['nowhere.jsonl', '--out', 'x'], 1, 'nowhere.jsonl cannot be read'],
    [['passages.jsonl', '--out', 'x', '--k1', 'high'], 2, '--k1 to be a number'],
    [['passages.jsonl', '--out', 'x', '--b', '7'], 2, 'b to be in [0, 1]'],
    [['passages.jsonl', '--out', 'x', '--variant', 'bm26'], 2, "'bm25+'"],
    [['passages.jsonl', '--out', 'x', '--analyzer', 'klingon'], 2, 'analyzer'],
    [['passages.jsonl', '--out', 'x', '--analyzer', '{"stemmer"'], 2, 'as JSON'],
    [['passages.jsonl', '--out', 'x', '--preset', 'solr'], 2, 'preset'],
    [['passages.jsonl', '--out', 'x', '--fields', 'title:0'], 2, '--fields'],
    [['passages.jsonl', '--out', 'x', '--fields', 'body,text'], 2, 'title and text'],
    [['passages.jsonl', '--out', 'x', '--threads', '0'], 2, '--threads'],
    [['passages.jsonl', '--out', 'x', '--memory', 'all'], 2, '--memory'],
    [['passages.jsonl', '--out', 'x', '--stored', 'year,'], 2, '--stored to be names of keys'],
    [['passages.jsonl', '--out', 'x', '--text', 'body'], 1, 'passages.jsonl:1: it has no body'],
    [['passages.jsonl', '--out', 'x', '--add', '--k1', '1'], 2, '--k1 to be absent with --add'],
    [['passages.jsonl', '--out', 'x', '--add'], 1, 'x'],
    [['passages.jsonl', '--out', 'x', '--analyser', 'words'], 2, 'Did you mean --analyzer?'],
  ])('refuses %j', async (args, code, message) => {
    const result = await index('build', ...args)
    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) })
    expect(result.stderr).not.toContain('    at ')
    expect(readdirSync(cwd)).not.toContain('x')
  })
})

describe('querl index search', () => {
  test('shows rank, score, id, title and text', async () => {
    const { code, stdout } = await index('search', folder, 'composer', 'music', '--top-k', '1')
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^ {2}1 {2}\d\.\d{4} {2}williams {2}"John Williams"$/),
      '     A composer of music for films.',
      '',
    ])
  })

  test('explains each score as the sum of its words', async () => {
    const { stdout } = await index('search', folder, 'shark whale', '--explain', '--json')
    const { hits } = JSON.parse(stdout) as {
      hits: { score: number; explanation: { terms: { contribution: number }[] } }[]
    }
    for (const { score, explanation } of hits) {
      const sum = explanation.terms.reduce((total, { contribution }) => total + contribution, 0)
      expect(score).toBeCloseTo(sum, 6) // a word's share is rounded to 2^-22
    }
    const text = await index('search', folder, 'shark', '--explain')
    expect(text.stdout).toMatch(/shark {2}idf \d\.\d{3} \(in 2 of 3\), once in \d+ words/)
  })

  test('answers each line of standard input with a line of JSON', async () => {
    const stdin = 'shark film\n\nzebra\r\nmusic'
    const { code, stdout } = await querl(['index', 'search', folder, '--top-k', '1'], {
      cwd,
      stdin,
    })
    expect(code).toBe(0)
    const answers = stdout.trim().split('\n')
    expect(answers.map((line) => JSON.parse(line))).toMatchObject([
      { query: 'shark film', hits: [{ id: 'jaws' }] },
      { query: 'zebra', hits: [] },
      { query: 'music', hits: [{ id: 'williams' }] },
    ])
  })

  test('scores by another formula if asked, and says when nothing is found', async () => {
    const score = async (...how: string[]) =>
      JSON.parse((await index('search', folder, 'shark', '--json', ...how)).stdout).hits[0].score
    expect(await score('--k1', '2')).toBeLessThan(await score('--k1', '0.1'))
    expect((await index('search', folder, 'zebra')).stdout).toBe('Nothing has a word of it.\n')
  })

  test('says that the corpus has gone, and of a folder that it is no index', async () => {
    write('moved.jsonl', lines(passages))
    await index('build', 'moved.jsonl', '--out', 'orphan')
    rmSync(join(cwd, 'moved.jsonl'))
    const orphan = await index('search', 'orphan', 'shark')
    expect(orphan).toMatchObject({ code: 1, stderr: expect.stringContaining('moved.jsonl') })
    const nothing = await index('search', 'nothing', 'shark')
    expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing') })
  })
})

describe('querl index info, merge, delete and verify', () => {
  test('info has the counts, settings, fields and files', async () => {
    const { stdout } = await index('info', folder)
    for (const row of [
      /^ {2}documents {2}3$/m,
      /^ {2}scoring {4}lucene, k1 0\.9, b 0\.4/m,
      /^ {2}contents +1 +3 +28/m,
      /passages\.jsonl: 3 documents/,
    ])
      expect(stdout).toMatch(row)
    expect(JSON.parse((await index('info', folder, '--json')).stdout)).toMatchObject({
      ...{ documents: 3, words: 28, segments: 1 },
      store: { documents: 3, files: [{ documents: 3 }] },
    })
  })

  test('what is deleted is found no more, and gone after a merge', async () => {
    const { stdout } = await index('delete', folder, 'jaws', 'nobody')
    expect(stdout).toContain('1 deleted, 2 left')
    expect(stdout).toContain('1 id was not in it')
    expect(await found(folder, 'film')).toEqual([])
    expect((await index('info', folder)).stdout).toContain('1 deleted and not merged yet')
    expect((await index('merge', folder)).stdout).toContain('1 deleted one dropped')
    expect(JSON.parse((await index('info', folder, '--json')).stdout)).toMatchObject({
      ...{ documents: 2, deleted: 0, added: 3 },
    })
    expect((await found(folder, 'whale'))[0]).toMatchObject({ id: 'whale', title: '"Whale"' })
    expect((await index('verify', folder)).code).toBe(0)
  })

  test('merge makes one segment of several', async () => {
    for (const id of ['a', 'b']) {
      write(`${id}.jsonl`, lines([{ id, text: `the ${id} shark` }]))
      await index('build', `${id}.jsonl`, '--out', folder, '--add')
    }
    const before = JSON.parse((await index('info', folder, '--json')).stdout) as object
    const { code } = await index('merge', folder, '--segments', '1')
    expect(code).toBe(0)
    const after = JSON.parse((await index('info', folder, '--json')).stdout) as object
    expect(before).toMatchObject({ documents: 5 })
    expect(after).toMatchObject({ documents: 5, segments: 1 })
  })

  test('verify says of a whole index that it is, and of a damaged one what is wrong', async () => {
    const whole = await index('verify', folder, '--json')
    expect(whole.code).toBe(0)
    expect(JSON.parse(whole.stdout)).toMatchObject({ documents: 3, texts: 3, problems: [] })
    const segment = readdirSync(join(cwd, folder)).find((name) => name.startsWith('segment'))!
    const bytes = readFileSync(join(cwd, folder, segment))
    bytes[bytes.length >> 1]! ^= 4
    write(join(folder, segment), bytes)
    const { code, stdout } = await index('verify', folder)
    expect(code).toBe(1)
    expect(stdout).toContain('is damaged')
    expect(stdout).toContain(segment)
  })

  test('of an index whose manifest is damaged is refused with the file and a remedy', async () => {
    const manifest = join(folder, 'manifest.json')
    write(manifest, readFileSync(join(cwd, manifest), 'utf8').replace('lucene', 'Lucene'))
    const damage = `${manifest} is damaged: it fails its checksum.`
    for (const args of [
      ['index', 'search', folder, 'shark'],
      ['index', 'info', folder],
      ['index', 'merge', folder],
      ['index', 'delete', folder, 'jaws'],
      ['index', 'build', 'passages.jsonl', '--out', folder, '--add'],
      ['serve', folder, '--port', '0'],
    ]) {
      const { code, stdout, stderr } = await querl(args, { cwd })
      expect({ args, code, stdout }).toEqual({ args, code: 1, stdout: '' })
      expect(stderr).toContain(damage)
      expect(stderr).toContain('Restore a copy of the file, or build the index again.')
      expect(stderr).not.toContain('    at ')
    }
    const { code, stdout } = await index('verify', folder, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ problems: [expect.stringContaining(damage)] })
    expect((await index('build', 'passages.jsonl', '--out', folder, '--overwrite')).code).toBe(0)
    expect((await index('verify', folder)).code).toBe(0)
  })

  test('verify finds a corpus that was changed', async () => {
    write('corpus.jsonl', lines(passages))
    await index('build', 'corpus.jsonl', '--out', 'changed')
    write('corpus.jsonl', lines(passages).replace('shark', 'snark'))
    const { code, stdout } = await index('verify', 'changed')
    expect(code).toBe(1)
    expect(stdout).toContain('changed is whole, but not its texts')
    expect(stdout).toContain('corpus.jsonl')
    expect(stdout).toContain('Put the corpus back as it was at the build')
  })

  test('a group without a command, and one that it does not have, are wrong usage', async () => {
    const bare = await index()
    expect(bare.code).toBe(2)
    expect(bare.stdout).toContain('Usage: querl index <command>')
    const typo = await index('serach', folder)
    expect(typo.code).toBe(2)
    expect(typo.stderr).toContain('Did you mean index search?')
    for (const name of ['build', 'search', 'info', 'verify', 'merge', 'delete']) {
      const { code, stdout } = await index(name, '--help')
      expect(code).toBe(0)
      expect(stdout.split('Examples:\n')[1]!.trim().split('\n')).toHaveLength(6)
    }
  })
})
