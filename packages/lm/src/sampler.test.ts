import { describe, expect, test } from 'vitest'
import {
  type GenerateOptions,
  type LanguageModel,
  packTokens,
  Sampler,
  type Session,
} from './index.js'
import { idsOf, smallModel } from './test-model.js'

const options: GenerateOptions = { maxTokens: 24, seed: 1 }
const prompt = idsOf('once upon a time')

async function idsIn(session: Session, change: Partial<GenerateOptions> = {}): Promise<number[]> {
  return [...(await session.generate({ ...options, ...change })).ids]
}

interface Sampling {
  readonly temperature: number
  readonly bannedIds: readonly number[]
}

// Log-probs (V) behind position t, from the model's logits.
async function scores(model: LanguageModel, ids: Int32Array) {
  const all = await model.logits(ids)
  const { vocabSize } = model.config
  const logits = (t: number, { temperature, bannedIds }: Sampling): number[] => {
    const row = Array.from(all.subarray(t * vocabSize, (t + 1) * vocabSize), (logit, id) =>
      bannedIds.includes(id) ? Number.NEGATIVE_INFINITY : logit / temperature,
    )
    const total = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0))
    return row.map((logit) => logit - total)
  }
  return { logits }
}

describe('a session', () => {
  test('samples the same for the same seed, whatever runs beside it', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model, { threads: 2 })
    const alone = await idsIn(sampler.open(prompt))
    const crowd = Array.from({ length: 20 }, (_, i) =>
      idsIn(sampler.open(idsOf(`another ${i}`)), { seed: i }),
    )
    expect(await idsIn(sampler.open(prompt))).toEqual(alone)
    expect(await idsIn(sampler.open(prompt), { seed: 2 })).not.toEqual(alone)
    await Promise.all(crowd)
  })

  test('reports the log-probs that the model gives to what it sampled', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model)
    const sampling = { temperature: 0.7, bannedIds: [3, 4] }
    const { ids, logprobs } = await sampler.open(prompt).generate({ ...options, ...sampling })
    const scored = await model.logprobs(packTokens([Int32Array.of(...prompt, ...ids)]), sampling)
    for (const [i, logprob] of logprobs.entries())
      expect(logprob).toBeCloseTo(scored.logprobs[prompt.length + i]!, 4)
  })

  test('that was forked goes on as a fresh one with the same tokens', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model)
    using parent = sampler.open(prompt)
    const first = await idsIn(parent)
    parent.append(idsOf(' then'))
    using fork = parent.fork()
    expect(fork.length).toBe(parent.length)
    fork.append(idsOf(' what'))
    const whole = [...prompt, ...first, ...idsOf(' then what')]
    using fresh = sampler.open(Int32Array.from(whole))
    expect(fresh.length).toBe(fork.length)
    expect(await idsIn(fork, { seed: 5 })).toEqual(await idsIn(fresh, { seed: 5 }))
    expect(parent.length).toBe(whole.length - 5)
    expect(await idsIn(parent, { seed: 6 })).toHaveLength(24) // it is not touched by its fork
  })

  test('stops behind the first stop string, and says which', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model)
    const free = await sampler.open(prompt).generate({ ...options, maxTokens: 40 })
    const stop = free.text.slice(9, 11)
    const end = free.text.indexOf(stop) + stop.length
    const turn = await sampler
      .open(prompt)
      .generate({ ...options, maxTokens: 40, stop: ['never seen', stop] })
    expect(turn).toMatchObject({ finish: 'stop', stop, text: free.text.slice(0, end) })
  })

  test('stops with a stop id, and never samples a banned one', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model)
    const free = await idsIn(sampler.open(prompt))
    const turn = await sampler.open(prompt).generate({ ...options, stopIds: [free[7]!] })
    expect(turn.finish).toBe('stopId')
    expect([...turn.ids]).toEqual(free.slice(0, free.indexOf(free[7]!) + 1))
    const bannedIds = Array.from({ length: 259 }, (_, id) => id)
    expect(new Set(await idsIn(sampler.open(prompt), { bannedIds }))).toEqual(new Set([259]))
  })

  test('takes the likeliest token where minP is 1', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model)
    const greedy = await idsIn(sampler.open(prompt), { temperature: 0 })
    expect(await idsIn(sampler.open(prompt), { minP: 1 })).toEqual(greedy)
    expect(await idsIn(sampler.open(prompt), { minP: 0 })).not.toEqual(greedy)
  })

  test('ends with the window, and refuses to go on', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model)
    using session = sampler.open(prompt)
    const turn = await session.generate({ ...options, maxTokens: 500 })
    expect(turn.finish).toBe('window')
    expect(session.length).toBe(128)
    await expect(session.generate(options)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: The session has 128 tokens, and the model's window is 128: there is no room for another.
      Give a shorter prompt.]
    `)
    using tooLong = sampler.open(new Int32Array(128))
    await expect(tooLong.generate(options)).rejects.toMatchObject({ code: 'ERR_QUERL_WINDOW' })
  })

  test('streams all ids of its turn, in order', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model)
    const streamed: number[] = []
    const ids = await idsIn(sampler.open(prompt), { onTokens: (some) => streamed.push(...some) })
    expect(streamed).toEqual(ids)
    const broken = sampler.open(prompt).generate({
      ...options,
      onTokens: () => {
        throw new Error('broken pipe')
      },
    })
    await expect(broken).rejects.toThrow('broken pipe')
    expect(await idsIn(sampler.open(prompt))).toEqual(ids)
  })

  test('that is aborted rejects with the reason and can go on', async () => {
    using model = await smallModel({ config: { maxPositions: 100_000 } })
    using sampler = new Sampler(model, { maxTokens: 200_000 })
    using session = sampler.open(prompt)
    const controller = new AbortController()
    const { signal: stop } = controller
    let sampled = 0
    const onTokens = (ids: Int32Array) => {
      sampled += ids.length
    }
    const pending = session.generate({ ...options, maxTokens: 90_000, signal: stop, onTokens })
    await expect.poll(() => sampled).toBeGreaterThan(0)
    controller.abort(new Error('enough'))
    await expect(pending).rejects.toThrow('enough')
    expect(session.length).toBeGreaterThan(prompt.length)
    expect(await idsIn(session)).toHaveLength(24)
    const signal = AbortSignal.abort(new Error('never began'))
    await expect(session.generate({ ...options, signal })).rejects.toThrow('never began')
  })

  test('that is disposed while it generates rejects, and so do those of a disposed sampler', async () => {
    using model = await smallModel({ config: { maxPositions: 100_000 } })
    const sampler = new Sampler(model, { maxTokens: 400_000 })
    const session = sampler.open(prompt)
    const pending = session.generate({ ...options, maxTokens: 90_000 })
    session.dispose()
    await expect(pending).rejects.toMatchObject({ code: 'ERR_QUERL_CLOSED' })
    await expect(session.generate(options)).rejects.toMatchObject({ code: 'ERR_QUERL_CLOSED' })
    const others = [1, 2, 3].map(() =>
      sampler.open(prompt).generate({ ...options, maxTokens: 90_000 }),
    )
    sampler.dispose()
    for (const { status } of await Promise.allSettled(others)) expect(status).toBe('rejected')
    expect(() => sampler.open(prompt)).toThrow('disposed')
    sampler.dispose()
  })

  test('outlives its model, whose memory is freed after it', async () => {
    const model = await smallModel()
    using sampler = new Sampler(model)
    using session = sampler.open(prompt)
    model.dispose()
    expect(await idsIn(session)).toHaveLength(24)
  })

  test('rejects when the weights have become NaN', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model)
    model.setParameter('model.norm.weight', new Float32Array(32).fill(Number.NaN))
    await expect(sampler.open(prompt).generate(options)).rejects.toMatchObject({
      code: 'ERR_QUERL_DIVERGED',
    })
  })

  test('sees a step of the model at once, and steps are not starved by sampling', async () => {
    using model = await smallModel({ config: { maxPositions: 100_000 } })
    using sampler = new Sampler(model, { maxTokens: 800_000, threads: 2 })
    const controller = new AbortController()
    const endless = Array.from({ length: 4 }, (_, seed) =>
      sampler
        .open(prompt)
        .generate({ ...options, seed, maxTokens: 90_000, signal: controller.signal })
        .catch(() => {}),
    )
    await expect.poll(() => sampler.stats().running).toBe(4)
    for (let i = 0; i < 5; i++) await model.step({ lr: 0 })
    const { policyVersion } = await sampler.open(prompt).generate(options)
    expect(policyVersion).toBe(5)
    controller.abort()
    await Promise.all(endless)
  })

  test('reports the likeliest tokens of each position, with the log-probs that the model gives', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model, { threads: 1 })
    const sampling = { temperature: 0.8, bannedIds: [3, 4] }
    const plain = await sampler.open(prompt).generate({ ...options, ...sampling })
    expect(plain).not.toHaveProperty('topIds')
    const turns = await Promise.all(
      [1, 5, 0].map((topLogprobs) =>
        sampler.open(prompt).generate({ ...options, ...sampling, topLogprobs }),
      ),
    )
    for (const turn of turns) expect(turn.ids).toEqual(plain.ids)
    expect(turns[2]).not.toHaveProperty('topIds')
    const { ids, logprobs, topIds, topLogprobs } = turns[1]!
    expect(topIds).toHaveLength(5 * ids.length)
    expect(topLogprobs).toHaveLength(5 * ids.length)
    expect(turns[0]!.topIds).toEqual(topIds!.filter((_, i) => i % 5 === 0))
    const { logits } = await scores(model, Int32Array.of(...prompt, ...ids))
    for (const [i, id] of ids.entries()) {
      const row = logits(prompt.length + i - 1, sampling)
      const likeliest = row.map((_, token) => token).sort((a, b) => row[b]! - row[a]! || a - b)
      const top = [...topIds!.subarray(5 * i, 5 * i + 5)]
      expect(top).toEqual(likeliest.slice(0, 5))
      for (const [k, token] of top.entries())
        expect(topLogprobs![5 * i + k]).toBeCloseTo(row[token]!, 4)
      if (top.includes(id)) expect(topLogprobs![5 * i + top.indexOf(id)]).toBe(logprobs[i])
    }
  })

  test('has -1 and -Infinity among the likeliest where bans leave none', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model, { threads: 1 })
    const bannedIds = Array.from({ length: 258 }, (_, id) => id)
    const { topIds, topLogprobs } = await sampler
      .open(prompt)
      .generate({ ...options, maxTokens: 1, bannedIds, topLogprobs: 3 })
    expect([...topIds!].slice(0, 2).sort()).toEqual([258, 259])
    expect(topIds![2]).toBe(-1)
    expect(topLogprobs![2]).toBe(Number.NEGATIVE_INFINITY)
  })

  test('gives its pages back when it is disposed', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model, { maxTokens: 1024, threads: 1 })
    for (let i = 0; i < 100; i++) {
      using session = sampler.open(prompt)
      await session.generate(options)
    }
    await expect
      .poll(() => sampler.stats())
      .toMatchObject({ sessions: 0, running: 0, waiting: 0, usedPages: 0 })
  })

  test('gives its pages back by the time that its abort is told', async () => {
    using model = await smallModel({ config: { maxPositions: 100_000 } })
    using sampler = new Sampler(model, { maxTokens: 200_000, threads: 1 })
    using session = sampler.open(prompt)
    const controller = new AbortController()
    const pending = session.generate({
      ...options,
      maxTokens: 90_000,
      signal: controller.signal,
      onTokens: () => controller.abort(new Error('enough')),
    })
    await expect(pending).rejects.toThrow('enough')
    expect(sampler.stats()).toMatchObject({ sessions: 1, usedPages: 0, reservedPages: 0 })
  })
})

describe('memory', () => {
  const long = idsOf('x'.repeat(60))

  test('a pinned session keeps what it computed while others wait for its tool', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model, { maxTokens: 6 * 32, threads: 1 })
    using session = sampler.open(long)
    await session.generate(options)
    const crowd = Array.from({ length: 8 }, async (_, i) => {
      using other = sampler.open(idsOf(`another ${i}`.padEnd(70)))
      return (await other.generate({ ...options, seed: i })).finish
    })
    expect(await Promise.all(crowd)).toEqual(Array.from(crowd, () => 'length'))
    const before = sampler.stats()
    expect(before.evictions).toBe(0)
    session.append(idsOf('found'))
    await session.generate({ ...options, maxTokens: 1 })
    // The observation alone: the last token of the turn before stands in for its last one, which samples.
    expect(sampler.stats().prefilledTokens - before.prefilledTokens).toBe(5)
  })

  test('turns that idle pinned sessions leave no room for fail in time, or go on', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model, { maxTokens: 4 * 32, threads: 1, stallTimeoutMs: 1 })
    using first = sampler.open(idsOf('y'.repeat(110)))
    await first.generate({ ...options, maxTokens: 4 })
    using second = sampler.open(prompt)
    await expect(second.generate(options)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: The session's turn needs 2 KV pages of 32 tokens and waited 1 ms for them, but 0 of its sampler thread's 4 are free and 1 idle sessions, which are pinned, hold the others. Raise the sampler's maxTokens, dispose of sessions that are done with, or unpin them.]`,
    )
    first.unpin()
    expect(await idsIn(second)).toHaveLength(24)
    using third = sampler.open(idsOf('z'.repeat(20)), { pinned: false })
    second.unpin()
    expect(await idsIn(third, { maxTokens: 80 })).toHaveLength(80)
  })

  test('a turn that cannot fit the budget is refused with the sizes', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model, { maxTokens: 64, threads: 1 })
    await expect(
      sampler.open(long).generate({ ...options, maxTokens: 50 }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: The session's 60 tokens and the 50 that its turn may sample need 4 KV pages of 32 tokens, but its sampler thread has 2. Raise the sampler's maxTokens, or use fewer threads, or let the turn sample fewer tokens, or unpin the session.]`,
    )
  })

  test('a session samples the same, pinned or not, whatever a pass may hold', async () => {
    using model = await smallModel()
    const samples = await Promise.all(
      [undefined, 1, 7, 500].map(async (maxBatchTokens) => {
        using sampler = new Sampler(model, { maxTokens: 320, threads: 1, maxBatchTokens })
        const sessions = Array.from({ length: 6 }, (_, i) =>
          sampler.open(long.subarray(i), { pinned: i % 2 === 0 }),
        )
        return await Promise.all(
          sessions.map(async (session, seed) => {
            const ids = await idsIn(session, { seed })
            session.dispose()
            return ids
          }),
        )
      }),
    )
    for (const sample of samples) expect(sample).toEqual(samples[0])
  })
})

describe('watching', () => {
  test('tells what runs and waits, rates and cache use, until the signal fires', async () => {
    using model = await smallModel({ config: { maxPositions: 100_000 } })
    using sampler = new Sampler(model, { maxTokens: 100_000, threads: 1 })
    const controller = new AbortController()
    const { signal } = controller
    const turns = [1, 2].map((seed) =>
      sampler
        .open(prompt)
        .generate({ ...options, seed, maxTokens: 90_000, signal })
        .catch(() => {}),
    )
    const busy = { sessions: 2, running: 1, waiting: 1, waitingForPages: 1 }
    await expect.poll(() => sampler.stats()).toMatchObject(busy)
    let seen = 0
    let before: number | undefined
    for await (const now of sampler.watch({ intervalMs: 20, signal })) {
      expect(now).toMatchObject(busy)
      expect(now.cacheUse).toBe(now.usedPages / now.totalPages)
      if (before !== undefined)
        expect(now.sampleRate * now.seconds).toBeCloseTo(now.sampledTokens - before, 6)
      before = now.sampledTokens
      // On a loaded machine nothing may have been sampled meanwhile.
      if (now.sampleRate > 0 && ++seen === 3) controller.abort()
    }
    expect(seen).toBe(3)
    await Promise.all(turns)
  })

  test('ends with the sampler, and refuses what is no interval', async () => {
    using model = await smallModel()
    const sampler = new Sampler(model, { threads: 1 })
    let seen = 0
    for await (const { sampleRate, prefillRate } of sampler.watch({ intervalMs: 5 })) {
      expect([sampleRate, prefillRate]).toEqual([0, 0])
      if (++seen === 2) sampler.dispose()
    }
    expect(seen).toBe(2)
    expect(() => sampler.watch({ intervalMs: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected intervalMs to be a positive integer, but got 0 (number).]`,
    )
  })
})

test('wrong use of a sampler is told', async () => {
  using model = await smallModel()
  using sampler = new Sampler(model)
  using session = sampler.open(prompt)
  const rejection = (change: object) =>
    session.generate({ ...options, ...change }).catch((error: Error) => error.message)
  expect(() => new Sampler(model, { threads: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected threads to be a positive integer, but got 0 (number).]`,
  )
  expect(() => new Sampler(model, { maxBatchTokens: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected maxBatchTokens to be a positive integer, but got 0 (number).]`,
  )
  expect(() => new Sampler(model, { stallTimeoutMs: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected stallTimeoutMs to be a non-negative integer, but got -1 (number).]`,
  )
  expect(await rejection({ topLogprobs: 261 })).toMatchInlineSnapshot(
    `"Expected topLogprobs to be in [0, 260], but got 261 (number)."`,
  )
  expect(await rejection({ maxTokens: 0 })).toMatchInlineSnapshot(
    `"Expected maxTokens to be a positive integer, but got 0 (number)."`,
  )
  expect(await rejection({ temperature: -1 })).toMatchInlineSnapshot(
    `"Expected temperature to be a number of at least 0, but got -1 (number)."`,
  )
  expect(await rejection({ topP: 0 })).toMatchInlineSnapshot(
    `"Expected topP to be in (0, 1], but got 0 (number)."`,
  )
  expect(await rejection({ minP: 1.5 })).toMatchInlineSnapshot(
    `"Expected minP to be in [0, 1], but got 1.5 (number)."`,
  )
  expect(await rejection({ seed: 0.5 })).toMatchInlineSnapshot(
    `"Expected seed to be a non-negative integer, but got 0.5 (number)."`,
  )
  expect(await rejection({ stop: [''] })).toMatchInlineSnapshot(
    `"Expected every one of stop to be a string that is not empty, but got "" (string)."`,
  )
  expect(await rejection({ stopIds: [-1] })).toMatchInlineSnapshot(
    `"Expected every one of stopIds to be in [0, 260), but got -1 (number)."`,
  )
  const pending = session.generate(options)
  expect(() => session.append(prompt)).toThrowErrorMatchingInlineSnapshot(`
    [QuerlError: append() was called while the session generates a turn.
    Await the turn first, or fork the session before it.]
  `)
  expect(() => session.fork()).toThrowErrorMatchingInlineSnapshot(`
    [QuerlError: fork() was called while the session generates a turn.
    Await the turn first, or fork the session before it.]
  `)
  expect(await rejection({})).toMatchInlineSnapshot(`
    "generate() was called while the session generates a turn.
    Await the turn first, or fork the session before it."
  `)
  await pending
})
