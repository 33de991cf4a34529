import { totalmem } from 'node:os'
import type { MemoryPlan } from '@querl/lm'
import type { Command } from '../command.js'
import { plannedModels } from '../planned-memory.js'
import { loadRecipe } from '../recipe-file.js'

const parts: readonly (readonly [keyof MemoryPlan, string])[] = [
  ['weights', 'weights'],
  ['packedWeights', 'packed copies of them'],
  ['adapter', 'adapter'],
  ['masters', 'masters in fp32'],
  ['gradients', 'gradients'],
  ['moments', 'moments of AdamW'],
  ['kv', 'keys and values'],
  ['activations', 'activations and loss'],
  ['total', 'together'],
]

/** `querl plan`. */
export const plan: Command = {
  name: 'plan',
  summary: 'Say what memory the RL of a recipe will take, by part, before anything is loaded',
  usage: '<recipe.yaml> [key=value…]',
  positionals: [1, 1000],
  options: {
    config: {
      type: 'string',
      value: '<config.json>',
      description: 'plan for this model; its weights need not be here',
    },
  },
  examples: [
    ['querl plan recipes/quickstart.yaml', 'a small model'],
    ['querl plan recipe.yaml --config Qwen2.5-3B/config.json', 'before the weights are fetched'],
    ['querl plan recipe.yaml train.lora.rank=64 model.dtype=bfloat16', 'what an adapter saves'],
  ],
  async run({ positionals, values, print, style }) {
    const [path, ...overrides] = positionals
    const recipe = await loadRecipe(path!, overrides)
    const models = await plannedModels(recipe, values['config'] as string | undefined)
    const total = models.reduce((sum, { plan }) => sum + plan.total, 0)
    if (values['json'] === true) {
      print(JSON.stringify({ models, total, machine: totalmem() }))
      return 0
    }
    const width = Math.max(...parts.map(([, name]) => name.length))
    const row = (name: string, cells: readonly string[]) =>
      ` ${name.padEnd(width)}${cells.map((cell) => cell.padStart(12)).join('')}`
    print(
      style.bold(
        row(
          '',
          models.map(({ role }) => role),
        ),
      ),
    )
    for (const [part, name] of parts) {
      const cells = models.map(({ plan }) => plan[part])
      if (cells.some((bytes) => bytes > 0)) print(row(name, cells.map(size)))
    }
    print('')
    const verdict =
      recipe.model.device !== 'cpu'
        ? `on ${recipe.model.device}`
        : total < totalmem()
          ? `this machine has ${size(totalmem())}`
          : style.red(`more than this machine has: ${size(totalmem())}`)
    print(` ${size(total)} in all, ${verdict}. Node and LibTorch take some 300 MB beside it.`)
    return 0
  },
}

function size(bytes: number): string {
  if (bytes === 0) return '–'
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}
