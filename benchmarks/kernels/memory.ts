import { beginPeak, peakBytes } from '../memory.js'

/** @returns how far memory rose above what was there before, in bytes; null where nobody tells */
export function measureMemory(work: () => void): number | null {
  const before = beginPeak()
  work()
  return before === null ? null : Math.max(0, peakBytes() - before)
}
