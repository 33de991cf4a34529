import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { benchHelp, readRequest } from '../../benchmarks/harness/arguments.js'
import { readRows } from '../../benchmarks/harness/rows-file.js'
import { runBench } from '../../benchmarks/harness/run.js'
import type { Bench, SuiteDescription } from '../../benchmarks/result.js'
import type { BenchPlace } from '../../packages/querl/src/bench-request.js'
import { measured } from './rows.js'

const folder = mkdtempSync(join(tmpdir(), 'querl-bench-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const description: SuiteDescription = {
  summary: 'what is toyed with',
  cases: [
    { name: 'small', summary: 'a small one' },
    { name: 'large one', summary: 'a large one' },
  ],
}

let output: string[]
beforeEach(() => {
  output = []
  vi.spyOn(console, 'log').mockImplementation((text: string) => void output.push(text))
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

/** A suite of two cases that take `ours` ms. */
function placeOf(run: (bench: Bench) => Promise<void>): BenchPlace {
  return {
    suites: ['toy', 'kernels'],
    load: async (_, module) => (module === 'cases' ? { description } : { run }),
    prepare: async () => {},
    results: join(folder, 'results'),
    commit: 'abc',
    version: '0.1.0',
  }
}

const takes = (ours: number) => async (bench: Bench) => {
  for (const { name } of description.cases)
    if (bench.wants(name)) bench.record({ ...measured, case: name, ours: [ours, ours, ours] })
}

const bench = (place: BenchPlace, ...argv: string[]) => runBench(readRequest(argv), place)

describe('the arguments', () => {
  test('name a suite, and hand on what comes behind it', () => {
    expect(readRequest(['toy', '--only', 'small', '--', '3', '--x'])).toMatchObject({
      ...{ suite: 'toy', only: 'small', args: ['3', '--x'], list: false, json: false },
    })
  })

  test('may be none: the kernels', () => {
    expect(readRequest([])).toMatchObject({ suite: 'kernels', args: [] })
  })

  test('that are mistyped say what is meant', () => {
    expect(() => readRequest(['toy', '--compair', 'x'])).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: Unknown option --compair. Did you mean --compare?
      See querl bench --help.]
    `)
    expect(() => readRequest(['toy', '--only'])).toThrow("Option '--only <value>' argument missing")
  })

  test('are in the help', () => {
    for (const option of ['--list', '--only', '--json', '--compare', '--out'])
      expect(benchHelp()).toContain(option)
  })
})

describe('a run', () => {
  test('writes its rows where --out says, with all versions, and shows them', async () => {
    const out = join(folder, 'out.json')
    expect(await bench(placeOf(takes(2)), 'toy', '--out', out)).toBe(0)
    const rows = readRows(out)
    expect(rows.map((row) => row.case)).toEqual(['small', 'large one'])
    expect(rows[0]!.versions).toEqual({
      ...{ querl: '0.1.0', node: process.versions.node, torch: '2.13.0' },
    })
    expect(output.join('\n')).toContain('large one  time per step')
  })

  test('without --out appends to the results of its suite', async () => {
    await bench(placeOf(takes(2)), 'toy', '--only', 'small')
    await bench(placeOf(takes(2)), 'toy', '--only', 'small')
    expect(readRows(join(folder, 'results', 'toy.jsonl'))).toHaveLength(2)
  })

  test('with --json prints a row a line and nothing else', async () => {
    await bench(placeOf(takes(2)), 'toy', '--json', '--out', join(folder, 'json.jsonl'))
    expect(output.map((line) => (JSON.parse(line) as { case: string }).case)).toEqual([
      ...['small', 'large one'],
    ])
  })

  test('with --list says what there is, and loads nothing that runs', async () => {
    const place = placeOf(() => expect.fail('a list runs nothing'))
    const prepare = vi.fn(async () => {})
    expect(await bench({ ...place, suites: ['toy'], prepare }, '--list')).toBe(0)
    expect(prepare).not.toHaveBeenCalled()
    expect(output.join('\n')).toMatchInlineSnapshot(`
      "toy: what is toyed with
        small      a small one
        large one  a large one"
    `)
  })

  test('of an unknown suite or case says which there are', async () => {
    const place = placeOf(takes(1))
    await expect(bench(place, 'tyo')).rejects.toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: There is no suite tyo. Did you mean toy?
      Suites: toy, kernels. --list shows their cases.]
    `)
    await expect(
      bench(place, 'toy', '--only', 'smal one'),
    ).rejects.toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: No case of toy contains "smal one".
      --list shows the cases.]
    `)
    expect(await bench(place, 'toy', '--only', 'smal', '--out', join(folder, 'x.json'))).toBe(0)
  })

  test('that is compared ends with 1 only where something became slower', async () => {
    const old = join(folder, 'old.json')
    const out = join(folder, 'new.json')
    await bench(placeOf(takes(2)), 'toy', '--out', old)
    const compare = ['--out', out, '--compare', old]
    expect(await bench(placeOf(takes(2.02)), 'toy', ...compare)).toBe(0)
    expect(await bench(placeOf(takes(1)), 'toy', ...compare)).toBe(0)
    expect(await bench(placeOf(takes(3)), 'toy', ...compare)).toBe(1)
    expect(output.join('\n')).toContain('✗ regression')
  })

  test('is refused before it starts where the rows to compare with cannot be read', async () => {
    const run = vi.fn(async () => {})
    await expect(bench(placeOf(run), 'toy', '--compare', '/absent')).rejects.toThrow('/absent')
    expect(run).not.toHaveBeenCalled()
  })

  test('is not needed to compare two files', async () => {
    const place = placeOf(() => expect.fail('nothing is to be measured'))
    const [old, now] = ['old', 'new'].map((name) => join(folder, `${name}.json`)) as [
      string,
      string,
    ]
    await bench(placeOf(takes(2)), 'toy', '--out', old)
    await bench(placeOf(takes(3)), 'toy', '--out', now)
    expect(await bench(place, 'toy', '--from', now, '--compare', old)).toBe(1)
  })

  test('that is interrupted keeps its rows and ends with 130', async () => {
    const out = join(folder, 'interrupted.json')
    const place = placeOf(async (each) => {
      each.record({ ...measured, case: 'small' })
      process.emit('SIGINT')
      await each.pause()
      each.record({ ...measured, case: 'large one' })
    })
    expect(await bench(place, 'toy', '--out', out)).toBe(130)
    expect(readRows(out).map((row) => row.case)).toEqual(['small'])
    expect(process.listenerCount('SIGINT')).toBe(0)
  })

  test('that fails fails, and shows what it has measured', async () => {
    const place = placeOf(async (each) => {
      each.record({ ...measured, case: 'small' })
      throw new Error('results differ')
    })
    await expect(bench(place, 'toy', '--out', join(folder, 'f.json'))).rejects.toThrow('differ')
    expect(output.join('\n')).toContain('small  time per step')
  })

  test('draws a plot where its rows lie on a curve', async () => {
    const place = placeOf(async (each) => {
      for (const size of [1, 10])
        each.record({ ...measured, series: { name: 'gae, bfloat16', axis: 'tokens', size } })
    })
    await bench(place, 'toy', '--out', join(folder, 'curve', 'rows.json'))
    const svg = readFileSync(join(folder, 'curve', 'plots', 'toy-gae-bfloat16.svg'), 'utf8')
    expect(svg).toContain('PyTorch eager')
  })
})

describe('every suite of the repository', () => {
  const suites = fileURLToPath(new URL('../../benchmarks/', import.meta.url))
  const names = readdirSync(suites).filter((name) => existsSync(join(suites, name, 'index.ts')))

  test.each(names)('%s describes its cases without loading what it measures', async (name) => {
    const { description: each } = (await import(join(suites, name, 'cases.ts'))) as {
      description: SuiteDescription
    }
    expect(each.summary).not.toBe('')
    expect(each.cases.length).toBeGreaterThan(0)
    expect(readFileSync(join(suites, name, 'cases.ts'), 'utf8')).not.toMatch(/from '@querl/)
  })
})
