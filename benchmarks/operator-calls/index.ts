// What a call of an operator costs on the way from JavaScript to LibTorch and back: tensors so small
// that computing takes less than calling. Against the same calls in Python, in turn.

import { fileURLToPath } from 'node:url'
import {
  callOperator,
  info,
  ones,
  ops,
  run as runOnThread,
  setThreads,
  type Tensor,
  tensor,
  tidy,
} from '@querl/torch'
import { startIfInstalled } from '../line-peer.js'
import { startPython } from '../python-peer.js'
import type { Bench } from '../result.js'
import { type CaseName, caseNames } from './cases.js'

const rounds = 9
const calls = 50_000

export async function run(bench: Bench): Promise<void> {
  const script = fileURLToPath(new URL('eager.py', import.meta.url))
  const install = 'python3 -m pip install torch'
  using peer = await startIfInstalled(() => startPython(script, { install }), bench.note)
  setThreads(1)
  for (const name of caseNames) {
    if (!bench.wants(name)) continue
    const ours: number[] = []
    const peers: number[] = []
    await measure(name)
    for (let round = 0; round < rounds; round++) {
      bench.signal.throwIfAborted()
      bench.progress(`${name}: round ${round + 1} of ${rounds}`)
      ours.push((await measure(name)) * 1e9)
      if (peer) peers.push((await peer.ask<number>({ call: name, times: calls })) * 1e9)
    }
    bench.record({
      case: name,
      metric: 'time per call',
      unit: 'ns',
      better: 'lower',
      ours,
      peer: peer ? peers : null,
      peerName: peer ? 'eager PyTorch, Python' : null,
      threads: 1,
      versions: { querl: info().version, libtorch: info().libtorch, ...peer?.versions },
    })
  }
}

/** Seconds per call. */
async function measure(name: CaseName): Promise<number> {
  if (name === 'add, 8 floats, in a run()') return measureQueued()
  const call = direct[name]
  const start = process.hrtime.bigint()
  for (let i = 0; i < calls; i++) call()
  return Number(process.hrtime.bigint() - start) / 1e9 / calls
}

const a = ones([8])
const b = ones([8])
const square = tensor([
  [1, 2],
  [3, 4],
])

const direct: Readonly<Record<Exclude<CaseName, 'add, 8 floats, in a run()'>, () => void>> = {
  'add, 8 floats': () => ops.add(a, b).dispose(),
  'add in place, 8 floats': () => a.add_(b),
  'add, 8 floats, left to the collector': () => ops.add(a, b),
  'add, 8 floats, by its full name': () => callOperator<Tensor>('aten::add.Tensor', a, b).dispose(),
  view: () => a.view([2, 4]).dispose(),
  'matmul, 2 × 2': () => square.matmul(square).dispose(),
  'softmax by options': () => a.softmax({ dim: -1 }).dispose(),
  'sum over an axis by options': () => a.sum({ dim: [0], keepdim: true }).dispose(),
  shape: () => a.shape,
}

/** From the first call until all are computed: what a block takes, not what the main thread does. */
async function measureQueued(): Promise<number> {
  const blocks = 50
  const start = process.hrtime.bigint()
  for (let block = 0; block < blocks; block++)
    await runOnThread(() =>
      tidy(() => {
        for (let i = 0; i < calls / blocks; i++) ops.add(a, b)
      }),
    )
  return Number(process.hrtime.bigint() - start) / 1e9 / calls
}
