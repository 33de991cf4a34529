import { afterEach, describe, expect, test } from 'vitest'
import { settledMemory } from './garbage.fixture.js'
import {
  arange,
  full,
  Generator,
  grad,
  memory,
  noGrad,
  ops,
  rand,
  run,
  type Tensor,
  tensor,
  tidy,
  zeros,
} from './index.js'

const numbers = (t: Tensor) => Array.from(t.data(), Number)
const turn = () => new Promise((resolve) => setImmediate(resolve))
/** Some 0.1 s and more of work, which the queue is behind with. */
const slow = () => {
  let x = full([700, 700], 0.001)
  for (let i = 0; i < 12; i++) x = x.matmul(x)
  return x
}

describe('run()', () => {
  test('gives what the callback returned, computed as without it', async () => {
    const x = tensor([1, 2, 3])
    const block = () => {
      const doubled = x.add(x)
      const [values, indices] = doubled.max({ dim: 0 })
      return { rest: [doubled.mul(0.5), ops.cat([x, doubled])], values, indices, n: 3 }
    }
    const result = await run(block)
    const same = block()
    expect(result.rest.map(numbers)).toEqual(same.rest.map(numbers))
    expect(result.values.item()).toBe(6)
    expect(result.indices.item()).toBe(2)
    expect(result.n).toBe(3)
  })

  test('computes while JavaScript goes on', async () => {
    let turns = 0
    let over = false
    const result = run(slow).finally(() => {
      over = true
    })
    while (!over) {
      turns++
      await turn()
    }
    await result
    expect(turns).toBeGreaterThan(10)
  })

  test('writes in place and into what it was given, in order', async () => {
    const x = tensor([1, 2, 3])
    const out = zeros([3])
    await run(() => {
      expect(x.add_(1)).toBe(x)
      expect(ops.mul(x, 2, { out })).toBe(out)
      x.add_(1)
    })
    expect(numbers(x)).toEqual([3, 4, 5])
    expect(numbers(out)).toEqual([4, 6, 8])
  })

  test('waits for shapes, dtypes and lists of results', async () => {
    const parts = await run(() => {
      const x = slow()
      expect(x.shape).toEqual([700, 700])
      expect(x.to('float64').dtype).toBe('float64')
      const found = ops.nonzero(x.gt(-1))
      expect(found.shape).toEqual([490_000, 2])
      expect(x.requiresGrad).toBe(false)
      return x.split(100)
    })
    expect(parts).toHaveLength(7)
    expect(parts[6]!.shape).toEqual([100, 700])
  })

  test('reads no numbers of what is to come', async () => {
    await run(() => {
      const x = tensor([1, 2]).add(1)
      expect(() => x.item()).toThrowErrorMatchingInlineSnapshot(
        `[QuerlError: aten::item reads numbers, which a run() is still to compute. Return the tensor from the callback, and read it after await.]`,
      )
      expect(() => x.data()).toThrowErrorMatchingInlineSnapshot(
        `[QuerlError: A run() is still to compute this tensor. Return it from the callback, and use it after await.]`,
      )
      expect(() => x.view()).toThrow(expect.objectContaining({ code: 'ERR_QUERL_PENDING' }))
      expect(() => x.equal(x)).toThrow(expect.objectContaining({ code: 'ERR_QUERL_PENDING' }))
      expect(String(x)).toBe('Tensor (pending)')
    })
  })

  test('lends nothing before it is done', async () => {
    const x = tensor([1, 2])
    let y: Tensor | undefined
    const done = run(() => {
      y = x.add(1)
      x.mul_(10)
    })
    for (const use of [() => y!.add(1), () => y!.data(), () => x.data(), () => ops.cat([x])])
      expect(use).toThrow(expect.objectContaining({ code: 'ERR_QUERL_PENDING' }))
    expect(y!.shape).toEqual([2]) // its shape can be had
    await done
    expect(numbers(y!)).toEqual([2, 3])
    expect(numbers(x)).toEqual([10, 20])
  })

  test('may be followed by another before it is done, which uses what it makes', async () => {
    const first = run(slow)
    let y: Tensor | undefined
    const second = run(() => {
      y = tensor([1, 2]).add(1)
      return y
    })
    const third = run(() => y!.mul(10))
    expect(numbers(await third)).toEqual([20, 30])
    await Promise.all([first, second])
  })

  test('leaves direct calls in peace', async () => {
    const done = run(slow)
    for (let i = 0; i < 100; i++) expect(numbers(arange(3).add(i))).toEqual([i, i + 1, i + 2])
    const x = await done
    expect(x.shape).toEqual([700, 700])
  })

  test('records for backward() as direct calls do', async () => {
    const x = tensor([1, 2, 3], { requiresGrad: true })
    const loss = await run(() => {
      const loss = x.mul(x).sum()
      loss.backward()
      expect(noGrad(() => x.mul(2)).requiresGrad).toBe(false)
      return loss
    })
    expect(loss.item()).toBe(14)
    expect(numbers(x.grad!)).toEqual([2, 4, 6])
    const [again] = await run(() => grad(x.pow(3).sum(), [x]))
    expect(numbers(again!)).toEqual([3, 12, 27])
  })

  test('draws in the order of its calls', async () => {
    const generator = new Generator(7)
    const drawn = await run(() => [rand([3], { generator }), rand([3], { generator })])
    generator.manualSeed(7)
    expect(drawn.map(numbers)).toEqual([
      numbers(rand([3], { generator })),
      numbers(rand([3], { generator })),
    ])
  })

  test('frees what tidy() and dispose() free while it is still to come', async () => {
    const before = await settledMemory()
    const y = await run(() =>
      tidy(() => {
        let x = tensor([1, 2])
        for (let i = 0; i < 50; i++) x = x.add(1)
        return x
      }),
    )
    expect(numbers(y)).toEqual([51, 52])
    expect(memory().tensors).toBe(before.tensors + 1)
    y.dispose()
    expect(memory()).toEqual(before)
  })

  test('of nothing is done', async () => {
    await expect(run(() => 5)).resolves.toBe(5)
  })
})

describe('a run() that fails', () => {
  const bad = () => zeros([2, 3]).matmul(zeros([2, 3]))

  test('rejects with the first error and runs nothing behind it', async () => {
    const x = tensor([1])
    let never: Tensor | undefined
    let before: Tensor | undefined
    const done = run(() => {
      x.add_(1)
      before = x.mul(5)
      bad()
      x.add_(100)
      never = x.mul(2)
      zeros([1]).matmul(zeros([2]))
    })
    await expect(done).rejects.toMatchObject({
      code: 'ERR_QUERL_NATIVE',
      message: 'mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)',
    })
    expect(numbers(x)).toEqual([2])
    expect(numbers(before!)).toEqual([10])
    expect(() => never!.data()).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: This tensor was never computed: the run() that it belongs to failed or was stopped.]`,
    )
    expect(() => never!.shape).toThrow(expect.objectContaining({ code: 'ERR_QUERL_PENDING' }))
    never!.dispose()
  })

  test('throws its error where a shape is waited for', async () => {
    await expect(
      run(() => {
        const y = bad()
        expect(() => y.shape).toThrow(/shapes cannot be multiplied/)
      }),
    ).rejects.toThrow(/shapes cannot be multiplied/)
  })

  test('takes those with it that use what it should have made', async () => {
    let y: Tensor | undefined
    const first = run(() => {
      slow()
      y = bad()
    })
    const second = run(() => y!.add(1))
    const third = run(() => tensor([1]).add(1))
    await expect(first).rejects.toThrow(/cannot be multiplied/)
    await expect(second).rejects.toThrow(/cannot be multiplied/)
    expect(numbers(await third)).toEqual([2])
  })

  test('because its callback throws, drops what was not begun', async () => {
    const x = tensor([1])
    const done = run(() => {
      slow()
      x.add_(1)
      throw new RangeError('mine')
    })
    await expect(done).rejects.toThrow(new RangeError('mine'))
    expect(numbers(x)).toEqual([1])
  })

  test('because its callback is asynchronous, says so', async () => {
    await expect(run(async () => 5)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: Expected the callback of run() to be synchronous, but it returned a promise.
      Await outside of run(), and wrap the operators alone.]
    `)
  })

  test('because it is inside of another, says so', async () => {
    let inner: Promise<void> | undefined
    await run(() => {
      inner = run(() => {})
      inner.catch(() => {})
    })
    await expect(inner).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: A run() does not begin inside another.]`,
    )
    expect(numbers(tensor([1]).add(1))).toEqual([2]) // and the outer one is over
  })

  test('checks arguments where it is called', async () => {
    await expect(run(() => zeros([2]).softmax(0.5))).rejects.toThrow(/dim should be an integer/)
  })
})

describe('a signal', () => {
  let x: Tensor
  afterEach(() => x.dispose())

  test('that has fired keeps the callback from being called', async () => {
    x = zeros([1])
    let called = false
    const signal = AbortSignal.abort(new Error('enough'))
    const done = run(
      () => {
        called = true
      },
      { signal },
    )
    await expect(done).rejects.toThrow('enough')
    expect(called).toBe(false)
  })

  test('stops before the next operator, and what it would have written to is as it was', async () => {
    x = zeros([1])
    const controller = new AbortController()
    const done = run(
      () => {
        for (let i = 0; i < 50; i++) slow()
        x.add_(1)
      },
      { signal: controller.signal },
    )
    setTimeout(() => controller.abort(new Error('enough')), 20)
    await expect(done).rejects.toThrow('enough')
    expect(numbers(x)).toEqual([0])
  })

  test('that never fires changes nothing', async () => {
    x = await run(() => tensor([1]).add(1), { signal: new AbortController().signal })
    expect(numbers(x)).toEqual([2])
  })
})
