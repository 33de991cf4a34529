import { argumentError } from '@querl/base'

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

/** @throws {QuerlError} ERR_QUERL_ARGUMENT unless it is the name of a device */
export function deviceCode(name: string, device: unknown): DeviceCode {
  const parts = typeof device === 'string' ? /^(cpu|cuda|meta)(?::(\d{1,2}))?$/.exec(device) : null
  if (!parts) throw argumentError(name, 'a device: "cpu", "cuda:0" or "meta"', device)
  return { type: types[parts[1]!]!, index: parts[2] === undefined ? -1 : Number(parts[2]) }
}

export function deviceOfCode(type: number, index: number): Device {
  const name = names.get(type) ?? `device type ${type}`
  return (name === 'cuda' ? `cuda:${index}` : name) as Device
}
