import { Bm25Index } from '@querl/retrieval'
import { countOption } from '../../arguments.js'
import type { Command } from '../../command.js'
import { counted, duration, size } from '../../terminal/numbers.js'
import { progressLine } from './build.js'
import { working } from './working.js'

/** `querl index merge`. */
export const merge: Command = {
  name: 'index merge',
  summary: 'Merge the segments of an index, and drop its deleted documents for good',
  usage: '<folder>',
  positionals: [1, 1],
  options: {
    segments: { type: 'string', value: '<n>', description: 'At most so many; default 1' },
    threads: { type: 'string', value: '<n>', description: 'Default: one for each core' },
  },
  examples: [
    ['querl index merge wiki', 'to one segment: the quickest to search'],
    ['querl index merge wiki --segments 4', 'less work'],
    ['querl index merge wiki --json', 'what came out, for a program'],
  ],
  async run({ positionals, values, print, style }) {
    const folder = positionals[0]!
    const maxSegments = countOption('segments', values['segments'])
    const threads = countOption('threads', values['threads'])
    const began = performance.now()
    using index = await Bm25Index.open(folder)
    const before = index.info
    await working(`${folder} is as it was.`, (signal, say) =>
      index.merge({
        ...{ maxSegments, threads, signal },
        onProgress: (progress) => say(progressLine(progress, began)),
      }),
    )
    const { segments, bytes, documents, deleted } = index.info
    const seconds = (performance.now() - began) / 1000
    if (values['json'] === true) print(JSON.stringify({ ...index.info, seconds }))
    else {
      print(`${style.green(style.ok)} ${style.bold(folder)}: merged in ${duration(seconds)}`)
      print(
        `  ${before.segments} → ${counted(segments, 'segment')}, ${size(before.bytes)} → ${size(bytes)}, ${counted(documents, 'document')}, ${counted(before.deleted - deleted, 'deleted one')} dropped`,
      )
    }
    return 0
  },
}
