// One of those who compute a case: ours, or a variant of the peer.

import { setThreads } from '@querl/torch'
import type { LinePeer } from '../line-peer.js'
import type { KernelCase, Variant } from './cases.js'
import { measureMemory } from './memory.js'
import { type OurCase, prepareOurs } from './ours/index.js'

/** What a case computed, by name: small results whole, places of large ones. */
export type Results = Readonly<Record<string, readonly number[]>>

export interface Round {
  /** Of one call. */
  readonly seconds: number
  /** Resident beyond what was there before; null where it was not asked for, or cannot be told. */
  readonly peakBytes: number | null
}

export interface Side {
  /** `ours`, or as the peer is called in the rows. */
  readonly label: string
  /** @param withMemory takes some time before and after the calls, but does not count to it */
  round(repeats: number, withMemory: boolean): Promise<Round>
  /** Of the last call. */
  results(given?: Readonly<Record<string, readonly number[]>>): Promise<Results>
  release(): Promise<void>
}

/** @param isWarm whether it is called once before it is measured */
export function ourSide(
  { kernel, sizes }: KernelCase,
  threads: number,
  isWarm: boolean,
): Side & { readonly ours: OurCase } {
  setThreads(threads)
  const ours = prepareOurs(kernel, sizes)
  if (isWarm) {
    ours.refresh?.()
    ours.run()
  }
  return {
    label: 'ours',
    ours,
    round: async (repeats, withMemory) => {
      setThreads(threads)
      ours.forget()
      ours.refresh?.()
      if (!withMemory) return { seconds: timeCalls(ours, repeats), peakBytes: null }
      let seconds = 0
      const peakBytes = measureMemory(() => {
        seconds = timeCalls(ours, repeats)
      })
      return { seconds, peakBytes }
    },
    results: async () => ours.results(),
    release: async () => ours[Symbol.dispose](),
  }
}

/** @returns the seconds of one call of `repeats` */
function timeCalls(ours: OurCase, repeats: number): number {
  let milliseconds = 0
  let start = performance.now()
  for (let call = 0; call < repeats; call++) {
    if (call > 0 && ours.refresh) {
      milliseconds += performance.now() - start
      ours.refresh()
      start = performance.now()
    }
    ours.run()
  }
  return (milliseconds + performance.now() - start) / 1000 / repeats
}

/** As the variants are called in the rows. */
export const peerLabels: Record<Variant, string> = {
  eager: 'eager PyTorch',
  compile: 'torch.compile',
  fused: 'LibTorch fused',
}

export async function peerSide(
  peer: LinePeer,
  { name: caseName, kernel, sizes }: KernelCase,
  variant: Variant,
  threads: number,
  isWarm: boolean,
): Promise<Side> {
  const name = `${caseName}, ${variant}`
  await peer.ask({
    ...{ call: 'prepare', name, kernel, variant, sizes, threads },
    warm: isWarm || variant === 'compile',
  })
  return {
    label: peerLabels[variant],
    round: (repeats, with_memory) =>
      peer.ask<Round>({ call: 'round', name, threads, repeats, with_memory }),
    results: async (given = {}) =>
      (await peer.ask<{ values: Results }>({ call: 'check', name, arguments: given })).values,
    release: async () => {
      await peer.ask({ call: 'release', name })
    },
  }
}
