import { defineConfig } from 'vitest/config'

// Sources are tested as they are written: no build of TypeScript comes before a test.
const conditions = ['querl-source', 'node', 'module']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts'],
    pool: 'forks', // an addon that dies must take one file's process with it, not the run
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000, // some build what they run
  },
})
