import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { plannedModels } from './planned-memory.js'
import { recipeSchema } from './recipe.js'

// Qwen2.5-3B, whose model card counts 3.09 billion parameters; 3 085 938 688 by its shapes.
const qwen = {
  architectures: ['Qwen2ForCausalLM'],
  model_type: 'qwen2',
  hidden_size: 2048,
  intermediate_size: 11_008,
  num_hidden_layers: 36,
  num_attention_heads: 16,
  num_key_value_heads: 2,
  vocab_size: 151_936,
  max_position_embeddings: 32_768,
  rms_norm_eps: 1e-6,
  rope_theta: 1_000_000,
  tie_word_embeddings: true,
  hidden_act: 'silu',
}
const count = 3_085_938_688

let folder: string
let config: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-plan-'))
  config = join(folder, 'config.json')
  await writeFile(config, JSON.stringify(qwen))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const planned = (train: object, model: object = { dtype: 'bfloat16' }) =>
  plannedModels(recipeSchema.parse({ name: 'plan', task: { kind: 'world' }, model, train }), config)

test('GRPO with a KL holds a policy that trains and a reference that does not', async () => {
  const [policy, reference, ...others] = await planned({ algorithm: 'grpo', kl: 0.001 })
  expect(others).toEqual([])
  expect(policy).toMatchObject({
    role: 'policy',
    plan: { weights: 2 * count, masters: 4 * count, gradients: 4 * count, moments: 8 * count },
  })
  // 36 layers of 2 heads of 128, keys and values, in 2 bytes: 36 864 bytes for each of 262 144 tokens.
  expect(policy!.plan.kv).toBe(36_864 * 262_144)
  expect(reference).toMatchObject({
    role: 'reference',
    plan: { weights: 2 * count, masters: 0, gradients: 0, moments: 0, total: 2 * count },
  })
})

test('with an adapter the reference is the model itself, and little trains', async () => {
  const models = await planned({ algorithm: 'grpo', kl: 0.001, lora: { rank: 64 } })
  expect(models.map(({ role }) => role)).toEqual(['policy'])
  // (2048 + 2048) 2 + (2048 + 256) 2 + (2048 + 11008) 3 for q and o, k and v, gate, up and down
  const adapter = 36 * 64 * (4096 * 2 + 2304 * 2 + 13_056 * 3)
  expect(models[0]!.plan).toMatchObject({
    ...{ weights: 2 * count, adapter: 4 * adapter, masters: 0, gradients: 4 * adapter },
    moments: 8 * adapter,
  })
})

test('PPO adds a critic; 8-bit moments are a quarter and their scales', async () => {
  const models = await planned({ algorithm: 'ppo', kl: 0, optimizerBits: 8 })
  expect(models.map(({ role }) => role)).toEqual(['policy', 'critic'])
  const { moments } = models[0]!.plan
  expect(moments).toBeGreaterThan(2 * count * (1 + 4 / 256) * 0.999)
  expect(moments).toBeLessThan(2 * count * (1 + 4 / 256) * 1.01) // norms and biases keep 32 bits
})

test('a config that is not there says so', async () => {
  const recipe = recipeSchema.parse({ name: 'plan', task: { kind: 'world' } })
  await expect(plannedModels(recipe, join(folder, 'none.json'))).rejects.toMatchObject({
    code: 'ERR_QUERL_IO',
  })
})
