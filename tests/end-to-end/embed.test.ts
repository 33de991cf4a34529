// What a user does whose `querl embed` ended in the middle: the same again.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build, querl } from './command-line.js'

const model = fileURLToPath(new URL('../golden/fixtures/encoder-bert-f32', import.meta.url))
const count = 3 * 2048 + 5

let cwd: string
beforeAll(async () => {
  await build()
  cwd = await mkdtemp(join(tmpdir(), 'querl-embed-'))
  const lines = Array.from({ length: count }, (_, at) =>
    JSON.stringify({ id: `${at}`, contents: `${'jaws music '.repeat(at % 3)}number ${at}` }),
  )
  await writeFile(join(cwd, 'corpus.jsonl'), `${lines.join('\n')}\n`)
})
afterAll(() => rm(cwd, { recursive: true }))

test('an embedding that is interrupted, and one that is killed, go on to the same index', async () => {
  const args = (output: string) =>
    ['embed', 'corpus.jsonl', '--model', model, '--preset', 'e5', '--output', output] as const
  expect(await querl(args('whole'), { cwd })).toMatchObject({ code: 0 })

  const interrupted = await querl(args('parts'), {
    cwd,
    kill: { when: /^2048 passages/m, with: 'SIGINT' },
  })
  expect(interrupted.code).toBe(130)
  expect(interrupted.stdout).toMatch(
    /Interrupted. parts.partial has the vectors of \d+ passages: the same command goes on after them.\n$/,
  )
  const kept = Number(/vectors of (\d+) passages/.exec(interrupted.stdout)![1])
  expect(kept % 2048).toBe(0)
  expect(kept).toBeGreaterThanOrEqual(2048)

  const killed = await querl(args('parts'), {
    cwd,
    kill: { when: new RegExp(`^${kept + 2048} passages`, 'm'), with: 'SIGKILL' },
  })
  expect(killed.signal).toBe('SIGKILL')
  expect(killed.stdout).toContain(`Going on after ${kept} passages`)
  expect((await readdir(cwd)).filter((name) => name.startsWith('parts')).sort()).toEqual([
    'parts.partial',
    'parts.partial.json',
  ])

  const { code, stdout } = await querl([...args('parts'), '--json'], { cwd })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ resumedAfter: kept + 2048, size: count })
  expect((await readFile(join(cwd, 'parts'))).equals(await readFile(join(cwd, 'whole')))).toBe(true)
  expect((await readdir(cwd)).sort()).toEqual(['corpus.jsonl', 'parts', 'whole'])
})
