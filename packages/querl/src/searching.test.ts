import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWorld } from '@querl/tasks'
import { expect, onTestFinished, test } from 'vitest'
import { parseRecipe } from './recipe-file.js'
import { openRemote } from './searching.js'
import { openTask } from './tasks.js'

const url = 'http://127.0.0.1:8000'
const recipeOf = (...overrides: string[]) =>
  parseRecipe('task:\n  kind: world\n', { file: 'x.yaml', overrides })
const remoteOf = (...overrides: string[]) =>
  openRemote({ ...recipeOf(...overrides).retrieval, url })

test('a server is searched at its /retrieve, with a token out of the environment', async () => {
  process.env['QUERL_TEST_SEARCH_TOKEN'] = 's3cret'
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.url, request.headers.authorization)
    response.end('{"result":[[{"document":{"id":"1","contents":"\\"T\\"\\ntext"},"score":2}]]}')
  })
  onTestFinished(() => {
    delete process.env['QUERL_TEST_SEARCH_TOKEN']
    server.close()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const { retrieval } = recipeOf('retrieval.tokenEnv=QUERL_TEST_SEARCH_TOKEN')
  using remote = openRemote({ ...retrieval, url: `http://127.0.0.1:${port}` })
  expect(await remote.search(['x'], { topK: 1 })).toEqual([
    [{ id: '1', title: '"T"', text: 'text', score: 2 }],
  ])
  expect(asked).toEqual(['/retrieve', 'Bearer s3cret'])
})

test('a recipe that names two places to search, or a token that is not there, is refused', () => {
  expect(() => remoteOf('retrieval.index=index')).toThrowErrorMatchingInlineSnapshot(`
    [QuerlError: retrieval.url and retrieval.index are both given: searches go to one of them.
    Leave one of them out.]
  `)
  expect(() => remoteOf('retrieval.tokenEnv=QUERL_NO_TOKEN')).toThrowErrorMatchingInlineSnapshot(`
    [QuerlError: retrieval.tokenEnv: the environment variable QUERL_NO_TOKEN holds no token.
    Set it: export QUERL_NO_TOKEN=…]
  `)
})

test('questions without passages need a server', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'querl-questions-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const tokenizer = join(folder, 'tokenizer.json')
  writeFileSync(tokenizer, JSON.stringify(createWorld({ seed: 0 }).tokenizerJson))
  const question = (id: number) => JSON.stringify({ id, question: 'who?', golden_answers: ['x'] })
  writeFileSync(join(folder, 'q.jsonl'), [1, 2, 3].map(question).join('\n'))
  const text = 'task:\n  kind: files\n  questions: q.jsonl\n  dev: 1\n  test: 1\n'
  const task = (...overrides: string[]) =>
    openTask(
      parseRecipe(text, {
        file: join(folder, 'x.yaml'),
        overrides: [`model.tokenizer=${tokenizer}`, ...overrides],
      }),
    )
  await expect(task()).rejects.toThrow(
    'task.passages is missing: there is nothing to search without them.',
  )
  const served = await task(`retrieval.url=${url}`)
  expect(served.passages).toEqual([])
  expect(served.summary).toBe('3 questions (1 train, 1 dev, 1 test)')
})
