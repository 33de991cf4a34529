import { describe, expect, test } from 'vitest'
import {
  arange,
  callOperator,
  type Dtype,
  Generator,
  memory,
  ops,
  rand,
  type Tensor,
  tensor,
  tidy,
  type UntypedOperator,
  zeros,
} from './index.js'

const numbers = (t: Tensor) => Array.from(t.data(), Number)
/** As JavaScript without types calls it. */
const untyped = ops as unknown as Record<string, UntypedOperator>

describe('an operator', () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ])

  test.each([
    ['by position', () => ops.sum(x, [0], true)],
    ['by position, then by name', () => ops.sum(x, [0], { keepdim: true })],
    ['by name', () => ops.sum(x, { dim: [0], keepdim: true })],
    ['as a method', () => x.sum({ dim: [0], keepdim: true })],
    ['with one number for a list', () => x.sum(0, true)],
    ['by its full name', () => callOperator<Tensor>('aten::sum.dim_IntList', x, [0], true)],
  ])('takes its arguments %s', (_, call) => {
    using sum = call()
    expect(sum.shape).toEqual([1, 3])
    expect(numbers(sum)).toEqual([5, 7, 9])
  })

  test('is chosen among its overloads by types and names', () => {
    expect(numbers(x.add(x))).toEqual([2, 4, 6, 8, 10, 12])
    expect(numbers(x.add(1, 2))).toEqual([3, 4, 5, 6, 7, 8]) // x + 2 * 1
    expect(numbers(x.add(x, { alpha: -1 }))).toEqual([0, 0, 0, 0, 0, 0])
    expect(x.max().item()).toBe(6)
    expect(x.max({ dim: 1 }).map(numbers)).toEqual([
      [3, 6],
      [2, 2],
    ])
    expect(numbers(x.max(tensor(3)))).toEqual([3, 3, 3, 4, 5, 6])
    expect(numbers(ops.where(x.gt(2), x, 0))).toEqual([0, 0, 3, 4, 5, 6])
    expect(numbers(ops.pow(2, tensor([1, 2])))).toEqual([2, 4])
    expect(x.split([1, 2], { dim: 1 }).map((part) => part.shape)).toEqual([
      [2, 1],
      [2, 2],
    ])
    expect(x.split(1).length).toBe(2)
  })

  test('takes lists of tensors, and null in those that may lack some', () => {
    expect(ops.cat([x, x], { dim: 1 }).shape).toEqual([2, 6])
    const columns = tensor([2n, 0n])
    expect(numbers(ops.index(x, [null, columns]))).toEqual([3, 1, 6, 4])
    expect(ops.cat([x, x, x]).shape).toEqual([6, 3])
  })

  test('takes dtypes, strings, bigints, infinities and booleans', () => {
    expect(x.sum({ dtype: 'float64' }).dtype).toBe('float64')
    expect(numbers(x.div(2, { rounding_mode: 'floor' }))).toEqual([0, 1, 1, 2, 2, 3])
    const large = 2n ** 62n + 1n
    expect(ops.full([1], large, { dtype: 'int64' }).data()).toEqual(BigInt64Array.of(large))
    expect(callOperator('aten::item', tensor(-large))).toBe(-large)
    expect(numbers(x.clamp(Number.NEGATIVE_INFINITY, 2))).toEqual([1, 2, 2, 2, 2, 2])
    expect(Object.is(x.mul(-0).select(0, 0).select(0, 0).item(), -0)).toBe(true)
    expect(ops.scalar_tensor(true, { dtype: 'bool' }).dtype).toBe('bool')
    expect(ops.result_type(tensor(1n), 2.5)).toBe('float32')
    expect(ops.is_floating_point(x)).toBe(true)
    expect(x.size(1)).toBe(3)
  })

  test('keeps integers whole where the numbers are', () => {
    const whole = arange(3)
    expect(whole.dtype).toBe('int64')
    expect(whole.mul(2).dtype).toBe('int64')
    expect(whole.mul(2.5).dtype).toBe('float32')
  })

  test('in place returns the tensor itself', () => {
    using y = tensor([1, 2, 3])
    expect(y.add_(1)).toBe(y)
    expect(ops.mul_(y, y)).toBe(y)
    expect(numbers(y)).toEqual([4, 9, 16])
  })

  test('writes to the tensors it is given to write to, and returns them', () => {
    using out = zeros([2, 3])
    expect(x.add(1, { out })).toBe(out)
    expect(numbers(out)).toEqual([2, 3, 4, 5, 6, 7])
    using max = zeros([0])
    using max_values = zeros([0], { dtype: 'int64' })
    const results = x.max({ dim: 1, max, max_values })
    expect(results[0]).toBe(max)
    expect(results[1]).toBe(max_values)
    expect(numbers(max)).toEqual([3, 6])
    expect(numbers(max_values)).toEqual([2, 2])
  })

  test('draws from the generator that it is given', () => {
    const draw = () => numbers(rand([3], { generator: new Generator(5) }))
    expect(draw()).toEqual(draw())
    expect(numbers(ops.randn([2], { generator: new Generator(1) }))).not.toEqual(
      numbers(ops.randn([2], { generator: new Generator(2) })),
    )
  })

  test('gives a list of more results than the buffer has room for', () => {
    using long = arange(3000)
    const parts = long.unbind()
    expect(parts).toHaveLength(3000)
    expect(parts[2999]!.item()).toBe(2999)
    expect(ops.cat(parts.map((part) => part.reshape([1]))).equal(long)).toBe(true)
    for (const part of parts) part.dispose()
  })

  test('that LibTorch keeps for itself can be called, too', () => {
    expect((untyped['_softmax']!(x, 1, false) as Tensor).shape).toEqual([2, 3])
  })

  test('leaves nothing behind', () => {
    const before = memory()
    tidy(() => {
      for (let i = 0; i < 100; i++) x.matmul(x.t()).softmax(-1).split(1)
    })
    expect(memory()).toEqual(before)
  })
})

describe('a call that fits no overload', () => {
  const x = zeros([2, 3])

  test('names the argument that does not fit each of them', () => {
    expect(() => untyped['sum']!(x, { dim: 'rows' })).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: The arguments (Tensor(2, 3) float32, { dim: 'rows' }) fit no form of sum:
        sum(Tensor self, *, ScalarType? dtype=None) -> Tensor
          has no argument dim
        sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor
          dim should be an integer or an array of integers, or null, but is 'rows']
    `)
    expect(() => untyped['sum']!(x, { dims: 0 })).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: The arguments (Tensor(2, 3) float32, { dims: 0 }) fit no form of sum:
        sum(Tensor self, *, ScalarType? dtype=None) -> Tensor
          has no argument dims
        sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor
          has no argument dims; did you mean dim?]
    `)
    expect(() => untyped['add']!(x, 'a')).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: The arguments (Tensor(2, 3) float32, 'a') fit no form of add:
        add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
          other should be a number, a bigint or a boolean, but is 'a'
        add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
          other should be a Tensor, but is 'a']
    `)
    expect(() => untyped['softmax']!(x)).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: The arguments (Tensor(2, 3) float32) fit no form of softmax:
        softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor
          dim is missing]
    `)
    expect(() => untyped['softmax']!(x, 0, { dim: 1 })).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: The arguments (Tensor(2, 3) float32, 0, { dim: 1 }) fit no form of softmax:
        softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor
          dim is given twice]
    `)
    expect(() => untyped['matmul']!(x, [1, 2])).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: The arguments (Tensor(2, 3) float32, [1, 2]) fit no form of matmul:
        matmul(Tensor self, Tensor other) -> Tensor
          other should be a Tensor, but is [1, 2]]
    `)
    expect(() => untyped['softmax']!(x, 0.5, 'flot32')).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: The arguments (Tensor(2, 3) float32, 0.5, 'flot32') fit no form of softmax:
        softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor
          dim should be an integer, but is 0.5]
    `)
  })

  test('counts the arguments', () => {
    expect(() => untyped['add']!(x, x, x, x)).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: The arguments (Tensor(2, 3) float32, Tensor(2, 3) float32, Tensor(2, 3) float32, Tensor(2, 3) float32) fit no form of add:
        add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
          other should be a number, a bigint or a boolean, but is Tensor(2, 3) float32
        add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
          takes 2 arguments by position, but got 4]
    `)
  })

  test('lists a few of many', () => {
    const message = () => untyped['div']!('a')
    expect(message).toThrow(/div\.Tensor_mode/)
    expect(message).not.toThrow(/out/)
  })

  test('by its full name says the same of one', () => {
    expect(() => callOperator('aten::sum.dim_IntList', x, 0.5)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected dim to be an integer or an array of integers, or null, but got 0.5 (number).]`,
    )
    expect(() => callOperator('aten::sum.dim')).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: LibTorch has no operator aten::sum.dim. Did you mean aten::sum.out?]`,
    )
    expect(() => callOperator('querl::masked_po')).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: LibTorch has no operator querl::masked_po. Did you mean querl::masked_ppo?]`,
    )
    expect(() => callOperator('aten::relu', x, x)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected the number of arguments to be 1 at most, as aten::relu takes, but got 2 (number).]`,
    )
    expect(() => callOperator('aten::relu')).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected self of aten::relu to be given.]`,
    )
  })
})

describe('an unknown name', () => {
  test('has a neighbour', () => {
    expect(() => untyped['sofmax']).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: LibTorch has no operator sofmax. Did you mean softmax?]`,
    )
    expect(() => ops.querl['masked_po']).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: querl has no operator masked_po. Did you mean masked_ppo?]`,
    )
  })

  test('that promises and printers ask for is undefined', async () => {
    await expect(Promise.resolve(ops)).resolves.toBe(ops)
    expect(`${Object.prototype.toString.call(ops)}`).toBe('[object Object]')
  })
})

describe('what LibTorch refuses', () => {
  test('is one line, with its stack in the cause', () => {
    const x = zeros([2, 3])
    try {
      x.matmul(x)
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({
        code: 'ERR_QUERL_NATIVE',
        message: 'mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)',
        cause: { detail: expect.stringContaining('Exception raised from') },
      })
    }
    expect(() => zeros([2 ** 40, 2 ** 10])).toThrow(
      expect.objectContaining({ code: 'ERR_QUERL_OUT_OF_MEMORY' }),
    )
    expect(() => x.select(0, 5)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: select(): index 5 out of range for tensor of size [2, 3] at dimension 0]`,
    )
    expect(() => ops.cholesky(ops.neg(ops.eye(2)))).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: cholesky: The factorization could not be completed because the input is not positive-definite (the leading minor of order 1 is not positive-definite).]`,
    )
  })

  test('a device that is not here is said in few words', () => {
    const onGpu = () => zeros([2], { device: 'cuda:99' })
    expect(onGpu).toThrow(/Expected device to be a device that is here, but got "cuda:99"/)
    expect(() => zeros([2]).to('cuda:99')).toThrow(/CUDA devices here/)
    expect(() => zeros([2], { device: 'gpu' as 'cpu' })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected device to be a device: "cpu", "cuda:0" or "meta", but got "gpu" (string).]`,
    )
    expect(() => zeros([2], { dtype: 'flot32' as Dtype })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected dtype to be a dtype (did you mean "float32"?), but got "flot32" (string).]`,
    )
    expect(() => zeros([2.5])).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected size to be an array of integers, but got [ 2.5 ] (object).]`,
    )
    expect(() => zeros([-1])).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: zeros: Dimension size must be non-negative.]`,
    )
  })
})
