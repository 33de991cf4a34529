import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { modelOptions } from './models.js'
import { formatRecipe, loadRecipe, parseRecipe } from './recipe-file.js'
import { keyDocs } from './recipe-schema.js'

const folder = new URL('../../../recipes/', import.meta.url).pathname
const files = ['task.questions=q.jsonl', 'task.passages=p.jsonl', 'model.tokenizer=tokenizer.json']

function messageOf(text: string, overrides: string[] = []): string {
  try {
    parseRecipe(text, { file: 'recipes/x.yaml', overrides })
  } catch (error) {
    return (error as Error).message
  }
  return 'no error'
}

const world = 'task:\n  kind: world\n'

describe('a recipe', () => {
  test('of ours is valid, each of them', async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'))
    expect(names).toEqual([
      '2wiki.yaml',
      'quickstart-ppo.yaml',
      'quickstart.yaml',
      'search-r1-nq-grpo-lora.yaml',
      'search-r1-nq-grpo.yaml',
      'search-r1-nq-ppo.yaml',
    ])
    for (const name of names) {
      const recipe = await loadRecipe(join(folder, name), name === '2wiki.yaml' ? files : [])
      expect(recipe.name).toBe(name.replace('.yaml', ''))
    }
  })

  // Search-R1, arXiv 2503.09516, appendix on the experimental set-up.
  test('of Search-R1 has the figures of the paper', async () => {
    const { train, rollout, retrieval } = await loadRecipe(join(folder, 'search-r1-nq-ppo.yaml'))
    expect({ ...train, ...rollout, ...retrieval }).toMatchObject({
      questions: 512,
      minibatch: 256,
      lr: 1e-6,
      criticLr: 1e-5,
      warmup: 0.285,
      criticWarmup: 0.015,
      gamma: 1,
      lambda: 1,
      clip: 0.2,
      kl: 0.001,
      steps: 500,
      temperature: 1,
      maxTokens: 4096,
      maxTurnTokens: 500,
      maxObservationTokens: 500,
      maxSearches: 4,
      topK: 3,
    })
    const grpo = await loadRecipe(join(folder, 'search-r1-nq-grpo.yaml'))
    expect(grpo.train.groupSize).toBe(5)
    const adapted = await loadRecipe(join(folder, 'search-r1-nq-grpo-lora.yaml'))
    expect(adapted.train.lora).toMatchObject({ rank: 32, alpha: 64, rankStabilised: false })
    expect(adapted.train.lora!.targets).toHaveLength(7)
    expect(modelOptions(adapted)).toMatchObject({
      dtype: 'bfloat16',
      device: 'cuda',
      training: { checkpointing: true, optimizerBits: 32 },
    })
  })

  test('says for every key what it means and what it may be', () => {
    for (const doc of keyDocs) {
      expect(doc.description, doc.key).not.toBe('')
      expect(doc.expected, doc.key).not.toBe('')
    }
    expect(keyDocs.length).toBeGreaterThan(60)
  })

  test('can be run again from its resolved copy', async () => {
    const recipe = await loadRecipe(join(folder, 'quickstart.yaml'), ['train.lr=1e-3'])
    expect(parseRecipe(formatRecipe(recipe), { file: 'elsewhere/recipe.yaml' })).toEqual(recipe)
  })

  test('takes the name of its file where it has none', () => {
    expect(parseRecipe(world, { file: 'a/small.yaml' }).name).toBe('small')
  })

  test('resolves paths from its own folder, and those of overrides from the working folder', () => {
    const text = 'task:\n  kind: files\n  questions: q.jsonl\n  passages: p.jsonl\n'
    const recipe = parseRecipe(text, {
      file: '/some/where/x.yaml',
      overrides: ['task.passages=here/p.jsonl'],
    })
    expect(recipe.task).toMatchObject({
      questions: '/some/where/q.jsonl',
      passages: join(process.cwd(), 'here/p.jsonl'),
    })
  })
})

describe('a wrong recipe', () => {
  test('with an unknown key names the line and the nearest key', () => {
    expect(messageOf(`${world}train:\n  lr: 1\n  clipRatio: 0.3\n`)).toBe(
      'recipes/x.yaml:5: unknown key train.clipRatio. Did you mean train.clip?',
    )
    expect(messageOf(`${world}trian:\n  lr: 1\n`)).toBe(
      'recipes/x.yaml:3: unknown key trian. Did you mean train?',
    )
    expect(messageOf(`${world}topK: 3\n`)).toBe(
      'recipes/x.yaml:3: unknown key topK. Did you mean retrieval.topK?',
    )
  })

  test('with a wrong type or range says what is expected and what came', () => {
    expect(messageOf(`${world}train:\n  lr: fast\n`)).toBe(
      'recipes/x.yaml:4: expected train.lr to be a positive number, but got "fast" (string).',
    )
    expect(messageOf(`${world}train:\n  steps: -3\n`)).toBe(
      'recipes/x.yaml:4: expected train.steps to be a positive integer, but got -3 (number).',
    )
    expect(messageOf(`${world}evaluate:\n  stopAt: 1.5\n`)).toBe(
      'recipes/x.yaml:4: expected evaluate.stopAt to be a number in [0, 1], but got 1.5 (number).',
    )
    expect(messageOf(`${world}retrieval:\n  url: localhost:8000\n`)).toBe(
      'recipes/x.yaml:4: expected retrieval.url to be a URL such as http://127.0.0.1:8000, but got "localhost:8000" (string).',
    )
    expect(messageOf(`${world}train: 3\n`)).toBe(
      'recipes/x.yaml:3: expected train to be a section with keys of its own, but got 3 (number).',
    )
    expect(messageOf(`${world}train:\n  algorithm: gpro\n`)).toBe(
      'recipes/x.yaml:4: expected train.algorithm to be one of grpo, ppo, none, but got "gpro" (string). Did you mean grpo?',
    )
    expect(messageOf(`${world}evaluate:\n  baselines: [ppo, no]\n`)).toContain(
      'recipes/x.yaml:4: expected evaluate.baselines.1 to be one of noSearchRl, grpo, ppo, grpoNoMask, ppoNoMask, but got "no"',
    )
  })

  test('tells all its faults at once', () => {
    expect(messageOf(`${world}train:\n  lr: 0\n  steps: 1.5\n`).split('\n')).toHaveLength(2)
  })

  test('that lacks a key names it and what it is for', () => {
    expect(messageOf('task:\n  kind: files\n  passages: p\n')).toBe(
      'recipes/x.yaml:1: task.questions is missing: JSONL(.gz) of id, question, golden_answers (text).',
    )
    expect(messageOf('name: x\n')).toContain('recipes/x.yaml: task is missing')
    expect(messageOf('task:\n  kind: wrld\n')).toBe(
      'recipes/x.yaml:2: expected task.kind to be one of world, files, but got "wrld" (string). Did you mean world?',
    )
  })

  test('that is no YAML names the line', () => {
    expect(messageOf('task:\n  kind: [world\n')).toMatch(/^recipes\/x\.yaml:\d: /)
    expect(messageOf('a: 1\na: 2\n')).toMatch(/^recipes\/x\.yaml:2: Map keys must be unique/)
    expect(messageOf('- 1\n')).toBe('recipes/x.yaml: expected keys and values, as in train:')
  })

  test('names the override at fault, not a line', () => {
    expect(messageOf(world, ['train.lr=fast'])).toBe(
      'override train.lr=fast: expected train.lr to be a positive number, but got "fast" (string).',
    )
    expect(messageOf(world, ['train.lrr=1'])).toBe(
      'override train.lrr=1: unknown key train.lrr. Did you mean train.lr?',
    )
    expect(messageOf(world, ['fast'])).toContain('Expected an override key=value, but got "fast".')
  })
})
