import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import { compareRows, type Verdict } from '../../benchmarks/harness/compare.js'
import { comparisonTable } from '../../benchmarks/harness/compare-table.js'
import type { Figure, Measurement } from '../../benchmarks/result.js'
import { rowWith } from './rows.js'

const alone = { peer: null, peerName: null }

function verdict(before: Partial<Measurement>, after: Partial<Measurement>): Verdict {
  return compareRows([rowWith(after)], [rowWith(before)])[0]!.verdict
}

/** Samples of a median `centre` that vary by `noise`, as those of a busy machine do: upwards. */
function samples(centre: number, noise: number, seed: number): number[] {
  const stream = randomStream(seed, 'compare test')
  return Array.from({ length: 9 }, () => centre * Math.exp(noise * stream.normal()))
}

describe('a comparison', () => {
  test('of two runs of the same thing flags nothing, over many noisy pairs', () => {
    const flagged = Array.from({ length: 300 }, (_, seed) =>
      verdict(
        { ...alone, ours: samples(10, 0.05, seed) },
        { ...alone, ours: samples(10, 0.05, seed + 1000) },
      ),
    ).filter((each) => each !== 'same')
    // 9 samples: the medians differ by 1.25 * sqrt(2 / 9) * 5 % = 3 % (one sigma), and the threshold
    // is two quartile distances in quadrature, 9.5 %.
    expect(flagged.length).toBeLessThanOrEqual(6)
  })

  test('flags what became a quarter slower, over many noisy pairs', () => {
    const missed = Array.from({ length: 300 }, (_, seed) =>
      verdict(
        { ...alone, ours: samples(10, 0.05, seed) },
        { ...alone, ours: samples(12.5, 0.05, seed + 1000) },
      ),
    ).filter((each) => each !== 'regression')
    expect(missed.length).toBeLessThanOrEqual(9)
  })

  test.each([
    ['lower', [10, 10, 10], [12, 12, 12], 'regression'],
    ['lower', [12, 12, 12], [10, 10, 10], 'improvement'],
    ['higher', [12, 12, 12], [10, 10, 10], 'regression'],
    ['higher', [10, 10, 10], [12, 12, 12], 'improvement'],
    ['lower', [10, 10, 10], [10.2, 10.2, 10.2], 'same'], // less than a machine drifts
    ['lower', [8, 10, 12], [9, 12, 15], 'same'], // less than the samples vary
    ['lower', 10, 10.9, 'same'], // a single figure is taken to vary by a tenth
    ['lower', 10, 12, 'regression'],
  ] as [Measurement['better'], Figure, Figure, Verdict][])(
    'where %s is better calls %j → %j %s',
    (better, before, after, expected) => {
      expect(verdict({ ...alone, better, ours: before }, { ...alone, better, ours: after })).toBe(
        expected,
      )
    },
  )

  test('does not blame us for a machine on which the peer is slow as well', () => {
    const before = { ours: [10, 10, 10], peer: [30, 30, 30] }
    expect(verdict(before, { ours: [13, 13, 13], peer: [39, 39, 39] })).toBe('same')
    expect(verdict(before, { ours: [13, 13, 13], peer: [30, 30, 30] })).toBe('regression')
  })

  test('of a figure with two peers is one line, and the steadier peer speaks for the machine', () => {
    const rows = (ours: number, eager: number, compiled: number) => [
      rowWith({ ours: [ours, ours], peer: eager, peerName: 'eager' }),
      rowWith({ ours: [ours, ours], peer: compiled, peerName: 'compile' }),
    ]
    const [line, ...more] = compareRows(rows(13, 39, 30), rows(10, 30, 30))
    expect(more).toEqual([])
    expect(line).toMatchObject({ verdict: 'same', worseThanPeer: 0 })
  })

  test('of a run without the peer counts ours alone', () => {
    expect(verdict({ ours: [10, 10], peer: 30 }, { ...alone, ours: [13, 13] })).toBe('regression')
  })

  test('with another device is indicative, never a regression', () => {
    const [line] = compareRows(
      [rowWith({ ...alone, ours: [20, 20], device: 'B, 4 cores' })],
      [rowWith({ ...alone, ours: [10, 10] })],
    )
    expect(line).toMatchObject({
      verdict: 'indicative',
      differences: ['device: A, 2 cores → B, 4 cores'],
    })
  })

  test('prefers the row of the same device to a later one of another', () => {
    const before = [
      rowWith({ ...alone, ours: 10 }, '2026-11-01T00:00:00.000Z'),
      rowWith({ ...alone, ours: 5, device: 'B, 4 cores' }, '2026-11-02T00:00:00.000Z'),
    ]
    expect(compareRows([rowWith({ ...alone, ours: 10 })], before)[0]!.before?.ours).toBe(10)
  })

  test('takes the latest row where a file holds several runs', () => {
    const before = [
      rowWith({ ...alone, ours: 7 }, '2026-11-03T00:00:00.000Z'),
      rowWith({ ...alone, ours: 10 }, '2026-11-01T00:00:00.000Z'),
    ]
    expect(compareRows([rowWith({ ...alone, ours: 10 })], before)[0]!.before?.ours).toBe(7)
  })

  test('keeps thread counts apart', () => {
    const before = [rowWith({ ...alone, ours: 10, threads: 1 })]
    const [fresh, gone] = compareRows([rowWith({ ...alone, ours: 5, threads: 2 })], before)
    expect([fresh!.verdict, gone!.verdict]).toEqual(['new', 'gone'])
  })

  test('does not judge what tells about the machine, nor what is below the resolution', () => {
    const bandwidth = { ...alone, better: 'higher', unit: 'GB/s', isContext: true } as const
    expect(verdict({ ...bandwidth, ours: 20 }, { ...bandwidth, ours: 5 })).toBe('context')
    const memory = { ...alone, unit: 'MB', resolution: 1 }
    expect(verdict({ ...memory, ours: 0.01 }, { ...memory, ours: 0.9 })).toBe('same')
    expect(verdict({ ...memory, ours: 0.01 }, { ...memory, ours: 9 })).toBe('regression')
  })

  test('of memory that was nothing before says so, without dividing by it', () => {
    const memory = { ...alone, metric: 'memory', unit: 'MB' }
    expect(verdict({ ...memory, ours: 0 }, { ...memory, ours: 50 })).toBe('regression')
    expect(verdict({ ...memory, ours: 0 }, { ...memory, ours: 0 })).toBe('same')
  })
})

test('the table says what changed, by how much, and what else differs', () => {
  const before = [
    rowWith({ ours: [10, 10, 10], peer: 30 }),
    rowWith({ ...alone, metric: 'memory', unit: 'MB', ours: [100, 100] }),
    rowWith({ ...alone, case: 'decode, batch 1', ours: 3 }),
  ]
  const after = [
    rowWith({ ours: [13, 13, 13], peer: 30, versions: { torch: '2.14.0' } }),
    rowWith({ ...alone, metric: 'memory', unit: 'MB', ours: [101, 101] }),
    rowWith({ ...alone, case: 'decode, batch 8', ours: 3 }),
  ]
  expect(comparisonTable(compareRows(after, before))).toMatchInlineSnapshot(`
    "case              metric         threads  before  after  unit  change       to the peer  noise
    ────────────────  ─────────────  ───────  ──────  ─────  ────  ───────────  ───────────  ──────  ──────────────
    decode, batch 64  time per step  1        10      13     ms    30 % worse   30 % worse   ±3.0 %  ✗ regression *
    decode, batch 64  memory         1        100     101    MB    1.0 % worse  –            ±3.0 %  · within noise
    decode, batch 8   time per step  1        –       3      ms    –            –            –       + new
    decode, batch 1   time per step  1        3       –      ms    –            –            –       – not measured

    * The runs differ, so that the comparison is indicative: torch: 2.13.0 → 2.14.0.
    1 figure is worse than before beyond the noise."
  `)
})
