import { argumentError } from '@querl/base'
import { native } from './loaded.js'
import { NativeObject, setNativeId } from './native-object.js'
import { callOperator } from './operator-call.js'
import { Tensor } from './tensor.js'

/**
 * A source of random numbers for operators that draw, on the CPU: `torch.ops.randn([2, 3], { generator })`.
 *
 * Equal seeds and calls give equal draws, and the same as PyTorch's `torch.Generator` of that seed
 * (MT19937).
 */
export class Generator extends NativeObject {
  /**
   * @param seed an integer in [0, 2^64). Default: 67280421310721, as LibTorch's
   * @throws {QuerlError} ERR_QUERL_ARGUMENT
   */
  constructor(seed?: number | bigint) {
    super(0)
    if (seed !== undefined) checkSeed(seed)
    setNativeId(this, native().createGenerator(this))
    if (seed !== undefined) this.manualSeed(seed)
  }

  /**
   * Begins the sequence of a seed.
   *
   * @param seed an integer in [0, 2^64)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_CLOSED
   */
  manualSeed(seed: number | bigint): this {
    callOperator('querl::set_seed', this, checkSeed(seed))
    return this
  }

  /** The seed whose sequence it draws. @throws {QuerlError} ERR_QUERL_CLOSED */
  seed(): bigint {
    return seedOf(this)
  }

  /**
   * Where in its sequence it is; 5 056 bytes, which PyTorch's `Generator.set_state` takes, too.
   *
   * @throws {QuerlError} ERR_QUERL_CLOSED
   */
  state(): Uint8Array {
    return stateOf(this)
  }

  /**
   * Goes on from a state that state() gave.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_NATIVE if it is no such state, ERR_QUERL_CLOSED
   */
  setState(state: Uint8Array): this {
    setState(this, state)
    return this
  }
}

/**
 * Seeds the default generators of all devices, which operators without `generator` draw from. They
 * belong to the process: worker threads share them.
 *
 * @param seed an integer in [0, 2^64)
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 */
export function manualSeed(seed: number | bigint): void {
  callOperator('querl::set_seed', null, checkSeed(seed))
}

/** The state of the default generator of the CPU, as Generator.state(). */
export function randomState(): Uint8Array {
  return stateOf(null)
}

/** Sets the state of the default generator of the CPU, as Generator.setState(). */
export function setRandomState(state: Uint8Array): void {
  setState(null, state)
}

function seedOf(generator: Generator | null): bigint {
  return BigInt.asUintN(64, BigInt(callOperator<number | bigint>('querl::seed_of', generator)))
}

function stateOf(generator: Generator | null): Uint8Array {
  using state = callOperator<Tensor>('querl::state_of', generator)
  return state.data() as Uint8Array
}

function setState(generator: Generator | null, state: Uint8Array): void {
  if (!(state instanceof Uint8Array)) throw argumentError('state', 'a Uint8Array', state)
  using bytes = Tensor.fromTypedArray(new Uint8Array(state))
  callOperator('querl::set_state', generator, bytes)
}

/** As the signed integer of the same bits, which is what a schema can say. */
function checkSeed(seed: number | bigint): bigint {
  if (Number.isSafeInteger(seed) || typeof seed === 'bigint') {
    const bits = BigInt.asIntN(64, BigInt(seed))
    if (BigInt.asUintN(64, bits) === BigInt(seed)) return bits
  }
  throw argumentError('seed', 'an integer in [0, 2^64)', seed)
}
