import { argumentError, checkNonNegativeInteger, checkPositiveInteger } from '@querl/base'
import type { Metrics } from './metrics.js'
import type { Optimizable } from './model.js'
import { type OptimizerOptions, settingsAt } from './optimizer.js'
import { byTokenBudget, concatenate, pack } from './packing.js'
import { DivergenceGuard, type LossBatch, update } from './update.js'

/** A sequence and how much the loss of predicting each of its tokens counts. */
export interface SupervisedRow {
  /** Shape (T). */
  readonly ids: Int32Array
  /** Shape (T), at least 0; entry 0 is never read, since nothing comes before the first token. */
  readonly weights: Float32Array
}

export interface SupervisedOptions {
  readonly model: Optimizable
  /** The rows of a step, counted from 0. */
  readonly batches: (step: number) => readonly SupervisedRow[]
  /** Steps in all. */
  readonly steps: number
  /** Where to go on after a resume. Default 0. */
  readonly startStep?: number
  readonly optimizer: OptimizerOptions
  /** Tokens of one forward and backward pass. Default 16384; changes memory, not the loss. */
  readonly microBatchTokens?: number
  /** Skipped updates in a row that end the run. Default 3. */
  readonly maxSkippedInARow?: number
  readonly signal?: AbortSignal
}

export interface SupervisedStep {
  /** Counted from 1: how many steps are done. */
  readonly step: number
  readonly metrics: Metrics
}

/**
 * Trains on weighted next-token prediction: a warm start, or SFT.
 *
 * The loss is the weighted mean over all tokens of a batch. Nothing happens until it is iterated.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT on a batch without weight, ERR_QUERL_DIVERGED when updates
 *   keep being skipped; the signal's reason when it fires
 */
export async function* supervised(options: SupervisedOptions): AsyncGenerator<SupervisedStep> {
  const { model, batches, steps, startStep = 0, signal } = options
  checkPositiveInteger('steps', steps)
  checkNonNegativeInteger('startStep', startStep)
  const budget = checkPositiveInteger('microBatchTokens', options.microBatchTokens ?? 16_384)
  const guard = new DivergenceGuard(
    checkPositiveInteger('maxSkippedInARow', options.maxSkippedInARow ?? 3),
  )
  let parts = startStep < steps ? lossParts(batches(startStep), budget) : []
  for (let step = startStep; step < steps; step++) {
    signal?.throwIfAborted()
    const began = performance.now()
    const settings = settingsAt(options.optimizer, step)
    const pending = update(model, parts, settings, signal ? { signal } : {})
    // The next batch is made while native threads work on this one.
    const next = step + 1 < steps ? made(() => lossParts(batches(step + 1), budget)) : undefined
    const { sums, gradNorm, skipped } = await pending
    guard.count(skipped, step + 1, 'model')
    yield {
      step: step + 1,
      metrics: {
        'supervised/loss': sums.loss,
        'supervised/tokens': sums.tokens,
        'supervised/learningRate': settings.lr,
        'supervised/gradNorm': gradNorm,
        'supervised/skippedUpdates': skipped ? 1 : 0,
        'time/step': (performance.now() - began) / 1000,
      },
    }
    parts = next?.() ?? []
  }
}

/** Runs `make` now and hands its result, or its error, to the caller later. */
function made<T>(make: () => T): () => T {
  try {
    const result = make()
    return () => result
  } catch (error) {
    return () => {
      throw error
    }
  }
}

function lossParts(rows: readonly SupervisedRow[], budget: number): LossBatch[] {
  const total = rows.reduce((sum, row) => sum + weightOf(row), 0)
  if (!(total > 0)) throw argumentError('the weights of a batch', 'above 0 in sum', total)
  return byTokenBudget(rows, ({ ids }) => ids.length, budget).map((part) => ({
    batch: pack(part.map(({ ids }) => ids)),
    loss: {
      kind: 'crossEntropy',
      weights: concatenate(part.map(({ weights }) => normalised(weights, total))),
    },
  }))
}

function weightOf({ ids, weights }: SupervisedRow): number {
  if (weights.length !== ids.length)
    throw argumentError('weights', `of length ${ids.length}, as ids`, weights.length)
  let sum = 0
  for (let t = 1; t < weights.length; t++) sum += weights[t]!
  return sum
}

function normalised(weights: Float32Array, total: number): Float32Array {
  const shares = weights.map((weight) => weight / total)
  shares[0] = 0
  return shares
}
