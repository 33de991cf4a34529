// What the tensors of an encoder are called in its files.

import type { Checkpoint } from './checkpoint.js'
import { type EncoderFamily, isRoberta } from './encoder-config.js'

const wordTable = 'embeddings.word_embeddings.weight'

/**
 * The checkpoint under the names that BertModel gives the tensors, whatever the file calls them: with
 * or without the prefix of a whole model (`bert.`, `roberta.`), and with the older `gamma` and `beta`
 * of its norms.
 */
export function withPlainNames(checkpoint: Checkpoint, family: EncoderFamily): Checkpoint {
  const prefix = [`${isRoberta(family) ? 'roberta' : family}.`, 'model.'].find((each) =>
    checkpoint.has(each + wordTable),
  )
  const rename = (name: string) => {
    const inner = prefix && name.startsWith(prefix) ? name.slice(prefix.length) : name
    const modern = inner.replace(/\.gamma$/, '.weight').replace(/\.beta$/, '.bias')
    return family === 'distilbert' ? fromDistilbert(modern) : modern
  }
  return new Map([...checkpoint].map(([name, tensor]) => [headName(rename(name), family), tensor]))
}

/** Whether a tensor that an encoder has no place for changes nothing: a buffer, or another head. */
export function isOther(name: string): boolean {
  return name.endsWith('position_ids') || !/^(embeddings|encoder)\./.test(name)
}

const distilbertParts: Readonly<Record<string, string>> = {
  'attention.q_lin': 'attention.self.query',
  'attention.k_lin': 'attention.self.key',
  'attention.v_lin': 'attention.self.value',
  'attention.out_lin': 'attention.output.dense',
  sa_layer_norm: 'attention.output.LayerNorm',
  'ffn.lin1': 'intermediate.dense',
  'ffn.lin2': 'output.dense',
  output_layer_norm: 'output.LayerNorm',
}

function fromDistilbert(name: string): string {
  const [, layer, part, kind] = /^transformer\.layer\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? []
  const known = part && distilbertParts[part]
  return known ? `encoder.layer.${layer}.${known}.${kind}` : name
}

/** The two layers of a classifier of texts. */
function headName(name: string, family: EncoderFamily): string {
  const [dense, out] = isRoberta(family)
    ? ['classifier.dense', 'classifier.out_proj']
    : [family === 'distilbert' ? 'pre_classifier' : 'pooler.dense', 'classifier']
  for (const kind of ['weight', 'bias']) {
    if (name === `${dense}.${kind}`) return `head.dense.${kind}`
    if (name === `${out}.${kind}`) return `head.out.${kind}`
  }
  return name
}
