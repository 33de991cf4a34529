import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { errorDetail } from './answers.js'
import type { Attempt } from './exchange.js'
import { checkRateLimit, RateLimit, TokenBucket } from './rate-limit.js'
import { checkRetry, retried, retryAfterMs } from './retries.js'

describe('a bucket of tokens', () => {
  test('never gives more in any interval than its capacity and what flows in', () => {
    const bucket = new TokenBucket(5, 3, 0)
    const taken: number[] = []
    // A clock of uneven steps; whoever must wait comes back exactly then.
    for (let now = 0; now < 10_000; ) {
      const wait = bucket.take(now)
      if (wait === 0) taken.push(now)
      now += wait === 0 ? (taken.length % 7 === 0 ? 900 : 10) : wait
    }
    expect(taken.length).toBeGreaterThan(30)
    for (const [i, from] of taken.entries()) {
      for (let j = i; j < taken.length; j++) {
        const seconds = (taken[j]! - from) / 1000
        expect(j - i + 1).toBeLessThanOrEqual(3 + 5 * seconds + 1e-6)
      }
    }
  })

  test('gives a token exactly when it said that there would be one', () => {
    for (const perSecond of [0.3, 1, 1.7, 99.9]) {
      const bucket = new TokenBucket(perSecond, 1, 0)
      let now = bucket.take(0)
      expect(now).toBe(0)
      for (let i = 0; i < 100; i++) {
        now += bucket.take(now)
        expect(bucket.take(now)).toBe(0)
        now += bucket.take(now)
        bucket.take(now)
      }
    }
  })

  test('without a rate is never empty', () => {
    const bucket = new TokenBucket(Number.POSITIVE_INFINITY, 1, 0)
    expect(Array.from({ length: 1000 }, () => bucket.take(0)).every((wait) => wait === 0)).toBe(
      true,
    )
  })
})

describe('a rate limit', () => {
  const free = { requestsPerSecond: Number.POSITIVE_INFINITY, burst: 1, concurrency: 2 }

  test('lets no more work be under way than it allows, first come first served', async () => {
    const limit = new RateLimit(free)
    let running = 0
    let most = 0
    const started: number[] = []
    const work = (at: number) => async () => {
      started.push(at)
      most = Math.max(most, ++running)
      await sleep(1)
      running--
      if (at % 3 === 0) throw new Error('failed work frees its place too')
      return at
    }
    const done = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) => limit.run(work(at))),
    )
    expect(done.filter(({ status }) => status === 'rejected').length).toBe(7)
    expect(started).toEqual(Array.from({ length: 20 }, (_, at) => at))
    expect(most).toBe(2)
  })

  test('starts nothing during a pause', async () => {
    const limit = new RateLimit(free)
    limit.pause(30)
    const from = performance.now()
    await limit.run(async () => {})
    expect(performance.now() - from).toBeGreaterThanOrEqual(29) // timers may be 1 ms early
  })

  test('forgets who leaves the queue', async () => {
    const limit = new RateLimit({ ...free, concurrency: 1 })
    const controller = new AbortController()
    let release = () => {}
    const held = limit.run(() => new Promise<void>((resolve) => (release = resolve)))
    const leaving = limit.run(async () => 'never', controller.signal)
    const staying = limit.run(async () => 'done')
    controller.abort(new Error('enough'))
    await expect(leaving).rejects.toThrow('enough')
    release()
    await held
    expect(await staying).toBe('done')
  })

  test('of nothing is refused', () => {
    expect(() => checkRateLimit({ concurrency: 0 }, free)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected limits.concurrency to be a positive integer, but got 0 (number).]`,
    )
  })
})

test('options that are undefined are those that are not given', () => {
  const defaults = { requestsPerSecond: 5, burst: 1, concurrency: 2 }
  const none = { requestsPerSecond: undefined, burst: undefined, concurrency: undefined }
  expect(checkRateLimit(none, defaults)).toEqual(defaults)
  expect(checkRateLimit({ ...none, concurrency: 3 }, defaults)).toEqual({
    ...defaults,
    concurrency: 3,
  })
  expect(checkRetry({ timeoutMs: undefined, retries: undefined })).toEqual(checkRetry())
})

describe('retries', () => {
  const failure = (waitMs?: number): Attempt<never> => ({
    ok: false,
    failure: { message: 'failed', isTransient: true, waitMs },
  })

  test('wait at least half of a time that doubles, and at most all of it', async () => {
    const waits: number[] = []
    const attempt = async () => failure()
    const options = { service: 'S', retries: 5, backoffMs: 1, timeoutMs: 1, maxWaitMs: 10 }
    await expect(
      retried(attempt, { ...options, onRetry: (_, wait) => waits.push(wait) }),
    ).rejects.toThrow('S failed (6 attempts).')
    for (const [at, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(Math.min(10, 2 ** at / 2))
      expect(wait).toBeLessThanOrEqual(Math.min(10, 2 ** at))
    }
    expect(waits.length).toBe(5)
  })

  test('stop waiting when they are aborted', async () => {
    const controller = new AbortController()
    const options = { service: 'S', retries: 1, backoffMs: 1, timeoutMs: 1, maxWaitMs: 1e6 }
    const waiting = retried(async () => failure(60_000), { ...options, signal: controller.signal })
    await sleep(1)
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })

  test.each([
    ['7', 7000],
    ['0', 0],
    ['Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-1', 0], // read as a date of long ago: come back at once
  ])('read Retry-After: %s', (value, expected) => {
    const now = Date.parse('2026-11-21T12:00:00Z')
    expect(retryAfterMs(new Headers({ 'retry-after': value }), now)).toBe(expected)
  })
})

test.each([
  [{ error: 'x' }, 'x'],
  [{ error: { code: 429, message: 'x' } }, 'x'],
  [{ message: 'x', statusCode: 403 }, 'x'],
  [{ type: 'ErrorResponse', error: { status: 422, code: 'Y', detail: 'x' } }, 'x'],
  [{ detail: { error: 'x' } }, 'x'],
  [{ error: { root_cause: [], type: 't', reason: 'x' }, status: 400 }, 'x'],
  [{ status: { error: 'x' }, time: 0.1 }, 'x'],
  [{ status: 500 }, undefined],
  [null, undefined],
  [[1], undefined],
])('the error in %j is %j', (json, expected) => {
  expect(errorDetail(json)).toBe(expected)
})
