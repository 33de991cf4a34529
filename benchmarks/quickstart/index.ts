// The quickstart's whole run against the same recipe in eager PyTorch: warm start, GRPO, and exact
// match on the same held-out questions. Both take the same number of steps, where the early stop of
// most seeds is behind them, so the work is the same. The twin gets its rows and questions from a file; drawing them counts on our
// side only.

import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { info } from '@querl/torch'
import { loadRecipe } from 'querl'
import { median } from '../harness/spread.js'
import { findPython, runPython } from '../python.js'
import type { Bench, Measurement } from '../result.js'
import { caseName } from './cases.js'
import { writeTwinData } from './twin-data.js'

const querlFolder = dirname(createRequire(import.meta.url).resolve('querl/package.json'))
const recipePath = join(querlFolder, 'dist', 'recipes', 'quickstart.yaml')
const overrides = [
  // The twin does not look at passages drawn at random, nor at facts drawn again.
  ...['evaluate.randomPassages=false', 'evaluate.redrawnFacts=false'],
  // Only a policy without a mistake on the dev split ends before its last step.
  ...['train.steps=30', 'evaluate.stopAt=1', 'evaluate.every=30'],
]

interface Result {
  readonly seconds: Record<'warmStart' | 'rl' | 'evaluate' | 'total', number>
  readonly em: Record<'warmStart' | 'grpo', number>
}

interface Twin {
  readonly seconds: Result['seconds']
  readonly em: Record<string, { readonly em: number }>
  readonly torch: string
}

/** `-- ROUNDS` says how often each side runs; default 3. */
export async function run(bench: Bench): Promise<void> {
  const rounds = Number(bench.args[0] ?? 3)
  if (!bench.wants(caseName)) return
  const python = findPython(['torch', 'tokenizers'], bench.note)
  const folder = mkdtempSync(join(tmpdir(), 'querl-quickstart-'))
  const data = join(folder, 'data.json')
  try {
    await writeTwinData(await loadRecipe(recipePath, overrides), data)
    const ours: Result[] = []
    const peers: Record<1 | 2, Result[]> = { 1: [], 2: [] }
    let torch = ''
    for (let round = 0; round < rounds; round++) {
      await bench.pause()
      bench.progress(`round ${round + 1} of ${rounds}`)
      ours.push(await runOurs(folder))
      if (python === undefined) continue
      for (const threads of [1, 2] as const) {
        const script = fileURLToPath(new URL('twin.py', import.meta.url))
        const twin = await runPython<Twin>(python, [script, data, '--threads', String(threads)])
        torch = twin.torch
        const em = { warmStart: twin.em['warmStart']!.em, grpo: twin.em['grpo']!.em }
        peers[threads].push({ seconds: twin.seconds, em })
      }
    }
    // The twin at its best thread setting.
    const total = (results: Result[]) => median(results.map(({ seconds }) => seconds.total))
    const best = python === undefined || total(peers[1]) <= total(peers[2]) ? 1 : 2
    const shared = {
      case: caseName,
      threads: 2,
      peerName: python && `eager PyTorch, ${best} ${best === 1 ? 'thread' : 'threads'}`,
      versions: { libtorch: info().libtorch, ...(python && { torch }) },
    }
    for (const each of figures(ours, peers[best]))
      bench.record({ ...shared, ...each, peerName: shared.peerName ?? null })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

type Figure = Pick<Measurement, 'metric' | 'unit' | 'better' | 'ours' | 'peer'>

function figures(ours: Result[], peers: Result[]): Figure[] {
  const seconds = (['total', 'warmStart', 'rl', 'evaluate'] as const).map((part) => ({
    metric: `time, ${part}`,
    unit: 's',
    better: 'lower' as const,
    ours: ours.map((each) => each.seconds[part]),
    peer: peers.length === 0 ? null : peers.map((each) => each.seconds[part]),
  }))
  const em = (['warmStart', 'grpo'] as const).map((policy) => ({
    metric: `held-out EM, ${policy}`,
    unit: 'EM',
    better: 'higher' as const,
    ours: ours.map((each) => each.em[policy]),
    peer: peers.length === 0 ? null : peers.map((each) => each.em[policy]),
  }))
  return [...seconds, ...em]
}

/** A run in a process of its own, as a user starts it. */
async function runOurs(folder: string): Promise<Result> {
  const runs = mkdtempSync(join(folder, 'runs-'))
  const cli = join(querlFolder, 'bin', 'querl.js')
  const args = [cli, 'train', recipePath, ...overrides, '--runs', runs]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve)
  })
  if (code !== 0) throw new Error(`querl train ended with ${code}.`)
  const [run] = readdirSync(runs).filter((name) => name.startsWith('quickstart-'))
  const summary = JSON.parse(readFileSync(join(runs, run!, 'summary.json'), 'utf8')) as {
    seconds: Result['seconds']
    em: Record<'warmStart' | 'grpo', { mean: number }>
  }
  return {
    seconds: summary.seconds,
    em: { warmStart: summary.em.warmStart.mean, grpo: summary.em.grpo.mean },
  }
}
