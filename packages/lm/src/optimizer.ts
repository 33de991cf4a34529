import { checkInRange, checkNonNegative, checkPositive } from '@querl/base'
import type { NativeStepOptions } from '@querl/torch/native'

/** @see Loshchilov & Hutter 2019 (arXiv 1711.05101) */
export interface AdamWOptions {
  /** Learning rate, at least 0. */
  readonly lr: number
  /** In [0, 1). Default 0.9. */
  readonly beta1?: number | undefined
  /** In [0, 1). Default 0.999. */
  readonly beta2?: number | undefined
  /** Above 0. Default 1e-8. */
  readonly epsilon?: number | undefined
  /** Decoupled, for all parameters alike. Default 0. */
  readonly weightDecay?: number | undefined
  /** The global norm that gradients are scaled down to; 0 leaves them as they are. Default 1. */
  readonly maxGradNorm?: number | undefined
}

/**
 * Checks options and fills in the defaults.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 */
export function checkedAdamW(options: AdamWOptions): NativeStepOptions {
  const {
    lr,
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
    weightDecay = 0,
    maxGradNorm = 1,
  } = options
  const below1 = 1 - 2 ** -24 // the last fp32 number below 1
  return {
    lr: checkNonNegative('lr', lr),
    beta1: checkInRange('beta1', beta1, 0, below1),
    beta2: checkInRange('beta2', beta2, 0, below1),
    epsilon: checkPositive('epsilon', epsilon),
    weightDecay: checkNonNegative('weightDecay', weightDecay),
    maxGradNorm: checkNonNegative('maxGradNorm', maxGradNorm),
  }
}
