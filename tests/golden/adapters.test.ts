// Adapters that peft wrote, and what it computes with them (make_adapters.py); and adapters that are
// written here, read by peft itself where QUERL_BENCH_PYTHON names a Python that has it.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LanguageModel, packTokens } from '@querl/lm'
import { loadTensors } from '@querl/torch'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const here = fileURLToPath(new URL('.', import.meta.url))
const fixtures = join(here, 'fixtures')
const adapters = ['adapter-qwen2-all-linear', 'adapter-qwen3-rslora-bf16']

// fp32 in another order of summation, logits of magnitude 10.
const fp32 = 1e-4

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-adapters-'))
})
afterAll(() => rm(folder, { recursive: true }))

interface Vectors {
  readonly base: string
  readonly prompt: number[]
  readonly loss: number
}

const vectorsOf = (name: string) =>
  JSON.parse(readFileSync(join(fixtures, name, 'vectors.json'), 'utf8')) as Vectors

async function expectedOf(name: string): Promise<Record<string, Float32Array>> {
  const { tensors } = await loadTensors(join(fixtures, name, 'expected.safetensors'))
  return Object.fromEntries(
    Object.entries(tensors).map(([key, tensor]) => [key, tensor.data() as Float32Array]),
  )
}

function difference(a: Float32Array, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}

describe.each(adapters)('%s', (name) => {
  const dir = join(fixtures, name)
  const { base, prompt, loss } = vectorsOf(name)

  test('gives the logits of peft, on the model that it names', async () => {
    const expected = await expectedOf(name)
    using model = await LanguageModel.load(dir)
    expect(
      difference(await model.logits(Int32Array.from(prompt)), expected['logits']!),
    ).toBeLessThan(fp32)
  })

  test('gives the gradient of every A and B, and those alone', async () => {
    const expected = await expectedOf(name)
    using model = await LanguageModel.load(join(fixtures, base), { adapter: dir })
    const weights = new Float32Array(prompt.length).fill(1 / (prompt.length - 1))
    weights[0] = 0
    const batch = packTokens([Int32Array.from(prompt)])
    const sums = await model.backward(batch, { kind: 'crossEntropy', weights })
    expect(Math.abs(sums.loss - loss)).toBeLessThan(fp32)
    expect([...model.trainedNames].sort()).toEqual(
      Object.keys(expected)
        .filter((key) => key !== 'logits')
        .sort(),
    )
    for (const trained of model.trainedNames) {
      const theirs = expected[trained]!
      const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      expect(difference(model.gradients(trained), theirs), trained).toBeLessThan(
        fp32 * Math.max(largest, 0.01),
      )
    }
  })

  test('is written and read again to the bit', async () => {
    using model = await LanguageModel.load(dir)
    const saved = join(folder, `again-${name}`)
    await model.saveAdapter(saved, { base: join(fixtures, base) })
    using again = await LanguageModel.load(saved)
    expect(again.lora).toEqual(model.lora)
    for (const trained of model.trainedNames)
      expect(again.parameter(trained)).toEqual(model.parameter(trained))
  })
})

const python = process.env['QUERL_BENCH_PYTHON']
const script = join(here, 'load_adapters.py')

function hasPeft(): boolean {
  if (!python) return false
  try {
    execFileSync(python, [script, 'none'], { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
}

test.skipIf(!hasPeft())(
  'peft loads what is saved here to equal logits (skipped without QUERL_BENCH_PYTHON and peft)',
  async () => {
    const { base, prompt } = vectorsOf(adapters[0]!)
    const below = join(fixtures, base)
    const lora = { rank: 5, alpha: 7, targets: ['k_proj', 'o_proj', 'gate_proj'] } as const
    for (const rankStabilised of [false, true]) {
      using model = await LanguageModel.load(below, { lora: { ...lora, rankStabilised } })
      for (const name of model.trainedNames)
        model.setParameter(
          name,
          model.parameter(name).map((_, i) => 0.3 * Math.sin(i + name.length)),
        )
      const dir = join(folder, `peft-${rankStabilised}`)
      await model.saveAdapter(dir, { base: below })
      const printed = execFileSync(python!, [script, below, dir, JSON.stringify(prompt)], {
        stdio: 'pipe',
        maxBuffer: 1 << 28,
      })
      const { logits } = JSON.parse(printed.toString().trim().split('\n').at(-1)!)
      expect(difference(await model.logits(Int32Array.from(prompt)), logits)).toBeLessThan(fp32)
    }
  },
)

describe('an adapter that cannot run here', () => {
  const name = adapters[0]!
  const failure = async (change: object): Promise<string> => {
    const dir = join(folder, 'changed')
    await cp(join(fixtures, name), dir, { recursive: true })
    const path = join(dir, 'adapter_config.json')
    const config = JSON.parse(await readFile(path, 'utf8'))
    config.base_model_name_or_path = join(fixtures, vectorsOf(name).base)
    await writeFile(path, JSON.stringify({ ...config, ...change }))
    return LanguageModel.load(dir).then(
      (model) => {
        model.dispose()
        return 'loaded'
      },
      (error: Error & { code: string }) =>
        `${error.code}: ${error.message}`.replaceAll(dir, '…').replaceAll(fixtures, '…'),
    )
  }

  test('is refused by what of it does not', async () => {
    expect(await failure({})).toBe('loaded')
    expect(await failure({ use_dora: true })).toMatchInlineSnapshot(
      `"ERR_QUERL_MODEL: …/adapter_config.json asks for DoRA (use_dora); that does not run here."`,
    )
    expect(await failure({ peft_type: 'IA3' })).toMatchInlineSnapshot(
      `"ERR_QUERL_MODEL: …/adapter_config.json describes "IA3"; LORA runs here."`,
    )
    expect(await failure({ modules_to_save: ['lm_head'], bias: 'all' })).toMatchInlineSnapshot(`
      "ERR_QUERL_MODEL: …/adapter_config.json describes no adapter that runs here:
        …/adapter_config.json trains biases (bias: "all").
        …/adapter_config.json asks for modules that were trained as a whole (modules_to_save); that does not run here."
    `)
    expect(await failure({ rank_pattern: { q_proj: 8 } })).toMatchInlineSnapshot(
      `"ERR_QUERL_MODEL: …/adapter_config.json asks for ranks that differ (rank_pattern); that does not run here."`,
    )
    expect(await failure({ init_lora_weights: 'pissa' })).toMatchInlineSnapshot(
      `"ERR_QUERL_MODEL: …/adapter_config.json was initialised by pissa, which changes the model beneath."`,
    )
    expect(await failure({ r: 0, lora_alpha: 'x' })).toMatchInlineSnapshot(`
      "ERR_QUERL_MODEL: …/adapter_config.json describes no adapter that runs here:
        …/adapter_config.json gives r as 0, not a positive integer.
        …/adapter_config.json gives lora_alpha as "x", not a positive number."
    `)
    expect(await failure({ r: 5 })).toMatchInlineSnapshot(`
      "ERR_QUERL_MODEL: … does not fit the model:
        …/adapter_model.safetensors gives base_model.model.model.layers.{0-1}.self_attn.q_proj.lora_A.weight the shape [4, 24], and the model has [5, 24].
        …/adapter_model.safetensors gives base_model.model.model.layers.{0-1}.self_attn.q_proj.lora_B.weight the shape [24, 4], and the model has [24, 5].
        …/adapter_model.safetensors gives base_model.model.model.layers.{0-1}.self_attn.k_proj.lora_A.weight the shape [4, 24], and the model has [5, 24].
        …/adapter_model.safetensors gives base_model.model.model.layers.{0-1}.self_attn.k_proj.lora_B.weight the shape [12, 4], and the model has [12, 5].
        …/adapter_model.safetensors gives base_model.model.model.layers.{0-1}.self_attn.v_proj.lora_A.weight the shape [4, 24], and the model has [5, 24].
        …/adapter_model.safetensors gives base_model.model.model.layers.{0-1}.self_attn.v_proj.lora_B.weight the shape [12, 4], and the model has [12, 5].
        …/adapter_model.safetensors gives base_model.model.model.layers.{0-1}.self_attn.o_proj.lora_A.weight the shape [4, 24], and the model has [5, 24].
        …/adapter_model.safetensors gives base_model.model.model.layers.{0-1}.self_attn.o_proj.lora_B.weight the shape [24, 4], and the model has [24, 5].
        …/adapter_model.safetensors gives base_model.model.model.layers.{0-1}.mlp.gate_proj.lora_A.weight the shape [4, 24], and the model has [5, 24].
        …/adapter_model.safetensors gives base_model.model.model.layers.{0-1}.mlp.gate_proj.lora_B.weight the shape [36, 4], and the model has [36, 5].
        …/adapter_model.safetensors gives base_model.model.model.layers.{0-1}.mlp.up_proj.lora_A.weight the shape [4, 24], and the model has [5, 24].
        …/adapter_model.safetensors gives base_model.model.model.layers.{0-1}.mlp.up_proj.lora_B.weight the shape [36, 4], and the model has [36, 5].
        …/adapter_model.safetensors gives base_model.model.model.layers.{0-1}.mlp.down_proj.lora_A.weight the shape [4, 36], and the model has [5, 36].
        …/adapter_model.safetensors gives base_model.model.model.layers.{0-1}.mlp.down_proj.lora_B.weight the shape [24, 4], and the model has [24, 5]."
    `)
    expect(await failure({ base_model_name_or_path: 'Qwen/Qwen2.5-3B' })).toMatchInlineSnapshot(`
      "ERR_QUERL_MODEL: … is an adapter of Qwen/Qwen2.5-3B, which is not here.
      Load the model’s own folder, with { adapter } for this one."
    `)
  })

  test('is refused for a model of another shape', async () => {
    const other = join(fixtures, 'qwen3-untied-bf16')
    const load = LanguageModel.load(other, { adapter: join(fixtures, name) })
    await expect(load).rejects.toThrow('fit')
  })
})
