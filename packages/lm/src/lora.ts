// Low-rank adapters: what users say of them.

import { argumentError, checkPositive, checkPositiveInteger, randomStream } from '@querl/base'
import { type LoraTarget, loraTargets, type NativeLora } from '@querl/torch/native'

/**
 * An adapter: y = W x + scale B (A x), where A (rank, in) starts at random and B (out, rank) at zero,
 * so that the model starts as it was.
 *
 * @see Hu et al. 2021 (arXiv 2106.09685)
 */
export interface LoraOptions {
  /** A positive integer. */
  readonly rank: number
  /** The scale is alpha / rank. Above 0. Default 2 × rank. */
  readonly alpha?: number | undefined
  /** Which matrices of a layer have one, or all of them. Default `all-linear`. */
  readonly targets?: 'all-linear' | readonly LoraTarget[] | undefined
  /**
   * Makes the scale alpha / √rank instead. Default false.
   *
   * @see Kalajdzievski 2023 (arXiv 2312.03732)
   */
  readonly rankStabilised?: boolean | undefined
  /** Of A, an integer in [0, 2^53). Default 0. */
  readonly seed?: number | undefined
}

/** The same, with all said; targets in the order of `loraTargets`. */
export interface CheckedLora {
  readonly rank: number
  readonly alpha: number
  readonly targets: readonly LoraTarget[]
  readonly rankStabilised: boolean
  readonly seed: number
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT */
export function checkedLora(options: LoraOptions): CheckedLora {
  const { rank, targets = 'all-linear', rankStabilised = false, seed = 0 } = options
  checkPositiveInteger('lora.rank', rank)
  const alpha = checkPositive('lora.alpha', options.alpha ?? 2 * rank)
  const named = targets === 'all-linear' ? loraTargets : targets
  if (!Array.isArray(named) || named.length === 0 || !named.every((it) => loraTargets.includes(it)))
    throw argumentError(
      'lora.targets',
      `"all-linear" or a list of ${loraTargets.join(', ')}`,
      targets,
    )
  const all = loraTargets.filter((target) => named.includes(target))
  return { rank, alpha, targets: all, rankStabilised, seed }
}

export function nativeLora({ rank, alpha, targets, rankStabilised }: CheckedLora): NativeLora {
  const indexes = Int32Array.from(targets, (target) => loraTargets.indexOf(target))
  return { rank, alpha, targets: indexes, rankStabilised }
}

/** Whether a tensor of an adapter is an A, which does not start at zero. */
export const isLoraA = (name: string): boolean => name.endsWith('.lora_A.weight')

/**
 * The first numbers of an A, as PEFT draws them: uniform in ±1/√in, which is Kaiming's with a = √5.
 *
 * @param shape (rank, in)
 */
export function initialA(name: string, shape: readonly number[], seed: number): Float32Array {
  const [rank, width] = shape as [number, number]
  const random = randomStream(seed, 'lora', name)
  const bound = 1 / Math.sqrt(width)
  const numbers = new Float32Array(rank * width)
  for (let i = 0; i < numbers.length; i++) numbers[i] = bound * (2 * random.uniform() - 1)
  return numbers
}
