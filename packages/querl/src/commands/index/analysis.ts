import { QuerlError } from '@querl/base'
import type { AnalyzerName, AnalyzerOptions, Bm25Options } from '@querl/retrieval'
import type { CommandContext, CommandOption } from '../../command.js'

/** How text becomes words: kept with an index, for good. */
export const analysisOptions: Readonly<Record<string, CommandOption>> = {
  preset: {
    type: 'string',
    value: '<lucene>',
    description: 'BM25 as Anserini runs it over English text',
  },
  analyzer: {
    type: 'string',
    value: '<name | JSON>',
    description:
      'words (default), lucene-english, lucene-standard, bm25s, whitespace, a language as german, or options',
  },
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT for options that are no JSON */
export function analysisOf(
  values: CommandContext['values'],
): Pick<Bm25Options, 'preset' | 'analyzer'> {
  const { preset, analyzer } = values
  return {
    preset: preset as Bm25Options['preset'], // building checks both
    analyzer: typeof analyzer === 'string' ? analyzerOf(analyzer) : undefined,
  }
}

function analyzerOf(value: string): AnalyzerName | AnalyzerOptions {
  if (!value.trimStart().startsWith('{')) return value as AnalyzerName
  try {
    return JSON.parse(value) as AnalyzerOptions
  } catch (cause) {
    throw new QuerlError('ERR_QUERL_ARGUMENT', `--analyzer is no JSON: ${value}`, {
      remedy: 'Give the name of an analyser or its options as JSON.',
      cause,
    })
  }
}
