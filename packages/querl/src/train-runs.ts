import { mkdir, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { readJson, writeJsonAtomic } from '@querl/base'
import { comparisonTable } from '@querl/evaluate'
import { writeReport } from '@querl/studio'
import { RunFolder, type RunSummary } from '@querl/train'
import { Interrupted } from './command.js'
import type { Listener } from './events.js'
import { Interrupt } from './interrupt.js'
import { conclude, runPipeline } from './pipeline.js'
import type { Recipe } from './recipe.js'
import { formatRecipe, loadRecipe } from './recipe-file.js'
import { RunInterrupted } from './run.js'
import { findRun, newRunPath } from './run-folders.js'
import { type SeedResult, summarise } from './summary.js'
import { duration } from './terminal/numbers.js'
import { plainListener } from './terminal/plain.js'
import type { Style } from './terminal/style.js'
import { TrainingView, viewListener } from './terminal/training-view.js'
import { Window } from './terminal/window.js'
import { version } from './version.js'

/** What the command line asks of a training, beside the recipe. */
export interface TrainRequest {
  readonly seeds: readonly number[] | undefined
  /** True: with the baselines of the paper. */
  readonly full: boolean
  /** The folder of run folders. */
  readonly runs: string
  readonly json: boolean
  readonly print: (line: string) => void
  readonly style: Style
}

interface Member {
  readonly recipe: Recipe
  readonly folder: RunFolder
}

/** Makes a run folder and trains in it. */
export async function startRun(recipe: Recipe, request: TrainRequest): Promise<number> {
  const seeds = request.seeds ?? [recipe.seed]
  const asked = { ...recipe, seed: seeds[0]! }
  const whole = request.full ? withBaselines(asked) : asked
  const folder = await createFolder(await newRunPath(request.runs, whole.name), whole)
  if (seeds.length === 1) return trainAll(folder, [{ recipe: whole, folder }], request)
  await writeJsonAtomic(join(folder.path, 'seeds.json'), seeds)
  return trainAll(folder, await members(folder, whole, seeds), request)
}

/** Goes on with a run. */
export async function resumeRun(wanted: string, request: TrainRequest): Promise<number> {
  const path = await findRun(wanted, request.runs)
  const folder = await RunFolder.open(path)
  const recipe = await loadRecipe(folder.recipePath)
  const names = await readdir(path)
  if (!names.includes('seeds.json')) return trainAll(folder, [{ recipe, folder }], request)
  const seeds = await readJson<number[]>(join(path, 'seeds.json'))
  return trainAll(folder, await members(folder, recipe, seeds), request)
}

/** One folder for each seed, inside the run's. */
async function members(
  parent: RunFolder,
  recipe: Recipe,
  seeds: readonly number[],
): Promise<Member[]> {
  const found: Member[] = []
  for (const seed of seeds) {
    const own = { ...recipe, seed, name: `${recipe.name}-seed-${seed}` }
    const path = join(parent.path, `seed-${seed}`)
    await mkdir(path, { recursive: true })
    const folder = await RunFolder.open(path).catch(() => createFolder(path, own))
    found.push({ recipe: own, folder })
  }
  return found
}

async function createFolder(path: string, recipe: Recipe): Promise<RunFolder> {
  return RunFolder.create(path, { recipe: formatRecipe(recipe), environment: { querl: version } })
}

async function trainAll(
  parent: RunFolder,
  all: readonly Member[],
  request: TrainRequest,
): Promise<number> {
  const { print, style, json } = request
  const where = relative('', parent.path) || '.'
  const results: SeedResult[] = []
  for (const member of all) {
    const { recipe, folder } = member
    const title = `querl train ${style.dot} ${recipe.name} ${style.dot} seed ${recipe.seed}`
    const screen = openScreen(title, request)
    using interrupt = new Interrupt(
      () => screen.message('finishing the step, then saving; Ctrl-C again stops at once'),
      () => screen.close(),
    )
    try {
      if (all.length > 1)
        screen.listen({ kind: 'note', level: 'info', text: `seed ${recipe.seed}` })
      results.push(await trainOne(member, screen.listen, interrupt))
    } catch (error) {
      screen.close()
      if (error instanceof RunInterrupted || interrupt.signal.aborted)
        sayInterrupted(error, where, request)
      await writeReport(folder.path).catch(() => {}) // of what there is; the error is what matters
      throw error
    }
    screen.close()
  }
  const summary = summarise(results)
  if (all.length > 1) await conclude(parent, summary)
  if (json) print(JSON.stringify({ kind: 'done', run: parent.path, summary }))
  else printEnd(summary, where, print, style)
  return 0
}

/** A seed that is done already is not run again. */
async function trainOne(
  { recipe, folder }: Member,
  emit: Listener,
  interrupt: Interrupt,
): Promise<SeedResult> {
  const done = await readJson<SeedResult>(join(folder.path, 'result.json')).catch(() => undefined)
  if (done) return done
  return runPipeline(recipe, { folder, emit, interrupt, signal: interrupt.signal })
}

interface Screen {
  readonly listen: Listener
  message(text: string): void
  close(): void
}

/** A window on a terminal, else plain lines. */
function openScreen(title: string, { print, style, json }: TrainRequest): Screen {
  if (json || !process.stdout.isTTY) {
    const listen = plainListener(print, { json })
    const message = (text: string) => listen({ kind: 'note', level: 'warning', text })
    return { listen, message, close() {} }
  }
  const view = new TrainingView(title, style)
  const window = new Window(process.stdout, view.render)
  return {
    listen: viewListener(view, (line) => window.print(line)),
    message: (text) => {
      view.message = text
    },
    close: () => window.close(),
  }
}

function sayInterrupted(error: unknown, where: string, { print, json }: TrainRequest): never {
  const resume = `querl train --resume ${where}`
  const saved = error instanceof RunInterrupted
  if (json) print(JSON.stringify({ kind: 'interrupted', saved, run: where, resume }))
  else {
    print(
      saved
        ? `stopped in ${error.phase} after step ${error.step}; all of it is saved`
        : 'stopped at once; the last checkpoint is whole',
    )
    print(`go on with: ${resume}`)
  }
  throw new Interrupted()
}

function printEnd(
  summary: RunSummary,
  where: string,
  print: (line: string) => void,
  { dim, bold, ok, green }: Style,
): void {
  const { seconds } = summary
  print('')
  print(comparisonTable(summary.em))
  print('')
  const parts = (['setup', 'warmStart', 'rl', 'evaluate'] as const)
    .map((part) => `${part === 'warmStart' ? 'warm start' : part} ${duration(seconds[part] ?? 0)}`)
    .join(', ')
  print(
    ` ${green(ok)} ${bold(duration(seconds.total))} ${dim(`(${parts}; ${summary.tokensPerSecond} tokens/s sampled)`)}`,
  )
  print(`   report  ${where}/report.html`)
  print(`   ask it  npx querl chat --run ${where}`)
}

/** The rows of the paper's comparison that the recipe does not train itself. */
function withBaselines(recipe: Recipe): Recipe {
  const baselines = ['noSearchRl', 'grpo', 'ppo', 'grpoNoMask'] as const
  return { ...recipe, evaluate: { ...recipe.evaluate, baselines: [...baselines] } }
}
