import { setTimeout as sleep } from 'node:timers/promises'
import { QuerlError } from '@querl/base'
import { describe, expect, test } from 'vitest'
import type { Reranker, RetrievedPassage, Retriever } from '../retriever.js'
import { fuse, type MemberFailure } from './fuse.js'
import { rerank } from './rerank.js'

const passage = (id: string, score: number): RetrievedPassage => ({
  id,
  title: '',
  text: id,
  score,
})

/** Finds these ids for every query, and writes down how it was asked. */
function fixed(ids: readonly string[]) {
  const asked: { queries: readonly string[]; topK: number; signal?: AbortSignal | undefined }[] = []
  const retriever: Retriever = {
    async search(queries, { topK, signal }) {
      asked.push({ queries, topK, signal })
      return queries.map(() => ids.map((id, at) => passage(id, 10 - at)).slice(0, topK))
    },
  }
  return { retriever, asked }
}

const failing: Retriever = { search: () => Promise.reject(new Error('index lost')) }

describe('fused retrievers', () => {
  test('are asked for all queries at once, for more than is returned', async () => {
    const [one, other] = [fixed(['a', 'b', 'c']), fixed(['c', 'a', 'd'])]
    const hybrid = fuse([one.retriever, other.retriever], { candidates: 7 })
    const found = await hybrid.search(['x', 'y'], { topK: 2 })
    expect(found.map((passages) => passages.map(({ id }) => id))).toEqual([
      ['a', 'c'],
      ['a', 'c'],
    ])
    for (const { asked } of [one, other]) {
      expect(asked.map(({ queries, topK }) => [queries, topK])).toEqual([[['x', 'y'], 7]])
    }
  })

  test('are asked for topK where that is more than the candidates', async () => {
    const { retriever, asked } = fixed(['a'])
    await fuse([retriever], { candidates: 3 }).search(['x'], { topK: 9 })
    expect(asked[0]!.topK).toBe(9)
  })

  test('are a retriever themselves: pipelines compose', async () => {
    const [one, other, third] = [fixed(['a', 'b']), fixed(['b', 'c']), fixed(['b'])]
    const tree = fuse([fuse([one.retriever, other.retriever]), third.retriever])
    const reversed = rerank(tree, {
      score: async (pairs) =>
        Float32Array.from(pairs, ([, text]) => text.charCodeAt(text.length - 1)),
    })
    const [found] = await reversed.search(['x'], { topK: 3 })
    expect(found!.map(({ id }) => id)).toEqual(['c', 'b', 'a'])
  })

  test('of one query list that is empty find nothing', async () => {
    expect(await fuse([fixed(['a']).retriever]).search([], { topK: 1 })).toEqual([])
  })
})

describe('a member that fails', () => {
  test('fails the search, and stops the members that are still at work', async () => {
    let stopped = false
    const slow: Retriever = {
      search: (_, { signal }) =>
        new Promise((_, reject) => {
          signal!.addEventListener('abort', () => {
            stopped = true
            reject(signal!.reason)
          })
        }),
    }
    await expect(fuse([slow, failing]).search(['x'], { topK: 1 })).rejects.toThrow('index lost')
    expect(stopped).toBe(true)
  })

  test('is left out and told of, where that is asked for', async () => {
    const failures: MemberFailure[] = []
    const hybrid = fuse([failing, fixed(['a', 'b']).retriever], {
      onFailure: (failure) => failures.push(failure),
    })
    const [found] = await hybrid.search(['x'], { topK: 2 })
    expect(found!.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(failures).toEqual([{ member: 0, error: new Error('index lost'), queries: 1 }])
  })

  test('by throwing before it returns a promise, or by answering too little, is one too', async () => {
    const members: Retriever[] = [
      {
        search: () => {
          throw new Error('dead')
        },
      },
      { search: async () => [] },
      fixed(['a']).retriever,
    ]
    const failures: MemberFailure[] = []
    const hybrid = fuse(members, { onFailure: (failure) => failures.push(failure) })
    expect((await hybrid.search(['x'], { topK: 1 }))[0]![0]!.id).toBe('a')
    expect(failures.map(({ member }) => member)).toEqual([0, 1])
    expect((failures[1]!.error as Error).message).toBe(
      'A retriever was asked 1 queries and answered 0.',
    )
  })

  test('with all the others fails the search all the same', async () => {
    const hybrid = fuse([failing, failing], { onFailure: () => {} })
    const error = await hybrid.search(['x'], { topK: 1 }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(QuerlError)
    expect(error).toMatchObject({
      code: 'ERR_QUERL_TOOL',
      message: 'All 2 retrievers failed; the first one said: index lost',
    })
  })
})

test('an abort reaches every member and is the reason that the search throws', async () => {
  const signals: AbortSignal[] = []
  const patient: Retriever = {
    search: (_, { signal }) => {
      signals.push(signal!)
      return sleep(10_000, [], { signal: signal! })
    },
  }
  const stop = new AbortController()
  const searching = fuse([patient, patient], { onFailure: () => {} }).search(['x'], {
    topK: 1,
    signal: stop.signal,
  })
  stop.abort(new Error('enough'))
  await expect(searching).rejects.toThrow('enough')
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
})

test('wrong options of fuse are refused', () => {
  const { retriever } = fixed([])
  expect(() => fuse([retriever, {} as Retriever])).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected retrievers[1] to be an object with a method search(), but got {} (object).]`,
  )
  expect(() => fuse([])).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected retrievers to be an array of at least one retriever, but got [] (object).]`,
  )
  expect(() => fuse([retriever], { weights: [1, 2] })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected weights to be of length 1, as the retrievers, but got 2 (number).]`,
  )
  expect(() => fuse([retriever], { weights: [-1] })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected weights[0] to be a number of at least 0, but got -1 (number).]`,
  )
  expect(() => fuse([retriever], { weights: [0] })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected the sum of weights to be a positive number, but got 0 (number).]`,
  )
  expect(() => fuse([retriever], { method: 'max' as 'rrf' })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected method to be 'rrf' or 'sum', but got "max" (string).]`,
  )
  expect(() =>
    fuse([retriever], { method: 'sum', normalisation: 'l2' as 'none' }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected normalisation to be 'minMax', 'zScore' or 'none', but got "l2" (string).]`,
  )
})

describe('a rerank stage', () => {
  const byLength = {
    pairs: [] as (readonly [string, string])[],
    async score(pairs: readonly (readonly [string, string])[]) {
      this.pairs.push(...pairs)
      return Float32Array.from(pairs, ([query, text]) => (text.includes(query) ? 1 : 0))
    },
  }

  test('scores each query with its own candidates alone, and keeps the order of equals', async () => {
    byLength.pairs = []
    const retriever: Retriever = {
      search: async (queries) =>
        queries.map((query) => [passage('p', 3), passage(`has ${query}`, 2), passage('q', 1)]),
    }
    const found = await rerank(retriever, byLength).search(['x', 'y'], { topK: 2 })
    expect(found.map((passages) => passages.map(({ id, score }) => [id, score]))).toEqual([
      [
        ['has x', 1],
        ['p', 0],
      ],
      [
        ['has y', 1],
        ['p', 0],
      ],
    ])
    expect(byLength.pairs.length).toBe(6)
    expect(byLength.pairs.filter(([query]) => query === 'x').map(([, text]) => text)).toEqual([
      '\np',
      '\nhas x',
      '\nq',
    ])
  })

  test('asks for its candidates, and does not ask the reranker about nothing', async () => {
    const { retriever, asked } = fixed([])
    const reranker = { score: () => Promise.reject(new Error('was asked')) }
    expect(
      await rerank(retriever, reranker, { candidates: 20 }).search(['x'], { topK: 3 }),
    ).toEqual([[]])
    expect(asked[0]!.topK).toBe(20)
  })

  test('whose reranker fails, fails; or falls back to the retriever, and tells', async () => {
    const { retriever } = fixed(['a', 'b'])
    const broken = { score: () => Promise.reject(new Error('no memory')) }
    await expect(rerank(retriever, broken).search(['x'], { topK: 1 })).rejects.toThrow('no memory')
    const told: unknown[] = []
    const lenient = rerank(retriever, broken, { onFailure: (error) => told.push(error) })
    expect((await lenient.search(['x'], { topK: 1 }))[0]!.map(({ id }) => id)).toEqual(['a'])
    expect(told).toEqual([new Error('no memory')])
  })

  test('refuses lists that are fewer than the queries', async () => {
    const { retriever } = fixed(['a'])
    const first: Retriever = { search: (queries, o) => retriever.search(queries.slice(0, 1), o) }
    await expect(rerank(first, byLength).search(['x', 'y'], { topK: 1 })).rejects.toThrow(
      'A retriever was asked 2 queries and answered 1.',
    )
  })

  test('refuses scores that are too few or no numbers', async () => {
    const { retriever } = fixed(['a', 'b'])
    const few = { score: async () => new Float32Array(1) }
    await expect(rerank(retriever, few).search(['x'], { topK: 1 })).rejects.toThrow(
      'A reranker was given 2 pairs and answered with 1 scores.',
    )
    const nan = { score: async () => new Float32Array([1, Number.NaN]) }
    await expect(rerank(retriever, nan).search(['x'], { topK: 1 })).rejects.toThrow(
      'answered with 2 scores, NaN among them.',
    )
  })

  test('of what is no retriever, or by what is no reranker, is refused', () => {
    const { retriever } = fixed([])
    const reranker = { score: async () => new Float32Array() }
    expect(() => rerank({} as Retriever, reranker)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected retriever to be an object with a method search(), but got {} (object).]`,
    )
    expect(() => rerank(retriever, {} as Reranker)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected reranker to be an object with a method score(), but got {} (object).]`,
    )
  })
})
