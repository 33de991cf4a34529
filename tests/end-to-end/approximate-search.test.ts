// HnswIndex as it is published: its thread is a file beside the built package.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { build } from './command-line.js'

const built = new URL('../../packages/retrieval/dist/index.js', import.meta.url).href
const root = fileURLToPath(new URL('../../', import.meta.url))

beforeAll(build)

/** Runs the body of an async function in a process of its own, with HnswIndex, rows and queries. */
function run(body: string, before = '') {
  const script = `${before}
    const dimensions = 16
    const vectors = (count, step) => Float32Array.from({ length: count * 16 }, (_, i) => Math.sin(i * step))
    import('${built}').then(async ({ HnswIndex }) => {
      const rows = vectors(3000, 1.7)
      const build = (options) => HnswIndex.build(rows, { dimensions, ...options })
      ${body}
    }).catch((error) => console.log(error.code ?? error.message))`
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    cwd: root,
    encoding: 'utf8',
    timeout: 250_000,
  })
  return { status, signal, stdout: stdout.trim(), stderr }
}

const ended = { status: 0, signal: null, stderr: '' }

test('finds a vector by itself, and an index that was not disposed keeps no process alive', () => {
  const body = `const index = await build({ metric: 'cosine' })
    const [[best]] = await index.search(rows.subarray(160, 176), { topK: 1 })
    console.log(best.index, best.score.toFixed(4))`
  expect(run(body)).toEqual({ ...ended, stdout: '10 1.0000' })
})

test('an abort ends a build, dispose() a search', () => {
  const body = `const stop = new AbortController()
    const started = build({ signal: stop.signal, expansionAdd: 1024, threads: 1 })
    setTimeout(() => stop.abort(new Error('enough')), 20)
    console.log(await started.catch((error) => error.message))
    const index = await build()
    const search = index.search(vectors(50_000, 2.3))
    index.dispose()
    console.log(await search.catch((error) => error.code))`
  expect(run(body)).toEqual({ ...ended, stdout: 'enough\nERR_QUERL_CLOSED' })
})

test('process.exit() in a search ends the process by no signal', () => {
  const body = `const index = await build()
    void index.search(vectors(50_000, 2.3))
    setTimeout(() => process.exit(7), 30)`
  expect(run(body)).toEqual({ ...ended, status: 7, stdout: '' })
})

test('without the optional package an error says what to install', () => {
  const before = `const Module = require('node:module')
    const resolve = Module._resolveFilename
    Module._resolveFilename = function (name, ...rest) {
      if (name === 'usearch') throw new Error('Cannot find module')
      return resolve.call(this, name, ...rest)
    }`
  const body = `await build().catch((error) => console.log(error.code, error.message))`
  expect(run(body, before)).toEqual({
    ...ended,
    stdout:
      'ERR_QUERL_NATIVE_MISSING HnswIndex needs the package usearch.\nInstall it: npm install usearch@2.25',
  })
})
