// Every way out of a process while a run() is computed: none may end it by a signal, or hang.

import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { info } from '@querl/torch'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('run.cjs', import.meta.url))
const built = fileURLToPath(new URL('../../packages/torch/build/Release', import.meta.url))
const explicit = process.env['QUERL_TORCH_ADDON']
const addonFolder = explicit ? dirname(explicit) : built

function leave(how: string) {
  const { status, signal, stderr } = spawnSync(
    process.execPath,
    [script, addonFolder, info().path, how],
    { encoding: 'utf8', timeout: 250_000 },
  )
  return { status, signal, stderr }
}

test.each([
  'process.exit after the callback',
  'process.exit in the callback',
  'worker.terminate after the callback',
  'worker.terminate while a shape is waited for',
  'process.exit while workers compute',
  'a callback that fails, and nothing else',
  'an event loop that runs dry after a run',
])('%s', (how) => {
  expect(leave(how)).toEqual({ status: 7, signal: null, stderr: '' })
})

test('an uncaught error after the callback', () => {
  const { status, signal, stderr } = leave('an uncaught error after the callback')
  expect({ status, signal }).toEqual({ status: 1, signal: null })
  expect(stderr).toContain('Error: uncaught')
})
