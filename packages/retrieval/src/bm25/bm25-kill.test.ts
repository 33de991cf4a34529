import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundled } from '../bundled.fixture.js'
import { Bm25Index } from '../index.js'
import { seen, takeStep } from './index-steps.fixture.js'

const folder = mkdtempSync(join(tmpdir(), 'querl-kill-'))
let script: string
beforeAll(async () => {
  const { remove, ...made } = await bundled('bm25/take-steps.ts', [
    'hyparquet',
    'hyparquet-compressors',
  ])
  script = made.script
  return remove
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Takes steps in a process of its own, where no file can grow beyond `blocks` of 1 KiB. */
function start(path: string, step: number, { count = Infinity, blocks = 'unlimited' } = {}) {
  const limited = `ulimit -f ${blocks}; exec "$@"`
  const args = [process.execPath, script, path, String(step), String(count)]
  const child = spawn('bash', ['-c', limited, 'bash', ...args])
  const lines: string[] = []
  let errors = ''
  child.stdout.on('data', (chunk) => lines.push(...String(chunk).trim().split('\n')))
  child.stderr.on('data', (chunk) => {
    errors += String(chunk)
  })
  const exited = once(child, 'close')
  return {
    ready: Promise.race([once(child.stdout, 'data'), exited]),
    lines,
    async end(signal?: 'SIGKILL') {
      if (signal) child.kill(signal)
      await exited
      expect(errors).toBe('')
      return lines
    },
  }
}

/** Names of files, without their numbers. */
const kindsOf = (path: string) =>
  readdirSync(path)
    .map((name) => name.replace(/\d+/g, '#'))
    .sort()

describe('a process that is killed', () => {
  test('at any moment leaves the last state or the next, and nothing in the way', async () => {
    const [path, twin] = [join(folder, 'killed'), join(folder, 'twin')]
    let step = -1 // that the twin has taken
    const advance = async (to: number) => {
      while (step < to) await takeStep(twin, ++step)
    }
    for (let round = 0; round < 15; round++) {
      const child = start(path, step + 1)
      await child.ready
      await sleep((round * 37) % 113)
      const lines = await child.end('SIGKILL')
      expect(lines.join()).not.toContain('ERR')
      const announced = lines.length > 1 ? Number(lines.at(-1)) : step
      await advance(announced)
      const found = await seen(path).catch((error: unknown) => error)
      if (announced < 0 && found instanceof Error) {
        expect(found).toMatchObject({ code: 'ERR_QUERL_IO' }) // there is no index yet
        continue
      }
      expect(found).toHaveProperty('generation')
      const known = step < 0 ? 0 : (await seen(twin)).generation
      // One that was written, and not yet said.
      if ((found as { generation: number }).generation > known) await advance(announced + 1)
      expect(found).toEqual(await seen(twin))
      expect((await Bm25Index.verify(path)).problems).toEqual([])
      await takeStep(path, step + 1)
      await advance(step + 1)
      expect(await seen(path)).toEqual(await seen(twin))
      expect(kindsOf(path)).toEqual(kindsOf(twin))
    }
  })
})

describe('a full disk', () => {
  test.each([0, 1, 2, 3, 4, 5])('is said at step %i, and the index stays as it was', async (at) => {
    const path = join(folder, `full-${at}`)
    for (let step = 0; step < at; step++) await takeStep(path, step)
    const before = at === 0 ? undefined : await seen(path)
    const lines = await start(path, at, { count: 1, blocks: '0' }).end()
    expect(lines.slice(1).join('\n')).toMatch(/^ERR_QUERL_IO .*: File too large\.$/)
    expect(lines.join()).toContain(path)
    if (before) {
      expect(await seen(path)).toEqual(before)
      expect((await Bm25Index.verify(path)).problems).toEqual([])
    } else expect(readdirSync(folder)).not.toContain(`full-${at}`)
    const later = await start(path, at, { count: 1 }).end()
    expect(later.at(-1)).toBe(String(at))
  })
})
