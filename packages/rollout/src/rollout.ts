import { setMaxListeners } from 'node:events'
import { randomStream } from '@querl/base'
import type { Question, Session, Tokenizer } from './interfaces.js'
import { ObservationEncoder } from './observation.js'
import { type RolloutOptions, type Settings, settingsOf } from './options.js'
import { type Attempt, play } from './play.js'
import type { Prompt } from './protocol.js'
import type { Trajectory } from './trajectory.js'

/**
 * Lets a policy try each example `groupSize` times, and yields trajectories as they end.
 *
 * There is no barrier: while one trajectory waits for its search, the others sample. A group's prompt
 * is computed once. What a trajectory becomes does not depend on the others nor on who is first, so
 * sorting by `index` and `sample` gives the same list on every run.
 *
 * Starts when it is iterated. Leaving the loop, or an abort, ends all that is under way, and every
 * session is disposed of before control comes back.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT, at once, if an option is wrong; while iterating, the
 *   signal's reason when it fires, and what a protocol throws
 */
export function rollout<Q extends Question>(
  options: RolloutOptions<Q>,
): AsyncGenerator<Trajectory<Q>, void, undefined> {
  return run(options, settingsOf(options))
}

async function* run<Q extends Question>(
  { signal, onTrajectory }: Pick<RolloutOptions<Q>, 'signal' | 'onTrajectory'>,
  settings: Settings<Q>,
): AsyncGenerator<Trajectory<Q>, void, undefined> {
  signal?.throwIfAborted()
  const { groupSize, concurrency } = settings
  const stop = new AbortController()
  setMaxListeners(0, stop.signal) // one for each trajectory that waits
  const onAbort = () => stop.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })

  const observations = new ObservationEncoder(settings.tokenizer)
  const groups = groupsOf(settings)
  const running = new Set<Promise<void>>()
  const finished: Trajectory<Q>[] = []
  let failure: { readonly error: unknown } | undefined
  let wake = () => {}

  const start = (attempt: Attempt<Q>, open: () => Session) => {
    const work: Promise<void> = play(attempt, open, settings, observations, stop.signal)
      .then((trajectory) => {
        onTrajectory?.(trajectory)
        finished.push(trajectory)
      })
      .then(() => {
        running.delete(work)
        startMore()
      })
      .catch((error) => {
        running.delete(work)
        failure ??= { error }
        stop.abort(error)
      })
      .then(() => wake())
    running.add(work)
  }
  const startMore = () => {
    while (running.size < concurrency && !stop.signal.aborted) {
      const group = groups.next()
      if (group.done) return
      const open = sessionsOf(group.value, settings)
      for (const attempt of group.value) start(attempt, open)
    }
  }

  try {
    startMore()
    for (let left = settings.examples.length * groupSize; left > 0; left--) {
      while (finished.length === 0 && !failure)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      signal?.throwIfAborted()
      if (failure) throw failure.error
      yield finished.shift()!
    }
  } finally {
    stop.abort(signal?.reason)
    await Promise.all(running)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** The attempts at each example. */
function* groupsOf<Q extends Question>(settings: Settings<Q>): Generator<readonly Attempt<Q>[]> {
  const { examples, groupSize, protocol, tokenizer, seed } = settings
  const occurrences = new Map<string, number>()
  for (const [index, example] of examples.entries()) {
    const prompt = protocol.prompt(example)
    const prefix = prompt.prefix ?? ''
    const promptIds = encodePrompt(prompt, tokenizer)
    // The same example twice is two groups, which must not be copies of each other.
    const occurrence = occurrences.get(example.id) ?? 0
    occurrences.set(example.id, occurrence + 1)
    yield Array.from({ length: groupSize }, (_, sample) => {
      const names = occurrence === 0 ? [sample] : [sample, occurrence]
      const own = randomStream(seed, example.id, ...names).seed()
      return { example, index, sample, seed: own, promptIds, prefix }
    })
  }
}

/**
 * Opens a group's sessions: forks of one that is never sampled from before the last fork is made.
 *
 * Each caller gets its own; a failure to open reaches all of them.
 */
function sessionsOf<Q extends Question>(
  group: readonly Attempt<Q>[],
  { sampler, maxTokens }: Settings<Q>,
): () => Session {
  const { promptIds } = group[0]!
  const sessions: Session[] = []
  let failure: { readonly error: unknown } | undefined
  if (promptIds.length < maxTokens) {
    try {
      sessions.push(sampler.open(promptIds))
      while (sessions.length < group.length) sessions.push(sessions[0]!.fork())
    } catch (error) {
      for (const session of sessions) session[Symbol.dispose]()
      failure = { error }
    }
  }
  return () => {
    if (failure) throw failure.error
    return sessions.pop()!
  }
}

/** A prompt's tokens, those of the forced prefix last. */
function encodePrompt(prompt: Prompt, tokenizer: Tokenizer): Int32Array {
  const start = tokenizer.encode(promptText(prompt, tokenizer))
  if (!prompt.prefix) return start
  const prefix = tokenizer.encode(prompt.prefix)
  const ids = new Int32Array(start.length + prefix.length)
  ids.set(start)
  ids.set(prefix, start.length)
  return ids
}

function promptText(prompt: Prompt, { chatTemplate }: Tokenizer): string {
  if ('text' in prompt) return prompt.text
  return chatTemplate
    ? chatTemplate(prompt.messages, { addGenerationPrompt: true })
    : prompt.messages.map(({ content }) => content).join('\n')
}
