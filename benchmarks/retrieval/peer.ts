// The peer's process. Only its own time counts, not the way there and back.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { QuerlError } from '@querl/base'

export interface Peer {
  readonly versions: Readonly<Record<string, string>>
  build(corpusPath: string, k1: number, b: number): Promise<{ seconds: number }>
  search(
    queries: readonly string[],
    topK: number,
  ): Promise<{ seconds: number; scores: readonly (readonly number[])[] }>
  close(): void
}

/** Starts bm25s in QUERL_BENCH_PYTHON, or python3. */
export async function startPeer(): Promise<Peer> {
  const python = process.env['QUERL_BENCH_PYTHON'] ?? 'python3'
  const script = fileURLToPath(new URL('peer.py', import.meta.url))
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'pipe'] })
  let problem = ''
  child.stderr.on('data', (chunk: Buffer) => {
    problem = (problem + chunk.toString()).slice(-2000)
  })
  const ended = Promise.race([once(child, 'error'), once(child, 'exit')]).then(([reason]) => {
    throw new QuerlError('ERR_QUERL_TOOL', `${python} does not run bm25s (${reason}). ${problem}`, {
      remedy:
        'Install it (python3 -m pip install bm25s numba), or name a Python that has it: QUERL_BENCH_PYTHON=….',
    })
  })
  ended.catch(() => {}) // an end that nobody waits for is no failure
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async <T>(): Promise<T> => {
    const line = await Promise.race([lines.next(), ended])
    return line.done ? ended : (JSON.parse(line.value) as T)
  }
  const ask = <T>(request: object): Promise<T> => {
    child.stdin.write(`${JSON.stringify(request)}\n`)
    return answer<T>()
  }
  const { versions } = await answer<Pick<Peer, 'versions'>>()
  return {
    versions,
    build: (corpus_path, k1, b) => ask({ call: 'build', corpus_path, k1, b }),
    search: (queries, topK) => ask({ call: 'search', queries, topK }),
    close: () => child.kill(),
  }
}
