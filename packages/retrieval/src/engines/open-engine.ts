import { nearest, QuerlError } from '@querl/base'
import { braveSearch } from './brave.js'
import type { EngineName } from './engine-api.js'
import { type GoogleOptions, googleSearch } from './google.js'
import { type SearxngOptions, searxng } from './searxng.js'
import { serpApi } from './serpapi.js'
import { serper } from './serper.js'
import { tavily } from './tavily.js'
import type { EngineOptions, WebEngine } from './web-engine.js'

/** What any of the engines may be told; `searchEngineId` is Google's. */
export type AnyEngineOptions = EngineOptions & Partial<Pick<GoogleOptions, 'searchEngineId'>>

const engines: Record<EngineName, (options: AnyEngineOptions) => WebEngine> = {
  google: (options) => googleSearch(options as GoogleOptions),
  serpapi: serpApi,
  serper,
  brave: braveSearch,
  tavily,
  searxng: (options) => searxng(options as SearxngOptions),
}

/** The names that openEngine() knows. */
export const engineNames = Object.keys(engines) as EngineName[]

/**
 * Makes a retriever of an engine by its name, for command lines and configurations.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if there is no such engine, or an option is out of its
 *   range: Google needs `searchEngineId`, SearXNG `baseUrl`
 */
export function openEngine(name: string, options: AnyEngineOptions = {}): WebEngine {
  if (Object.hasOwn(engines, name)) return engines[name as EngineName](options)
  const near = nearest(name, engineNames)
  throw new QuerlError('ERR_QUERL_ARGUMENT', `There is no search engine ${JSON.stringify(name)}.`, {
    remedy: near ? `Did you mean ${near}?` : `These are known: ${engineNames.join(', ')}.`,
  })
}
