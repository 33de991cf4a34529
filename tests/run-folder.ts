// Before all tests: a folder in which the processes of one run of vitest find each other.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of this run; it goes with it. */
    readonly runFolder: string
  }
}

export function setup({ provide }: TestProject): void {
  folder = mkdtempSync(join(tmpdir(), 'querl-tests-'))
  provide('runFolder', folder)
}

export function teardown(): void {
  if (folder) rmSync(folder, { recursive: true, force: true })
}

let folder: string | undefined
