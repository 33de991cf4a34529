import { describe, expect, test } from 'vitest'
import { Generator, manualSeed, randomState, setRandomState } from './generator.js'
import { callOperator } from './operator-call.js'
import { Tensor } from './tensor.js'

const rand = (count: number, generator: Generator | null) =>
  callOperator<Tensor>('aten::rand.generator', [count], generator).data() as Float32Array
const randn = (count: number, generator: Generator | null) =>
  callOperator<Tensor>('aten::randn.generator', [count], generator).data() as Float32Array
const f32 = (...values: number[]) => Float32Array.from(values)

describe('a generator', () => {
  // Recorded from PyTorch 2.13: torch.Generator().manual_seed(42), the calls in this order.
  test('draws what PyTorch draws of the same seed', () => {
    const generator = new Generator(42)
    expect(rand(4, generator)).toEqual(
      f32(0.8822692632675171, 0.9150039553642273, 0.38286375999450684, 0.9593056440353394),
    )
    // From 16 numbers on LibTorch draws normal ones by vectors, in another order than below.
    expect(randn(20, generator)).toEqual(
      f32(
        ...[0.6784184575080872, -1.2345448732376099, -0.04306747764348984, -1.6046669483184814],
        ...[0.3558599054813385, -0.6866229772567749, -0.4933563470840454, 0.2414877861738205],
        ...[-1.1109038591384888, 0.09154565632343292, -2.316922664642334, -0.21680472791194916],
        ...[-0.3097267746925354, -0.3957104980945587, 0.8034093379974365, -0.6215953826904297],
        ...[-0.5920005440711975, -0.06307438015937805, -0.8285542726516724, 0.3308984339237213],
      ),
    )
    const integers = callOperator<Tensor>('aten::randint.generator', 1000, [5], generator)
    expect([...integers.data()]).toEqual([186n, 822n, 577n, 519n, 707n])
    const order = callOperator<Tensor>('aten::randperm.generator', 6, generator)
    expect([...order.data()]).toEqual([5n, 4n, 1n, 3n, 0n, 2n])
    const doubles = callOperator<Tensor>('aten::rand.generator', [2], generator, 'float64')
    expect([...doubles.data()]).toEqual([0.04036646765995722, 0.9319087898549986])
    expect(randn(3, generator)).toEqual(
      f32(0.4527653157711029, 0.6410111784934998, 0.5199637413024902),
    )
    const chance = callOperator<Tensor>('aten::full', [8], 0.3)
    expect([...callOperator<Tensor>('aten::bernoulli', chance, generator).data()]).toEqual([
      0, 0, 0, 0, 0, 1, 1, 1,
    ])
    const weights = Tensor.fromTypedArray(f32(0.1, 0.2, 0.3, 0.4))
    const drawn = callOperator<Tensor>('aten::multinomial', weights, 6, true, generator)
    expect([...drawn.data()]).toEqual([2n, 3n, 0n, 2n, 2n, 3n])
  })

  test('takes seeds of up to 64 bits', () => {
    const largest = new Generator(2n ** 64n - 1n)
    expect(largest.seed()).toBe(2n ** 64n - 1n)
    expect(rand(2, largest)).toEqual(f32(0.9937993884086609, 0.5713063478469849)) // PyTorch 2.13
    const unseeded = new Generator()
    expect(unseeded.seed()).toBe(67280421310721n)
    expect(rand(2, unseeded)).toEqual(f32(0.267295241355896, 0.8725283145904541)) // PyTorch 2.13
  })

  test('goes on from a state that was saved', () => {
    const generator = new Generator(1)
    randn(7, generator) // an odd count leaves half of a pair of normal numbers in the state
    const state = generator.state()
    const first = randn(5, generator)
    expect(state).toHaveLength(5056)
    expect(randn(5, new Generator().setState(state))).toEqual(first)
    expect(randn(5, generator.setState(state))).toEqual(first)
    expect(randn(5, generator)).not.toEqual(first)
  })

  test('begins again with manualSeed', () => {
    const generator = new Generator(5)
    const first = rand(3, generator)
    expect(rand(3, generator.manualSeed(5))).toEqual(first)
    expect(generator.seed()).toBe(5n)
  })

  test('is an error, not a crash, when it is used wrongly', () => {
    expect(() => new Generator(-1)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected seed to be an integer in [0, 2^64), but got -1 (number).]`,
    )
    expect(() => new Generator(1.5)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected seed to be an integer in [0, 2^64), but got 1.5 (number).]`,
    )
    expect(() => new Generator(2n ** 64n)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected seed to be an integer in [0, 2^64), but got 18446744073709551616n (bigint).]`,
    )
    const generator = new Generator(1)
    expect(() => generator.setState(new Uint8Array(3))).toThrow(/RNG state is wrong size|expected/i)
    expect(() => generator.setState([1] as never)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected state to be a Uint8Array, but got [ 1 ] (object).]`,
    )
    generator.dispose()
    expect(() => generator.seed()).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: The tensor was disposed.]`,
    )
    expect(() => rand(1, Tensor.fromTypedArray(f32(1)) as never)).toThrow(/to be a [gG]enerator/)
  })
})

describe('the default generator', () => {
  test('is seeded and restored', () => {
    manualSeed(42)
    expect(rand(1, null)).toEqual(f32(0.8822692632675171))
    const state = randomState()
    const next = rand(4, null)
    setRandomState(state)
    expect(rand(4, null)).toEqual(next)
  })
})
