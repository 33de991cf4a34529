import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeJsonAtomic } from '@querl/base'
import { loadTensors, saveTensors, type Tensor } from '../src/index.js'
import type { Case } from './argument.js'
import type { PeerResult } from './execute.js'

/** A call and what PyTorch made of it. */
export interface Recorded {
  readonly given: Case
  readonly peer: PeerResult
}

/**
 * Puts what the peer left in `from` into two files of `to`: conformance.json, and conformance.safetensors
 * with the names of the peer's tensors behind the number of their call.
 */
export async function record(cases: readonly Case[], from: string, to: string): Promise<void> {
  const calls: Recorded[] = []
  const all: Record<string, Tensor> = {}
  for (const [number, given] of cases.entries()) {
    const file = join(from, `${number}.safetensors`)
    if (!existsSync(file))
      throw new Error(`PyTorch refuses what is drawn for ${given.name}.${given.overload}.`)
    const peer = JSON.parse(readFileSync(join(from, `${number}.json`), 'utf8')) as PeerResult
    const { tensors } = await loadTensors(file)
    for (const [name, tensor] of Object.entries(tensors)) all[`${calls.length}.${name}`] = tensor
    const attempts = [given.attempts[peer.attempt]!]
    calls.push({ given: { ...given, attempts }, peer: { ...peer, attempt: 0 } })
  }
  await writeJsonAtomic(join(to, 'conformance.json'), calls)
  await saveTensors(join(to, 'conformance.safetensors'), all)
  console.log(`recorded ${calls.length} calls`)
}
