// An encoder of random weights as a folder in Hugging Face's layout, small enough to be made on the
// fly. It knows no meaning, but texts that share words have vectors that are near each other.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomStream } from '@querl/base'

const size = { hidden_size: 64, intermediate_size: 128, num_hidden_layers: 1 }
const positions = 128

/**
 * Writes config.json, vocab.txt and model.safetensors.
 *
 * @param words the vocabulary; other words are unknown
 */
export async function writeRandomEncoder(folder: string, words: Iterable<string>): Promise<void> {
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
  const vocabulary = [...new Set([...special, ...words])]
  const config = {
    model_type: 'bert',
    ...size,
    num_attention_heads: 4,
    vocab_size: vocabulary.length,
    max_position_embeddings: positions,
    type_vocab_size: 2,
  }
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  await writeFile(join(folder, 'vocab.txt'), `${vocabulary.join('\n')}\n`)
  await writeFile(join(folder, 'model.safetensors'), safetensors(tensorsOf(vocabulary.length)))
}

type Shapes = Readonly<Record<string, readonly number[]>>

function tensorsOf(words: number): Shapes {
  const { hidden_size: hidden, intermediate_size: wide, num_hidden_layers: layers } = size
  const norm = (name: string): Shapes => ({
    [`${name}.weight`]: [hidden],
    [`${name}.bias`]: [hidden],
  })
  const linear = (name: string, from: number, to: number): Shapes => ({
    [`${name}.weight`]: [to, from],
    [`${name}.bias`]: [to],
  })
  const layer = (name: string): Shapes => ({
    ...linear(`${name}.attention.self.query`, hidden, hidden),
    ...linear(`${name}.attention.self.key`, hidden, hidden),
    ...linear(`${name}.attention.self.value`, hidden, hidden),
    ...linear(`${name}.attention.output.dense`, hidden, hidden),
    ...norm(`${name}.attention.output.LayerNorm`),
    ...linear(`${name}.intermediate.dense`, hidden, wide),
    ...linear(`${name}.output.dense`, wide, hidden),
    ...norm(`${name}.output.LayerNorm`),
  })
  return {
    'embeddings.word_embeddings.weight': [words, hidden],
    'embeddings.position_embeddings.weight': [positions, hidden],
    'embeddings.token_type_embeddings.weight': [2, hidden],
    ...norm('embeddings.LayerNorm'),
    ...Object.assign({}, ...Array.from({ length: layers }, (_, i) => layer(`encoder.layer.${i}`))),
  }
}

/** Random numbers as a file: the header's length, the header, the numbers. */
function safetensors(shapes: Shapes): Buffer {
  const header: Record<string, object> = {}
  const parts: Buffer[] = []
  let at = 0
  for (const [name, shape] of Object.entries(shapes)) {
    const data = Buffer.from(numbers(name, shape).buffer)
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + data.length] }
    parts.push(data)
    at += data.length
  }
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, ...parts])
}

function numbers(name: string, shape: readonly number[]): Float32Array {
  const count = shape.reduce((product, axis) => product * axis, 1)
  if (name.endsWith('LayerNorm.weight')) return new Float32Array(count).fill(1)
  if (name.endsWith('.bias')) return new Float32Array(count)
  // Words stand out; where they stand matters little.
  const deviation = name.includes('word_embeddings') ? 1 : 0.05
  const stream = randomStream(0, 'random encoder', name)
  return Float32Array.from({ length: count }, () => deviation * stream.normal())
}
