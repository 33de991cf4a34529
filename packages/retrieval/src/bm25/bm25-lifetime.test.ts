import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { describe, expect, test, vi } from 'vitest'
import { Bm25Index } from '../index.js'

const addon = fileURLToPath(new URL('../../build/Release/querl_retrieval.node', import.meta.url))

// Ten thousand long queries over this take seconds: long enough to be interrupted.
const documents = Array.from({ length: 20_000 }, (_, i) => `a b c d e f g h w${i % 997} w${i % 31}`)
const long = new Array<string>(10_000).fill('a b c d e f g h')

describe('an AbortSignal', () => {
  test('that has fired rejects with its reason and starts nothing', async () => {
    const signal = AbortSignal.abort(new Error('too late'))
    await expect(Bm25Index.build(['a'], { signal })).rejects.toThrow('too late')
    using index = await Bm25Index.build(['a'])
    await expect(index.search(['a'], { signal })).rejects.toThrow('too late')
  })

  test('ends a search that runs, and the next one is answered', async () => {
    using index = await Bm25Index.build(documents)
    const controller = new AbortController()
    const search = index.search(long, { signal: controller.signal })
    setImmediate(() => controller.abort(new Error('enough')))
    await expect(search).rejects.toThrow('enough')
    expect((await index.search(['w0'], { topK: 1 }))[0]).toHaveLength(1)
  })

  test('ends a build', async () => {
    const controller = new AbortController()
    function* source() {
      for (let i = 0; ; i++) {
        if (i === 20_000) controller.abort(new Error('enough'))
        yield documents[i % documents.length]!
      }
    }
    const build = Bm25Index.build(source(), { signal: controller.signal })
    await expect(build).rejects.toThrow('enough')
  })

  test('of a finished search keeps no listener', async () => {
    using index = await Bm25Index.build(['a'])
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    await index.search(['a'], { signal })
    expect(added).toHaveBeenCalledTimes(1)
    expect(removed.mock.calls[0]!.slice(0, 2)).toEqual(added.mock.calls[0]!.slice(0, 2))
  })
})

describe('dispose', () => {
  test('rejects searches that run or wait, and later calls, with ERR_QUERL_CLOSED', async () => {
    const index = await Bm25Index.build(documents)
    const calls = [index.search(long), index.search(['a']), index.save('/nowhere')]
    await new Promise((resolve) => setImmediate(resolve))
    index.dispose()
    calls.push(index.search(['a']), index.save('/nowhere'))
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: 'rejected', reason: { code: 'ERR_QUERL_CLOSED' } })
    }
    index.dispose()
  })
})

describe('the addon ends cleanly', () => {
  // The plain addon, since a worker or another process of ours knows nothing of TypeScript.
  const busy = `
    const native = require(${JSON.stringify(addon)})
    const index = native.createBm25()
    const writer = native.createBm25Writer()
    const documents = Array.from({ length: 20000 }, (_, i) => 'a b c d e f g h w' + (i % 997))
    const settings = {
      variant: 'lucene', k1: 0.9, b: 0.4, delta: 0.5, lengths: 'exact',
      analyzer: 'words', fields: [{ name: 'contents', weight: 1 }],
    }
    const opening = {
      folder: '', mode: 'create', threads: 2, memoryBytes: 1e8, replaceDuplicates: false, settings,
    }
    const ready = native.openWriter(writer, opening)
      .then(() => native.addDocuments(writer, { fields: [documents] }))
      .then(() => native.commitWriter(writer, 0))
      .then(() => native.adoptBm25(index, writer))
    const search = (queries) => native.searchBm25(index, queries, 10, 2)
    const long = new Array(1000000).fill('a b c d e f g h')
  `

  test('in two workers at once, each with its own index', async () => {
    const answer = (word: string) =>
      new Promise((resolve, reject) => {
        const code = `${busy}
          ready.then(() => search(['${word}'])).then(({ documents }) =>
            require('node:worker_threads').parentPort.postMessage(documents.length))`
        const worker = new Worker(code, { eval: true })
        worker.once('message', resolve).once('error', reject)
      })
    expect(await Promise.all([answer('w1'), answer('a')])).toEqual([10, 10])
  })

  test('when a worker is terminated in the middle of a search', async () => {
    const code = `${busy}
      ready.then(() => { search(long); require('node:worker_threads').parentPort.postMessage('on') })`
    const worker = new Worker(code, { eval: true })
    await new Promise((resolve) => worker.once('message', resolve))
    expect(await worker.terminate()).toBe(1)
  })

  const run = (code: string) => promisify(execFile)(process.execPath, ['-e', busy + code])

  test('when process.exit comes in the middle of a search', async () => {
    const code = `ready.then(() => { search(long); setTimeout(() => { console.log('out'); process.exit(0) }, 20) })`
    expect((await run(code)).stdout).toBe('out\n')
  })

  test('when an exception is thrown in the middle of a search', async () => {
    const code = `ready.then(() => { search(long); setTimeout(() => { throw new Error('thrown') }, 20) })`
    await expect(run(code)).rejects.toMatchObject({ code: 1, signal: null })
  })

  test('when the event loop runs dry: an idle index keeps no process alive', async () => {
    expect((await run(`ready.then(() => console.log('built'))`)).stdout).toBe('built\n')
  })

  test('when a foreign object is taken for an index', async () => {
    const code = `try { native.infoBm25({}) } catch (error) { console.log(error.code) }`
    expect((await run(code)).stdout).toBe('ERR_QUERL_ARGUMENT\n')
  })
})
