// What a user does who deletes passages of an index that has vectors beside it.

import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { bin, build, querl } from './command-line.js'

const model = fileURLToPath(new URL('../golden/fixtures/encoder-bert-f32', import.meta.url))
const texts = ['who wrote jaws', 'peter benchley wrote jaws', 'a shark', 'music by john williams']

let cwd: string
beforeAll(async () => {
  await build()
  cwd = await mkdtemp(join(tmpdir(), 'querl-deleted-'))
})
afterAll(() => rm(cwd, { recursive: true }))

async function done(...args: string[]): Promise<void> {
  expect(await querl(args, { cwd })).toMatchObject({ code: 0 })
}

/** The ids that a server finds with four hits a query. */
async function served(...args: string[]): Promise<string[]> {
  const child = spawn(process.execPath, [bin, 'serve', ...args, '--port', '0', '--quiet'], { cwd })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  await expect.poll(() => said).toMatch(/Serving on http:\S+;/)
  const url = /Serving on (http:\S+);/.exec(said)![1]!
  const body = JSON.stringify({ queries: ['who wrote jaws'], topk: 4, return_scores: true })
  const response = await fetch(`${url}/retrieve`, { method: 'POST', body })
  const { result } = (await response.json()) as { result: { document: { id: string } }[][] }
  return result[0]!.map(({ document }) => document.id).sort()
}

test('passages that were deleted are served no more, by words, by vectors or by both', async () => {
  const lines = texts.map((contents, at) => JSON.stringify({ id: `p${at}`, contents }))
  await writeFile(join(cwd, 'passages.jsonl'), `${lines.join('\n')}\n`)
  const encoder = ['--dtype', 'float32']
  const embed = ['--model', model, '--preset', 'e5', ...encoder, '--output', 'passages.vectors']
  await done('index', 'build', 'passages.jsonl', '--out', 'index')
  await done('embed', 'passages.jsonl', ...embed)
  const dense = ['--dense', 'passages.vectors', '--encoder', model, '--encoder-preset', 'e5']
  expect(await served('index', ...dense, ...encoder)).toEqual(['p0', 'p1', 'p2', 'p3'])
  await done('index', 'delete', 'index', 'p0')
  for (const _ of ['deleted', 'merged']) {
    expect(await served('index')).toEqual(['p1'])
    expect(await served('index', ...dense, ...encoder)).toEqual(['p1', 'p2', 'p3'])
    expect(await served('--passages', 'index', ...dense, ...encoder)).toEqual(['p1', 'p2', 'p3'])
    await done('index', 'merge', 'index')
  }

  // Vectors of those that are left alone are of unknown rows.
  await writeFile(join(cwd, 'fewer.jsonl'), `${lines.slice(1).join('\n')}\n`)
  await done('embed', 'fewer.jsonl', ...embed)
  const refused = await querl(['serve', 'index', ...dense], { cwd })
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toContain(
    'passages.vectors has 3 vectors, but index has had 4 passages, of which 1 were deleted',
  )
})
