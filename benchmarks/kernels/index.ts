// The fused kernels beside eager PyTorch and torch.compile, on the same numbers in the same run:
// rounds in turn, medians, the same threads, and the share of what the machine can do.
//
//   npm run bench -- kernels [--only text] [-- 1,2]    (QUERL_BENCH_PYTHON: a Python with torch)

import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { argumentError, QuerlError } from '@querl/base'
import { info } from '@querl/torch'
import { startIfInstalled } from '../line-peer.js'
import { startPython } from '../python-peer.js'
import type { Bench } from '../result.js'
import { cases } from './cases.js'
import { measureCase } from './measure.js'
import { Recorder } from './record.js'

export async function run(bench: Bench): Promise<void> {
  const wanted = cases.filter(({ name }) => bench.wants(name))
  const threadCounts = threadsOf(bench.args)
  const script = fileURLToPath(new URL('peer/main.py', import.meta.url))
  const install = 'python3 -m pip install torch numpy; torch.compile needs g++'
  using peer = await startIfInstalled(() => startPython(script, { install }), bench.note)
  const versions = { libtorch: info().libtorch, isa: info().isa, ...peer?.versions }
  const recorder = new Recorder(bench, versions)
  const failed: string[] = []
  for (const each of wanted)
    for (const threads of each.isHeadline ? threadCounts : threadCounts.slice(-1))
      try {
        const measured = await measureCase(bench, peer, each, threads)
        recorder.record(each, threads, measured)
      } catch (error) {
        bench.signal.throwIfAborted()
        // A wrong result has no row; the other cases are still worth theirs.
        bench.note(`✗ ${each.name}, ${threads} threads: ${(error as Error).message}`)
        failed.push(each.name)
      }
  if (failed.length > 0)
    throw new QuerlError(
      'ERR_QUERL_NATIVE',
      `${failed.length} ${failed.length === 1 ? 'case' : 'cases'} failed: ${[...new Set(failed)].join('; ')}.`,
    )
}

/** `-- 1,8`; default: 1 and 2, where there are two. Ascending. */
function threadsOf([given]: readonly string[]): readonly number[] {
  if (given === undefined) return availableParallelism() > 1 ? [1, 2] : [1]
  const counts = given.split(',').map(Number)
  if (!counts.every((count) => Number.isSafeInteger(count) && count > 0))
    throw argumentError('the threads', 'positive integers, such as 1,2', given)
  return [...new Set(counts)].sort((a, b) => a - b)
}
