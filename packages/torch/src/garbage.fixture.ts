import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { memory } from './index.js'

setFlagsFromString('--expose-gc')

/** Collects garbage now; finalisers run in the turns of the event loop that follow. */
export const collect = runInNewContext('gc') as () => void

export const turn = () => new Promise((resolve) => setImmediate(resolve))

/** `memory()` once the tensors that earlier tests forgot are gone, so that later figures compare. */
export async function settledMemory() {
  for (let same = 0, last = -1; same < 3; ) {
    collect()
    await turn()
    const { tensors } = memory()
    same = tensors === last ? same + 1 : 0
    last = tensors
  }
  return memory()
}
