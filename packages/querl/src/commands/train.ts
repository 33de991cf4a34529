import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { QuerlError } from '@querl/base'
import type { Command, CommandContext } from '../command.js'
import { loadRecipe } from '../recipe-file.js'
import { resumeRun, startRun, type TrainRequest } from '../train-runs.js'

const options = {
  full: {
    type: 'boolean',
    description: 'Also train the baselines: noSearchRl, the other algorithm, grpoNoMask',
  },
  seeds: { type: 'string', value: '<0,1,2>', description: 'Run once for each seed, none left out' },
  runs: { type: 'string', value: '<folder>', description: 'Where run folders go; default: runs' },
} as const

/** `querl train`. */
export const train: Command = {
  name: 'train',
  summary: 'Train by a recipe, evaluate, and write a report',
  usage: '<recipe.yaml> [key=value…]',
  positionals: [0, 1000],
  options: {
    ...options,
    resume: {
      type: 'string',
      value: '<run|latest>',
      description: 'Go on with a run, exactly where it was saved',
    },
  },
  examples: [
    [
      'querl train recipes/quickstart.yaml train.lr=1e-3 seed=1',
      'a recipe with two values changed',
    ],
    ['querl train recipes/quickstart.yaml --full --seeds 0,1,2', 'all baselines, on three seeds'],
    ['querl train --resume latest', 'go on after Ctrl-C, or after a crash'],
  ],
  async run(context) {
    const { positionals, values } = context
    const request = requestOf(context)
    if (typeof values['resume'] === 'string') {
      if (positionals.length > 0)
        throw new QuerlError(
          'ERR_QUERL_ARGUMENT',
          'A resumed run keeps its recipe, so --resume takes neither a recipe nor overrides.',
        )
      return resumeRun(values['resume'], request)
    }
    const [path, ...overrides] = positionals
    if (path === undefined)
      throw new QuerlError('ERR_QUERL_ARGUMENT', 'querl train needs a recipe.', {
        remedy: 'For example: querl train recipes/quickstart.yaml',
      })
    return startRun(await loadRecipe(path, overrides), request)
  },
}

/** `querl quickstart`. */
export const quickstart: Command = {
  name: 'quickstart',
  summary: 'Watch a small model learn to search, in less than a minute',
  usage: '[key=value…]',
  positionals: [0, 1000],
  options,
  examples: [
    ['querl quickstart', 'one seed: warm start, GRPO, and its table'],
    ['querl quickstart seed=3 train.steps=30', 'another world, at most 30 steps'],
    ['querl quickstart --full', 'with the baselines of Search-R1: no search, PPO, no mask'],
  ],
  async run(context) {
    const recipe = await loadRecipe(ownRecipe('quickstart.yaml'), context.positionals)
    return startRun(recipe, requestOf(context))
  },
}

function requestOf({ values, print, style }: CommandContext): TrainRequest {
  const { seeds, full, runs, json } = values
  return {
    seeds: typeof seeds === 'string' ? seedsOf(seeds) : undefined,
    full: full === true,
    runs: typeof runs === 'string' ? runs : 'runs',
    json: json === true,
    print,
    style,
  }
}

function seedsOf(text: string): number[] {
  const seeds = text.split(',').map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN))
  if (seeds.some(Number.isNaN) || new Set(seeds).size < seeds.length)
    throw new QuerlError(
      'ERR_QUERL_ARGUMENT',
      `Expected --seeds to be different whole numbers with commas between them, but got ${JSON.stringify(text)}.`,
      { remedy: 'For example: --seeds 0,1,2' },
    )
  return seeds
}

/** A recipe of ours: beside the built code, or at the root of the repository. */
function ownRecipe(name: string): string {
  const places = ['./recipes/', '../../../recipes/', '../../../../recipes/']
  const paths = places.map((place) => fileURLToPath(new URL(join(place, name), import.meta.url)))
  const found = paths.find((path) => existsSync(path))
  if (found === undefined)
    throw new QuerlError('ERR_QUERL_IO', `This installation lacks its recipe ${name}.`, {
      remedy: 'Install querl again.',
    })
  return found
}
