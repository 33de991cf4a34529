import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type GenerateOptions, packTokens, Sampler, type Session } from './index.js'
import { idsOf, smallModel } from './test-model.js'

const options: GenerateOptions = { maxTokens: 24, seed: 1 }
const prompt = idsOf('once upon a time')

async function idsIn(session: Session, change: Partial<GenerateOptions> = {}): Promise<number[]> {
  return [...(await session.generate({ ...options, ...change })).ids]
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
    const pending = session.generate({ ...options, maxTokens: 90_000, signal: controller.signal })
    await sleep(20)
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
    await sleep(20)
    for (let i = 0; i < 5; i++) await model.step({ lr: 0 })
    const { policyVersion } = await sampler.open(prompt).generate(options)
    expect(policyVersion).toBe(5)
    controller.abort()
    await Promise.all(endless)
  })

  test('gives its pages back when it is disposed', async () => {
    using model = await smallModel()
    using sampler = new Sampler(model, { maxTokens: 1024, threads: 1 })
    for (let i = 0; i < 100; i++) {
      using session = sampler.open(prompt)
      await session.generate(options)
    }
    await sleep(20)
    expect(sampler.stats()).toMatchObject({ sessions: 0, running: 0, waiting: 0, usedPages: 0 })
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
