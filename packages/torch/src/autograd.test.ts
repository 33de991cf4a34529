import { describe, expect, test } from 'vitest'
import { grad } from './autograd.js'
import { gradientError } from './central-differences.js'
import { enableGrad, isGradEnabled, noGrad } from './grad-mode.js'
import { callOperator } from './operator-call.js'
import { Tensor } from './tensor.js'

const mul = (a: Tensor, b: Tensor) => callOperator<Tensor>('aten::mul.Tensor', a, b)
const sum = (a: Tensor) => callOperator<Tensor>('aten::sum', a)
const leaf = (...values: number[]) =>
  Tensor.fromTypedArray(Float64Array.from(values), [values.length], { requiresGrad: true })
const numbers = (tensor: Tensor | null) => tensor && [...tensor.data()]

describe('backward', () => {
  test('gives leaves the gradient, and adds a second one to it', () => {
    const x = leaf(1, 2, 3)
    expect(x.grad).toBeNull()
    sum(mul(x, x)).backward()
    expect(numbers(x.grad)).toEqual([2, 4, 6])
    sum(x).backward()
    expect(numbers(x.grad)).toEqual([3, 5, 7])
    x.zeroGrad()
    expect(x.grad).toBeNull()
  })

  test('starts from a given gradient', () => {
    const x = leaf(1, 2, 3)
    mul(x, x).backward(Tensor.fromTypedArray(Float64Array.of(1, 0, 10)))
    expect(numbers(x.grad)).toEqual([2, 0, 60])
  })

  test('runs again only where the graph was retained', () => {
    const x = leaf(1, 2)
    const loss = sum(mul(x, x))
    loss.backward(null, { retainGraph: true })
    loss.backward()
    expect(numbers(x.grad)).toEqual([4, 8])
    expect(() => loss.backward()).toThrow(/backward through the graph a second time/)
  })

  test('reaches the inputs alone that are named', () => {
    const [x, y] = [leaf(1, 2), leaf(3, 4)]
    sum(mul(x, y)).backward(null, { inputs: [y] })
    expect([numbers(x.grad), numbers(y.grad)]).toEqual([null, [1, 2]])
  })

  test('stops at what was detached', () => {
    const x = leaf(3)
    const loss = sum(mul(x, x.detach()))
    loss.backward()
    expect(numbers(x.grad)).toEqual([3])
  })

  test('says what is missing', () => {
    const x = leaf(1, 2)
    expect(() => x.detach().backward()).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: Expected the tensor to require a gradient, but it has no history of operators that record one.
      Call requiresGrad_() on what is to be differentiated, and compute outside of noGrad().]
    `)
    expect(() => mul(x, x).backward()).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: Expected a gradient for a tensor of shape (2); only one of a single number has a gradient of 1.
      Give the gradient, or differentiate the sum or the mean.]
    `)
    expect(() =>
      mul(x, x).backward(Tensor.fromTypedArray(Float64Array.of(1, 2, 3))),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected a gradient of shape (2), as its output, but got (3).]`,
    )
    expect(() => Tensor.fromTypedArray(Int32Array.of(1), [1], { requiresGrad: true })).toThrow(
      /floating point/,
    )
  })
})

describe('grad', () => {
  test('returns gradients and changes no tensor', () => {
    const [x, y] = [leaf(1, 2), leaf(3, 4)]
    const [ofX, ofY] = grad(sum(mul(x, y)), [x, y])
    expect([numbers(ofX!), numbers(ofY!)]).toEqual([
      [3, 4],
      [1, 2],
    ])
    expect([x.grad, y.grad]).toEqual([null, null])
  })

  test('of a gradient is the second derivative', () => {
    const x = leaf(2, 3)
    const [first] = grad(sum(mul(mul(x, x), x)), [x], { createGraph: true })
    const [second] = grad(sum(first!), [x])
    expect([numbers(first!), numbers(second!)]).toEqual([
      [12, 27],
      [12, 18],
    ])
  })

  test('of several outputs is that of their sum, weighted by gradients', () => {
    const x = leaf(2)
    const gradients = [Tensor.fromTypedArray(Float64Array.of(10)), null]
    expect(numbers(grad([mul(x, x), x], [x], { gradients })[0]!)).toEqual([41])
  })

  test('of what has no part in it is null where that is allowed, else an error', () => {
    const [x, y] = [leaf(1), leaf(2)]
    expect(grad(sum(x), [x, y], { allowUnused: true })[1]).toBeNull()
    expect(() => grad(sum(x), [x, y])).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: No output depends on inputs[1], which therefore has no gradient.
      Set allowUnused to have null in its place.]
    `)
  })

  test('refuses what is no tensor, and gradients that do not match', () => {
    const x = leaf(1, 2)
    expect(() => grad(sum(x), [3 as never])).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected inputs to be an array of Tensors, but got 3 (number).]`,
    )
    expect(() => grad(sum(x), [x], { gradients: [] })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected gradients to be of length 1, as outputs, but got 0 (number).]`,
    )
  })
})

describe('noGrad', () => {
  test('records nothing, and records again behind it and in enableGrad', () => {
    const x = leaf(1)
    const results = noGrad(() => [mul(x, x), enableGrad(() => mul(x, x))])
    expect(results.map((result) => result.requiresGrad)).toEqual([false, true])
    expect(mul(x, x).requiresGrad).toBe(true)
  })

  test('ends when its callback throws', () => {
    expect(() =>
      noGrad(() => {
        throw new RangeError('mine')
      }),
    ).toThrow(RangeError)
    expect(isGradEnabled()).toBe(true)
  })

  test('refuses an asynchronous callback, whose rejection is not left unhandled', () => {
    expect(() =>
      noGrad(async () => Promise.reject(new Error('late'))),
    ).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: Expected the callback of noGrad() to be synchronous, but it returned a promise.
      Await outside of noGrad(), and wrap the operators alone.]
    `)
    expect(isGradEnabled()).toBe(true)
  })
})

// Float64 and h = 1e-6 leave errors of about 1e-9.
const tolerance = 1e-7

test.each<[string, (...inputs: Tensor[]) => Tensor, number]>([
  ['mul', (x, y) => mul(x!, y!), 2],
  ['tanh of matmul', (x, y) => callOperator('aten::tanh', x!.matmul(y!)), 2],
  ['log_softmax', (x) => callOperator('aten::log_softmax.int', x!, -1), 1],
  ['logsumexp', (x) => callOperator('aten::logsumexp', x!, [0]), 1],
  ['a strided slice', (x) => x!.slice([0, 3, 2], [1]), 1],
  ['a part that is set', (x, y) => mul(x!, x!).set(0, y!.at(1)), 2],
])('the gradient of %s equals central differences', (_, f, count) => {
  const inputs = [
    { data: [0.3, -0.8, 1.1, 0.5, -0.2, 0.9, -1.3, 0.4, 0.7], shape: [3, 3] },
    { data: [1.2, 0.1, -0.6, 0.8, 0.2, -0.9, 0.5, 1.5, -0.4], shape: [3, 3] },
  ]
  expect(gradientError(f, inputs.slice(0, count))).toBeLessThan(tolerance)
})
