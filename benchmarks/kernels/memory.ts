// The most memory that this process had resident, beyond what it had before.

import { readFileSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { callOperator } from '@querl/torch'

/** @returns the peak in bytes; null where the system does not tell (it is Linux's /proc that does) */
export function measureMemory(work: () => void): number | null {
  collectGarbage()
  callOperator('querl::release_memory')
  try {
    writeFileSync('/proc/self/clear_refs', '5') // the high-water mark falls to what is resident now
  } catch {
    work()
    return null
  }
  const before = residentBytes('VmRSS')
  work()
  return Math.max(0, residentBytes('VmHWM') - before)
}

function residentBytes(key: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync('/proc/self/status', 'utf8')
  return Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024
}

let collect: (() => void) | undefined

/** What an earlier call left behind is not to be freed, nor counted, during this one. */
function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
  }
  collect()
}
