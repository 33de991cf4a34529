import { readFileSync, realpathSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { info, memory, setThreads, Tensor } from './index.js'

describe('the LibTorch that is loaded', () => {
  test('is the one of info(), once, with its own OpenMP, whatever else the system has', () => {
    const { path, libtorch, version, isa, threads } = info()
    const maps = readFileSync('/proc/self/maps', 'utf8')
    const mapped = (library: RegExp) =>
      [...new Set(maps.split('\n').map((line) => line.slice(73).trim()))].filter((file) =>
        library.test(file),
      )
    const own = realpathSync(path)
    console.log(`LibTorch ${libtorch}: ${own}`)
    expect(mapped(/\/libtorch_cpu\.so/)).toEqual([`${own}/lib/libtorch_cpu.so`])
    expect(mapped(/\/libc10\.so/)).toEqual([`${own}/lib/libc10.so`])
    expect(mapped(/\/libgomp/)).toHaveLength(1)
    expect(libtorch).toMatch(/^2\.1[1-4]\.\d+$/)
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(['portable', 'avx2', 'avx512']).toContain(isa)
    expect(threads).toBeGreaterThan(0)
  })

  test('uses as many threads as it is told', () => {
    const { threads } = info()
    setThreads(threads + 1)
    expect(info().threads).toBe(threads + 1)
    setThreads(threads)
    expect(() => setThreads(0)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected threads to be an integer in [1, 1024], but got 0 (number).]`,
    )
    expect(() => setThreads(1.5)).toThrow(/an integer in \[1, 1024\]/)
  })
})

describe('a tensor', () => {
  test('that is forgotten is collected in time, since V8 is told of its memory', () => {
    const data = new Float32Array(4_000_000)
    const before = memory().bytes
    let most = 0
    for (let i = 0; i < 320; i++) {
      Tensor.fromTypedArray(data)
      most = Math.max(most, memory().bytes - before)
    }
    // All of them would be 5.1 GB; V8 collects at a half of its heap's limit of 4 GB at the latest.
    expect(most).toBeLessThan(2.56e9)
  })

  test('multiplies as written on paper', () => {
    using a = Tensor.fromTypedArray(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])
    using b = Tensor.fromTypedArray(Float32Array.of(1, 0, 0, 1, 1, 1), [3, 2])
    using product = a.matmul(b)
    expect(product.shape).toEqual([2, 2])
    expect(product.dtype).toBe('float32')
    expect([...product.data()]).toEqual([4, 5, 10, 11])
  })

  test('is an error, not a crash, when it is used wrongly', () => {
    using a = Tensor.fromTypedArray(new Float32Array(6), [2, 3])
    expect(() => a.matmul(a)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)]`,
    )
    expect(() =>
      Tensor.fromTypedArray(new Float32Array(6), [4]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected shape to be of product 6, the length of data, but got [ 4 ] (object).]`,
    )
    expect(() =>
      Tensor.fromTypedArray(new DataView(new ArrayBuffer(6)) as unknown as Uint8Array, [6]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected data to be a typed array of a kind that tensors have, but got DataView { byteLength: 6, byteOffset: 0, buffer: [ArrayBuffer] } (object).]`,
    )
    const gone = Tensor.fromTypedArray(new Float32Array(6))
    gone.dispose()
    gone.dispose()
    expect(() => gone.data()).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: The tensor was disposed.]`,
    )
  })
})
