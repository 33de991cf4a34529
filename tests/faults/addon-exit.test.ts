// Every way out of a process while native threads compute: none may end it by a signal, or hang.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { info } from '@querl/torch'
import { describe, expect, test } from 'vitest'

const script = fileURLToPath(new URL('addon.cjs', import.meta.url))
const built = fileURLToPath(new URL('../../packages/torch/build/Release', import.meta.url))
const explicit = process.env['QUERL_TORCH_ADDON']
const addonFolder = explicit ? dirname(explicit) : built

function leave(how: string, env: NodeJS.ProcessEnv = {}) {
  const { status, signal, stderr } = spawnSync(
    process.execPath,
    [script, addonFolder, info().path, how],
    { encoding: 'utf8', timeout: 250_000, env: { ...process.env, ...env } },
  )
  return { status, signal, stderr }
}

describe.each(['fused', 'libtorch'])('with jobs of the %s engine', (engine) => {
  test.each([
    'process.exit in a job',
    'dispose in a job',
    'worker.terminate in a job',
    'process.exit with busy workers',
    'two workers that finish',
    'event loop runs dry with live handles',
  ])('%s', (how) => {
    expect(leave(`${how}: ${engine}`)).toEqual({ status: 7, signal: null, stderr: '' })
  })

  test('an uncaught error in a job', () => {
    const { status, signal, stderr } = leave(`uncaught error in a job: ${engine}`)
    expect({ status, signal }).toEqual({ status: 1, signal: null })
    expect(stderr).toContain('Error: uncaught')
  })
})

test('a shell whose LD_LIBRARY_PATH has other libraries of these names changes nothing', () => {
  const decoys = mkdtempSync(join(tmpdir(), 'querl-decoys-'))
  for (const name of ['libc10.so', 'libgomp.so.1', 'libtorch_cpu.so'])
    writeFileSync(join(decoys, name), 'not a library')
  const result = leave('dispose in a job: fused', { LD_LIBRARY_PATH: decoys })
  rmSync(decoys, { recursive: true })
  expect(result).toEqual({ status: 7, signal: null, stderr: '' })
})
