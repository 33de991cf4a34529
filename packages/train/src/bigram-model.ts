// A policy and critic small enough to check by hand: the next token depends on the last one alone.
// A second implementation of the trainer's model interfaces, in float64, for tests.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type {
  AdamWSettings,
  CriticModel,
  LogitOptions,
  Loss,
  LossSums,
  SavableModel,
  TokenBatch,
  TrainableModel,
} from './model.js'
import { NO_SUMS } from './update.js'

export class BigramModel implements TrainableModel, CriticModel, SavableModel {
  /** Logits (V, V), then values (V). */
  weights: Float64Array
  #gradients: Float64Array
  #first: Float64Array
  #second: Float64Array
  #steps = 0
  version = 0

  constructor(readonly vocabulary: number) {
    const size = vocabulary * (vocabulary + 1)
    this.weights = new Float64Array(size)
    this.#gradients = new Float64Array(size)
    this.#first = new Float64Array(size)
    this.#second = new Float64Array(size)
  }

  /** Log-probs of all tokens behind `previous`. Shape (V). */
  distribution(previous: number, { temperature = 1, bannedIds = [] }: LogitOptions = {}): number[] {
    const start = previous * this.vocabulary
    const logits = Array.from({ length: this.vocabulary }, (_, id) =>
      bannedIds.includes(id) ? -Infinity : this.weights[start + id]! / temperature,
    )
    const top = Math.max(...logits)
    const log = top + Math.log(logits.reduce((sum, each) => sum + Math.exp(each - top), 0))
    return logits.map((each) => each - log)
  }

  async logprobs(
    { tokens, offsets }: TokenBatch,
    { weights, ...logits }: LogitOptions & { weights?: Float32Array } = {},
  ): Promise<{ logprobs: Float32Array }> {
    const logprobs = new Float32Array(tokens.length)
    for (const t of predicted(offsets))
      if (weights?.[t] !== 0) logprobs[t] = this.distribution(tokens[t - 1]!, logits)[tokens[t]!]!
    return { logprobs }
  }

  async values(
    { tokens, offsets }: TokenBatch,
    { weights }: { weights?: Float32Array } = {},
  ): Promise<Float32Array> {
    const values = new Float32Array(tokens.length)
    for (const t of predicted(offsets))
      if (weights?.[t] !== 0) values[t] = this.weights[this.#valueAt(tokens[t - 1]!)]!
    return values
  }

  async backward(batch: TokenBatch, loss: Loss, logits: LogitOptions = {}): Promise<LossSums> {
    logits.signal?.throwIfAborted()
    const sums = { ...NO_SUMS } as { -readonly [Key in keyof LossSums]: number }
    for (const t of predicted(batch.offsets)) {
      const weight = loss.weights[t]!
      if (weight === 0) continue
      sums.tokens++
      if (loss.kind === 'value') this.#value(batch, loss, t, weight, sums)
      else this.#token(batch, loss, t, weight, logits, sums)
    }
    return sums
  }

  async step({ lr, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, maxGradNorm = 1 }: AdamWSettings) {
    const gradNorm = Math.sqrt(this.#gradients.reduce((sum, each) => sum + each * each, 0))
    if (!Number.isFinite(gradNorm)) {
      this.zeroGradients()
      return { gradNorm, skipped: true }
    }
    const scale = Math.min(1, maxGradNorm / gradNorm)
    this.#steps++
    for (const [index, gradient] of this.#gradients.entries()) {
      const g = gradient * scale
      this.#first[index] = beta1 * this.#first[index]! + (1 - beta1) * g
      this.#second[index] = beta2 * this.#second[index]! + (1 - beta2) * g * g
      const first = this.#first[index]! / (1 - beta1 ** this.#steps)
      const second = this.#second[index]! / (1 - beta2 ** this.#steps)
      this.weights[index]! -= (lr * first) / (Math.sqrt(second) + epsilon)
    }
    this.zeroGradients()
    this.version++
    return { gradNorm, skipped: false }
  }

  zeroGradients(): void {
    this.#gradients.fill(0)
  }

  clone(): BigramModel {
    const twin = new BigramModel(this.vocabulary)
    twin.weights.set(this.weights)
    return twin
  }

  async save(directory: string): Promise<void> {
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'weights.json'), JSON.stringify([...this.weights]))
  }

  async saveOptimizer(path: string): Promise<void> {
    const { version } = this
    const moments = { first: [...this.#first], second: [...this.#second], steps: this.#steps }
    await writeFile(path, JSON.stringify({ ...moments, version }))
  }

  static async load(directory: string, optimizer: string): Promise<BigramModel> {
    const weights = JSON.parse(await readFile(join(directory, 'weights.json'), 'utf8')) as number[]
    const model = new BigramModel((Math.sqrt(4 * weights.length + 1) - 1) / 2)
    model.weights.set(weights)
    const saved = JSON.parse(await readFile(optimizer, 'utf8'))
    model.#first.set(saved.first)
    model.#second.set(saved.second)
    model.#steps = saved.steps
    model.version = saved.version
    return model
  }

  #valueAt(previous: number): number {
    return this.vocabulary * this.vocabulary + previous
  }

  #token(
    { tokens }: TokenBatch,
    loss: Exclude<Loss, { kind: 'value' }>,
    t: number,
    weight: number,
    logits: LogitOptions,
    sums: { -readonly [Key in keyof LossSums]: number },
  ): void {
    const logprobs = this.distribution(tokens[t - 1]!, logits)
    const logprob = logprobs[tokens[t]!]!
    const entropy = -logprobs.reduce((sum, l) => sum + (l === -Infinity ? 0 : Math.exp(l) * l), 0)
    sums.logprobs += logprob
    sums.entropy += entropy
    let slope = -1
    let entropyCoefficient = 0
    if (loss.kind === 'crossEntropy') sums.loss -= weight * logprob
    else {
      const { clipLow = 0.2, clipHigh = 0.2, klCoefficient = 0, referenceLogprobs } = loss
      entropyCoefficient = loss.entropyCoefficient ?? 0
      const delta = logprob - loss.oldLogprobs[t]!
      const ratio = Math.exp(delta)
      const advantage = loss.advantages[t]!
      const kept = Math.min(Math.max(ratio, 1 - clipLow), 1 + clipHigh)
      const clipped = kept * advantage < ratio * advantage
      slope = clipped ? 0 : -ratio * advantage
      sums.loss +=
        weight * (-Math.min(ratio * advantage, kept * advantage) - entropyCoefficient * entropy)
      sums.kl += ratio - 1 - delta
      sums.clipped += Number(clipped)
      sums.ratioMax = Math.max(sums.ratioMax, ratio)
      sums.logprobDeltaSum += Math.abs(delta)
      sums.logprobDeltaMax = Math.max(sums.logprobDeltaMax, Math.abs(delta))
      if (referenceLogprobs) {
        const gap = referenceLogprobs[t]! - logprob
        sums.referenceKl += Math.exp(gap) - 1 - gap
        sums.loss += weight * klCoefficient * (Math.exp(gap) - 1 - gap)
        slope += klCoefficient * (1 - Math.exp(gap))
      }
    }
    const { temperature = 1 } = logits
    const start = tokens[t - 1]! * this.vocabulary
    for (const [id, each] of logprobs.entries()) {
      if (each === -Infinity) continue
      const p = Math.exp(each)
      const own = slope * (Number(id === tokens[t]) - p)
      this.#gradients[start + id]! +=
        (weight * (own + entropyCoefficient * p * (each + entropy))) / temperature
    }
  }

  #value(
    { tokens }: TokenBatch,
    { returns, oldValues, clip = 0.5 }: Extract<Loss, { kind: 'value' }>,
    t: number,
    weight: number,
    sums: { -readonly [Key in keyof LossSums]: number },
  ): void {
    const at = this.#valueAt(tokens[t - 1]!)
    const value = this.weights[at]!
    const old = oldValues[t]!
    const kept = Math.min(Math.max(value, old - clip), old + clip)
    const plain = (value - returns[t]!) ** 2
    const bounded = (kept - returns[t]!) ** 2
    sums.loss += weight * 0.5 * Math.max(plain, bounded)
    sums.squaredErrors += plain
    if (plain >= bounded) this.#gradients[at]! += weight * (value - returns[t]!)
  }
}

/** The tokens that have one before them in their sequence. */
function* predicted(offsets: readonly number[]): Generator<number> {
  for (let index = 1; index < offsets.length; index++)
    for (let t = offsets[index - 1]! + 1; t < offsets[index]!; t++) yield t
}
