import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { RowsFile, readRows } from '../../benchmarks/harness/rows-file.js'
import { median, spreadOf } from '../../benchmarks/harness/spread.js'
import { resultTable } from '../../benchmarks/harness/table.js'
import { rowOf } from '../../benchmarks/result.js'
import { measured, rowWith } from './rows.js'

const folder = mkdtempSync(join(tmpdir(), 'querl-bench-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const results = fileURLToPath(new URL('../../benchmarks/results/', import.meta.url))

describe('a row', () => {
  test('has a ratio above 1 where ours is better, whichever way the unit points', () => {
    expect(rowOf('s', 'c', measured).ratio).toBe(2)
    expect(rowOf('s', 'c', { ...measured, better: 'higher' }).ratio).toBe(0.5)
    expect(rowOf('s', 'c', { ...measured, peer: null, peerName: null }).ratio).toBeNull()
  })

  test('has the fields that programs read, and no name of a host', () => {
    const row = rowOf('decode', 'abc', measured)
    expect(Object.keys(row)).toEqual([
      ...['suite', 'case', 'metric', 'unit', 'better', 'ours', 'peer', 'peerName', 'ratio'],
      ...['threads', 'device', 'oursSpread', 'peerSpread', 'series', 'resolution', 'isContext'],
      ...['target', 'versions', 'commit', 'date'],
    ])
    expect(row.device).toMatch(/, \d+ cores$/)
    expect(row.device).not.toContain(hostname())
  })

  test('of samples has their median and says how far they lie apart', () => {
    const row = rowOf('s', 'c', { ...measured, ours: [4, 1, 3, 2], peer: [5] })
    expect(row.ours).toBe(2.5)
    expect(row.oursSpread).toEqual({ n: 4, min: 1, q1: 1.75, q3: 3.25, max: 4 })
    expect(row.peerSpread).toEqual({ n: 1, min: 5, q1: 5, q3: 5, max: 5 })
  })

  test('of a single figure has no spread, rather than one of zero', () => {
    expect(rowOf('s', 'c', measured).oursSpread).toBeNull()
  })

  test('below what can be told has no ratio that boasts of it', () => {
    const memory = { ...measured, unit: 'MB', resolution: 1 }
    expect(rowOf('s', 'c', { ...memory, ours: 0.01, peer: 3 }).ratio).toBe(3)
    expect(rowOf('s', 'c', { ...memory, ours: 0.01, peer: 0.5 }).ratio).toBe(1)
  })

  test('that divides by nothing has no ratio', () => {
    expect(rowOf('s', 'c', { ...measured, ours: 0 }).ratio).toBeNull()
  })
})

describe('medians and quartiles', () => {
  test('do not depend on the order of the samples', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(spreadOf([3, 1, 2, 5, 4])).toEqual(spreadOf([1, 2, 3, 4, 5]))
  })

  test('of nothing are an error', () => {
    expect(() => median([])).toThrow('Expected at least one sample, but got none.')
  })
})

describe('a file of rows', () => {
  test('.jsonl grows over runs', () => {
    const path = join(folder, 'deep', 'grows.jsonl')
    for (let run = 0; run < 2; run++) new RowsFile(path).add(rowWith({}))
    expect(readRows(path)).toEqual([rowWith({}), rowWith({})])
  })

  test('.json holds one run, and is whole after each row', () => {
    const path = join(folder, 'one.json')
    new RowsFile(path).add(rowWith({ case: 'of an older run' }))
    const file = new RowsFile(path)
    for (const name of ['a', 'b']) {
      file.add(rowWith({ case: name }))
      expect(() => JSON.parse(readFileSync(path, 'utf8'))).not.toThrow()
    }
    expect(readRows(path).map((row) => row.case)).toEqual(['a', 'b'])
  })

  test.each(['decode', 'quickstart', 'search-world'])(
    'that an older harness wrote stays readable: %s',
    (suite) => {
      const rows = readRows(join(results, `${suite}.jsonl`))
      expect(rows.length).toBeGreaterThan(0)
      for (const { better, unit } of rows)
        expect(better).toBe(/^(ms|s)$/.test(unit) ? 'lower' : 'higher')
    },
  )

  test('says which line is broken, and which row is none', () => {
    const path = join(folder, 'broken.jsonl')
    writeFileSync(path, `${JSON.stringify(rowWith({}))}\n{"case": "cut`)
    expect(() => readRows(path)).toThrow(`${path}:2 is not JSON`)
    writeFileSync(path, `${JSON.stringify(rowWith({}))}\n{"case": "x"}\n`)
    expect(() => readRows(path)).toThrow(`Row 2 of ${path} is not a benchmark's row.`)
    writeFileSync(path, '\n')
    expect(() => readRows(path)).toThrow(`${path} holds no rows.`)
    expect(() => readRows(join(folder, 'absent.json'))).toThrow('absent.json cannot be read.')
  })

  test('has one of two names', () => {
    expect(() => new RowsFile('rows.csv')).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected --out to be a path with .json or .jsonl, but got "rows.csv" (string).]`,
    )
  })
})

test('the table says which targets were reached', () => {
  const rows = [
    rowWith({ target: { of: 'ratio', atLeast: 1.5 } }),
    rowWith({ target: { of: 'ratio', atLeast: 1 / 0.45 } }),
    rowWith({ target: { of: 'ratio', atLeast: 3 }, peer: null, peerName: null }),
    rowWith({ target: { of: 'ours', atLeast: 0.7 }, unit: 'share', peer: null, peerName: null }),
    rowWith({ target: { of: 'ours', atMost: 2 } }),
    rowWith({ target: { of: 'ours', atMost: 1 } }),
    rowWith({}),
  ]
  expect(resultTable(rows)).toMatchInlineSnapshot(`
    "case              metric         threads  ours  peer  unit   ratio  target      against
    ────────────────  ─────────────  ───────  ────  ────  ─────  ─────  ──────────  ─────────────
    decode, batch 64  time per step  1        1.5   3     ms     2.00x  ≥ 1.5x ✓    PyTorch eager
    decode, batch 64  time per step  1        1.5   3     ms     2.00x  ≥ 2.222x ✗  PyTorch eager
    decode, batch 64  time per step  1        1.5   –     ms     –      ≥ 3x        –
    decode, batch 64  time per step  1        1.5   –     share  –      ≥ 0.7 ✓     –
    decode, batch 64  time per step  1        1.5   3     ms     2.00x  ≤ 2 ✓       PyTorch eager
    decode, batch 64  time per step  1        1.5   3     ms     2.00x  ≤ 1 ✗       PyTorch eager
    decode, batch 64  time per step  1        1.5   3     ms     2.00x  –           PyTorch eager"
  `)
})

test('the table shows ours beside the peer, and the noise where there are samples', () => {
  const rows = [
    rowWith({ ours: [1.4, 1.5, 1.6, 1.5, 1.5], peer: [3, 3, 3] }),
    rowWith({ peer: null, peerName: null, threads: 2 }),
  ]
  expect(resultTable(rows)).toMatchInlineSnapshot(`
    "case              metric         threads  ours        peer  unit  ratio  against
    ────────────────  ─────────────  ───────  ──────────  ────  ────  ─────  ─────────────
    decode, batch 64  time per step  1        1.5 ±0.0 %  3     ms    2.00x  PyTorch eager
    decode, batch 64  time per step  2        1.5         –     ms    –      –"
  `)
})
