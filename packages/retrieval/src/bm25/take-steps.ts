// Run as a process by bm25-kill.test.ts: changes an index step by step, without end or `count` times,
// and writes the number of each step that is done to the standard output, or an error's code.
// Arguments: path, the first step, count.
import { writeSync } from 'node:fs'
import type { QuerlError } from '@querl/base'
import { takeStep } from './index-steps.fixture.js'

const [path, first, count] = process.argv.slice(2)
writeSync(1, 'ready\n')
try {
  const end = Number(first) + Number(count ?? Infinity)
  for (let step = Number(first); step < end; step++) {
    await takeStep(path!, step)
    writeSync(1, `${step}\n`)
  }
} catch (error) {
  writeSync(1, `${(error as QuerlError).code} ${(error as Error).message}\n`)
}
