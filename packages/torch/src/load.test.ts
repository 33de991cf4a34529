import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { platform } from '@querl/base'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { load } from './load.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'querl-load-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

function failure(env: Record<string, string>): string {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  try {
    load()
    return 'loaded'
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_QUERL_NATIVE_MISSING' })
    return (error as Error).message.replaceAll(folder, '…').replace(platform(), 'HERE')
  }
}

test('a LIBTORCH that is none is final', () => {
  expect(failure({ LIBTORCH: folder })).toMatchInlineSnapshot(`
    "LIBTORCH=… has no lib/libtorch_cpu.so.
    Set LIBTORCH to a folder with LibTorch 2.13, or unset it and run npm run setup."
  `)
})

test('a damaged LibTorch is an error with the reason, not a crash', () => {
  mkdirSync(join(folder, 'lib'))
  for (const name of ['libc10.so', 'libtorch_cpu.so'])
    writeFileSync(join(folder, 'lib', name), '\x7fELF')
  expect(failure({ LIBTORCH: folder })).toMatchInlineSnapshot(`
    "…/lib/libc10.so cannot be loaded: …/lib/libc10.so: file too short.
    Fetch LibTorch again: npm run setup."
  `)
})

test('an addon that was asked for by name and is not there is final', () => {
  expect(failure({ QUERL_TORCH_ADDON: join(folder, 'torch.node') })).toMatchInlineSnapshot(`
    "No native binary of @querl/torch's stub 0.1.0 could be loaded on HERE. Tried:
      1. QUERL_TORCH_ADDON: not found
    Build it from source in the repository: npm run setup (needs g++ 12, CMake 3.22)."
  `)
})

test('without a source build, packages are looked for', () => {
  vi.stubEnv('LIBTORCH', '')
  const message = failure({ QUERL_PREBUILT_ONLY: '1' })
  expect(message).toContain('@querl/libtorch-linux-x64-cpu is not installed')
})
