import { setTimeout as sleep } from 'node:timers/promises'
import { checkPositiveInteger } from '@querl/base'
import type { SamplerStats } from '@querl/torch/native'

/** What a sampler does at a time. */
export interface SamplerActivity extends SamplerStats {
  /** Seconds since the report before, or since watching began. */
  readonly seconds: number
  /** Tokens of prompts and observations per second, since then. */
  readonly prefillRate: number
  /** Tokens sampled per second, since then. */
  readonly sampleRate: number
  /** Share of the budget for keys and values that is in use, in [0, 1]. */
  readonly cacheUse: number
}

export interface WatchOptions {
  /** Default 1000. */
  readonly intervalMs?: number | undefined
  /** Ends the reports. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Reports at intervals what `read` says, until that is nothing or the signal fires.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 */
export function watch(
  read: () => SamplerStats | undefined,
  { intervalMs = 1000, signal }: WatchOptions,
): AsyncGenerator<SamplerActivity, void> {
  checkPositiveInteger('intervalMs', intervalMs)
  return reports(read, intervalMs, signal)
}

async function* reports(
  read: () => SamplerStats | undefined,
  intervalMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<SamplerActivity, void> {
  let before = read()
  let start = performance.now()
  while (before && (await passes(intervalMs, signal))) {
    const now = read()
    if (!now) return
    const seconds = (performance.now() - start) / 1000
    start += seconds * 1000
    yield {
      ...now,
      seconds,
      prefillRate: (now.prefilledTokens - before.prefilledTokens) / seconds,
      sampleRate: (now.sampledTokens - before.sampledTokens) / seconds,
      cacheUse: now.usedPages / now.totalPages,
    }
    before = now
  }
}

// Whether the time passed before the signal fired.
async function passes(intervalMs: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await sleep(intervalMs, undefined, { ref: false, ...(signal && { signal }) })
    return true
  } catch (error) {
    if (signal?.aborted) return false
    throw error
  }
}
