import { argumentError } from '@querl/base'
import { callOperator } from '../operator-call.js'
import { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { type Integers, Operands } from './operands.js'
import { type PpoMetrics, type PpoSums, ppoMetrics, readPpoSums } from './ppo-metrics.js'
import { type CheckedPpoOptions, checkPpoOptions, type PpoOptions } from './ppo-options.js'

/** What masked PPO reads of T tokens. Where the mask is 0 nothing else is read, NaN or not. */
export interface PpoTokens<Numbers, Mask, Offsets> {
  /** Natural log of each token's probability under the policy being trained. */
  readonly logprobs: Numbers
  /** The same under the policy before its update. */
  readonly oldLogprobs: Numbers
  readonly advantages: Numbers
  /** Not 0 where the policy wrote the token. */
  readonly mask: Mask
  /** Under the reference policy. Default: no divergence from it is measured. */
  readonly referenceLogprobs?: Numbers | undefined
  /** As the sampler reported them, for a correction. */
  readonly samplerLogprobs?: Numbers | undefined
  /** Of the policy's distribution before each token, in nats. Default: not measured. */
  readonly entropies?: Numbers | undefined
  /** The critic's, now; with `returns`. Default: no value loss. */
  readonly values?: Numbers | undefined
  /** The critic's before its update, where values are clipped. */
  readonly oldValues?: Numbers | undefined
  /** What the values should be. */
  readonly returns?: Numbers | undefined
  /** Shape (B + 1): the first token of each sequence, from 0, and T. For what is per sequence. */
  readonly offsets?: Offsets | undefined
  /** Shape (M + 1): the first sequence of each micro-batch, from 0, and B. For `microBatches`. */
  readonly microBatches?: Offsets | undefined
}

/** Arrays of shape (T), packed. */
export type PpoArrays = PpoTokens<Float32Array, Uint8Array, Integers>

/**
 * Tensors on one device, of shape (T), packed, or (B, T), where each row is a sequence. float32;
 * bfloat16 and float16 are read as float32, and get gradients of their own dtype. The mask has any
 * dtype. Views need not be contiguous.
 */
export type PpoTensors = PpoTokens<Tensor, Tensor, Tensor | Integers>

export interface PpoResult {
  readonly metrics: PpoMetrics
  /** What the metrics are made of: sums add up over parts of a batch. */
  readonly sums: PpoSums
}

export interface PpoArraysResult extends PpoResult {
  readonly loss: number
  readonly gradients: PpoGradients
}

/** Of the loss, shape (T): 0 where the mask is. */
export interface PpoGradients {
  readonly logprobs: Float32Array
  /** Where there are `entropies`. */
  readonly entropies?: Float32Array
  /** Where there are `values`. */
  readonly values?: Float32Array
}

/** Reading the sums or the metrics waits for the device; not within run(), but after it. */
export class PpoTensorsResult implements PpoResult, Disposable {
  #sums: PpoSums | undefined

  /** @internal */
  constructor(
    /** One float32, with a history: its backward() gives the log-probs, entropies and values theirs. */
    readonly loss: Tensor,
    private readonly statistics: Tensor,
  ) {}

  get sums(): PpoSums {
    if (this.#sums === undefined) {
      this.#sums = readPpoSums(this.statistics.data() as Float64Array)
      this.statistics.dispose()
    }
    return this.#sums
  }

  get metrics(): PpoMetrics {
    return ppoMetrics(this.sums)
  }

  [Symbol.dispose](): void {
    this.loss.dispose()
    this.statistics.dispose()
  }
}

/**
 * The clipped PPO objective over the tokens that the policy wrote, its gradients and its metrics, in
 * one pass over the memory:
 *
 * ```
 * x_t  = logprobs_t - oldLogprobs_t
 * r_t  = exp(x_t), or exp(mean x over the sequence)
 * p_t  = -min(r_t A_t, clip(r_t, 1 - low, 1 + high) A_t), and at most -dual A_t where A_t < 0
 * o_t  = exp(oldLogprobs_t - samplerLogprobs_t), cut; 1 without a correction
 * v_t  = max((values_t - returns_t)², (clip(values_t, oldValues_t ± range) - returns_t)²) / 2
 * loss = Σ_t w_t (o_t p_t + kl k(referenceLogprobs_t - logprobs_t) - entropy H_t + value v_t)
 * ```
 *
 * with w_t by the aggregation. Only the log-probs, entropies and values have gradients; a token whose
 * ratio is clipped has none of p_t. The same input gives the same bits, with any number of threads.
 * A NaN in a token of mask 1 shows in the loss and in that token's gradient; without a token of mask
 * 1 everything is 0. Synchronous: within `torch.run()` tensors keep it off the event loop.
 *
 * @param tokens all arrays or all tensors
 * @param into of arrays: where the gradients are written, and what `gradients` then is. Default: new
 *   arrays, whose fresh memory can cost more than all the rest where T is a million
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if shapes, dtypes or devices differ, an option is out of
 *   range, or an input that the options need is not there
 * @see Schulman et al. 2017 (arXiv 1707.06347), eq. 7: the surrogate · Ye et al. 2020 (arXiv
 *   1912.09729), eq. 5: `clip.dual` · Yu et al. 2025, DAPO (arXiv 2503.14476): high above low, the
 *   mean over all tokens · Liu et al. 2025, Dr. GRPO (arXiv 2503.20783): `constant` · Zheng et al.
 *   2025, GSPO (arXiv 2507.18071), eq. 7 and 14: the sequence's ratio · Jin et al. 2025, Search-R1
 *   (arXiv 2503.09516): the mask, `microBatches`, `kl.limit` 10 · Yao et al. 2025, "Your efficient RL
 *   framework secretly brings you off-policy RL training": the truncated correction
 */
export function maskedPpo(
  tokens: PpoArrays,
  options?: PpoOptions,
  into?: Partial<PpoGradients>,
): PpoArraysResult
export function maskedPpo(tokens: PpoTensors, options?: PpoOptions): PpoTensorsResult
export function maskedPpo(
  tokens: PpoArrays | PpoTensors,
  options: PpoOptions = {},
  into: Partial<PpoGradients> = {},
): PpoArraysResult | PpoTensorsResult {
  const checked = checkPpoOptions(options)
  return tidy(() => {
    const inputs = inputsOf(tokens, checked)
    return tokens.logprobs instanceof Tensor ? ofTensors(inputs) : ofArrays(inputs, into)
  })
}

const gradientNames = ['logprobs', 'entropies', 'values'] as const

type Inputs = (Tensor | null | number | string)[]

function ofTensors(inputs: Inputs): PpoTensorsResult {
  const [loss, sums] = callOperator<[Tensor, Tensor]>('querl::masked_ppo', ...inputs)
  return new PpoTensorsResult(loss, sums)
}

function ofArrays(inputs: Inputs, into: Partial<PpoGradients>): PpoArraysResult {
  const count = (inputs[0] as Tensor).shape[0]
  const targets = gradientNames.map((name) => {
    const target = into[name]
    if (target === undefined) return null
    if (!(target instanceof Float32Array) || target.length !== count)
      throw argumentError(`into.${name}`, `a Float32Array of length ${count}`, target)
    return Tensor.fromTypedArray(target, [count], { copy: false })
  })
  const [sums, ...gradients] = callOperator<[Tensor, Tensor, Tensor | null, Tensor | null]>(
    'querl::masked_ppo_gradients',
    ...inputs,
    ...targets,
  )
  const read = readPpoSums(sums.data() as Float64Array)
  const { policyLoss, klLoss, entropyLoss, valueLoss } = read
  const [logprobs, entropies, values] = gradientNames.map(
    (name, i) => gradients[i] && (into[name] ?? (gradients[i].view() as Float32Array)),
  )
  return {
    loss: policyLoss + klLoss + entropyLoss + valueLoss,
    gradients: { logprobs: logprobs!, ...(entropies && { entropies }), ...(values && { values }) },
    sums: read,
    metrics: ppoMetrics(read),
  }
}

/** The operator's arguments in its order. */
function inputsOf(tokens: PpoArrays | PpoTensors, checked: CheckedPpoOptions): Inputs {
  const { logprobs: first } = tokens
  const operands = new Operands(first)
  const checkShape = (name: string, tensor: Tensor) => {
    if (first instanceof Tensor) {
      const shape = first.shape.join(', ')
      if (tensor.shape.join(', ') !== shape)
        throw argumentError(name, `of shape (${shape}), as logprobs`, tensor.shape)
    } else if (tensor.shape[0] !== first.length)
      throw argumentError(name, `of length ${first.length}, as logprobs`, tensor.shape[0])
    return tensor
  }
  const numbers = (name: NumberInput) =>
    checkShape(name, operands.tensor(name, tokens[name], [Float32Array]))
  const some = (name: NumberInput) => (tokens[name] === undefined ? null : numbers(name))
  checkPresence(tokens, checked, !(first instanceof Tensor) || first.shape.length === 1)
  return [
    numbers('logprobs'),
    numbers('oldLogprobs'),
    numbers('advantages'),
    checkShape('mask', operands.tensor('mask', tokens.mask, [Uint8Array])),
    some('referenceLogprobs'),
    some('samplerLogprobs'),
    some('entropies'),
    some('values'),
    some('oldValues'),
    some('returns'),
    operands.integers('offsets', tokens.offsets),
    operands.integers('microBatches', tokens.microBatches),
    ...checked.operatorArguments,
  ]
}

type NumberInput = Exclude<keyof PpoArrays, 'mask' | 'offsets' | 'microBatches'>

/** @param packed whether sequences need offsets */
function checkPresence(
  tokens: PpoArrays | PpoTensors,
  { needs }: CheckedPpoOptions,
  packed: boolean,
): void {
  const needed: readonly (readonly [keyof PpoArrays, boolean, string])[] = [
    ['referenceLogprobs', needs.referenceLogprobs, 'kl'],
    ['samplerLogprobs', needs.samplerLogprobs, 'correction'],
    ['entropies', needs.entropies, 'entropyCoefficient'],
    ['values', tokens.returns !== undefined, 'returns'],
    ['returns', tokens.values !== undefined, 'values'],
    ['oldValues', needs.oldValues && tokens.values !== undefined, 'value.clip'],
    ['offsets', needs.sequences && packed, 'what is per sequence'],
    ['microBatches', needs.microBatches, 'their aggregation'],
  ]
  for (const [name, isNeeded, reason] of needed)
    if (isNeeded && tokens[name] === undefined)
      throw argumentError(name, `given with ${reason}`, undefined)
}
