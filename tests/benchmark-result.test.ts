import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { type Measurement, openBench, rowOf, table } from '../benchmarks/result.js'

const root = mkdtempSync(join(tmpdir(), 'querl-bench-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const measured: Measurement = {
  case: 'decode, batch 64',
  metric: 'time per step',
  unit: 'ms',
  better: 'lower',
  ours: 1.5,
  peer: 3,
  peerName: 'PyTorch eager',
  threads: 1,
  versions: { torch: '2.13.0' },
}

test('a ratio above 1 means that ours is better, whichever way the unit points', () => {
  expect(rowOf('s', 'c', measured).ratio).toBe(2)
  expect(rowOf('s', 'c', { ...measured, better: 'higher' }).ratio).toBe(0.5)
  expect(rowOf('s', 'c', { ...measured, peer: null, peerName: null }).ratio).toBeNull()
})

test('a row has the fields that programs read, and no name of a host', () => {
  const row = rowOf('decode', 'abc', measured)
  expect(Object.keys(row)).toEqual([
    ...[
      'suite',
      'case',
      'metric',
      'unit',
      'ours',
      'peer',
      'peerName',
      'ratio',
      'threads',
      'device',
    ],
    ...['versions', 'commit', 'date'],
  ])
  expect(row.device).toMatch(/, \d+ cores$/)
  expect(row.device).not.toContain(hostname())
})

test('figures are appended to those of earlier runs', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  for (let run = 0; run < 2; run++) openBench('decode', root).record(measured)
  const lines = readFileSync(join(root, 'benchmarks/results/decode.jsonl'), 'utf8')
    .trim()
    .split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { ours: number }).ours)).toEqual([1.5, 1.5])
})

test('--only runs the cases whose names contain it', () => {
  const bench = openBench('decode', root, { only: 'batch 64' })
  expect([bench.wants('decode, batch 64'), bench.wants('decode, batch 1')]).toEqual([true, false])
})

test('the table shows ours beside the peer', () => {
  const rows = [
    rowOf('s', 'c', measured),
    rowOf('s', 'c', { ...measured, peer: null, peerName: null }),
  ]
  expect(table(rows)).toMatchInlineSnapshot(`
    "case              metric         ours  peer  unit  ratio  threads  against
    ────────────────  ─────────────  ────  ────  ────  ─────  ───────  ─────────────
    decode, batch 64  time per step  1.5   3     ms    2.00x  1        PyTorch eager
    decode, batch 64  time per step  1.5   –     ms    –      1        –"
  `)
})
