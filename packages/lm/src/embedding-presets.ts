// What families of embedding models expect around a text, and how they pool.

import type { Pooling, SentenceSettings } from './sentence-transformers.js'

/** A family whose conventions are known by name. */
export type EmbeddingPreset = 'e5' | 'bge' | 'none'

/** How texts become vectors, all said. */
export interface EmbeddingSettings {
  readonly pooling: Pooling
  readonly normalize: boolean
  readonly queryPrefix: string
  readonly passagePrefix: string
}

const presets: Readonly<Record<EmbeddingPreset, EmbeddingSettings>> = {
  e5: { pooling: 'mean', normalize: true, queryPrefix: 'query: ', passagePrefix: 'passage: ' },
  // Trained on the state of the first token. Search-R1 takes the mean, whatever the model.
  bge: {
    pooling: 'cls',
    normalize: true,
    queryPrefix: 'Represent this sentence for searching relevant passages: ',
    passagePrefix: '',
  },
  none: { pooling: 'mean', normalize: true, queryPrefix: '', passagePrefix: '' },
}

export const presetNames = Object.keys(presets) as readonly EmbeddingPreset[]

/**
 * What is said is taken first; then what a preset that is asked for says; then what the folder's own
 * files say; then what the model's name tells.
 *
 * @param given options of the user's, undefined where nothing is said
 * @param name of the model, or its folder
 */
export function embeddingSettings(
  given: Partial<EmbeddingSettings>,
  preset: EmbeddingPreset | 'auto',
  files: SentenceSettings,
  name: string,
): EmbeddingSettings {
  const first = preset === 'auto' ? files : presets[preset]
  const last = preset === 'auto' ? byName(name) : presets[preset]
  const pick = <Key extends keyof EmbeddingSettings>(key: Key): EmbeddingSettings[Key] =>
    given[key] ?? (first[key] as EmbeddingSettings[Key] | undefined) ?? last[key]
  return {
    pooling: pick('pooling'),
    normalize: pick('normalize'),
    queryPrefix: pick('queryPrefix'),
    passagePrefix: pick('passagePrefix'),
  }
}

function byName(name: string): EmbeddingSettings {
  // Tuned on instructions, of which this is the one for passages of the web.
  if (/(^|[^a-z0-9])e5-.*instruct/i.test(name))
    return {
      ...presets.e5,
      queryPrefix:
        'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ',
      passagePrefix: '',
    }
  if (/(^|[^a-z0-9])e5([^a-z0-9]|$)/i.test(name)) return presets.e5
  // The instruction of those for Chinese is another, and bge-m3 has none.
  if (/bge-m3/i.test(name)) return { ...presets.bge, queryPrefix: '' }
  if (/bge-.*-zh/i.test(name))
    return { ...presets.bge, queryPrefix: '为这个句子生成表示以用于检索相关文章：' }
  return /(^|[^a-z0-9])bge([^a-z0-9]|$)/i.test(name) ? presets.bge : presets.none
}
