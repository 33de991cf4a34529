import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { grad } from './autograd.js'
import { gradientError } from './central-differences.js'
import { customFunction } from './custom-function.js'
import { enableGrad } from './grad-mode.js'
import { memory } from './memory.js'
import { callOperator } from './operator-call.js'
import { run } from './run.js'
import { Tensor } from './tensor.js'
import { tidy } from './tidy.js'

const mul = (a: Tensor, b: Tensor | number) =>
  typeof b === 'number'
    ? callOperator<Tensor>('aten::mul.Scalar', a, b)
    : callOperator<Tensor>('aten::mul.Tensor', a, b)
const sum = (a: Tensor) => callOperator<Tensor>('aten::sum', a)
const leaf = (...values: number[]) =>
  Tensor.fromTypedArray(Float64Array.from(values), [values.length], { requiresGrad: true })

const product = customFunction({
  name: 'product',
  forward(context, x: Tensor, y: Tensor) {
    context.save(x, y)
    return mul(x, y)
  },
  backward({ saved: [x, y], needsGradient }, gradient) {
    return [
      needsGradient[0] ? mul(gradient!, y!) : null,
      needsGradient[1] ? mul(gradient!, x!) : null,
    ]
  },
})

describe('a custom function', () => {
  test('has the gradient that its callback gives', () => {
    const inputs = [
      { data: [1, -2, 3], shape: [3] },
      { data: [0.5, 4, -1], shape: [3] },
    ]
    // Float64 and h = 1e-6 leave errors of about 1e-9.
    expect(gradientError((x, y) => product(x!, y!), inputs)).toBeLessThan(1e-7)
  })

  test('made of operators can be differentiated twice', () => {
    const x = leaf(2, 3)
    const [first] = grad(sum(product(product(x, x), x)), [x], { createGraph: true })
    expect([...first!.data()]).toEqual([12, 27])
    expect([...grad(sum(first!), [x])[0]!.data()]).toEqual([12, 18])
  })

  test('may have several outputs, one of them saved, and zeros where no gradient comes', () => {
    const seen: number[][] = []
    const exponentials = customFunction({
      forward(context, x: Tensor) {
        const power = callOperator<Tensor>('aten::exp', x)
        context.save(power)
        return [power, mul(power, 2)] as const
      },
      backward({ saved: [power] }, ofPower, ofDouble) {
        seen.push([...ofPower!.data()].map(Number), [...ofDouble!.data()].map(Number))
        return mul(power!, ofPower!)
      },
    })
    const x = leaf(0, 1)
    const [power] = exponentials(x)
    sum(power).backward()
    expect(seen).toEqual([
      [1, 1],
      [0, 0],
    ])
    expect([...x.grad!.data()]).toEqual([1, Math.E])
  })

  test('returns the tensor that forward() returned, or another where that is an input', () => {
    let made: Tensor | undefined
    const twice = customFunction({
      forward: (_, x: Tensor) => (made = mul(x, 2)),
      backward: (_, gradient) => mul(gradient!, 2),
    })
    const identity = customFunction({
      forward: (_, x: Tensor) => x,
      backward: (_, gradient) => gradient!,
    })
    const x = leaf(1)
    const result = twice(x)
    expect(result === made).toBe(true)
    expect(result.requiresGrad).toBe(true)
    const same = identity(x)
    expect(same === x).toBe(false)
    sum(same).backward()
    expect([...x.grad!.data()]).toEqual([1])
  })

  test('records nothing of inputs without gradients', () => {
    expect(product(leaf(1).detach(), leaf(2).detach()).requiresGrad).toBe(false)
  })

  test('lets through what its callbacks throw, as it is', () => {
    const mine = new RangeError('mine')
    const failing = (where: 'forward' | 'backward') =>
      customFunction({
        forward(_, x: Tensor) {
          if (where === 'forward') throw mine
          return mul(x, 2)
        },
        backward() {
          throw mine
        },
      })
    expect(catchFrom(() => failing('forward')(leaf(1)))).toBe(mine)
    const loss = sum(failing('backward')(leaf(1)))
    expect(catchFrom(() => loss.backward())).toBe(mine)
    const text = customFunction({
      forward: (_, x: Tensor) => mul(x, 2),
      backward: () => {
        throw 'no error at all'
      },
    })
    expect(catchFrom(() => sum(text(leaf(1))).backward())).toBe('no error at all')
    // Autograd works on.
    const x = leaf(3)
    sum(product(x, x)).backward()
    expect([...x.grad!.data()]).toEqual([6])
  })

  test('may itself call backward() and operators of many arguments', () => {
    const nested = customFunction({
      forward(context, x: Tensor) {
        context.save(x)
        return mul(x, 3)
      },
      backward({ saved: [x] }, gradient) {
        const inner = leaf(...Array.from({ length: 3000 }, () => 1))
        const many = Array.from({ length: 2000 }, () => inner)
        enableGrad(() => sum(callOperator<Tensor>('aten::cat', many)).backward())
        expect(inner.grad!.data()[0]).toBe(2000)
        return mul(mul(gradient!, 3), x!.requiresGrad ? 1 : 0)
      },
    })
    const x = leaf(1)
    sum(nested(x)).backward()
    expect([...x.grad!.data()]).toEqual([3])
  })

  test('frees what it saved with its graph, or at the backward() that does not retain it', () => {
    const before = memory()
    const step = (retainGraph: boolean) =>
      tidy(() => {
        const x = leaf(1, 2)
        const loss = sum(product(x, mul(x, 2)))
        loss.backward(null, { retainGraph })
      })
    for (let i = 0; i < 100; i++) step(i % 2 === 0)
    expect(memory()).toEqual(before)
  })

  test('is an error in a run(), forward and backward, and works again behind it', async () => {
    const x = leaf(3)
    const loss = sum(product(x, x))
    await expect(run(() => loss.backward())).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: A custom function's backward() is JavaScript and runs on its thread only. Call backward() or grad() outside of run().]`,
    )
    await expect(run(() => product(x, x))).rejects.toMatchObject({ code: 'ERR_QUERL_PENDING' })
    sum(product(x, x)).backward()
    expect([...x.grad!.data()]).toEqual([6])
  })

  test('works in a worker thread, which may end with a graph that holds it', async () => {
    // Node 20 reads no TypeScript by itself.
    const jiti = JSON.stringify(createRequire(import.meta.url).resolve('jiti'))
    const source = JSON.stringify(new URL('./index.ts', import.meta.url).pathname)
    const code = `
      const { parentPort } = require('node:worker_threads')
      require(${jiti}).createJiti(${source}).import(${source}).then(({ customFunction, tensor }) => {
        const square = customFunction({
          forward(context, x) {
            context.save(x)
            return x.mul(x)
          },
          backward: ({ saved: [x] }, gradient) => gradient.mul(x).mul(2),
        })
        const x = tensor([3], { requiresGrad: true })
        square(x).sum().backward()
        globalThis.held = square(x)
        parentPort.postMessage(x.grad.item())
      })`
    const worker = new Worker(code, { eval: true })
    const results: unknown[] = []
    worker.on('message', (result) => results.push(result))
    const ended = await new Promise((resolve, reject) => {
      worker.on('exit', resolve).on('error', reject)
    })
    expect([results, ended]).toEqual([[6], 0])
  })

  test('says what is wrong with its results', () => {
    const with_ = (backward: () => never) =>
      sum(
        customFunction({ name: 'mine', forward: (_, x: Tensor) => mul(x, 2), backward })(
          leaf(1, 2, 3),
        ),
      )
    expect(() => with_((() => 3) as never).backward()).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected gradient 0 of mine to be a tensor, but got 3 (number).]`,
    )
    expect(() => with_((() => []) as never).backward()).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected the custom function's backward() to return 1 gradients, one for each input, but got 0.]`,
    )
    expect(() => with_((async () => null) as never).backward()).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: Expected the callback of backward() to be synchronous, but it returned a promise.
      Await outside of backward(), and wrap the operators alone.]
    `)
    expect(() => with_((() => leaf(1, 2)) as never).backward()).toThrow(
      /invalid gradient at index 0/,
    )
    const changing = customFunction({
      forward: (_, x: Tensor) => callOperator<Tensor>('aten::mul_.Scalar', x, 2),
      backward: () => null,
    })
    expect(() => changing(leaf(1).detach())).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: The custom function's forward() changed its input 0 in place. Work on a clone().]`,
    )
    expect(() => product(leaf(1), 3 as never)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected input 1 of product to be a tensor, but got 3 (number).]`,
    )
    const none = customFunction({ forward: (_, _x: Tensor) => 3 as never, backward: () => null })
    expect(() => none(leaf(1))).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected the output of custom function to be a tensor or an array of them, but got 3 (number).]`,
    )
  })
})

function catchFrom(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('Nothing was thrown.')
}
