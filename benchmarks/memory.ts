// The most memory that this process had resident, on Linux.

import { readFileSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { callOperator } from '@querl/torch'

/**
 * Lets the high-water mark fall to what is resident now, after all that can be freed was.
 *
 * @returns the bytes that are resident; null where the system does not tell (it is Linux's /proc that
 *   does)
 */
export function beginPeak(): number | null {
  collectGarbage()
  callOperator('querl::release_memory')
  try {
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    return null
  }
  return residentBytes('VmRSS')
}

/** The high-water mark since beginPeak(), in bytes. */
export function peakBytes(): number {
  return residentBytes('VmHWM')
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
