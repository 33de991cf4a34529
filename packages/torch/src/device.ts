import { argumentError, QuerlError } from '@querl/base'
import { native } from './loaded.js'

/** Where a tensor's memory is: `cpu`, `cuda:0`, or `meta` for a shape without numbers. */
export type Device = 'cpu' | 'cuda' | `cuda:${number}` | 'meta'

/** As c10::DeviceType numbers them. */
const types: Readonly<Record<string, number>> = { cpu: 0, cuda: 1, meta: 14 }
const names = new Map(Object.entries(types).map(([name, code]) => [code, name]))

export interface DeviceCode {
  readonly type: number
  /** -1: the current one. */
  readonly index: number
}

const pattern = /^(cpu|cuda|meta)(?::(\d{1,2}))?$/

export function isDevice(name: unknown): name is Device {
  return typeof name === 'string' && pattern.test(name)
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT unless it is the name of a device that is here */
export function deviceCode(name: string, device: unknown): DeviceCode {
  const parts = typeof device === 'string' ? pattern.exec(device) : null
  if (!parts) throw argumentError(name, 'a device: "cpu", "cuda:0" or "meta"', device)
  const index = parts[2] === undefined ? -1 : Number(parts[2])
  if (parts[1] === 'cuda') checkCuda(name, device as Device, index)
  return { type: types[parts[1]!]!, index }
}

let cudaDevices: number | undefined

/** LibTorch's own message lists sixty backends. */
function checkCuda(name: string, device: Device, index: number): void {
  const count = (cudaDevices ??= native().runtimeInfo().cudaDevices)
  if (index < count && count > 0) return
  const here = count === 0 ? 'none' : `cuda:0${count > 1 ? ` to cuda:${count - 1}` : ''}`
  throw new QuerlError(
    'ERR_QUERL_ARGUMENT',
    `Expected ${name} to be a device that is here, but got "${device}"; CUDA devices here: ${here}.`,
    {
      remedy:
        count === 0
          ? 'The LibTorch that is loaded has no CUDA, or the machine no GPU: see info().path.'
          : undefined,
    },
  )
}

export function deviceOfCode(type: number, index: number): Device {
  const name = names.get(type) ?? `device type ${type}`
  return (name === 'cuda' ? `cuda:${index}` : name) as Device
}
