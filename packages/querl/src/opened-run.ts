import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { QuerlError } from '@querl/base'
import type { LanguageModel } from '@querl/lm'
import { latestCheckpoint, RunFolder } from '@querl/train'
import { mainPlan } from './baselines.js'
import type { Listener } from './events.js'
import { loadPolicy, modelOptions } from './models.js'
import type { Recipe } from './recipe.js'
import { loadRecipe } from './recipe-file.js'
import { findRun } from './run-folders.js'
import { type SetUp, setUp } from './stages/set-up.js'
import type { Style } from './terminal/style.js'

/** A run that can be asked: what it searches, and the policy that it trained. */
export interface OpenedRun extends Disposable {
  readonly path: string
  readonly recipe: Recipe
  readonly setUp: SetUp
  readonly model: LanguageModel
  /** Which policy it is, and after how many steps: `grpo`, 30. */
  readonly policy: string
  readonly step: number
  /** False: the policy was trained without search. */
  readonly search: boolean
}

export interface OpenRunOptions {
  /** The folder of run folders. */
  readonly runs: string
  /** `grpo`, `warmStart`…; default: the policy that the run is about, else its warm start. */
  readonly policy?: string | undefined
  readonly emit?: Listener
}

/**
 * Opens a run, also an unfinished one: then its newest checkpoint.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if there is no such run or policy;
 *   ERR_QUERL_CHECKPOINT_CORRUPT, ERR_QUERL_INDEX_CORRUPT if its files are damaged
 */
export async function openRun(wanted: string, options: OpenRunOptions): Promise<OpenedRun> {
  const { runs, policy, emit = () => {} } = options
  const path = await firstSeed(await findRun(wanted, runs))
  const folder = await RunFolder.open(path)
  const recipe = await loadRecipe(folder.recipePath)
  const main = mainPlan(recipe)?.name
  const phases = policy ? [policy] : [...(main ? [main] : []), 'warmStart']
  const damaged: string[] = []
  const warn = (text: string) => {
    damaged.push(text)
    emit({ kind: 'note', level: 'warning', text })
  }
  for (const phase of phases) {
    const checkpoint = await latestCheckpoint(folder.checkpoints(phase), { warn })
    // Another policy than the one that is meant must not answer in its name.
    if (!checkpoint && damaged.length > 0) throw noWholeCheckpoint(path, phase, damaged[0]!)
    if (!checkpoint) continue
    const start = await latestCheckpoint(folder.checkpoints('warmStart'), { warn })
    const base = start?.model ?? checkpoint.model
    const model = await loadPolicy(checkpoint.model, base, modelOptions(recipe))
    const table = await setUp(recipe, { folder, emit })
    return {
      path,
      recipe,
      setUp: table,
      model,
      policy: phase,
      step: checkpoint.state.step,
      search: phase !== 'noSearchRl',
      [Symbol.dispose]() {
        model[Symbol.dispose]()
        table[Symbol.dispose]()
      },
    }
  }
  throw await noPolicy(path, folder, policy)
}

/** Notes go to standard error, where they do not mix with answers. */
export function warnOnStderr(style: Style): Listener {
  return (event) => {
    if (event.kind === 'note') process.stderr.write(`${style.warning} ${event.text}\n`)
  }
}

/** A run of several seeds is asked by its first. */
async function firstSeed(path: string): Promise<string> {
  const names = await readdir(path)
  const seed =
    names.includes('seeds.json') && names.filter((name) => /^seed-\d+$/.test(name)).sort()[0]
  return seed ? join(path, seed) : path
}

function noWholeCheckpoint(path: string, phase: string, damage: string): QuerlError {
  return new QuerlError(
    'ERR_QUERL_CHECKPOINT_CORRUPT',
    `${path} has no whole checkpoint of ${phase}: ${damage.replace(' An older one is used.', '')}`,
    { remedy: 'Restore a copy, or train the run again from its recipe.yaml.' },
  )
}

async function noPolicy(path: string, folder: RunFolder, policy: string | undefined) {
  const there = await readdir(join(folder.path, 'checkpoints')).catch(() => [])
  return new QuerlError(
    'ERR_QUERL_ARGUMENT',
    policy ? `${path} has no checkpoint of ${policy}.` : `${path} has no whole checkpoint.`,
    {
      remedy:
        there.length > 0
          ? `It has: ${there.join(', ')}.`
          : `Go on with the run: querl train --resume ${path}`,
    },
  )
}
