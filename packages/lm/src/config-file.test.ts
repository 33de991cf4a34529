import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { checkConfig, type ModelConfig } from './config.js'
import { fromHuggingFace, toHuggingFace } from './config-file.js'

const qwen2 = {
  architectures: ['Qwen2ForCausalLM'],
  model_type: 'qwen2',
  vocab_size: 100,
  hidden_size: 32,
  intermediate_size: 48,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
  rope_theta: 1e6,
  tie_word_embeddings: true,
}
const of = (family: string, changes: object = {}) => ({
  ...qwen2,
  architectures: [`${family}ForCausalLM`],
  model_type: family.toLowerCase(),
  ...changes,
})
const read = (json: unknown) => fromHuggingFace(json, 'config.json')
const failure = (run: () => unknown) => {
  try {
    run()
    return 'no error'
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`
  }
}

describe('reading a config.json', () => {
  test('gives every family the flags of its architecture', () => {
    const base = {
      vocabSize: 100,
      hiddenSize: 32,
      intermediateSize: 48,
      layers: 4,
      heads: 4,
      kvHeads: 2,
      headDim: 8,
      maxPositions: 64,
      rmsNormEpsilon: 1e-5,
      ropeTheta: 1e6,
      tiedEmbeddings: true,
    }
    expect(read(qwen2)).toEqual({ ...base, family: 'qwen2', qkvBias: true })
    expect(read(of('Qwen3', { head_dim: 16 }))).toEqual({
      ...base,
      family: 'qwen3',
      headDim: 16,
      qkvBias: false,
      qkNorm: true,
    })
    expect(read(of('Llama'))).toEqual({ ...base, family: 'llama', qkvBias: false })
    expect(read(of('Mistral', { sliding_window: 12 }))).toEqual({
      ...base,
      family: 'mistral',
      qkvBias: false,
      slidingWindow: 12,
    })
  })

  // The defaults of transformers 5.23's configuration classes.
  test('takes what transformers takes where the file is silent', () => {
    expect(read(of('Qwen3')).headDim).toBe(128)
    expect(read(of('Mistral')).slidingWindow).toBe(4096)
    expect(read(of('Mistral', { sliding_window: null })).slidingWindow).toBeUndefined()
    const { rope_theta: _, rms_norm_eps: __, tie_word_embeddings: ___, ...silent } = of('Llama')
    expect(read(silent)).toMatchObject({
      ropeTheta: 10_000,
      rmsNormEpsilon: 1e-6,
      tiedEmbeddings: false,
    })
    expect(read(of('Llama', { num_key_value_heads: null })).kvHeads).toBe(4)
    expect(read({ ...qwen2, architectures: undefined }).family).toBe('qwen2')
    expect(read({ ...qwen2, model_type: undefined }).family).toBe('qwen2')
  })

  test('knows the old and the new spelling of RoPE scaling', () => {
    const numbers = { factor: 8, low_freq_factor: 1, high_freq_factor: 4 }
    const llama3 = {
      kind: 'llama3',
      factor: 8,
      lowFrequencyFactor: 1,
      highFrequencyFactor: 4,
      originalPositions: 32,
    }
    const rope = (changes: object) => {
      const { ropeTheta, ropeScaling } = read(of('Llama', changes))
      return [ropeTheta, ropeScaling]
    }
    const original_max_position_embeddings = 32
    const old = { ...numbers, rope_type: 'llama3', original_max_position_embeddings }
    expect(rope({ rope_scaling: old })).toEqual([1e6, llama3])
    expect(rope({ rope_parameters: { ...old, rope_theta: 5e5 } })).toEqual([5e5, llama3])
    expect(rope({ rope_parameters: old })).toEqual([1e6, llama3])
    expect(rope({ rope_scaling: { ...numbers, type: 'llama3' } })).toEqual([
      1e6,
      { ...llama3, originalPositions: 64 },
    ])
    expect(rope({ rope_scaling: { type: 'linear', factor: 2 } })).toEqual([
      1e6,
      { kind: 'linear', factor: 2 },
    ])
    expect(rope({ rope_scaling: null })).toEqual([1e6, undefined])
    expect(rope({ rope_parameters: { rope_type: 'default', rope_theta: 7 } })).toEqual([
      7,
      undefined,
    ])
  })

  test('finds the layers with a window by their number or their types', () => {
    const window = (changes: object) => {
      const asked = { use_sliding_window: true, sliding_window: 9, ...changes }
      const { slidingWindow, fullAttentionLayers } = read({ ...qwen2, ...asked })
      return [slidingWindow, fullAttentionLayers]
    }
    const types = (...kinds: string[]) => ({ layer_types: kinds.map((it) => `${it}_attention`) })
    expect(window({ max_window_layers: 1 })).toEqual([9, 1])
    expect(window({ max_window_layers: 0 })).toEqual([9, undefined])
    expect(window({})).toEqual([undefined, undefined]) // the default is 28, above all layers
    expect(window({ max_window_layers: 4 })).toEqual([undefined, undefined])
    expect(window({ max_window_layers: 1, use_sliding_window: false })).toEqual([
      undefined,
      undefined,
    ])
    expect(window({ max_window_layers: 1, sliding_window: null })).toEqual([undefined, undefined])
    expect(window(types('full', 'full', 'sliding', 'sliding'))).toEqual([9, 2])
    expect(window(types('sliding', 'sliding', 'sliding', 'sliding'))).toEqual([9, undefined])
    expect(window(types('full', 'full', 'full', 'full'))).toEqual([undefined, undefined])
    const mixed = types('full', 'sliding', 'full', 'sliding')
    expect(failure(() => window(mixed))).toMatchInlineSnapshot(
      `"ERR_QUERL_MODEL: config.json gives layer_types that are not "full_attention" and then "sliding_attention", 4 in all."`,
    )
    expect(failure(() => window(types('full')))).toMatchInlineSnapshot(
      `"ERR_QUERL_MODEL: config.json gives layer_types that are not "full_attention" and then "sliding_attention", 4 in all."`,
    )
  })

  test('of another architecture is refused by name', () => {
    for (const architectures of [['Qwen3MoeForCausalLM'], ['Qwen2Model'], 'GPT2LMHeadModel'])
      expect(failure(() => read({ ...qwen2, architectures }))).toContain(
        JSON.stringify(Array.isArray(architectures) ? architectures[0] : architectures),
      )
    expect(
      failure(() => read({ ...qwen2, architectures: ['GemmaForCausalLM'] })),
    ).toMatchInlineSnapshot(
      `"ERR_QUERL_MODEL: config.json describes "GemmaForCausalLM"; Qwen2ForCausalLM, Qwen3ForCausalLM, LlamaForCausalLM, MistralForCausalLM run here."`,
    )
    expect(failure(() => read({ model_type: 'mixtral' }))).toMatchInlineSnapshot(
      `"ERR_QUERL_MODEL: config.json describes "mixtral"; Qwen2ForCausalLM, Qwen3ForCausalLM, LlamaForCausalLM, MistralForCausalLM run here."`,
    )
    expect(failure(() => read({}))).toMatchInlineSnapshot(
      `"ERR_QUERL_MODEL: config.json describes "no model"; Qwen2ForCausalLM, Qwen3ForCausalLM, LlamaForCausalLM, MistralForCausalLM run here."`,
    )
    expect(failure(() => read([]))).toMatchInlineSnapshot(
      `"ERR_QUERL_MODEL: config.json is not a JSON object."`,
    )
    expect(failure(() => read({ ...qwen2, model_type: 'llama' }))).toMatchInlineSnapshot(
      `"ERR_QUERL_MODEL: config.json gives the model_type "llama" to Qwen2ForCausalLM."`,
    )
  })

  test('refuses what does not run here, each by its name', () => {
    const problem = (family: string, changes: object) => failure(() => read(of(family, changes)))
    expect([
      problem('Llama', { hidden_act: 'gelu' }),
      problem('Llama', { attention_bias: true }),
      problem('Llama', { mlp_bias: true }),
      problem('Qwen3', { attention_bias: true }),
      problem('Llama', { rope_scaling: { rope_type: 'yarn', factor: 4 } }),
      problem('Llama', { rope_parameters: { full_attention: { rope_theta: 1 } } }),
      problem('Llama', { partial_rotary_factor: 0.5, rope_parameters: {} }),
      problem('Llama', { rope_parameters: { partial_rotary_factor: 0.5 } }),
      problem('Llama', { quantization_config: { quant_method: 'gptq' } }),
      problem('Llama', { num_local_experts: 8 }),
    ]).toMatchInlineSnapshot(`
      [
        "ERR_QUERL_MODEL: config.json asks for the activation "gelu", not "silu".",
        "ERR_QUERL_MODEL: config.json asks for attention_bias, which does not run here.",
        "ERR_QUERL_MODEL: config.json asks for mlp_bias, which does not run here.",
        "ERR_QUERL_MODEL: config.json asks for attention_bias, which does not run here.",
        "ERR_QUERL_MODEL: config.json: rope_scaling asks for the scaling "yarn"; "linear" and "llama3" run here.",
        "ERR_QUERL_MODEL: config.json: rope_parameters asks for different positions in different layers.",
        "ERR_QUERL_MODEL: config.json asks for a partial_rotary_factor of 0.5.",
        "ERR_QUERL_MODEL: config.json: rope_parameters asks for a partial_rotary_factor of 0.5.",
        "ERR_QUERL_MODEL: config.json describes quantised weights (quantization_config), which do not run here.",
        "ERR_QUERL_MODEL: config.json asks for experts (num_local_experts).",
      ]
    `)
    expect(problem('Qwen2', { attention_bias: true })).toBe('no error') // which it has anyway
  })

  test('tells all wrong values at once', () => {
    expect(
      failure(() =>
        read({
          ...qwen2,
          vocab_size: undefined,
          hidden_size: '32',
          num_hidden_layers: 2.5,
          num_attention_heads: 0,
          rms_norm_eps: -1,
          tie_word_embeddings: 'yes',
          rope_scaling: { rope_type: 'llama3', factor: 8 },
          hidden_act: 'relu',
        }),
      ),
    ).toMatchInlineSnapshot(`
      "ERR_QUERL_MODEL: config.json describes no model that runs here:
        config.json asks for the activation "relu", not "silu".
        config.json gives num_attention_heads as 0, which is not a positive number.
        config.json gives hidden_size as "32", which is not a positive number.
        config.json gives num_hidden_layers as 2.5, which is not an integer.
        config.json lacks vocab_size, a number.
        config.json gives rms_norm_eps as -1, which is not a positive number.
        config.json: rope_scaling lacks low_freq_factor, a number.
        config.json: rope_scaling lacks high_freq_factor, a number.
        config.json gives tie_word_embeddings as "yes", which is not a boolean."
    `)
  })

  test('tells values that do not fit together', () => {
    const changed = (changes: object) => failure(() => read({ ...qwen2, ...changes }))
    expect([
      changed({ num_key_value_heads: 3 }),
      changed({ head_dim: 7 }),
      changed({ hidden_size: 30 }),
      changed({ num_key_value_heads: 3, head_dim: 7, num_hidden_layers: 1e6 }),
      changed({ max_position_embeddings: 2 ** 31 - 1 }),
      changed({ vocab_size: 1e12 }),
      changed({ vocab_size: 1e9, hidden_size: 2 ** 20 }),
      failure(() =>
        read(
          of('Llama', {
            rope_scaling: { type: 'llama3', factor: 8, low_freq_factor: 4, high_freq_factor: 4 },
          }),
        ),
      ),
    ]).toMatchInlineSnapshot(`
      [
        "ERR_QUERL_MODEL: config.json: Expected config.kvHeads to divide config.heads (4), but got 3.",
        "ERR_QUERL_MODEL: config.json: Expected config.headDim to be even, but got 7.",
        "ERR_QUERL_MODEL: config.json gives no head_dim, and hidden_size 30 is no multiple of num_attention_heads 4.",
        "ERR_QUERL_MODEL: config.json: Expected config.layers to be at most 4096, but got 1000000.",
        "ERR_QUERL_MODEL: config.json: Expected config.maxPositions to be at most 16777216, but got 2147483647.",
        "ERR_QUERL_MODEL: config.json: Expected config.vocabSize to be at most 2147483647, but got 1000000000000.",
        "ERR_QUERL_MODEL: config.json: Expected at most 17592186044416 parameters, but the config makes about 2110346743513088.",
        "ERR_QUERL_MODEL: config.json: Expected config.ropeScaling.highFrequencyFactor to be above the low one (4), but got 4.",
      ]
    `)
  })
})

describe('writing a config.json', () => {
  const scaling = {
    kind: 'llama3',
    factor: 4,
    lowFrequencyFactor: 1,
    highFrequencyFactor: 3,
    originalPositions: 20,
  } as const
  const configs = {
    qwen2: read(qwen2),
    'qwen2 with a window': { ...read(qwen2), slidingWindow: 5, fullAttentionLayers: 2 },
    'qwen2 with a window everywhere': { ...read(qwen2), slidingWindow: 5 },
    qwen3: read(of('Qwen3')),
    'qwen3 with a window': { ...read(of('Qwen3')), slidingWindow: 5, fullAttentionLayers: 1 },
    llama: read(of('Llama')),
    'llama 3': { ...read(of('Llama', { tie_word_embeddings: false })), ropeScaling: scaling },
    'llama, linear': { ...read(of('Llama')), ropeScaling: { kind: 'linear', factor: 3 } as const },
    mistral: read(of('Mistral')),
    'mistral without a window': read(of('Mistral', { sliding_window: null })),
  }

  test.each(Object.entries(configs))('%s is read back as it was', (_, config) => {
    const json = toHuggingFace(config, { dtype: 'bfloat16', eosId: 3 })
    expect(read(JSON.parse(JSON.stringify(json)))).toEqual(config)
    expect(json).toMatchObject({ dtype: 'bfloat16', torch_dtype: 'bfloat16', eos_token_id: 3 })
  })
})

describe('a config of a program', () => {
  const { family: _, ...plain } = read(qwen2)
  const config: ModelConfig = plain

  test('is of the family that has its flags', () => {
    expect(checkConfig(config).family).toBe('qwen2')
    const none = { ...config, qkvBias: false }
    expect(checkConfig(none).family).toBe('llama')
    expect(checkConfig({ ...none, qkNorm: true }).family).toBe('qwen3')
    expect(checkConfig({ ...none, slidingWindow: 4 }).family).toBe('mistral')
    expect(checkConfig({ ...none, family: 'mistral' }).family).toBe('mistral')
  })

  test('that no family has, or that is wrong, is refused with all reasons', () => {
    const problem = (changes: object) => failure(() => checkConfig({ ...config, ...changes }))
    expect([
      problem({ qkNorm: true }),
      problem({ family: 'llama' }),
      problem({ qkvBias: false, slidingWindow: 3, fullAttentionLayers: 1 }),
      problem({ family: 'gpt2' }),
      problem({ fullAttentionLayers: 5 }),
      problem({ slidingWindow: 0 }),
      problem({ ropeScaling: { kind: 'linear', factor: 0 } }),
      problem({ ropeScaling: { kind: 'yarn', factor: 2 } }),
      problem({ layers: 0, heads: -1, ropeTheta: Number.NaN }),
    ]).toMatchInlineSnapshot(`
      [
        "ERR_QUERL_ARGUMENT: Expected config.qkNorm to be false in the family qwen2.",
        "ERR_QUERL_ARGUMENT: Expected config.qkvBias to be false in the family llama.",
        "ERR_QUERL_ARGUMENT: Expected config.fullAttentionLayers to be 0 in the family mistral.",
        "ERR_QUERL_ARGUMENT: Expected config.family to be one of qwen2, qwen3, llama, mistral, but got "gpt2".",
        "ERR_QUERL_ARGUMENT: Expected config.fullAttentionLayers to be a number of the 4 layers, but got 5.",
        "ERR_QUERL_ARGUMENT: Expected config.slidingWindow to be a positive integer, but got 0 (number).",
        "ERR_QUERL_ARGUMENT: Expected config.ropeScaling.factor to be a positive number, but got 0 (number).",
        "ERR_QUERL_ARGUMENT: Expected config.ropeScaling.kind to be "linear" or "llama3", but got "yarn".",
        "ERR_QUERL_ARGUMENT: This config cannot be used:
        Expected config.layers to be a positive integer, but got 0 (number).
        Expected config.heads to be a positive integer, but got -1 (number).
        Expected config.ropeTheta to be a positive number, but got NaN (number).",
      ]
    `)
  })
})

const real = join(
  process.env['QUERL_TEST_DATA'] ??
    fileURLToPath(new URL('../../../../shared/data', import.meta.url)),
  'model-configs',
)

// What their config.json says, by eye; the parameters are those of the models' cards.
describe.skipIf(!existsSync(real))('published configs (skipped where they are absent)', () => {
  const config = (name: string) => {
    const path = join(real, `${name}.config.json`)
    return fromHuggingFace(JSON.parse(readFileSync(path, 'utf8')), path)
  }
  const parameters = (it: ModelConfig) => {
    const { vocabSize: v, hiddenSize: d, intermediateSize: f, headDim } = it
    const q = it.heads * headDim
    const kv = it.kvHeads * headDim
    const biases = it.qkvBias ? q + 2 * kv : 0
    const norms = 2 * d + (it.qkNorm ? 2 * headDim : 0)
    const layer = d * (2 * q + 2 * kv + 3 * f) + biases + norms
    return ((it.tiedEmbeddings ? 1 : 2) * v * d + it.layers * layer + d) / 1e9
  }

  test.each([
    ['Qwen2.5-0.5B', 'qwen2', 0.494],
    ['Qwen2.5-3B', 'qwen2', 3.086],
    ['Qwen2.5-7B', 'qwen2', 7.616],
    ['Qwen2.5-14B', 'qwen2', 14.77],
    ['Qwen3-4B', 'qwen3', 4.022],
    ['Qwen3-8B', 'qwen3', 8.191],
    ['Llama-3.1-8B', 'llama', 8.03],
    ['Llama-3.2-3B', 'llama', 3.213],
  ])('%s is of the family %s and has %f billion parameters', (name, family, billions) => {
    const it = config(name)
    expect(it.family).toBe(family)
    expect(it.slidingWindow).toBeUndefined() // they all switch it off
    expect(parameters(it)).toBeCloseTo(billions, 2)
    expect(checkConfig(it)).toEqual(it)
  })

  test('have their scaling', () => {
    expect(config('Llama-3.2-3B').ropeScaling).toEqual({
      kind: 'llama3',
      factor: 32,
      lowFrequencyFactor: 1,
      highFrequencyFactor: 4,
      originalPositions: 8192,
    })
    expect(config('Llama-3.2-3B').tiedEmbeddings).toBe(true)
    expect(config('Qwen3-8B').headDim).toBe(128)
    expect(config('Qwen3-8B').ropeScaling).toBeUndefined()
  })
})
