import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { AccessLog } from './access-log.js'

function written(write: (log: AccessLog) => void): { text: () => string; writes: () => number } {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk.toString('latin1'))
      done()
    },
  })
  write(new AccessLog(stream))
  return { text: () => chunks.join(''), writes: () => chunks.length }
}

test('what a client sent is one line of printable ASCII, and reads as it was', async () => {
  const path = '/\r\n{"status":200}\u0000\u001b[31m\u007f\u009b2J\u2028\u202e漢😀"\\'
  const { text } = written((log) =>
    log.write({ id: '1', client: '::1', method: 'GET', path, status: 404 }),
  )
  await expect.poll(text).toMatch(/^[\x20-\x7e]+\n$/)
  expect(JSON.parse(text())).toMatchObject({ path, status: 404 })
})

test('a long path is cut', async () => {
  const { text } = written((log) =>
    log.write({ id: '1', client: '::1', path: `/${'x'.repeat(10_000)}`, status: 404 }),
  )
  await expect.poll(() => text().length).toBeGreaterThan(0)
  expect((JSON.parse(text()) as { path: string }).path.length).toBe(200)
})

test('lines of one turn of the event loop are one write', async () => {
  const { text, writes } = written((log) => {
    for (let at = 0; at < 100; at++) log.write({ id: String(at), client: '::1', status: 200 })
  })
  await expect.poll(() => text().split('\n').length).toBe(101)
  expect(writes()).toBe(1)
})

test('a stream that fails costs lines, and nothing else', async () => {
  const stream = new Writable({
    write: (_chunk, _encoding, done) => done(new Error('ENOSPC: no space left on device, write')),
  })
  const log = new AccessLog(stream)
  log.write({ id: '1', client: '::1', status: 200 })
  log.write({ id: '2', client: '::1', status: 200 })
  await expect.poll(() => log.dropped).toBe(2)
  log.write({ id: '3', client: '::1', status: 200 })
  expect(log.dropped).toBe(3)
})
