// Greedy decoding by our sampler, timed without the prompt.

import { type LanguageModel, Sampler } from '@querl/lm'

export interface Decoded {
  /** Of all steps but the first, which reads the prompts. */
  readonly seconds: number
  readonly tokens: number[][]
  /** Of the tokens, from the sampler. */
  readonly logprobs: number[][]
}

/** Decodes all prompts together. */
export async function decode(
  model: LanguageModel,
  prompts: readonly Int32Array[],
  { tokens, threads }: { tokens: number; threads: number },
): Promise<Decoded> {
  using sampler = new Sampler(model, { threads })
  const sessions = prompts.map((prompt) => sampler.open(prompt))
  const turn = (maxTokens: number) =>
    Promise.all(sessions.map((each) => each.generate({ maxTokens, temperature: 0, seed: 0 })))
  const first = await turn(1)
  const began = performance.now()
  const rest = await turn(tokens - 1)
  const seconds = (performance.now() - began) / 1000
  for (const session of sessions) session[Symbol.dispose]()
  return {
    seconds,
    tokens: first.map(({ ids }, row) => [...ids, ...rest[row]!.ids]),
    logprobs: first.map(({ logprobs }, row) => [...logprobs, ...rest[row]!.logprobs]),
  }
}

/** The share of rows that are equal to the end. */
export function shareEqual(
  ours: readonly (readonly number[])[],
  peers: readonly (readonly number[])[],
): number {
  const equal = ours.filter((row, index) => row.every((id, t) => id === peers[index]![t]))
  return equal.length / ours.length
}
