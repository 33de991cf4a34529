import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { type LinePeer, startIfInstalled } from '../../benchmarks/line-peer.js'
import { findPython } from '../../benchmarks/python.js'
import { startPython } from '../../benchmarks/python-peer.js'

const folder = mkdtempSync(join(tmpdir(), 'querl-peer-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())
const install = 'python3 -m pip install torch'

/** A script in the language of the interpreter that is at hand: what is tested is the protocol. */
function peerOf(body: string): () => Promise<LinePeer> {
  const script = join(folder, `${Math.random()}.mjs`)
  writeFileSync(
    script,
    `import { createInterface } from 'node:readline'
    const answer = (value) => console.log(JSON.stringify(value))
    ${body}`,
  )
  vi.stubEnv('QUERL_BENCH_PYTHON', process.execPath)
  return () => startPython(script, { install })
}

const adds = `
  answer({ versions: { torch: '2.13.0' } })
  for await (const line of createInterface({ input: process.stdin })) {
    const { call, a, b } = JSON.parse(line)
    if (call === 'die') process.exit(3)
    answer(call === 'add' ? { sum: a + b } : { error: 'no such call' })
  }`

test('a peer says its versions, then answers one request after the other', async () => {
  using peer = await peerOf(adds)()
  expect(peer.versions).toEqual({ torch: '2.13.0' })
  expect(await peer.ask({ call: 'add', a: 1, b: 2 })).toEqual({ sum: 3 })
  expect(await peer.ask({ call: 'add', a: 3, b: 4 })).toEqual({ sum: 7 })
})

test('a peer that fails at a request says why, and goes on', async () => {
  using peer = await peerOf(adds)()
  await expect(peer.ask({ call: 'divide' })).rejects.toThrow(
    'The peer failed at divide: no such call',
  )
  expect(await peer.ask({ call: 'add', a: 1, b: 1 })).toEqual({ sum: 2 })
})

test('a peer that dies at a request is an error, not a wait for ever', async () => {
  using peer = await peerOf(adds)()
  await expect(peer.ask({ call: 'die' })).rejects.toThrow(`${process.execPath} ended (3).`)
})

test('a peer that does not start is a note with what to install, and ours goes on alone', async () => {
  const notes: string[] = []
  const peer = await startIfInstalled(
    peerOf(`console.error("No module named 'torch'"); process.exit(1)`),
    (text) => void notes.push(text),
  )
  expect(peer).toBeUndefined()
  expect(notes.join()).toContain('peer: not installed, ours is measured alone.')
  expect(notes.join()).toContain("No module named 'torch'")
  expect(notes.join()).toContain(install)
})

test('an interpreter that is not there is a note as well', async () => {
  const notes: string[] = []
  const start = peerOf('')
  vi.stubEnv('QUERL_BENCH_PYTHON', join(folder, 'absent'))
  const note = (text: string) => void notes.push(text)
  expect(await startIfInstalled(start, note)).toBeUndefined()
  expect(findPython(['torch'], note)).toBeUndefined()
  expect(notes[0]).toContain('ENOENT')
  expect(notes[1]).toContain('does not run')
})
