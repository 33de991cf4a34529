import { randomStream } from '@querl/base'
import type { Protocol, Retriever } from '@querl/rollout'
import type { Example } from '@querl/tasks'
import type { SupervisedRow } from '@querl/train'
import type { TaskTokenizer } from './task.js'

export interface DemonstrationOptions {
  readonly examples: readonly Example[]
  readonly tokenizer: TaskTokenizer
  readonly protocol: Protocol
  /** Answers the demonstrations' searches. */
  readonly retriever: Retriever
  readonly topK: number
  readonly signal: AbortSignal
}

/**
 * One demonstration for each question: search for the question itself, read, and name the title of
 * the first passage. It shows the form and hardly ever the right answer, which is for RL to find.
 *
 * Prompt and passages have weight 0, what the policy is to write has weight 1.
 */
export async function formDemonstrations(options: DemonstrationOptions): Promise<SupervisedRow[]> {
  const { examples, tokenizer, protocol, retriever, topK, signal } = options
  const queries = examples.map(({ question }) => question)
  const found = await retriever.search(queries, { topK, signal })
  return examples.map((example, at) => {
    const passages = found[at] ?? []
    const { open, body, close } = protocol.observe({ ok: true, passages })
    const wrapper = tokenizer.encode(open).length + tokenizer.encode(close).length
    const room = Math.max(0, protocol.maxObservationTokens - wrapper)
    return row([
      [tokenizer.encode(promptText(protocol, example, tokenizer)), 0],
      [
        tokenizer.encode(
          `<think> I have to look it up. </think>\n<search> ${example.question} </search>`,
        ),
        1,
      ],
      [tokenizer.encode(open), 0],
      [tokenizer.encode(body).subarray(0, room), 0],
      [tokenizer.encode(close), 0],
      [
        tokenizer.encode(
          `<think> That tells it. </think>\n<answer> ${passages[0]?.title ?? 'unknown'} </answer>`,
        ),
        1,
      ],
    ])
  })
}

/** The text of a prompt, by the tokenizer's chat template where the protocol asks for it. */
export function promptText(
  protocol: Protocol,
  example: Example,
  { chatTemplate }: TaskTokenizer,
): string {
  const prompt = protocol.prompt(example)
  if ('text' in prompt) return prompt.text
  return chatTemplate
    ? chatTemplate(prompt.messages, { addGenerationPrompt: true })
    : prompt.messages.map(({ content }) => content).join('\n')
}

/** The rows of a step: as many as wanted, drawn anew at each. */
export function drawRows(pool: readonly SupervisedRow[], seed: number, batchSize: number) {
  return (step: number): readonly SupervisedRow[] => {
    const stream = randomStream(seed, 'warm start', 'rows', step)
    return Array.from({ length: batchSize }, () => stream.pick(pool))
  }
}

function row(pieces: readonly (readonly [ids: Int32Array, weight: number])[]): SupervisedRow {
  const length = pieces.reduce((sum, [ids]) => sum + ids.length, 0)
  const ids = new Int32Array(length)
  const weights = new Float32Array(length)
  let start = 0
  for (const [piece, weight] of pieces) {
    ids.set(piece, start)
    weights.fill(weight, start, start + piece.length)
    start += piece.length
  }
  return { ids, weights }
}
