import { stringify } from 'yaml'
import type { Command } from '../command.js'
import { loadRecipe } from '../recipe-file.js'
import { keyDocs } from '../recipe-schema.js'

/** `querl recipe`. */
export const recipe: Command = {
  name: 'recipe',
  summary: 'Check a recipe and print all its values, or explain every key',
  usage: '[recipe.yaml] [key=value…]',
  positionals: [0, 1000],
  options: {},
  examples: [
    ['querl recipe', 'every key, what it means and its default'],
    ['querl recipe recipes/quickstart.yaml', 'the values of a run, defaults included'],
    ['querl recipe recipes/quickstart.yaml train.lr=1e-3', 'the same with an override checked'],
  ],
  async run({ positionals, values, print, style }) {
    const [path, ...overrides] = positionals
    const json = values['json'] === true
    if (path !== undefined) {
      const resolved = await loadRecipe(path, overrides)
      print(json ? JSON.stringify(resolved) : stringify(resolved).trimEnd())
      return 0
    }
    if (json) {
      print(JSON.stringify(keyDocs))
      return 0
    }
    const width = Math.max(...keyDocs.map(({ key }) => key.length))
    for (const { key, description, expected, section, ...doc } of keyDocs) {
      if (section) print(`\n${style.bold(key)}  ${description}`)
      else {
        const shown = doc.default === undefined ? '' : ` [${JSON.stringify(doc.default)}]`
        print(`  ${key.padEnd(width)}  ${description} ${style.dim(`(${expected})${shown}`)}`)
      }
    }
    return 0
  },
}
