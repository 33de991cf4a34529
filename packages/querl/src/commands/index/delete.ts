import { Bm25Index } from '@querl/retrieval'
import type { Command } from '../../command.js'
import { counted, grouped } from '../../terminal/numbers.js'
import { inputLines } from './input-lines.js'

/** `querl index delete`. */
export const remove: Command = {
  name: 'index delete',
  summary: 'Delete documents from an index by their ids',
  usage: '<folder> [id…]',
  positionals: [1, 100_000],
  options: {},
  examples: [
    ['querl index delete wiki 17 42', 'two documents'],
    ['querl index delete wiki < ids.txt', 'one id a line'],
    ['querl index delete wiki 17 && querl index merge wiki', 'and free their space'],
  ],
  async run({ positionals: [folder, ...given], values, print, style }) {
    using index = await Bm25Index.open(folder!)
    const ids = [...given]
    if (ids.length === 0) for await (const lines of inputLines()) ids.push(...lines)
    const deleted = await index.delete(ids)
    const { documents } = index.info
    if (values['json'] === true) print(JSON.stringify({ asked: ids.length, deleted, documents }))
    else {
      print(
        `${style.green(style.ok)} ${style.bold(folder!)}: ${grouped(deleted)} deleted, ${grouped(documents)} left`,
      )
      const absent = ids.length - deleted
      if (absent > 0) print(`  ${counted(absent, 'id')} ${absent === 1 ? 'was' : 'were'} not in it`)
    }
    return 0
  },
}
