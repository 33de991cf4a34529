// What TypeScript makes of the generated signatures: checked by tsc, and called once.

import { expectTypeOf, test } from 'vitest'
import { type Dtype, ops, type Tensor, tensor, zeros } from './index.js'

const x = zeros([2, 3])

test('results are what the schemas say', () => {
  expectTypeOf(x.sum({ dim: [0] })).toEqualTypeOf<Tensor>()
  expectTypeOf(x.max({ dim: 1 })).toEqualTypeOf<[values: Tensor, indices: Tensor]>()
  expectTypeOf(x.max()).toEqualTypeOf<Tensor>()
  expectTypeOf(ops.split(x, 1)).toEqualTypeOf<Tensor[]>()
  expectTypeOf(x.size(0)).toEqualTypeOf<number>()
  expectTypeOf(x.equal(x)).toEqualTypeOf<boolean>()
  expectTypeOf(ops.result_type(x, 1)).toEqualTypeOf<Dtype>()
  expectTypeOf(x.view([3, 2])).toEqualTypeOf<Tensor>()
})

test('arguments stand by position, or by name, or one after the other', () => {
  const index = tensor([1n])
  ops.softmax(x, -1)
  ops.softmax(x, { dim: -1, dtype: 'float64' })
  x.softmax(-1, 'float64')
  x.index_select({ dim: 0, index })
  x.clamp(null, 2)
  x.add(x, { alpha: 2, out: zeros([2, 3]) })
  ops.conv1d(zeros([1, 1, 5]), zeros([1, 1, 3]), { padding: 1 })
})

test('mistakes are seen before they are made', () => {
  const wrong = [
    // @ts-expect-error: it is called keepdim
    () => x.sum({ dim: [0], keepdims: true }),
    // @ts-expect-error: dim has no default
    () => x.softmax(),
    // @ts-expect-error: no such dtype
    () => x.sum({ dtype: 'flot32' }),
    // @ts-expect-error: a number is no tensor
    () => x.matmul(3),
    // @ts-expect-error: no such operator
    () => x.sofmax(1),
    // @ts-expect-error: neither here
    () => ops.sofmax(x),
  ]
  for (const call of wrong) expectTypeOf(call).toBeFunction()
})
