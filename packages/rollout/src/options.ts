import {
  argumentError,
  checkInRange,
  checkNonNegativeInteger,
  checkPositiveInteger,
  nearest,
  QuerlError,
} from '@querl/base'
import type { Question, Sampler, Tokenizer, Tool } from './interfaces.js'
import type { Protocol } from './protocol.js'
import type { Trajectory } from './trajectory.js'

/** Who plays, by which rules, and how long. */
export interface RolloutOptions<Q extends Question = Question> {
  readonly sampler: Sampler
  readonly tokenizer: Tokenizer
  readonly protocol: Protocol
  /** What the protocol's actions may call; more than it needs is no error. */
  readonly tools: readonly Tool[]
  readonly examples: readonly Q[]
  /** Trajectories for each example. Default 1. */
  readonly groupSize?: number
  /** 0 picks the likeliest token. Default 1. */
  readonly temperature?: number
  /** In (0, 1]. Default 1: all of the distribution. */
  readonly topP?: number
  /** Default 0: all tokens. */
  readonly topK?: number
  /**
   * A trajectory's draws depend on this, on its example's id and on its place in the group, and on
   * nothing else. An integer in [0, 2^53).
   */
  readonly seed: number
  /** Tokens of the policy in one turn. Default 500. */
  readonly maxTurnTokens?: number
  /** Tokens of the policy in one trajectory. Default Infinity. */
  readonly maxPolicyTokens?: number
  /** Tokens of one trajectory, of all authors. Default 4096. */
  readonly maxTokens?: number
  /** Turns in which the policy may act; a final one may follow. Default 4. */
  readonly maxTurns?: number
  /** Token ids that the policy cannot sample. Default none. */
  readonly bannedIds?: readonly number[]
  /** Token ids that end a turn. Default the tokenizer's end of text, if it has one. */
  readonly stopIds?: readonly number[]
  /** Trajectories under way at a time, rounded up to whole groups. Default 1024. */
  readonly concurrency?: number
  readonly signal?: AbortSignal
  /** Is told of each trajectory as it ends, before it is yielded. */
  readonly onTrajectory?: (trajectory: Trajectory<Q>) => void
}

/** {@link RolloutOptions} with nothing left out but the hooks. */
export type Settings<Q extends Question> = Required<
  Omit<RolloutOptions<Q>, 'signal' | 'onTrajectory' | 'tools'>
> & { readonly tools: ReadonlyMap<string, Tool> }

/** @throws {QuerlError} ERR_QUERL_ARGUMENT if an option is out of its range or a tool is missing */
export function settingsOf<Q extends Question>(options: RolloutOptions<Q>): Settings<Q> {
  const { sampler, tokenizer, protocol, examples, seed, temperature = 1, topP = 1 } = options
  const { eosId } = tokenizer
  if (!(temperature >= 0 && temperature < Number.POSITIVE_INFINITY))
    throw argumentError('temperature', 'a number of at least 0', temperature)
  if (!(topP > 0)) throw argumentError('topP', 'in (0, 1]', topP)
  return {
    sampler,
    tokenizer,
    protocol,
    tools: toolsOf(options),
    examples,
    groupSize: checkPositiveInteger('groupSize', options.groupSize ?? 1),
    temperature,
    topP: checkInRange('topP', topP, 0, 1),
    topK: checkNonNegativeInteger('topK', options.topK ?? 0),
    seed: checkNonNegativeInteger('seed', seed),
    maxTurnTokens: checkPositiveInteger('maxTurnTokens', options.maxTurnTokens ?? 500),
    maxPolicyTokens: checkLimit('maxPolicyTokens', options.maxPolicyTokens),
    maxTokens: checkPositiveInteger('maxTokens', options.maxTokens ?? 4096),
    maxTurns: checkPositiveInteger('maxTurns', options.maxTurns ?? 4),
    bannedIds: options.bannedIds ?? [],
    stopIds: options.stopIds ?? (eosId === undefined ? [] : [eosId]),
    concurrency: checkPositiveInteger('concurrency', options.concurrency ?? 1024),
  }
}

function checkLimit(name: string, value = Number.POSITIVE_INFINITY): number {
  return value === Number.POSITIVE_INFINITY ? value : checkPositiveInteger(name, value)
}

function toolsOf({ protocol, tools }: Pick<RolloutOptions, 'protocol' | 'tools'>) {
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  for (const name of protocol.maxCalls > 0 ? protocol.tools : []) {
    if (byName.has(name)) continue
    const near = nearest(name, byName.keys())
    throw new QuerlError(
      'ERR_QUERL_ARGUMENT',
      `The protocol ${protocol.name} needs a tool "${name}".`,
      {
        remedy: near ? `There is a tool "${near}".` : 'Add it to tools.',
      },
    )
  }
  return byName
}
