import { argumentError } from '@querl/base'
import { native } from '../loaded.js'
import { fromNative } from '../native-call.js'
import { type AnalyzerName, type AnalyzerOptions, checkedAnalyzer } from './analyzer-options.js'

/**
 * The tokens that an index would keep of a text, or of each of several.
 *
 * This is for looking: it works on the calling thread. An index analyses in threads of its own.
 *
 * @param analyzer a preset's name or options; default `words`
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for a wrong argument; ERR_QUERL_NATIVE_MISSING for a
 *   language's stemmer where the addon was built without Snowball's
 *
 * ```ts
 * analyze("The cats' names aren't known", 'lucene-english') // ['cat', 'name', "aren't", 'known']
 * ```
 */
export function analyze(text: string, analyzer?: AnalyzerName | AnalyzerOptions): string[]
export function analyze(
  texts: readonly string[],
  analyzer?: AnalyzerName | AnalyzerOptions,
): string[][]
export function analyze(
  texts: string | readonly string[],
  analyzer: AnalyzerName | AnalyzerOptions = 'words',
): string[] | string[][] {
  const list = typeof texts === 'string' ? [texts] : texts
  if (!Array.isArray(list)) throw argumentError('texts', 'a string or strings', texts)
  list.forEach((text, i) => {
    if (typeof text !== 'string') throw argumentError(`texts[${i}]`, 'a string', text)
  })
  const tokens = typed(() => native().analyze(checkedAnalyzer(analyzer), list))
  return typeof texts === 'string' ? tokens[0]! : tokens
}

/**
 * All options of an analyser as canonical JSON, as an index keeps it: analysers with equal specs
 * give equal tokens.
 *
 * @param analyzer a preset's name or options; default `words`
 * @throws {QuerlError} as analyze()
 */
export function analyzerSpec(analyzer: AnalyzerName | AnalyzerOptions = 'words'): string {
  return typed(() => native().analyzerSpec(checkedAnalyzer(analyzer)))
}

function typed<T>(call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw fromNative(error)
  }
}
