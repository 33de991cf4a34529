// A causal transformer over characters, trained in TypeScript alone on a nursery rhyme.
//
//   npx jiti examples/character-transformer.ts

import { fileURLToPath } from 'node:url'
import * as torch from '@querl/torch'
import { ops, type Tensor, tidy } from '@querl/torch'
import { rhyme } from './nursery-rhyme.js'

const alphabet = [...new Set(rhyme)].sort()
const [layers, heads, width, context, batch] = [2, 4, 64, 64, 12]
const idsOf = (text: string) => BigInt64Array.from(text, (char) => BigInt(alphabet.indexOf(char)))

/** Shape (B, T) of ids to logits (B, T, V) of the characters behind each, and what it learns. */
function transformer(generator: torch.Generator) {
  const parameters: Tensor[] = []
  const learned = (value: Tensor) => parameters[parameters.push(value.requiresGrad_()) - 1]!
  const matrix = (...shape: number[]) => learned(torch.randn(shape, { generator }).mul(0.08))
  const gain = () => learned(torch.ones([width]))
  const embed = matrix(alphabet.length, width)
  const positions = matrix(context, width)
  const blocks = Array.from({ length: layers }, () => ({
    ...{ gain1: gain(), qkv: matrix(width, 3 * width), out: matrix(width, width) },
    ...{ gain2: gain(), up: matrix(width, 4 * width), down: matrix(4 * width, width) },
  }))
  const [gainLast, head] = [gain(), matrix(width, alphabet.length)]
  const norm = (x: Tensor, weight: Tensor) => ops.rms_norm(x, [width], { weight })

  function logits(ids: Tensor): Tensor {
    const [B = 0, T = 0] = ids.shape
    let x = ops.embedding(embed, ids).add(positions.slice(0, T))
    for (const { gain1, qkv, out, gain2, up, down } of blocks) {
      const split = norm(x, gain1)
        .matmul(qkv)
        .view([B, T, 3, heads, width / heads])
      const [q, k, v] = split.permute([2, 0, 3, 1, 4]) // (B, H, T, D / H) each
      const mixed = ops.scaled_dot_product_attention(q!, k!, v!, { is_causal: true })
      x = x.add(mixed.transpose(1, 2).reshape([B, T, width]).matmul(out))
      x = x.add(ops.gelu(norm(x, gain2).matmul(up)).matmul(down))
    }
    return norm(x, gainLast).matmul(head)
  }
  return { parameters, logits }
}

/** Trains from nothing. The loss is in nats per character; equal seeds give equal losses. */
export function train(steps: number, seed = 0) {
  const generator = new torch.Generator(seed)
  const { parameters, logits } = transformer(generator)
  const state = torch.adamwState(parameters)
  const text = torch.tensor(idsOf(rhyme))
  const losses: number[] = []
  for (let step = 0; step < steps; step++)
    tidy(() => {
      const starts = torch.randint(0, rhyme.length - context, [batch, 1], { generator })
      const places = starts.add(torch.arange(context))
      const guesses = logits(text.index(places)).view([-1, alphabet.length])
      const loss = ops.cross_entropy_loss(guesses, text.index(places.add(1)).view([-1]))
      const lr = 3e-3 * Math.min(1, (step + 1) / 20)
      torch.adamw(parameters, torch.grad(loss, parameters), state, { lr })
      losses.push(loss.item())
    })

  /** Goes on from `start`, drawing each character by its probability. */
  function write(start: string, count: number): string {
    let written = start
    for (let i = 0; i < count; i++) {
      const ids = [idsOf(written.slice(-context))].map((row) => [...row])
      const draw = () =>
        ops.softmax(logits(torch.tensor(ids)).at(0, -1), -1).multinomial(1, { generator })
      written += alphabet[torch.noGrad(() => tidy(() => draw().item()))]
    }
    return written
  }
  return { losses, write }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { losses, write } = train(200)
  for (let step = 0; step < losses.length; step += 50)
    console.log(`step ${step}: ${losses[step]!.toFixed(3)} nats per character`)
  console.log(`step ${losses.length - 1}: ${losses.at(-1)!.toFixed(3)}\n`)
  console.log(write('This is the c', 200))
}
