// One of those who compute a case: ours, or a variant of the peer.

import type { PythonPeer } from '../python-peer.js'
import type { KernelCase, Variant } from './cases.js'
import { measureMemory } from './memory.js'
import { type OurCase, prepareOurs, setThreads } from './ours/index.js'

/** What a case computed, by name: small results whole, places of large ones. */
export type Results = Readonly<Record<string, readonly number[]>>

export interface Round {
  /** Of one call. */
  readonly seconds: number
  /** Resident beyond what was there before; null where it cannot be told. */
  readonly peakBytes: number | null
}

export interface Side {
  /** `ours`, or as the peer is called in the rows. */
  readonly label: string
  round(repeats: number): Promise<Round>
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
  if (isWarm) ours.run()
  return {
    label: 'ours',
    ours,
    round: async (repeats) => {
      setThreads(threads)
      let seconds = 0
      const peakBytes = measureMemory(() => {
        const start = performance.now()
        for (let i = 0; i < repeats; i++) ours.run()
        seconds = (performance.now() - start) / 1000 / repeats
      })
      return { seconds, peakBytes }
    },
    results: async () => ours.results(),
    release: async () => ours[Symbol.dispose](),
  }
}

const labels: Record<Variant, string> = {
  eager: 'eager PyTorch',
  compile: 'torch.compile',
  fused: 'LibTorch fused',
}

export async function peerSide(
  peer: PythonPeer,
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
    label: labels[variant],
    round: (repeats) => peer.ask<Round>({ call: 'round', name, threads, repeats }),
    results: async (given = {}) =>
      (await peer.ask<{ values: Results }>({ call: 'check', name, arguments: given })).values,
    release: async () => {
      await peer.ask({ call: 'release', name })
    },
  }
}
