import { describe, expect, test } from 'vitest'
import { cases, description } from '../../benchmarks/kernels/cases.js'
import { checkEqual } from '../../benchmarks/kernels/compare-results.js'
import { flags, integers, normal } from '../../benchmarks/kernels/inputs.js'
import type { MeasuredCase } from '../../benchmarks/kernels/measure.js'
import { Recorder } from '../../benchmarks/kernels/record.js'
import type { Bench, Measurement } from '../../benchmarks/result.js'

describe('the inputs', () => {
  // Printed by benchmarks/kernels/peer/inputs.py.
  test('are the numbers that the peer makes', () => {
    expect([...normal(3, 5, 0.5, 2)]).toEqual([
      4.899594783782959, 1.5889981985092163, 3.2595908641815186, 4.117493629455566,
      0.41500237584114075,
    ])
    expect([...integers(4, 5, 151_936)]).toEqual([83_423n, 45_511n, 112_337n, 10_461n, 108_214n])
    expect([...flags(5, 12, 0.6)]).toEqual([1, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0])
  })

  test('are about normal', () => {
    const values = normal(1, 100_000, 3, 2)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    expect(mean).toBeCloseTo(3, 1) // its standard error is 0.006
    expect(Math.sqrt(variance)).toBeCloseTo(2, 1)
  })

  test('of two seeds have nothing to do with each other', () => {
    const [a, b] = [normal(1, 10_000, 0, 1), normal(2, 10_000, 0, 1)]
    const correlation = a.reduce((sum, value, i) => sum + value * b[i]!, 0) / a.length
    expect(Math.abs(correlation)).toBeLessThan(0.05) // five standard errors
  })
})

describe('results that are compared', () => {
  const peer = { loss: [1], gradient: [0.5, -2, 0] }

  test('pass within the tolerance of their largest value', () => {
    checkEqual({ loss: [1.0009], gradient: [0.501, -2.001, 0.001] }, peer, 1e-3, 'eager')
  })

  test.each([
    ['a difference', { loss: [1], gradient: [0.5, -2, 0.003] }, 'gradient[2]: ours is 0.003'],
    ['a NaN', { loss: [Number.NaN], gradient: [0.5, -2, 0] }, 'loss[0]: ours is NaN'],
    ['too few', { loss: [1], gradient: [0.5] }, 'gradient: ours has 1 values, eager 3.'],
    ['none', { loss: [1] }, 'eager has gradient, which ours has not.'],
  ])('fail with %s', (_, ours, message) => {
    expect(() => checkEqual(ours as typeof peer, peer, 1e-3, 'eager')).toThrow(message)
  })

  test('must be some: a peer that computed nothing proves nothing', () => {
    expect(() => checkEqual({ loss: [1] }, {}, 1e-3, 'eager')).toThrow('nothing to compare')
  })
})

describe('the cases', () => {
  test('have names of their own, since rows are matched by them', () => {
    const names = description.cases.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  test('whose bound is a copy know of how many bytes', () => {
    for (const each of cases)
      expect(each.workingSet !== undefined, each.name).toBe(each.bound === 'copy')
  })

  test('count what the issue does, by hand', () => {
    const find = (name: string) => cases.find((each) => each.name === name)!
    // 1 M tokens: three float32 and a mask byte in, a float32 out.
    expect(find('maskedPpo, T 1M').work).toBe(17_825_792)
    // Three passes over 1024 × 151 936 float32.
    expect(find('logitsLogprobs, T 1k').work).toBe(1_866_989_568)
    // Three products of 4096 × 896 × 151 936.
    expect(find('linearLogprobs float32, T 4k').work).toBe(3 * 2 * 4096 * 896 * 151_936)
  })
})

describe('a measured case', () => {
  const each = cases.find(({ name }) => name === 'linearLogprobs float32, T 64')!
  const samples = (label: string, seconds: number, megabytes: number) => {
    return { label, seconds: [seconds, seconds], peakBytes: [megabytes * 1e6] }
  }

  function rowsOf(measured: MeasuredCase): Measurement[] {
    const rows: Measurement[] = []
    const bench = { record: (row: Measurement) => void rows.push(row) } as unknown as Bench
    new Recorder(bench, {}).record(each, 2, measured)
    return rows
  }

  test('has time and memory beside each peer, and the share of the roofline', () => {
    const rate = each.work / 0.004 // ours takes 5 ms: four fifths of the roofline
    const rows = rowsOf({
      ours: samples('ours', 0.005, 17),
      peers: [samples('eager', 0.1, 50), samples('compile', 0.02, 20)],
      rooflineRates: [rate],
    })
    expect(rows.map(({ metric, ours, peer, peerName }) => [metric, ours, peer, peerName])).toEqual([
      ['time', [5, 5], [100, 100], 'eager'],
      ['time', [5, 5], [20, 20], 'compile'],
      ['peak extra memory', [17], [50], 'eager'],
      ['peak extra memory', [17], [20], 'compile'],
      ['share of the GEMM rate', [80, 80], null, null],
      ['LibTorch', [rate / 1e9], null, null],
    ])
  })

  test('without a peer, and where memory cannot be told, has what is left', () => {
    const ours = { ...samples('ours', 0.005, 0), peakBytes: [] }
    const rows = rowsOf({ ours, peers: [], rooflineRates: [1e9] })
    expect(rows.map(({ metric, peer }) => [metric, peer])).toEqual([
      ['time', null],
      ['share of the GEMM rate', null],
      ['LibTorch', null],
    ])
  })
})
