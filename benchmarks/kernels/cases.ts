// What is measured, at which sizes, and what the least work for it is.

import type { CaseDescription, Series, SuiteDescription } from '../result.js'

export type Kernel =
  | 'adamw'
  | 'gae'
  | 'globalNorm'
  | 'linearLogprobs'
  | 'logitsLogprobs'
  | 'maskedPpo'
  | 'sample'
  | 'varlenAttention'

/** How a peer computes it: operator by operator, compiled from them, or LibTorch's own fused kernel. */
export type Variant = 'eager' | 'compile' | 'fused'

export interface KernelCase extends CaseDescription {
  readonly kernel: Kernel
  /** As peer/*.py and ours/*.ts read them. */
  readonly sizes: Readonly<Record<string, number | string | boolean>>
  readonly variants: readonly Variant[]
  readonly series: Series
  /** What bounds it: memory, as a copy has it, or matrix products. */
  readonly bound: 'copy' | 'gemm'
  /**
   * What must be done whatever the algorithm: bytes that are read or written; or floating-point
   * operations of the products forward and of both gradients.
   */
  readonly work: number
  /** Distinct bytes among them, where a copy bounds it: a copy of as many is as well cached. */
  readonly workingSet?: number
  /** Largest difference of a result from the peer's, as a share of the largest value among them. */
  readonly tolerance: number
  /** The same for eager PyTorch, where it is less exact than the other variants. Default: `tolerance`. */
  readonly eagerTolerance?: number
  /** Measured at every number of threads; the others at the largest only. */
  readonly isHeadline?: boolean
  /** Takes seconds and gigabytes: so many rounds, none of them to warm up. */
  readonly bigRounds?: number
}

/** Of Qwen2.5. */
const vocab = 151_936
/** Hidden size of Qwen2.5-0.5B. */
const width = 896
/** Sums of up to a million terms in float32, in another order. */
const float32Sums = 2e-4
/** The peer's logits are bfloat16, 8 bits; ours are never rounded. */
const bfloat16Logits = 2e-2
/** Eager PyTorch has probabilities and sums in bfloat16, too: an entropy of 4.70 came out as 4.5. */
const bfloat16Sums = 6e-2

/** Of answers to a prompt, each behind its copy of it. */
const attendedLengths = [612, 348, 455, 230, 540, 390, 280, 701]

export const cases: readonly KernelCase[] = [
  ...[10, 12, 14, 16, 18, 20, 22].map((power) => maskedPpo(2 ** power)),
  maskedPpo(2 ** 20, 'reference'),
  maskedPpo(2 ** 20, 'arrays'),
  ...[16, 64, 256, 1024].map(logitsLogprobs),
  ...[64, 256, 1024, 4096].map((tokens) => linearLogprobs(tokens, 'float32')),
  ...[64, 256, 1024, 4096].map((tokens) => linearLogprobs(tokens, 'bfloat16')),
  ...[256, 1024, 4096].map(gae),
  varlenAttention('float32'),
  varlenAttention('bfloat16'),
  ...[1, 8, 64].map(sample),
  ...[2 ** 20, 2 ** 24].flatMap((parameters) => [adamw(parameters), globalNorm(parameters)]),
]

export const description: SuiteDescription = {
  summary:
    'the fused kernels against eager PyTorch as veRL writes it and torch.compile; `-- 1,2` names threads',
  cases: cases.map(({ name, summary }) => ({ name, summary })),
}

function maskedPpo(tokens: number, extra?: 'reference' | 'arrays'): KernelCase {
  const bytes = tokens * (extra === 'reference' ? 21 : 17)
  const name = {
    none: 'maskedPpo',
    reference: 'maskedPpo with a reference',
    arrays: 'maskedPpo of typed arrays',
  }[extra ?? 'none']
  const summary = {
    none: 'dual-clipped loss, its metrics, and a backward pass',
    reference: 'the same with a KL term in the loss',
    arrays: 'the same without tensors: loss and gradient in one call',
  }[extra ?? 'none']
  return {
    ...{ name: `${name}, T ${countText(tokens)}`, summary },
    kernel: 'maskedPpo',
    sizes: { tokens, ...(extra && { [extra]: true }) },
    variants: ['eager', 'compile'],
    series: { name, axis: 'tokens T', size: tokens },
    // Three log-probs or advantages and a mask in, a gradient out.
    ...{ bound: 'copy', work: bytes, workingSet: bytes, tolerance: float32Sums },
    isHeadline: tokens === 2 ** 20 && extra !== 'reference',
  }
}

function logitsLogprobs(tokens: number): KernelCase {
  const bytes = tokens * vocab * 4
  return {
    name: `logitsLogprobs, T ${countText(tokens)}`,
    summary: `log-probs and entropies of logits, and the gradient in their place`,
    kernel: 'logitsLogprobs',
    sizes: { tokens, vocab },
    variants: ['eager', 'compile'],
    series: { name: 'logitsLogprobs', axis: `tokens T (V ${vocab})`, size: tokens },
    // One read forward; one read and one write backward.
    ...{ bound: 'copy', work: 3 * bytes, workingSet: bytes, tolerance: float32Sums },
    ...(tokens === 1024 && { bigRounds: 3 }),
  }
}

function linearLogprobs(tokens: number, dtype: 'float32' | 'bfloat16'): KernelCase {
  const name = `linearLogprobs ${dtype}`
  return {
    name: `${name}, T ${countText(tokens)}`,
    summary: `log-probs and entropies of hidden states, D ${width}, with both gradients`,
    kernel: 'linearLogprobs',
    sizes: { tokens, width, vocab, dtype },
    variants: ['eager', 'compile'],
    series: { name, axis: `tokens T (D ${width}, V ${vocab})`, size: tokens },
    ...{ bound: 'gemm', work: 6 * tokens * width * vocab },
    ...(dtype === 'float32'
      ? { tolerance: float32Sums }
      : { tolerance: bfloat16Logits, eagerTolerance: bfloat16Sums }),
    ...(tokens >= 1024 && { bigRounds: tokens > 1024 ? 2 : 3 }),
  }
}

function gae(length: number): KernelCase {
  const sequences = 512
  const bytes = sequences * length * 17
  return {
    name: `gae, ${sequences} × ${length}`,
    summary: 'advantages and returns over the tokens of the policy',
    kernel: 'gae',
    sizes: { sequences, length },
    variants: ['eager'], // a compiler would unroll the loop over positions
    series: { name: 'gae', axis: `tokens a sequence (${sequences} sequences)`, size: length },
    // Rewards, values and a mask in; advantages and returns out.
    ...{ bound: 'copy', work: bytes, workingSet: bytes, tolerance: float32Sums },
    isHeadline: length === 4096,
  }
}

function varlenAttention(dtype: 'float32' | 'bfloat16'): KernelCase {
  const name = `varlenAttention ${dtype}`
  // Heads of Qwen2.5-0.5B.
  const [heads, kvHeads, headDim] = [14, 2, 64]
  const pairs = attendedLengths.reduce((sum, length) => sum + (length * (length + 1)) / 2, 0)
  return {
    name: `${name}, ${attendedLengths.length} sequences`,
    summary: 'causal attention over a packed batch, and its gradients; the peer pads, or loops',
    kernel: 'varlenAttention',
    sizes: { lengths: attendedLengths.join(','), heads, kvHeads, headDim, dtype },
    variants: ['eager', 'fused'],
    series: { name, axis: 'sequences of 230 to 701 tokens', size: attendedLengths.length },
    // Two products forward and five backward, below the diagonal alone.
    ...{ bound: 'gemm', work: 14 * pairs * heads * headDim },
    tolerance: dtype === 'float32' ? float32Sums : bfloat16Logits,
    isHeadline: true,
  }
}

function sample(rows: number): KernelCase {
  const bytes = rows * vocab * 4
  return {
    name: `sample, ${rows} × ${vocab}`,
    summary: 'a token a row with temperature and top-p, and its log-prob',
    kernel: 'sample',
    sizes: { rows, vocab },
    variants: ['eager', 'compile'],
    series: { name: 'sample', axis: `rows (V ${vocab})`, size: rows },
    // Log-probs of magnitude 30 out of float32 logits, against float64.
    ...{ bound: 'copy', work: bytes, workingSet: bytes, tolerance: 1e-4 },
    isHeadline: rows === 64,
  }
}

function adamw(parameters: number): KernelCase {
  return {
    name: `adamw, ${countText(parameters)} parameters`,
    summary: 'one step, in place, over tensors of a million',
    kernel: 'adamw',
    sizes: { parameters },
    variants: ['eager', 'fused', 'compile'],
    series: { name: 'adamw', axis: 'parameters', size: parameters },
    // Weights, gradients and two moments in, all but the gradients out.
    ...{ bound: 'copy', work: parameters * 28, workingSet: parameters * 16, tolerance: 1e-5 },
    isHeadline: parameters === 2 ** 24,
  }
}

function globalNorm(parameters: number): KernelCase {
  const bytes = parameters * 4
  return {
    name: `globalNorm, ${countText(parameters)} parameters`,
    summary: 'the norm of all gradients together',
    kernel: 'globalNorm',
    sizes: { parameters },
    variants: ['eager', 'compile'],
    series: { name: 'globalNorm', axis: 'parameters', size: parameters },
    // The peer adds a million squares up in float32.
    ...{ bound: 'copy', work: bytes, workingSet: bytes, tolerance: 1e-4 },
    isHeadline: parameters === 2 ** 24,
  }
}

/** `1024` → `1k`, `1048576` → `1M`: powers of two are told in powers of two. */
function countText(count: number): string {
  if (count >= 2 ** 20) return `${count / 2 ** 20}M`
  return count >= 2 ** 10 ? `${count / 2 ** 10}k` : String(count)
}
