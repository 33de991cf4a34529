import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { readPassages } from './passages.js'
import { readQuestions } from './questions.js'

const folder = mkdtempSync(join(tmpdir(), 'querl-data-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

/** The error's code, and its message without the folder. */
async function failure(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => undefined,
    (reason) => reason as { code: string; message: string },
  )
  return `${error?.code} ${error?.message.replaceAll(folder, '…')}`
}

describe('questions', () => {
  const nq = [
    '{"id": "test_1", "question": "who?", "golden_answers": ["me", "I"]}',
    '',
    '{"question": "when?", "answer": "now", "type": "bridge"}',
    '{"id": 7, "question": "where?", "answers": ["here"]}',
  ].join('\r\n')
  const expected = [
    { id: 'test_1', question: 'who?', answers: ['me', 'I'] },
    { id: '1', question: 'when?', answers: ['now'], kind: 'bridge' },
    { id: '7', question: 'where?', answers: ['here'] },
  ]

  test('are read from lines, plain and compressed, under either name', async () => {
    expect(await readQuestions(file('a.jsonl', nq))).toEqual(expected)
    expect(await readQuestions(file('a.jsonl.gz', gzipSync(nq)))).toEqual(expected)
    expect(await readQuestions(file('lines.json', nq))).toEqual(expected)
  })

  test('are read from an array', async () => {
    const array = `[${nq.split('\r\n').filter(Boolean).join(',\n')}]`
    expect(await readQuestions(file('b.json', array))).toEqual(expected)
    expect(await readQuestions(file('b.json.gz', gzipSync(array)))).toEqual(expected)
  })

  test('are read up to a limit, without a look at what follows', async () => {
    const path = file('limit.jsonl', `${nq}\nnot json`)
    expect(await readQuestions(path, { limit: 3 })).toEqual(expected)
  })

  test.each([
    ['no question', '{"golden_answers": ["a"]}'],
    ['no answer', '{"question": "q", "golden_answers": []}'],
    ['a number', '{"question": "q", "golden_answers": [3]}'],
    ['no object', '[1]'],
    ['a strange id', '{"id": {}, "question": "q", "answer": "a"}'],
  ])('with %s are refused with their line', async (name, row) => {
    const path = file('bad.jsonl', `{"question": "q", "answer": "a"}\n${row}\n`)
    expect(await failure(readQuestions(path))).toMatchSnapshot(name)
  })

  test('that are no JSON are refused with their line', async () => {
    const path = file('broken.jsonl', '\n{"question": "q", "golden\n')
    expect(await failure(readQuestions(path))).toContain('…/broken.jsonl:2: not JSON: ')
  })

  test('with an id twice are refused', async () => {
    const row = '{"id": "x", "question": "q", "answer": "a"}'
    expect(
      await failure(readQuestions(file('twice.jsonl', `${row}\n${row}`))),
    ).toMatchInlineSnapshot(`"ERR_QUERL_DATA …/twice.jsonl:2: the id "x" occurs twice."`)
  })
})

describe('files', () => {
  test('that are not there, or of an unknown kind, are said by name', async () => {
    expect(await failure(readQuestions(join(folder, 'none.jsonl')))).toMatchInlineSnapshot(
      `"ERR_QUERL_IO …/none.jsonl cannot be read: ENOENT: no such file or directory, open '…/none.jsonl'"`,
    )
    expect(await failure(readQuestions(join(folder, 'none.json')))).toMatchInlineSnapshot(
      `"ERR_QUERL_IO …/none.json cannot be read: ENOENT: no such file or directory, open '…/none.json'"`,
    )
    expect(await failure(readQuestions(join(folder, 'none.parquet')))).toMatchInlineSnapshot(`
      "ERR_QUERL_DATA …/none.parquet is of an unknown kind.
      Its name should end in .json, .jsonl, .json.gz or .jsonl.gz."
    `)
  })

  test('that were cut anywhere are refused, and never look like shorter ones', async () => {
    const lines = Array.from({ length: 2000 }, (_, at) => JSON.stringify({ text: `passage ${at}` }))
    const whole = gzipSync(lines.join('\n'))
    for (const share of [0.01, 0.3, 0.7, 0.999]) {
      const cut = whole.subarray(0, Math.floor(whole.length * share))
      const said = 'ERR_QUERL_DATA …/cut.jsonl.gz is not a whole gzip file.'
      expect(await failure(readPassages(file('cut.jsonl.gz', cut)))).toContain(said)
      expect(await failure(readPassages(file('cut.json.gz', cut)))).toContain('not a whole gzip')
    }
    expect((await readPassages(file('whole.jsonl.gz', whole))).length).toBe(2000)
  })

  test('with a broken array say the line', async () => {
    const path = file('broken.json', '[\n{"text": "a"},\n{"text": }\n]')
    expect(await failure(readPassages(path))).toContain('…/broken.json:3: not JSON')
  })

  test('are left when the signal fires', async () => {
    const path = file('abort.jsonl', '{"text": "a"}\n'.repeat(10))
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(readPassages(path, { signal })).rejects.toThrow('enough')
  })
})

describe('passages', () => {
  test('have a title and a text, or contents whose first line is the title', async () => {
    const rows = [
      { title: 'Oslo', text: 'A city.' },
      { id: '0', contents: '"Evan Morris"\nEvan Morris was\na lobbyist.' },
      { id: 5, contents: 'one line' },
    ]
    expect(await readPassages(file('p.json', JSON.stringify(rows)))).toEqual([
      { id: '0', title: 'Oslo', text: 'A city.' },
      { id: '0', title: '"Evan Morris"', text: 'Evan Morris was\na lobbyist.' },
      { id: '5', title: 'one line', text: '' },
    ])
  })

  test('without a text are refused', async () => {
    expect(await failure(readPassages(file('q.json', '[{"title": "x"}]')))).toMatchInlineSnapshot(
      `"ERR_QUERL_DATA …/q.json: entry 1: Expected title and text, or contents, to be strings."`,
    )
  })
})

const data = process.env['QUERL_TEST_DATA'] ?? join(process.cwd(), '../shared/data')

// Real files that are not part of this repository. Absent data: skipped.
describe.skipIf(!existsSync(data))('real data', () => {
  test('2WikiMultihopQA: 101 questions whose supporting passages are in the corpus', async () => {
    const wiki = join(data, 'multihop-2wiki101')
    const questions = await readQuestions(join(wiki, 'questions.jsonl'))
    const passages = await readPassages(join(wiki, '2wikimultihopqa_corpus.json.gz'))
    expect(questions.length).toBe(101)
    expect(passages.length).toBe(6119)
    expect(questions[0]).toMatchObject({ id: '2wiki_0', answers: ['20 March 851'] })
    expect(passages[4]?.title).toBe('Lothair II')
  })

  test.each([
    ['qa-nq-open/NQ-open.dev.jsonl', 3610],
    ['qa-flashrag-samples/bamboogle.test.jsonl', 125],
    ['qa-flashrag-samples/popqa.test.jsonl', 1000],
    ['qa-hotpotqa-dev/hotpot_dev_v1_simplified.json.gz', 7405],
    ['qa-multihop-dev/musique_test_questions_and_answers.json.gz', 2417],
  ])('%s has %i questions', async (path, count) => {
    expect((await readQuestions(join(data, path))).length).toBe(count)
  })
})
