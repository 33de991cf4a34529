import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FileOperations, replaceFile } from './atomic-file.js'
import { readJson, writeAtomic, writeFileAtomic, writeJsonAtomic } from './index.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-atomic-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('writeFileAtomic', () => {
  test('writes text and bytes, replaces what was there, and leaves no other file', async () => {
    const path = join(folder, 'a.txt')
    await writeFileAtomic(path, 'first, and longer')
    await writeFileAtomic(path, 'zweite ✓')
    expect(await readFile(path, 'utf8')).toBe('zweite ✓')
    await writeFileAtomic(path, new Uint8Array([0, 255, 10]))
    expect([...(await readFile(path))]).toEqual([0, 255, 10])
    expect(await readdir(folder)).toEqual(['a.txt'])
  })

  test('whichever call fails, the path holds the old or the new content and nothing is left', async () => {
    const path = join(folder, 'state.json')
    let calls = 0
    for (let failing = 1; ; failing++) {
      await writeFile(path, 'old')
      calls = 0
      const write = replaceFile(path, 'new', failAt(failing))
      const error = await write.then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(await readdir(folder)).toEqual(['state.json'])
      const content = await readFile(path, 'utf8')
      if (error === undefined) {
        expect(content).toBe('new')
        expect(failing).toBeGreaterThan(8) // open, write, sync, close, rename, open, sync, close
        return
      }
      expect(error).toMatchObject({ code: 'ERR_QUERL_IO', cause: { code: 'ENOSPC' } })
      expect((error as Error).message).toBe(`Cannot write ${path}: ENOSPC: call ${failing}.`)
      expect(content).toBe(failing <= 5 ? 'old' : 'new') // the fifth call is the rename
    }

    function failAt(failing: number): FileOperations {
      const attempt = <T>(call: () => Promise<T>): Promise<T> => {
        if (++calls !== failing) return call()
        return Promise.reject(Object.assign(new Error(`ENOSPC: call ${calls}`), { code: 'ENOSPC' }))
      }
      return {
        open: (path, flags) =>
          attempt(async () => {
            const file = await open(path, flags)
            return {
              writeFile: (data) => attempt(() => file.writeFile(data)),
              sync: () => attempt(() => file.sync()),
              close: async () => {
                await file.close() // the descriptor is gone even where close() reports an error
                await attempt(async () => {})
              },
            }
          }),
        rename: (from, to) => attempt(() => rename(from, to)),
        rm,
      }
    }
  })

  test('a path that cannot be written is an ERR_QUERL_IO and loses nothing', async () => {
    await mkdir(join(folder, 'taken'))
    await writeFile(join(folder, 'taken', 'inside'), 'kept')
    for (const path of [join(folder, 'absent', 'a'), join(folder, 'taken')]) {
      await expect(writeFileAtomic(path, 'x')).rejects.toMatchObject({ code: 'ERR_QUERL_IO' })
    }
    expect(await readdir(folder)).toEqual(['taken'])
    expect(await readFile(join(folder, 'taken', 'inside'), 'utf8')).toBe('kept')
  })

  test('a reader sees a whole file whenever the writer is killed', async () => {
    const path = join(folder, 'big')
    await writeFileAtomic(path, 'a'.repeat(1 << 20))
    const source = `
      import { writeFileAtomic } from ${JSON.stringify(new URL('./atomic-file.ts', import.meta.url).href)}
      for (let i = 0; ; i++) {
        await writeFileAtomic(process.argv[1], 'ab'[i % 2].repeat(1 << 20))
        if (i === 0) console.log('writing')
      }`
    for (const delayMs of [1, 7, 19]) {
      await killWhileWriting(source, path, delayMs)
      const content = await readFile(path, 'utf8')
      expect(content.length).toBe(1 << 20)
      expect(new Set(content).size).toBe(1)
    }
  })
})

/** Runs the module until it has written once and for `delayMs` more, then kills it. */
async function killWhileWriting(source: string, path: string, delayMs: number): Promise<void> {
  const bundle = await compile(source)
  const child = spawn(process.execPath, ['--input-type=module', '-e', bundle, path])
  const exited = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve)
    child.once('exit', () => reject(new Error('the writer ended by itself')))
  })
  await new Promise((resolve) => setTimeout(resolve, delayMs))
  child.kill('SIGKILL')
  expect(await exited).toBe('SIGKILL')
}

/** Node 20 runs no TypeScript: the writer is bundled from the sources, as vitest does with tests. */
async function compile(source: string): Promise<string> {
  const { build } = await import('esbuild')
  const result = await build({
    stdin: { contents: source.replaceAll('file://', ''), resolveDir: folder },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
  })
  return result.outputFiles[0]!.text
}

describe('JSON files', () => {
  test('are read as they were written', async () => {
    const path = join(folder, 'a.json')
    await writeJsonAtomic(path, { seeds: [1, 2], note: 'ü' })
    expect(await readFile(path, 'utf8')).toMatch(/\n$/)
    expect(await readJson<{ seeds: number[] }>(path)).toEqual({ seeds: [1, 2], note: 'ü' })
  })

  test('that are absent or cut off are told apart', async () => {
    const path = join(folder, 'a.json')
    await expect(readJson(path)).rejects.toMatchObject({ code: 'ERR_QUERL_IO' })
    await writeFile(path, '{"a": [1, 2')
    await expect(readJson(path)).rejects.toMatchObject({ code: 'ERR_QUERL_DATA' })
    await expect(readJson(path)).rejects.toThrow(`${path} is not JSON: `)
  })
})

describe('writeAtomic', () => {
  test('puts what its function wrote in the place of what was there', async () => {
    const path = join(folder, 'a.txt')
    await writeFile(path, 'old')
    await writeAtomic(path, async (temporary) => {
      await writeFile(temporary, 'new')
      expect(await readFile(path, 'utf8')).toBe('old')
    })
    expect(await readFile(path, 'utf8')).toBe('new')
    expect(await readdir(folder)).toEqual(['a.txt'])
  })

  test('keeps what was there when its function fails, whose own error comes out', async () => {
    const path = join(folder, 'a.txt')
    await writeFile(path, 'old')
    const mine = new Error('mine')
    const write = writeAtomic(path, async (temporary) => {
      await writeFile(temporary, 'half')
      throw mine
    })
    await expect(write).rejects.toBe(mine)
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(folder)).toEqual(['a.txt'])
  })

  test('tells of a folder that is not there', async () => {
    const write = writeAtomic(join(folder, 'none', 'a'), (temporary) => writeFile(temporary, ''))
    await expect(write).rejects.toMatchObject({
      code: 'ERR_QUERL_IO',
      message: expect.stringMatching(/^Cannot write .*none\/a: ENOENT/),
    })
  })
})
