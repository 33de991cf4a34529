// Peers in Python that run once and end: which interpreter, and one JSON object from its output.

import { execFileSync, spawn } from 'node:child_process'

/**
 * The interpreter that has the modules: `QUERL_BENCH_PYTHON`, else `python3`.
 *
 * @returns undefined, and says why, where there is none: what is ours is then measured alone
 */
export function findPython(
  modules: readonly string[],
  note: (text: string) => void,
): string | undefined {
  const python = process.env['QUERL_BENCH_PYTHON'] ?? 'python3'
  const probe = `import importlib.util as u; print(*(m for m in ${JSON.stringify(modules)} if not u.find_spec(m)))`
  let problem: string
  try {
    const missing = execFileSync(python, ['-c', probe], { encoding: 'utf8' }).trim()
    if (missing === '') return python
    problem = `${python} lacks ${missing.replaceAll(' ', ', ')}`
  } catch {
    problem = `${python} does not run`
  }
  note(
    `peer: not installed, ours is measured alone: ${problem}.\n` +
      `  python3 -m pip install ${modules.join(' ')}, or name a Python that has them: QUERL_BENCH_PYTHON=….`,
  )
  return undefined
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
