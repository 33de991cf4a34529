import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import type { Example, Passage, Retriever } from '../example.js'
import { directPrefix } from './format.js'
import type { Split } from './names.js'
import { relationPairs, relations } from './relations.js'
import { createWorld, type World, worldModel } from './world.js'

const world = createWorld({ seed: 0 })
const splits: readonly Split[] = ['train', 'dev', 'test']
const stream = (...names: (string | number)[]) => randomStream(11, 'world.test', ...names)

describe('names', () => {
  test('are 4096 in three disjoint splits, and the same for every seed', () => {
    const all = splits.flatMap((split) => world.names.split[split])
    expect(splits.map((split) => world.names.split[split].length)).toEqual([3134, 348, 614])
    expect(new Set(all).size).toBe(4096)
    expect(createWorld({ seed: 5 }).names).toEqual(world.names)
    expect(all.every((name) => /^[A-Z][aeiou][nrlsk][a-z][aeiou][nrlsk]?$/.test(name))).toBe(true)
  })

  test('are two tokens each', () => {
    const lengths = splits.flatMap((split) =>
      world.names.split[split].map((name) => world.encoder.encode(` ${name}`).length),
    )
    expect(new Set(lengths)).toEqual(new Set([2]))
  })

  test('of dev and test are made of tokens that many train names have', () => {
    const seen = new Map<number, number>()
    for (const name of world.names.split.train)
      for (const id of world.encoder.encode(` ${name}`)) seen.set(id, (seen.get(id) ?? 0) + 1)
    const rarest = [...world.names.split.dev, ...world.names.split.test]
      .flatMap((name) => [...world.encoder.encode(` ${name}`)])
      .reduce((least, id) => Math.min(least, seen.get(id) ?? 0), Number.POSITIVE_INFINITY)
    expect(rarest).toBeGreaterThan(20)
  })
})

describe('facts', () => {
  test('are one passage each: 5500 to learn from, 720 in each of the other splits', () => {
    expect(count(world.passages, 'train')).toBe(5500)
    expect(count(world.passages, 'dev')).toBe(720)
    expect(count(world.passages, 'test')).toBe(720)
    expect(new Set(world.passages.map(({ id }) => id)).size).toBe(6940)
  })

  test('never cross a split', () => {
    const owns = new Map(splits.map((split) => [split, new Set(world.names.split[split])]))
    for (const { id, title, text } of world.passages) {
      const own = owns.get(id.split('/')[0] as Split)!
      const names = text.match(/\b[A-Z]\w+/g) ?? []
      expect([title, ...names].every((name) => own.has(name))).toBe(true)
    }
  })

  test('are of eight relations, of which 17 pairs make a question', () => {
    expect(relations.length).toBe(8)
    expect(relationPairs.length).toBe(17)
    expect(relations.some(({ noun, keyword }) => noun === keyword)).toBe(false)
  })

  test('are others after a redraw, about the same subjects', () => {
    const redrawn = world.redraw(99)
    const same = redrawn.passages.filter(({ text }, at) => text === world.passages[at]!.text)
    expect(redrawn.passages.map(({ id }) => id)).toEqual(world.passages.map(({ id }) => id))
    expect(same.length).toBeLessThan(0.03 * world.passages.length) // 1/15 at most by chance
    expect(world.redraw(world.seed).passages).toEqual(world.passages)
  })
})

describe('questions', () => {
  test('are answered by following the passages', () => {
    for (const split of splits)
      for (const example of world.questions({ split, stream: stream('follow'), count: 300 }))
        expect([answerByReading(world, example)]).toEqual(example.answers)
  })

  test('are all different, half of them with two hops', () => {
    const examples = world.questions({ split: 'test', stream: stream('half'), count: 512 })
    expect(new Set(examples.map(({ id }) => id)).size).toBe(512)
    expect(examples.filter(({ kind }) => kind === 'twoHop').length).toBe(256)
    expect(new Set(examples.map(({ question }) => question)).size).toBe(512)
  })

  test('can all be had, and not one more', () => {
    const all = world.questions({ split: 'test', stream: stream('all'), count: 720, hops: 1 })
    expect(new Set(all.map(({ id }) => id)).size).toBe(720)
    expect(() =>
      world.questions({ split: 'test', stream: stream('all'), count: 721, hops: 1 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected count to be at most 720 questions of 8 kinds, but got 721 (number).]`,
    )
  })

  test('depend on the stream alone', () => {
    const draw = () => world.questions({ split: 'dev', stream: stream('same'), count: 20 })
    expect(draw()).toEqual(draw())
  })
})

describe('the warm start', () => {
  test('encodes rows as a whole text is encoded', () => {
    const rows = Array.from({ length: 500 }, (_, at) => world.readingRow(stream('row', at), at))
    for (const { text, ids } of rows) expect(ids).toEqual(world.encoder.encode(text))
  })

  test('weighs what can be inferred by 1, the rest by 0.2 and the first token by 0', () => {
    for (let at = 0; at < 200; at++) {
      const { text, ids, weights } = world.readingRow(stream('weight', at), 200)
      const inferable = text.startsWith('Question')
        ? text.slice(text.indexOf('<think>'))
        : text.slice(text.indexOf('\n') + 1)
      const start = ids.length - world.encoder.encode(inferable).length
      const expected = Array.from(ids, (_, t) => (t === 0 ? 0 : t < start ? 0.2 : 1))
      expect(weights).toEqual(Float32Array.from(expected))
    }
  })

  test('practises reading on one passage in half of the early rows, and on two later', () => {
    const documents = (step: number) =>
      Array.from({ length: 400 }, (_, at) => world.readingRow(stream('documents', at), step).text)
        .filter((text) => text.startsWith('Question'))
        .map((text) => text.match(/Doc \d/g)!.length)
    const early = documents(0)
    expect(mean(early)).toBeGreaterThan(1.4) // 300 coin flips: 0.5 +- 0.03
    expect(mean(early)).toBeLessThan(1.6)
    expect(mean(documents(100))).toBe(2)
  })

  test('reads no name of another split', () => {
    const train = new Set(world.names.split.train)
    for (let at = 0; at < 300; at++) {
      const { text } = world.readingRow(stream('names', at), at)
      const names = text.match(/(?<= )[A-Z][aeiou][nrlsk][a-z][aeiou][nrlsk]?\b/g)!
      expect(names.filter((name) => !train.has(name))).toEqual([])
    }
  })

  test('demonstrates searches with their real results, masked', async () => {
    const asked: string[] = []
    const retriever = titleRetriever(world.passages, asked)
    const rows = await world.demonstrations({ stream: stream('demo'), count: 400, retriever })
    expect(rows.length).toBe(400)
    for (const { text, ids, weights } of rows) {
      expect(ids).toEqual(world.encoder.encode(text))
      const trained = world.encoder.decode(ids.filter((_, at) => weights[at] === 1))
      expect(trained).toBe(
        text.replace(/^Question.*\n/, '').replace(/<information>[\s\S]*?<\/information>/g, ''),
      )
      for (const [, query] of text.matchAll(/<search> (.*?)<\/search>/g))
        expect(asked).toContain(query)
    }
    const share = (part: string) => rows.filter(({ text }) => text.includes(part)).length / 400
    expect(share(directPrefix)).toBeGreaterThan(0.23) // 0.3 of 400: +- 3 standard deviations
    expect(share(directPrefix)).toBeLessThan(0.37)
    expect(share('<|eos|>')).toBe(1)
  })

  test('demonstrations stop with their signal', async () => {
    const controller = new AbortController()
    const retriever: Retriever = {
      search: async (_, { signal }) => {
        controller.abort(new Error('enough'))
        signal?.throwIfAborted()
        return []
      },
    }
    const making = world.demonstrations({
      stream: stream('stop'),
      count: 10,
      retriever,
      signal: controller.signal,
    })
    await expect(making).rejects.toThrow('enough')
  })
})

describe('the model', () => {
  test('has about 183 000 parameters, by the seed', () => {
    const { config, initialise } = worldModel(world)
    expect(config).toMatchObject({ vocabSize: 544, hiddenSize: 64, layers: 3, kvHeads: 2 })
    const name = 'model.layers.1.self_attn.o_proj.weight'
    const weights = initialise(name, [64, 64])
    const deviation = Math.sqrt(mean([...weights].map((weight) => weight ** 2)))
    expect(deviation).toBeCloseTo(0.25 / 8, 2)
    expect(initialise(name, [64, 64])).toEqual(weights)
    expect(worldModel(createWorld({ seed: 1 })).initialise(name, [64, 64])).not.toEqual(weights)
    expect(initialise('model.norm.weight', [3])).toEqual(Float32Array.of(1, 1, 1))
    expect(initialise('model.layers.0.self_attn.q_proj.bias', [2])).toEqual(Float32Array.of(0, 0))
  })
})

test('a seed has to be an integer', () => {
  expect(() => createWorld({ seed: 0.5 })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected seed to be a non-negative integer, but got 0.5 (number).]`,
  )
})

function count(passages: readonly Passage[], split: Split): number {
  return passages.filter(({ id }) => id.startsWith(`${split}/`)).length
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Answers a question as a reader would, from its words and the passages alone. */
function answerByReading({ passages }: World, { question }: Example): string {
  const [, asked, , inner, subject] =
    /^What is the (\w+) of (the (\w+) of )?(\w+)\?$/.exec(question) ?? []
  const read = (noun: string, name: string): string => {
    const { verb } = relations.find((relation) => relation.noun === noun)!
    const start = `${name} ${verb} `
    return passages.find(({ text }) => text.startsWith(start))!.text.slice(start.length, -1)
  }
  return read(asked!, inner ? read(inner, subject!) : subject!)
}

/** Finds passages by their titles, those with another word of the query first. */
function titleRetriever(passages: readonly Passage[], asked: string[]): Retriever {
  const byTitle = new Map<string, Passage[]>()
  for (const each of passages) byTitle.set(each.title, [...(byTitle.get(each.title) ?? []), each])
  return {
    search: async (queries, { topK }) =>
      queries.map((query) => {
        asked.push(query)
        const words = query.split(' ')
        const found = words.flatMap((word) => byTitle.get(word) ?? [])
        const score = ({ text }: Passage) => words.filter((word) => text.includes(word)).length
        return found.sort((a, b) => score(b) - score(a)).slice(0, topK)
      }),
  }
}
