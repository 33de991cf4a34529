// A peer in Python.

import { LinePeer } from './line-peer.js'

/**
 * Starts a script in QUERL_BENCH_PYTHON, or python3, and waits for its first line.
 *
 * @param install what to run where its modules are missing: `python3 -m pip install torch`
 * @throws {QuerlError} ERR_QUERL_TOOL if it does not start: the peer is not installed
 */
export function startPython(
  script: string,
  {
    install,
    args = [],
    env = {},
  }: {
    readonly install: string
    readonly args?: readonly string[]
    readonly env?: Readonly<Record<string, string>>
  },
): Promise<LinePeer> {
  return LinePeer.launch({
    command: process.env['QUERL_BENCH_PYTHON'] ?? 'python3',
    args: [script, ...args],
    env,
    remedy: `Install what it needs (${install}), or name a Python that has it: QUERL_BENCH_PYTHON=….`,
  })
}
