import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readRows } from '../../benchmarks/harness/rows-file.js'
import { build, querl } from './command-line.js'

const cwd = mkdtempSync(join(tmpdir(), 'querl-bench-'))
beforeAll(async () => {
  await build()
  vi.stubEnv('QUERL_BENCH_PYTHON', join(cwd, 'no-python'))
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(cwd, { recursive: true, force: true })
})

test('querl bench --list says what its package brings along', async () => {
  const { code, stdout } = await querl(['bench', '--list'], { cwd })
  expect(code).toBe(0)
  for (const suite of ['kernels', 'lm', 'retrieval'])
    expect(stdout).toMatch(new RegExp(`^${suite}: `, 'm'))
  expect(stdout).toContain('gae, 512 × 256')
})

test('without a peer ours alone is measured, and what to install is said', async () => {
  const { code, stdout, stderr } = await querl(['bench', '--only', 'gae, 512 × 256'], { cwd })
  expect(stderr).toContain('peer: not installed, ours is measured alone.')
  expect(code).toBe(0)
  expect(stdout).toContain('share of the copy bandwidth')
  const [time] = readRows(join(cwd, 'querl-bench', 'kernels.jsonl'))
  expect(time).toMatchObject({
    ...{ suite: 'kernels', case: 'gae, 512 × 256', metric: 'time', peer: null, ratio: null },
    commit: expect.stringMatching(/^v\d/),
    versions: { querl: expect.any(String), libtorch: expect.any(String) },
  })
  expect(time!.ours).toBeGreaterThan(0)
})

test('Ctrl-C keeps the rows until then and ends with 130', async () => {
  const out = join(cwd, 'stopped.jsonl')
  const kill = { when: /"metric":"time"/, with: 'SIGINT' } as const
  const args = ['bench', 'kernels', '--only', 'gae', '--json', '--out', out]
  const { code, stdout, stderr } = await querl(args, { cwd, kill })
  expect(code).toBe(130)
  expect(stderr).toContain('Stopped.')
  expect(readFileSync(out, 'utf8')).toBe(stdout)
  const names = readRows(out).map((row) => row.case)
  expect(names).not.toContain('gae, 512 × 4096') // the last one
})

test('a suite that does not exist is wrong usage', async () => {
  const { code, stderr } = await querl(['bench', 'kernel'], { cwd })
  expect(code).toBe(2)
  expect(stderr).toContain('There is no suite kernel. Did you mean kernels?')
})
