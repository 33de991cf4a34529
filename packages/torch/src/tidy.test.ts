import { describe, expect, test } from 'vitest'
import { memory } from './memory.js'
import { callOperator } from './operator-call.js'
import { Tensor } from './tensor.js'
import { keep, tidy } from './tidy.js'

const ones = () => Tensor.fromTypedArray(Float32Array.of(1, 1))
const add = (a: Tensor, b: Tensor) => callOperator<Tensor>('aten::add.Tensor', a, b)
const isOpen = (tensor: Tensor) => {
  try {
    return tensor.shape.length >= 0
  } catch {
    return false
  }
}

describe('tidy', () => {
  test('frees what was made in it, but for what it returns', () => {
    const before = memory()
    const outside = ones()
    {
      using sum = tidy(() => add(add(ones(), outside), ones()))
      expect([...sum.data()]).toEqual([3, 3])
      expect(memory().tensors).toBe(before.tensors + 2)
    }
    outside.dispose()
    expect(memory()).toEqual(before)
  })

  test('finds what it returns in arrays, objects, maps, sets and circles', () => {
    class Model {
      weight = ones()
    }
    const before = memory().tensors
    const circle: unknown[] = []
    const result = tidy(() => {
      circle.push(circle, ones())
      ones()
      return {
        list: [ones(), [ones()]],
        map: new Map([['a', ones()]]),
        set: new Set([ones()]),
        model: new Model(),
        circle,
        other: [null, undefined, 1, new Float32Array(2)],
      }
    })
    expect(memory().tensors).toBe(before + 6)
    expect([...result.model.weight.data()]).toEqual([1, 1])
  })

  test('gives what an inner scope returns to the outer one', () => {
    const before = memory().tensors
    let inner: Tensor | undefined
    const total = tidy(() => {
      inner = tidy(() => ones())
      expect(isOpen(inner)).toBe(true)
      return add(inner, inner)
    })
    expect(isOpen(inner!)).toBe(false)
    expect(memory().tensors).toBe(before + 1)
    total.dispose()
  })

  test('frees all when it throws, and what is made later is not its own', () => {
    const before = memory().tensors
    expect(() =>
      tidy(() => {
        ones()
        throw new RangeError('mine')
      }),
    ).toThrow(RangeError)
    expect(memory().tensors).toBe(before)
    const later = ones()
    expect(isOpen(later)).toBe(true)
    later.dispose()
  })

  test('leaves alone what keep() took out of all scopes', () => {
    let kept: Tensor | undefined
    tidy(() => tidy(() => void (kept = keep(ones()))))
    expect(isOpen(kept!)).toBe(true)
    kept!.dispose()
  })

  test('keeps what a graph needs', () => {
    const x = Tensor.fromTypedArray(Float32Array.of(2), [1], { requiresGrad: true })
    const y = tidy(() => callOperator<Tensor>('aten::exp', callOperator<Tensor>('aten::exp', x)))
    y.backward()
    // d/dx e^(e^x) = e^(e^x) e^x; float32
    expect(x.grad!.item() / (Math.exp(Math.exp(2)) * Math.exp(2))).toBeCloseTo(1, 5)
  })

  test('refuses an asynchronous callback and frees what it has made', () => {
    const before = memory().tensors
    expect(() =>
      tidy(async () => {
        ones()
      }),
    ).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: Expected the callback of tidy() to be synchronous, but it returned a promise.
      Await outside of tidy(), and wrap the operators alone.]
    `)
    expect(memory().tensors).toBe(before)
  })
})
