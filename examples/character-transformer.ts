// A causal transformer over characters, trained in TypeScript alone on a nursery rhyme.
//
//   npx jiti examples/character-transformer.ts

import { fileURLToPath } from 'node:url'
import * as torch from '@querl/torch'
import { type Generator, ops, type Tensor, tidy } from '@querl/torch'

const parts = [
  ['the house', 'that Jack built.\n\n'],
  ['the malt', 'that lay in '],
  ['the rat', 'that ate '],
  ['the cat', 'that killed '],
  ['the dog', 'that worried '],
  ['the cow with the crumpled horn', 'that tossed '],
  ['the maiden all forlorn', 'that milked '],
  ['the man all tattered and torn', 'that kissed '],
] as const
/** This Is the House That Jack Built: what follows depends on more than the letter before. */
export const text = parts
  .map(
    (_, i) =>
      `This is ${parts
        .slice(0, i + 1)
        .reverse()
        .map((part) => part.join('\n'))
        .join('')}`,
  )
  .join('')
const alphabet = [...new Set(text)].sort()
const [layers, heads, width, context, batch] = [2, 4, 64, 64, 12]

/** Weights, their names and their shapes; `norm…` begin as ones. */
function parameters(generator: Generator): Record<string, Tensor> {
  const shapes: Record<string, number[]> = {
    embed: [alphabet.length, width],
    position: [context, width],
  }
  for (let layer = 0; layer < layers; layer++) {
    Object.assign(shapes, { [`norm1.${layer}`]: [width], [`qkv.${layer}`]: [width, 3 * width] })
    Object.assign(shapes, { [`out.${layer}`]: [width, width], [`norm2.${layer}`]: [width] })
    Object.assign(shapes, {
      [`up.${layer}`]: [width, 4 * width],
      [`down.${layer}`]: [4 * width, width],
    })
  }
  const made = Object.entries({ ...shapes, norm: [width], head: [width, alphabet.length] })
  return Object.fromEntries(
    made.map(([name, shape]) => {
      const isNorm = name.startsWith('norm')
      const value = isNorm ? torch.ones(shape) : torch.randn(shape, { generator }).mul(0.08)
      return [name, value.requiresGrad_()]
    }),
  )
}

/** Logits (B, T, V) of the characters behind each of `ids` (B, T). */
function transformer(p: Record<string, Tensor>, ids: Tensor): Tensor {
  const [B = 0, T = 0] = ids.shape
  const norm = (x: Tensor, name: string) => ops.rms_norm(x, [width], { weight: p[name]! })
  let x = ops.embedding(p['embed']!, ids).add(p['position']!.slice(0, T))
  for (let layer = 0; layer < layers; layer++) {
    const qkv = norm(x, `norm1.${layer}`).matmul(p[`qkv.${layer}`]!)
    const [q, k, v] = qkv.view([B, T, 3, heads, width / heads]).permute([2, 0, 3, 1, 4]) // (B, H, T, D / H)
    const mixed = ops.scaled_dot_product_attention(q!, k!, v!, { is_causal: true })
    x = x.add(mixed.transpose(1, 2).reshape([B, T, width]).matmul(p[`out.${layer}`]!))
    const hidden = ops.gelu(norm(x, `norm2.${layer}`).matmul(p[`up.${layer}`]!))
    x = x.add(hidden.matmul(p[`down.${layer}`]!))
  }
  return norm(x, 'norm').matmul(p['head']!)
}

/** Trains from nothing. The loss is in nats per character; equal seeds give equal losses. */
export function train(steps: number, seed = 0) {
  using generator = new torch.Generator(seed)
  const model = tidy(() => parameters(generator))
  const all = Object.values(model)
  const state = torch.adamwState(all)
  using tokens = torch.tensor(BigInt64Array.from(text, (char) => BigInt(alphabet.indexOf(char))))
  const losses: number[] = []
  for (let step = 0; step < steps; step++) {
    tidy(() => {
      const starts = torch.randint(0, text.length - context, [batch, 1], { generator })
      const places = starts.add(torch.arange(context))
      const logits = transformer(model, tokens.index(places))
      const targets = tokens.index(places.add(1)).view([-1])
      const loss = ops.cross_entropy_loss(logits.view([-1, alphabet.length]), targets)
      torch.adamw(all, torch.grad(loss, all), state, { lr: 3e-3 * Math.min(1, (step + 1) / 20) })
      losses.push(loss.item())
    })
  }
  return { losses, write: (start: string, count: number) => write(model, start, count, seed) }
}

function write(model: Record<string, Tensor>, start: string, count: number, seed: number): string {
  using generator = new torch.Generator(seed)
  let written = start
  for (let i = 0; i < count; i++) {
    const next = torch.noGrad(() =>
      tidy(() => {
        const ids = [...written.slice(-context)].map((char) => BigInt(alphabet.indexOf(char)))
        const logits = transformer(model, torch.tensor([ids])).at(0, -1)
        return ops.multinomial(ops.softmax(logits, -1), 1, { generator }).item()
      }),
    )
    written += alphabet[next]!
  }
  return written
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = Date.now()
  const { losses, write } = train(200)
  for (let step = 0; step < losses.length; step += 50)
    console.log(`step ${step}: ${losses[step]!.toFixed(3)} nats per character`)
  console.log(
    `step ${losses.length - 1}: ${losses.at(-1)!.toFixed(3)}, ${(Date.now() - started) / 1000} s\n`,
  )
  console.log(write('This is the c', 200))
}
