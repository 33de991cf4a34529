import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
export const bin = join(root, 'packages/querl/bin/querl.js')

/**
 * The tests run what a user runs, the built command line. It is built once in a run of vitest: a second
 * build writes the files anew, even if they are the same, while another test runs them.
 */
export async function build(): Promise<void> {
  const folder = inject('runFolder')
  const [built, failed] = [join(folder, 'built'), join(folder, 'build-failed')]
  try {
    mkdirSync(join(folder, 'building'))
  } catch {
    while (!existsSync(built) && !existsSync(failed)) await sleep(50)
    if (existsSync(failed)) throw new Error('the build failed in another test')
    return
  }
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/turbo/bin/turbo'), 'run', 'build', '--filter=querl'],
    { cwd: root, encoding: 'utf8', env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' } },
  )
  writeFileSync(status === 0 ? built : failed, '')
  if (status !== 0) throw new Error(`the build failed:\n${stdout}\n${stderr}`)
}

export interface CliResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

interface Kill {
  readonly when: RegExp
  readonly with: NodeJS.Signals
}

export interface CliOptions {
  readonly cwd: string
  readonly stdin?: string
  /** Sent by the process to itself, once what it wrote to its output or its errors matches. */
  readonly kill?: Kill
}

/** Runs `querl` in a process of its own, to its end. */
export function querl(
  args: readonly string[],
  { cwd, stdin = '', kill }: CliOptions,
): Promise<CliResult> {
  const { FORCE_COLOR: _, ...env } = process.env
  const child = spawn(process.execPath, [...(kill ? killing(kill) : []), bin, ...args], {
    cwd,
    env: { ...env, NO_COLOR: '1' },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin.end(stdin)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

/**
 * Node's options for a process that sends itself a signal. One that came from here could be late: on a
 * loaded machine a small run is over before this process has read its first line.
 */
function killing({ when, with: signal }: Kill): string[] {
  const code = `
    let isKilled = false
    for (const stream of [process.stdout, process.stderr]) {
      const { write } = stream
      let seen = ''
      stream.write = function (chunk, ...rest) {
        const result = write.call(this, chunk, ...rest) // pipes are written to synchronously
        seen += chunk
        if (!isKilled && ${when}.test(seen)) {
          isKilled = true
          process.kill(process.pid, '${signal}')
        }
        return result
      }
    }`
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`]
}

/** The only run in `cwd/runs`. */
export async function onlyRun(cwd: string): Promise<string> {
  const names = await readdir(join(cwd, 'runs'))
  if (names.length !== 1) throw new Error(`expected one run, but there are: ${names.join(', ')}`)
  return join(cwd, 'runs', names[0]!)
}

/** A world, a model and a schedule so small that a whole run takes seconds; it learns nothing. */
export const smallRecipe = `
name: small
threads: 2
task:
  kind: world
model: { hiddenSize: 32, intermediateSize: 64, layers: 1, heads: 2, kvHeads: 1, headDim: 16, maxPositions: 256 }
retrieval: { topK: 2 }
rollout: { prompt: question, maxSearches: 3, maxPolicyTokens: 40, maxTurnTokens: 40, maxTokens: 160, onInvalid: end }
warmStart: { readingSteps: 10, demonstrationSteps: 30, demonstrations: 64, batchSize: 16, warmupSteps: 5, gate: { minEm: 0 } }
train: { algorithm: grpo, steps: 6, questions: 8, groupSize: 4, minibatch: 16, lr: 1e-3, weightDecay: 0, kl: 0, entropy: 0.05 }
evaluate: { count: 16, devCount: 8, every: 3 }
checkpoint: { every: 2, keep: 2 }
`

/** The quickstart with few questions in a step: its warm start is worth resuming from. */
export const warmRecipe = `
name: warm
threads: 2
task:
  kind: world
model: { maxPositions: 256 }
retrieval: { topK: 2 }
rollout: { prompt: question, maxSearches: 3, maxPolicyTokens: 60, maxTurnTokens: 60, maxTokens: 200, onInvalid: end }
warmStart: { readingSteps: 250, demonstrationSteps: 200, gate: { minEm: 0 } }
train: { algorithm: grpo, steps: 6, questions: 16, groupSize: 8, minibatch: 64, lr: 2e-3, beta2: 0.95, weightDecay: 0, kl: 0, entropy: 0 }
evaluate: { count: 16, devCount: 8, every: 3 }
checkpoint: { every: 2, keep: 2 }
`
