import { defineConfig } from 'vitest/config'

// Sources are tested as they are written: no build of TypeScript comes before a test.
const conditions = ['querl-source', 'node', 'module']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: 'tests/run-folder.ts',
    pool: 'forks', // an addon that dies must take one file's process with it, not the run
    maxWorkers: 2,
    testTimeout: 300_000, // for a machine that does other things too
    hookTimeout: 600_000, // some build what they run
    // What is waited for comes, on a loaded machine seconds later: a failure, not a second, ends the wait.
    expect: { poll: { timeout: 120_000 } },
  },
})
