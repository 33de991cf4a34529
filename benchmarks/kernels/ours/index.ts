// Our side of every case, by kernel.

import type { Kernel, KernelCase } from '../cases.js'
import type { Results } from '../side.js'
import { prepareAdamW, prepareGlobalNorm } from './adamw.js'
import { prepareVarlenAttention } from './attention.js'
import { prepareGae } from './gae.js'
import { prepareLinearLogprobs, prepareLogitsLogprobs } from './logprobs.js'
import { prepareMaskedPpo } from './masked-ppo.js'
import { prepareSample } from './sample.js'

/** A case with its inputs in memory: those of peer/*.py, number for number. */
export interface OurCase extends Disposable {
  /** Makes anew what run() writes over; not measured. Default: it writes over nothing. */
  refresh?(): void
  /** What is measured. */
  run(): void
  /** Of the last run, under the peer's names. */
  results(): Results
  /** Frees what the last run gave, as every run does first: a peak of memory has it once. */
  forget(): void
}

export type Prepare = (sizes: KernelCase['sizes']) => OurCase

const kernels: Record<Kernel, Prepare> = {
  adamw: prepareAdamW,
  gae: prepareGae,
  globalNorm: prepareGlobalNorm,
  linearLogprobs: prepareLinearLogprobs,
  logitsLogprobs: prepareLogitsLogprobs,
  maskedPpo: prepareMaskedPpo,
  sample: prepareSample,
  varlenAttention: prepareVarlenAttention,
}

export function prepareOurs(kernel: Kernel, sizes: KernelCase['sizes']): OurCase {
  return kernels[kernel](sizes)
}
