import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Binary, type Candidate, loadAddon, platform } from './index.js'

const folder = mkdtempSync(join(tmpdir(), 'querl-addon-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// require() treats a JavaScript file and a .node file alike, up to the loading itself.
function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const good = file('good.cjs', 'module.exports = { version: "0.1.0", answer: 42 }')
const old = file('old.cjs', 'module.exports = { version: "0.0.9" }')
const throwing = file('throwing.cjs', 'throw new Error("no driver\\nand more")')
const truncated = file('truncated.node', '\x7fELF')
const absent = join(folder, 'absent.node')

const load = (...candidates: Candidate[]) =>
  loadAddon<Binary & { answer: number }>({
    name: '@querl/x',
    version: '0.1.0',
    remedy: 'Build it: npm run setup.',
    candidates,
  })

function messageOf(...candidates: Candidate[]): string {
  try {
    load(...candidates)
    return 'loaded'
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_QUERL_NATIVE_MISSING' })
    return (error as Error).message.replace(platform(), 'HERE').replaceAll(folder, '')
  }
}

describe('loadAddon', () => {
  test('takes the first candidate that loads and has the right version', () => {
    const binary = load(
      { label: 'absent', path: absent },
      { label: 'old', path: old },
      { label: 'good', path: good },
    )
    expect(binary.answer).toBe(42)
  })

  test('tells what was tried, in order, and what to do', () => {
    expect(
      messageOf(
        { label: 'source build', path: absent },
        { label: 'package', path: '@querl/x-linux-x64/x.node' },
        { label: 'old', path: old },
        { label: 'throwing', path: throwing },
        { label: 'truncated', path: truncated },
      ),
    ).toMatchInlineSnapshot(`
      "No native binary of @querl/x 0.1.0 could be loaded on HERE. Tried:
        1. source build: not found
        2. package: not found
        3. old: is version 0.0.9, this package is 0.1.0
        4. throwing: no driver
        5. truncated: /truncated.node: file too short
      Build it: npm run setup."
    `)
  })

  test('tries nothing behind a candidate that the user asked for', () => {
    const message = messageOf(
      { label: 'QUERL_X_ADDON', path: absent, only: true },
      { label: 'good', path: good },
    )
    expect(message).toContain('1. QUERL_X_ADDON: not found')
    expect(message).not.toContain('good')
  })
})

test('the platform names the system, the C library and Node', () => {
  expect(platform()).toMatch(/^\w+-\w+(, (glibc \d+\.\d+|musl))?, Node \d+\.\d+\.\d+$/)
})
