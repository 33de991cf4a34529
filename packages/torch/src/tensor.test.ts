import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { collect, settledMemory, turn } from './garbage.fixture.js'
import {
  arange,
  type Dtype,
  empty,
  full,
  memory,
  ops,
  Tensor,
  type TensorData,
  tensor,
  zeros,
} from './index.js'
import { native } from './loaded.js'
import { nativeId } from './native-object.js'

const kinds: [Dtype, TensorData][] = [
  ['float32', Float32Array.of(1.5, -2, Number.NaN, 3e38)],
  ['float64', Float64Array.of(1.5, -0, 5e-324, 1e300)],
  ['float16', Uint16Array.of(0x3c00, 0x8000, 0x7c01, 1)],
  ['bfloat16', Uint16Array.of(0x3f80, 0x8000, 0x7fc1, 1)],
  ['int64', BigInt64Array.of(1n, -(2n ** 63n), 2n ** 63n - 1n, 0n)],
  ['int32', Int32Array.of(1, -2, 2 ** 31 - 1, 0)],
  ['int16', Int16Array.of(1, -2, 2 ** 15 - 1, 0)],
  ['int8', Int8Array.of(1, -2, 127, 0)],
  ['uint8', Uint8Array.of(1, 255, 2, 0)],
  ['uint16', Uint16Array.of(1, 65_535, 2, 0)],
  ['uint32', Uint32Array.of(1, 2 ** 32 - 1, 2, 0)],
  ['uint64', BigUint64Array.of(1n, 2n ** 64n - 1n, 2n, 0n)],
  ['bool', Uint8Array.of(1, 0, 1, 0)],
  ['float8_e4m3fn', Uint8Array.of(1, 255, 2, 0)],
  ['float8_e5m2', Uint8Array.of(1, 255, 2, 0)],
]

describe.each(kinds)('a tensor of %s', (dtype, data) => {
  test('gives its bits back, copied and shared', () => {
    using x = Tensor.fromTypedArray(data, [2, 2], { dtype })
    expect(x.dtype).toBe(dtype)
    expect(x.shape).toEqual([2, 2])
    expect(x.device).toBe('cpu')
    expect(x.data()).toEqual(data)
    expect(x.view()).toEqual(data)
  })
})

describe('memory', () => {
  test('of a typed array is copied unless it is asked to be shared', () => {
    const data = Float32Array.of(1, 2, 3)
    using own = Tensor.fromTypedArray(data)
    using shared = Tensor.fromTypedArray(data, [3], { copy: false })
    data[0] = 7
    expect([...own.data()]).toEqual([1, 2, 3])
    expect([...shared.data()]).toEqual([7, 2, 3])
    shared.mul_(2)
    expect([...data]).toEqual([14, 4, 6])
  })

  test('starts where a subarray does', () => {
    const data = Int32Array.of(0, 1, 2, 3)
    using part = Tensor.fromTypedArray(data.subarray(1, 3), [2], { copy: false })
    part.add_(10)
    expect([...data]).toEqual([0, 11, 12, 3])
  })

  test('that may shrink is not shared', () => {
    // Newer than the types of the oldest JavaScript that querl names.
    const Resizable = ArrayBuffer as new (length: number, options: object) => ArrayBuffer
    const data = new Float32Array(new Resizable(8, { maxByteLength: 16 }))
    expect(() => Tensor.fromTypedArray(data, [2], { copy: false })).toThrow(/of fixed size/)
    expect([...Tensor.fromTypedArray(data).data()]).toEqual([0, 0])
  })

  test('that threads share is copied and shared as any other', () => {
    const data = new Float32Array(new SharedArrayBuffer(8))
    using own = Tensor.fromTypedArray(data)
    using shared = Tensor.fromTypedArray(data, [2], { copy: false })
    data[1] = 3
    expect([...own.data()]).toEqual([0, 0])
    expect([...shared.data()]).toEqual([0, 3])
  })

  test('of an array stays while a tensor, or a view on it, uses it', async () => {
    const pressed = () => Array.from({ length: 20 }, () => new Float32Array(1 << 20).fill(9))
    let x: Tensor | undefined = Tensor.fromTypedArray(
      new Float32Array(1 << 20).fill(5),
      [1 << 20],
      {
        copy: false,
      },
    )
    const last = x.slice(-1)
    x.dispose()
    x = undefined
    collect()
    await turn()
    pressed()
    collect()
    expect(last.item()).toBe(5)
    last.dispose()
    collect()
  })

  test('of a tensor stays while an array shares it', async () => {
    const made = () => {
      using x = full([1 << 20], 5)
      return x.view()
    }
    const array = made()
    for (let i = 0; i < 20; i++) full([1 << 20], i).dispose()
    collect()
    await turn()
    expect(array.every((each) => each === 5)).toBe(true)
  })

  test('may be viewed twice, and by views', () => {
    using x = zeros([2, 3])
    const [first, second] = [x.view(), x.view()]
    first[0] = 1
    expect(second[0]).toBe(1)
    using row = x.select(0, 1)
    row.view()[2] = 8
    expect([...x.data()]).toEqual([1, 0, 0, 0, 0, 8])
    using again = x.view([3, 2])
    again.view()[5] = 9
    expect(row.view()[2]).toBe(9)
  })

  test('that is not in a row has no view, and says so', () => {
    using x = zeros([2, 3])
    expect(() => x.t().view()).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected a contiguous tensor on the CPU, whose memory an array can share; data() copies any.]`,
    )
    expect(() => zeros([2], { dtype: 'complex64' }).data()).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: There is no typed array for complex64.
      Take torch.ops.view_as_real(x), whose last axis is the real and the imaginary part.]
    `)
    expect(() => zeros([2], { device: 'meta' }).view()).toThrow(/contiguous tensor on the CPU/)
  })

  test('of no numbers has an empty view', () => {
    using x = zeros([0, 3])
    expect(x.view()).toEqual(new Float32Array(0))
    using y = Tensor.fromTypedArray(new Float32Array(0), [0, 3], { copy: false })
    expect(y.shape).toEqual([0, 3])
  })

  test('is counted once for all views, and not after dispose()', () => {
    const before = memory()
    const x = zeros([1000])
    const y = x.view([10, 100])
    const z = x.slice(0, 5)
    expect(memory()).toEqual({ tensors: before.tensors + 3, bytes: before.bytes + 4000 })
    x.dispose()
    x.dispose()
    y.dispose()
    expect(memory()).toEqual({ tensors: before.tensors + 1, bytes: before.bytes + 4000 })
    z.dispose()
    expect(memory()).toEqual(before)
  })

  test('of a tensor whose storage was replaced is still counted right', () => {
    const before = memory()
    const x = zeros([10])
    const y = zeros([20])
    ops.set_(x, y)
    x.dispose()
    y.dispose()
    expect(memory()).toEqual(before)
  })

  test('that was collected is freed in a loop that never returns to the event loop', () => {
    const before = memory().bytes
    let most = 0
    for (let i = 0; i < 400; i++) {
      empty([1 << 20])
      // V8 does it by itself, being told of the memory; when depends on all else in its heap.
      if (i % 25 === 0) collect()
      most = Math.max(most, memory().bytes - before)
    }
    // All of them are 1.7 GB, those between two collections 0.1.
    expect(most).toBeLessThan(0.4e9)
  })

  test('that was forgotten is freed when the program has come to rest', async () => {
    native().sweepObjects()
    const before = memory().tensors
    for (let i = 0; i < 100; i++) zeros([10])
    expect(memory().tensors).toBe(before + 100)
    for (let i = 0; i < 100 && memory().tensors > before; i++) {
      collect()
      await turn()
    }
    expect(memory().tensors).toBeLessThanOrEqual(before)
  })
})

describe('a tensor that was disposed', () => {
  test('is refused everywhere, also when its place has another', () => {
    const gone = zeros([2])
    gone.dispose()
    using next = zeros([3])
    const index = (t: Tensor) => nativeId(t) % 2 ** 28
    expect(index(next)).toBe(index(gone)) // the place is taken again
    for (const use of [
      () => gone.shape,
      () => gone.data(),
      () => gone.view(),
      () => gone.item(),
      () => gone.add(1),
      () => ops.add(next, gone),
      () => ops.cat([next, gone]),
    ])
      expect(use).toThrow(
        expect.objectContaining({ code: 'ERR_QUERL_CLOSED', message: 'The tensor was disposed.' }),
      )
    gone.dispose()
    expect(next.shape).toEqual([3])
  })
})

describe('making a tensor', () => {
  test('of nested numbers', () => {
    using x = tensor(
      [
        [1, 2.5],
        [3, 4],
      ],
      { dtype: 'float64' },
    )
    expect(x.shape).toEqual([2, 2])
    expect([...x.data()]).toEqual([1, 2.5, 3, 4])
    expect(tensor(3).shape).toEqual([])
    expect(tensor([1, 2]).dtype).toBe('float32')
    expect(tensor([1n]).dtype).toBe('int64')
    expect(tensor([true, false]).dtype).toBe('bool')
    expect(tensor([]).shape).toEqual([0])
    expect(tensor([[], []]).shape).toEqual([2, 0])
    expect(tensor(Int8Array.of(1, 2), { dtype: 'float32' }).data()).toEqual(Float32Array.of(1, 2))
    expect(tensor([16_777_217], { dtype: 'int64' }).data()).toEqual(BigInt64Array.of(16_777_217n))
    expect(tensor([1, 2], { requiresGrad: true }).requiresGrad).toBe(true)
  })

  test('refuses what is no such thing', () => {
    expect(() => tensor([[1, 2], [3]])).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected data to be arrays of 2 along axis 1, but got [ 3 ] (object).]`,
    )
    expect(() => tensor([[1], 2])).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected data to be arrays of 1 along axis 1, but got 2 (number).]`,
    )
    expect(() => tensor([1, [2]])).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected data to be numbers at equal depth, but got [ 2 ] (object).]`,
    )
    expect(() => tensor([1, true])).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected data to be numbers at equal depth, but got true (boolean).]`,
    )
    expect(() => tensor('1' as never)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected data to be numbers at equal depth, but got "1" (string).]`,
    )
    expect(() => Tensor.fromTypedArray(new Float32Array(4), [3])).toThrow(/of product 4/)
    expect(() =>
      Tensor.fromTypedArray(new Float32Array(1), [1], { dtype: 'bfloat16' }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected data to be a Uint16Array for bfloat16, but got Float32Array(1) [ 0 ] (object).]`,
    )
  })

  test('as the operators do, with a dtype that suits JavaScript', () => {
    expect(full([2], 3).dtype).toBe('float32')
    expect(full([2], 3n).dtype).toBe('int64')
    expect(full([2], true).dtype).toBe('bool')
    expect(arange(3).data()).toEqual(BigInt64Array.of(0n, 1n, 2n))
    expect(arange(1, 2, 0.5).data()).toEqual(Float32Array.of(1, 1.5))
    expect(arange(2, { dtype: 'float32' }).data()).toEqual(Float32Array.of(0, 1))
    expect(zeros([2, 0], { dtype: 'int8' }).shape).toEqual([2, 0])
    expect(zeros([1], { requiresGrad: true }).requiresGrad).toBe(true)
  })

  test('of another dtype or device', () => {
    using x = tensor([1.5, 2])
    expect(x.to('int32').data()).toEqual(Int32Array.of(1, 2))
    expect(x.to({ dtype: 'float64' }).dtype).toBe('float64')
    expect(x.to('meta').device).toBe('meta')
    using same = x.to('float32')
    same.add_(1)
    expect(x.select(0, 0).item()).toBe(2.5)
    using other = x.to({ copy: true })
    other.add_(1)
    expect(x.select(0, 0).item()).toBe(2.5)
  })
})

describe('item()', () => {
  test('is a number', () => {
    expect(tensor(2.5).item()).toBe(2.5)
    expect(tensor([[7n]]).item()).toBe(7)
    expect(tensor(true).item()).toBe(1)
    expect(() => tensor(2n ** 60n).item()).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: 1152921504606846976 does not fit a number.
      Take data(), whose integers are bigints.]
    `)
    expect(() => tensor([1, 2]).item()).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: a Tensor with 2 elements cannot be converted to Scalar]`,
    )
  })
})

test('each worker has tensors of its own', async () => {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads')
    const native = require(workerData.addon)
    const buffer = new Float64Array(16)
    native.setCallBuffer(buffer)
    const owner = {}
    const id = native.createTensor(owner, Float32Array.of(1, 2), 6, [2], true)
    const { index } = native.operatorOverloads('aten::neg').find(({ schema }) => !schema.includes('out'))
    buffer.set([2, id])
    native.callOperator(index, 2, {})
    const result = [...new Float32Array(native.tensorData(buffer[1]))]
    let foreign
    try { native.tensorData(workerData.id) } catch (error) { foreign = error.code }
    parentPort.postMessage({ result, foreign, memory: native.memory() })
  `
  const others = Array.from({ length: 30 }, () => zeros([2]))
  const before = await settledMemory()
  const workerData = { addon: addonPath(), id: nativeId(others[29]!) }
  const worker = new Worker(source, { eval: true, workerData })
  const message = await new Promise((resolve, reject) => {
    worker.on('message', resolve).on('error', reject)
  })
  expect(message).toEqual({
    result: [-1, -2],
    foreign: 'ERR_QUERL_CLOSED',
    memory: { tensors: 2, bytes: 16 },
  })
  await worker.terminate()
  expect(memory()).toEqual(before)
  for (const other of others) other.dispose()
})

function addonPath(): string {
  native()
  const loaded = Object.keys(createRequire(import.meta.url).cache)
  return loaded.find((path) => path.endsWith('torch.node'))!
}
