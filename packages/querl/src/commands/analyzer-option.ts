import { QuerlError } from '@querl/base'
import type { AnalyzerName, AnalyzerOptions } from '@querl/retrieval'

/**
 * What `--analyzer` says: a name, which building checks, or options.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for options that are no JSON
 */
export function analyzerOption(value: string): AnalyzerName | AnalyzerOptions {
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
