import { expect } from 'vitest'
import { byteTokenizer } from './byte-tokenizer.js'
import type { FoundPassage, Question, Session, Tool } from './interfaces.js'
import type { RolloutOptions } from './options.js'
import { type SearchR1Options, searchR1 } from './protocols/search-r1.js'
import { rollout } from './rollout.js'
import { type Script, type ScriptedSampler, scriptedSampler } from './scripted-sampler.js'
import { search } from './tools/search.js'
import { lossMask, type Trajectory, tokensOf } from './trajectory.js'

// What the tests of the loop and of single trajectories have in common.

export const tokenizer = byteTokenizer()
const jaws: Question = {
  id: 'jaws',
  question: 'Who wrote the music of Jaws?',
  answers: ['Williams'],
}
export const bare = { promptText: (question: string) => `${question}\n`, chat: false }
export const example = (id: string): Question => ({
  id,
  question: `Question ${id}?`,
  answers: ['x'],
})

export function fixedSearch(text: string, calls: string[] = []): Tool {
  return search(
    {
      search: async (queries) => {
        calls.push(...queries)
        return queries.map((): FoundPassage[] => [{ id: '0', title: 'T', text }])
      },
    },
    { retries: 0 },
  )
}

export const samplers: ScriptedSampler[] = []
export function scripted(script: Script, options?: Parameters<typeof scriptedSampler>[1]) {
  const sampler = scriptedSampler(script, options)
  samplers.push(sampler)
  return sampler
}

/** Whatever a test does, nothing may stay open. */
export function checkAllClosed(): void {
  for (const sampler of samplers.splice(0)) expect(sampler.openSessions).toBe(0)
}

type Options = Partial<RolloutOptions> & { script?: Script; protocolOptions?: SearchR1Options }

export function start({ script = [], protocolOptions = {}, ...options }: Options) {
  return rollout({
    sampler: scripted(script),
    tokenizer,
    protocol: searchR1({ ...bare, ...protocolOptions }),
    tools: [fixedSearch('found')],
    examples: [jaws],
    seed: 1,
    ...options,
  })
}

export async function collect(options: Options): Promise<Trajectory[]> {
  const all: Trajectory[] = []
  for await (const trajectory of start(options)) all.push(trajectory)
  return all.sort((a, b) => a.index - b.index || a.sample - b.sample)
}

export async function playOne(options: Options): Promise<Trajectory> {
  return (await collect(options))[0]!
}

/** The text that the loss would touch. */
export function trainedText(trajectory: Trajectory): string {
  const mask = lossMask(trajectory.segments)
  return tokenizer.decode(tokensOf(trajectory).filter((_, at) => mask[at] === 1))
}

export const say = '<think> a </think><search> jaws </search>'
export const told = '\n\n<information>Doc 1(Title: T) found</information>\n\n'

/** A session's members as own properties, so that one can be replaced. */
export function wrapped(session: Session): Session {
  return {
    get length() {
      return session.length
    },
    generate: (options) => session.generate(options),
    append: (ids) => session.append(ids),
    fork: () => session.fork(),
    [Symbol.dispose]: () => session[Symbol.dispose](),
  }
}
