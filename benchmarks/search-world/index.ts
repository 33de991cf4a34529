// What the quickstart's policies reach on held-out names: every policy of `querl quickstart --full`,
// every seed that was run. The peers are Search-R1's own figures only by analogy, so none is named.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { info } from '@querl/torch'
import type { Bench } from '../result.js'

const querlFolder = dirname(createRequire(import.meta.url).resolve('querl/package.json'))

interface Figures {
  readonly mean: number
  readonly oneHop?: number
  readonly twoHop?: number
  readonly searches: { readonly oneHop?: number; readonly twoHop?: number }
}

interface Summary {
  readonly em: Readonly<Record<string, Figures>>
  readonly seeds: readonly number[]
  /** Of one seed, in the mean. */
  readonly seconds: { readonly total: number }
}

/** `-- 20,21,22` trains on these seeds; `-- runs/quickstart-…` takes the figures of a finished run. */
export async function run(bench: Bench): Promise<void> {
  const [what = '20,21,22'] = bench.args
  const folder = existsSync(what) ? what : train(what)
  const { em, seeds, seconds } = JSON.parse(
    readFileSync(join(folder, 'summary.json'), 'utf8'),
  ) as Summary
  const shared = { peer: null, peerName: null, threads: 2, versions: { libtorch: info().libtorch } }
  const whole = `whole run, seeds ${seeds.join(' ')}`
  if (bench.wants(whole))
    bench.record({
      ...{ ...shared, case: whole, metric: 'time, total', unit: 's' },
      ...{ better: 'lower', ours: seconds.total },
    })
  for (const [policy, figures] of Object.entries(em)) {
    const name = `${policy}, seeds ${seeds.join(' ')}`
    if (!bench.wants(name)) continue
    const record = (metric: string, unit: string, ours: number | undefined) => {
      if (ours === undefined) return
      bench.record({ ...shared, case: name, metric, unit, better: 'higher', ours })
    }
    record('held-out EM', 'EM', figures.mean)
    record('held-out EM, one hop', 'EM', figures.oneHop)
    record('held-out EM, two hops', 'EM', figures.twoHop)
    record('searches, two hops', 'searches', figures.searches.twoHop)
  }
}

function train(seeds: string): string {
  const runs = mkdtempSync(join(tmpdir(), 'querl-search-world-'))
  const cli = join(querlFolder, 'bin', 'querl.js')
  const args = [cli, 'quickstart', '--full', '--seeds', seeds, '--runs', runs]
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  return join(runs, readdirSync(runs).find((name) => name.startsWith('quickstart-'))!)
}
