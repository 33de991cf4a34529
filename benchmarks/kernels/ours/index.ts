// Our side of every case, by kernel.

import { callOperator } from '@querl/torch'
import type { Kernel, KernelCase } from '../cases.js'
import type { Results } from '../side.js'
import { prepareAdamW, prepareGlobalNorm } from './adamw.js'
import { prepareGae } from './gae.js'
import { prepareSample } from './sample.js'

/** A case with its inputs in memory: those of peer/*.py, number for number. */
export interface OurCase extends Disposable {
  /** What is measured. */
  run(): void
  /** Of the last run, under the peer's names. */
  results(): Results
}

export type Prepare = (sizes: KernelCase['sizes']) => OurCase

const kernels: Record<Kernel, Prepare> = {
  adamw: prepareAdamW,
  gae: prepareGae,
  globalNorm: prepareGlobalNorm,
  sample: prepareSample,
}

export function prepareOurs(kernel: Kernel, sizes: KernelCase['sizes']): OurCase {
  return kernels[kernel](sizes)
}

/** Of the operators that this thread calls from now on. */
export function setThreads(threads: number): void {
  callOperator('querl::set_num_threads', threads)
}
