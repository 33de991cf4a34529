// A small random model on a device and on the CPU, through JavaScript: the same greedy tokens, the same
// log-probs, the same training step.
//
//   node gpu/node/smoke.mjs cuda:0
//
// Exit code: 0, or 1 where something differs, or 3 where there is no such device.

import { LanguageModel, packTokens, Sampler } from '@querl/lm'

const device = process.argv[2] ?? 'cuda:0'
const config = {
  vocabSize: 512,
  hiddenSize: 128,
  intermediateSize: 256,
  layers: 3,
  heads: 4,
  kvHeads: 2,
  headDim: 32,
  maxPositions: 512,
  rmsNormEpsilon: 1e-6,
  ropeTheta: 10000,
  tiedEmbeddings: true,
  qkvBias: true,
}
// fp32 on both: sums of a few hundred terms in another order.
const logprobTolerance = 2e-3
// Three steps of 1e-3 at most: a slope near zero may have another sign here and there.
const weightTolerance = 6.1e-3

let failures = 0

function check(sentence, isTrue, detail = '') {
  console.log(`${isTrue ? 'ok' : 'FAILED'} ${sentence}${isTrue ? '' : ` ${detail}`}`)
  if (!isTrue) failures++
}

/** The same numbers for the same name, normal enough: a sum of four uniform ones. */
function initialise(name, shape) {
  let state = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7)
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  }
  const count = shape.reduce((product, axis) => product * axis, 1)
  const isNorm = name.includes('norm')
  return Float32Array.from({ length: count }, () =>
    isNorm ? 1 + 0.1 * uniform() : 0.2 * (uniform() + uniform() + uniform() + uniform()),
  )
}

const prompts = [5, 40, 150].map((length) =>
  Int32Array.from({ length }, (_, i) => (i * 37 + length) % config.vocabSize),
)

async function turns(model, options) {
  using sampler = new Sampler(model, { maxTokens: 8192 })
  return Promise.all(
    prompts.map(async (prompt) => {
      using session = sampler.open(prompt)
      return session.generate(options)
    }),
  )
}

const largest = (a, b) => a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0)

async function compare() {
  const make = (where, dtype = 'float32') =>
    LanguageModel.create(config, { device: where, dtype, engine: 'libtorch', initialise })
  using there = await make(device)
  using here = await make('cpu')

  const greedy = { maxTokens: 40, temperature: 0, seed: 0 }
  const [ours, theirs] = [await turns(there, greedy), await turns(here, greedy)]
  ours.forEach((turn, i) => {
    const other = theirs[i]
    check(`greedy tokens of prompt ${i} are the CPU's`, `${turn.ids}` === `${other.ids}`)
    const delta = largest(turn.logprobs, other.logprobs)
    check(`and so are their log-probs`, delta < logprobTolerance, `off by ${delta}`)
  })

  const batch = packTokens(
    prompts.map((prompt, i) => Int32Array.from([...prompt, ...theirs[i].ids])),
  )
  const weights = new Float32Array(batch.tokens.length).fill(1 / batch.tokens.length)
  for (let step = 0; step < 3; step++) {
    const losses = []
    for (const model of [there, here]) {
      const sums = await model.backward(batch, { kind: 'crossEntropy', weights })
      losses.push(sums.loss)
      await model.step({ lr: 1e-3 })
    }
    const delta = Math.abs(losses[0] - losses[1])
    check(`the loss of step ${step} is the CPU's`, delta < 1e-3, `${losses}`)
  }
  for (const name of ['model.embed_tokens.weight', 'model.layers.1.mlp.down_proj.weight']) {
    const delta = largest(there.parameter(name), here.parameter(name))
    check(`${name} is the CPU's after it`, delta < weightTolerance, `off by ${delta}`)
  }

  using half = await make(device, 'bfloat16')
  const [first] = await turns(half, { maxTokens: 20, temperature: 1, seed: 3 })
  check('a bfloat16 model samples', first.ids.length > 0 && first.logprobs.every(Number.isFinite))
  const before = (await half.backward(batch, { kind: 'crossEntropy', weights })).loss
  for (let step = 0; step < 8; step++) {
    await half.step({ lr: 1e-3 })
    await half.backward(batch, { kind: 'crossEntropy', weights })
  }
  const after = (await half.backward(batch, { kind: 'crossEntropy', weights })).loss
  check('and its loss falls in training', after < before, `${before} -> ${after}`)
}

try {
  await compare()
} catch (error) {
  if (error?.code === 'ERR_QUERL_NATIVE_MISSING') {
    console.error(`no device: ${error.message}`)
    process.exit(3)
  }
  throw error
}
console.log(failures === 0 ? `The model agrees on ${device} and the CPU.` : `${failures} failed`)
process.exitCode = failures === 0 ? 0 : 1
