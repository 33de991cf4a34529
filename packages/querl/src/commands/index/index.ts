import type { CommandGroup } from '../../command.js'
import { build } from './build.js'
import { remove } from './delete.js'
import { info } from './info.js'
import { merge } from './merge.js'
import { search } from './search.js'
import { verify } from './verify.js'

/** `querl index`: BM25 indexes of corpora, from the command line. */
export const index: CommandGroup = {
  name: 'index',
  summary: 'Build, look at, check, search and change BM25 indexes of corpora',
  commands: [build, search, info, verify, merge, remove],
}
