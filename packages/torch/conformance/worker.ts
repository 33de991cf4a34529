// Executes the calls that the peer has accepted, in a process that an operator may end:
//
//   jiti worker.ts CASES FOLDER FIRST
//
// Writes one line of JSON for each, and its number to FOLDER/progress before it begins.

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadTensors, setThreads } from '../src/index.js'
import type { Case } from './argument.js'
import { execute, type PeerResult } from './execute.js'

const [casesFile = '', folder = '', first = '0'] = process.argv.slice(2)
const cases = JSON.parse(readFileSync(casesFile, 'utf8')) as Case[]
setThreads(1) // as the peer's
for (let number = Number(first); number < cases.length; number++) {
  writeFileSync(join(folder, 'progress'), String(number))
  const file = join(folder, `${number}.safetensors`)
  if (!existsSync(file)) continue
  const peer = JSON.parse(readFileSync(join(folder, `${number}.json`), 'utf8')) as PeerResult
  const { tensors } = await loadTensors(file)
  const outcome = execute(cases[number]!, peer, tensors)
  for (const tensor of Object.values(tensors)) tensor.dispose()
  appendFileSync(join(folder, 'outcomes'), `${JSON.stringify({ number, ...outcome })}\n`)
}
