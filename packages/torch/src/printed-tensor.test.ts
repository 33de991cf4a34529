import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { toBfloat16, toFloat16 } from './half.js'
import { memory } from './memory.js'
import { callOperator } from './operator-call.js'
import { Tensor } from './tensor.js'

describe('a tensor as text', () => {
  test('is what String() and the console show', () => {
    const x = Tensor.fromTypedArray(Float32Array.of(1, 2.5, -3, 0), [2, 2], { requiresGrad: true })
    expect(String(x)).toMatchInlineSnapshot(`
      "Tensor(2, 2) float32 cpu requiresGrad
      [[ 1.0,  2.5],
       [-3.0,  0.0]]"
    `)
    expect(inspect({ x })).toContain(String(x).split('\n')[0])
  })

  test('reads every kind of number', () => {
    const values = Float32Array.of(0.5, -2)
    expect(
      [
        Tensor.fromTypedArray(toFloat16(values), [2], { dtype: 'float16' }),
        Tensor.fromTypedArray(toBfloat16(values), [2], { dtype: 'bfloat16' }),
        Tensor.fromTypedArray(BigInt64Array.of(-1n, 2n ** 60n)),
        Tensor.fromTypedArray(Uint8Array.of(1, 0), [2], { dtype: 'bool' }),
        callOperator<Tensor>(
          'aten::complex',
          Tensor.fromTypedArray(values),
          Tensor.fromTypedArray(Float32Array.of(1, -0.25)),
        ),
        callOperator<Tensor>('aten::_to_copy', Tensor.fromTypedArray(values), 'float8_e4m3fn'),
        callOperator<Tensor>('aten::empty.memory_format', [2, 3], undefined, undefined, 'meta'),
      ].map(String),
    ).toMatchInlineSnapshot(`
      [
        "Tensor(2) float16 cpu
      [ 0.5, -2.0]",
        "Tensor(2) bfloat16 cpu
      [ 0.5, -2.0]",
        "Tensor(2) int64 cpu
      [                 -1, 1152921504606846976]",
        "Tensor(2) bool cpu
      [ true, false]",
        "Tensor(2) complex64 cpu
      [  0.5+1i, -2-0.25i]",
        "Tensor(2) float8_e4m3fn cpu
      [ 0.5, -2.0]",
        "Tensor(2, 3) float32 meta",
      ]
    `)
  })

  test('of a large one reads its corners alone', () => {
    const large = callOperator<Tensor>('aten::zeros', [1000, 1]) // expanded: 8 TB if it were copied
    const x = callOperator<Tensor>('aten::expand', large, [1000, 2_000_000_000])
    const before = memory().tensors
    expect(String(x)).toMatchInlineSnapshot(`
      "Tensor(1000, 2000000000) float32 cpu
      [[0, 0, 0, …, 0, 0, 0],
       [0, 0, 0, …, 0, 0, 0],
       [0, 0, 0, …, 0, 0, 0],
       …,
       [0, 0, 0, …, 0, 0, 0],
       [0, 0, 0, …, 0, 0, 0],
       [0, 0, 0, …, 0, 0, 0]]"
    `)
    expect(memory().tensors).toBe(before)
  })

  test('of a part of another, transposed, shows its own numbers', () => {
    const x = Tensor.fromTypedArray(Int32Array.of(1, 2, 3, 4, 5, 6), [2, 3])
    expect(String(callOperator<Tensor>('aten::t', x.slice(null, [1])))).toMatchInlineSnapshot(`
      "Tensor(2, 2) int32 cpu
      [[2, 5],
       [3, 6]]"
    `)
  })

  test('says that a tensor was disposed', () => {
    const gone = Tensor.fromTypedArray(Float32Array.of(1))
    gone.dispose()
    expect(String(gone)).toBe('Tensor (disposed)')
  })
})
