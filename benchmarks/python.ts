// Peers in Python: which interpreter, and one JSON object from its standard output.

import { execFileSync, spawn } from 'node:child_process'

/**
 * The interpreter that has the modules: `QUERL_BENCH_PYTHON`, else `python3`.
 *
 * @throws Error that names the modules that it lacks
 */
export function findPython(modules: readonly string[]): string {
  const python = process.env['QUERL_BENCH_PYTHON'] ?? 'python3'
  const probe = `import importlib.util as u; print(*(m for m in ${JSON.stringify(modules)} if not u.find_spec(m)))`
  const missing = execFileSync(python, ['-c', probe], { encoding: 'utf8' }).trim()
  if (missing)
    throw new Error(
      `The peer needs Python modules that ${python} lacks: ${missing}.\n` +
        'Install them, or name another interpreter in QUERL_BENCH_PYTHON.',
    )
  return python
}

/** Runs a script to its end; what it prints to standard error is shown. */
export async function runPython<T>(python: string, args: readonly string[]): Promise<T> {
  const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output += part
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve)
  })
  if (code !== 0) throw new Error(`${python} ${args.join(' ')} ended with ${code}.`)
  return JSON.parse(output) as T
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
