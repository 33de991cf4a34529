import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { settledMemory } from './garbage.fixture.js'
import { fromBfloat16, fromFloat16 } from './half.js'
import { memory } from './memory.js'
import { callOperator } from './operator-call.js'
import { loadTensors, saveTensors } from './safetensors.js'
import { Tensor } from './tensor.js'

const recorded = join(import.meta.dirname, 'fixtures', 'all-dtypes.safetensors')
const data = process.env['QUERL_TEST_DATA'] ?? join(import.meta.dirname, '../../../../shared/data')
const python = process.env['QUERL_BENCH_PYTHON']

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-safetensors-'))
  path = join(folder, 'a.safetensors')
})
afterEach(() => rm(folder, { recursive: true }))

const values = [0, -1.5, 2, Number.POSITIVE_INFINITY, Number.NaN, 3.25]
const asFloat32 = (tensor: Tensor) =>
  [...callOperator<Tensor>('aten::_to_copy', tensor, 'float32').data()].map(Number)

describe.each([false, true])('loadTensors, mapped: %s', (mapped) => {
  test('reads all dtypes as Python wrote them', async () => {
    const { tensors, metadata } = await loadTensors(recorded, { mapped })
    expect(metadata).toEqual({ made_by: 'make_safetensors.py', ü: 'ö' })
    expect(Object.keys(tensors)).toHaveLength(19)
    const array = (name: string) => tensors[name]!.data()
    expect(array('bool')).toEqual(Uint8Array.of(1, 0, 1))
    expect(array('i8')).toEqual(Int8Array.of(0, 1, 127))
    expect(array('u8')).toEqual(Uint8Array.of(0, 1, 127))
    expect(array('i16')).toEqual(Int16Array.of(0, 1, 127))
    expect(array('u16')).toEqual(Uint16Array.of(0, 1, 127))
    expect(array('i32')).toEqual(Int32Array.of(0, 1, 127))
    expect(array('u32')).toEqual(Uint32Array.of(0, 1, 127))
    expect(array('i64')).toEqual(BigInt64Array.of(0n, 1n, 127n))
    expect(array('u64')).toEqual(BigUint64Array.of(0n, 1n, 127n))
    expect(array('f32')).toEqual(Float32Array.from(values))
    expect(array('f64')).toEqual(Float64Array.from(values))
    expect(fromFloat16(array('f16') as Uint16Array)).toEqual(Float32Array.from(values))
    expect(fromBfloat16(array('bf16') as Uint16Array)).toEqual(Float32Array.from(values))
    expect(asFloat32(tensors['f8_e5m2']!)).toEqual([0, -1.5, 2, 1 / 0, Number.NaN, 3]) // 3.25 ties
    // e4m3 has no infinity: PyTorch 2.13 wrote its largest number. Three bits of fraction hold 3.25.
    expect(asFloat32(tensors['f8_e4m3']!)).toEqual([0, -1.5, 2, 448, Number.NaN, 3.25])
    const complex = callOperator<Tensor>('aten::view_as_real', tensors['c64']!)
    expect(complex.data()).toEqual(Float32Array.of(1, 2, -0, -0.5))
    expect([tensors['scalar']!.shape, tensors['scalar']!.item()]).toEqual([[], 7])
    expect([tensors['empty']!.shape, tensors['empty']!.dtype]).toEqual([[2, 0, 3], 'float32'])
    expect(tensors['ünïcode "quoted"']!.item()).toBe(1)
    expect(tensors['f32']!.shape).toEqual([2, 3])
  })

  test('reads tensors that do not lie aligned', async () => {
    const header = JSON.stringify({
      a: { dtype: 'U8', shape: [1], data_offsets: [0, 1] },
      b: { dtype: 'F32', shape: [2], data_offsets: [1, 9] },
    })
    const length = new BigUint64Array([BigInt(header.length)])
    const numbers = Float32Array.of(1.5, -2)
    await writeFile(
      path,
      Buffer.concat([length, Buffer.from(header), Buffer.of(9), numbers].map(bytes)),
    )
    const { tensors } = await loadTensors(path, { mapped })
    expect(tensors['a']!.data()).toEqual(Uint8Array.of(9))
    expect(tensors['b']!.data()).toEqual(numbers)
  })

  test('holds nothing of a file but its tensors, which outlive it', async () => {
    await saveTensors(path, { a: ones(100) })
    const before = await settledMemory()
    const { tensors } = await loadTensors(path, { mapped })
    await rm(path)
    expect(memory().tensors).toBe(before.tensors + 1)
    tensors['a']!.set(0, 5)
    expect([...tensors['a']!.data()].slice(0, 2)).toEqual([5, 1])
    tensors['a']!.dispose()
    expect(memory()).toEqual(before)
  })
})

describe('saveTensors', () => {
  test('writes what loadTensors reads, of every dtype', async () => {
    const { tensors, metadata } = await loadTensors(recorded)
    await saveTensors(path, tensors, { metadata })
    const again = await loadTensors(path)
    expect(again.metadata).toEqual(metadata)
    expect(Object.keys(again.tensors).sort()).toEqual(Object.keys(tensors).sort())
    for (const [name, tensor] of Object.entries(tensors)) {
      const twin = again.tensors[name]!
      expect([twin.shape, twin.dtype]).toEqual([tensor.shape, tensor.dtype])
      expect(bits(twin), name).toEqual(bits(tensor))
    }
    expect(await readdir(folder)).toEqual(['a.safetensors'])
  })

  test('stores of a view what it shows, and no gradients', async () => {
    const x = Tensor.fromTypedArray(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3], {
      requiresGrad: true,
    })
    await saveTensors(path, { part: callOperator<Tensor>('aten::t', x.slice(null, [1])) })
    const { part } = (await loadTensors(path)).tensors
    expect([part!.shape, [...part!.data()], part!.requiresGrad]).toEqual([
      [2, 2],
      [2, 5, 3, 6],
      false,
    ])
  })

  test('writes and reads more than one part', async () => {
    const count = (4 << 20) / 8 + 3
    const numbers = BigInt64Array.from({ length: count }, (_, i) => BigInt(i))
    await saveTensors(path, { small: ones(1), large: Tensor.fromTypedArray(numbers) })
    expect((await loadTensors(path)).tensors['large']!.data()).toEqual(numbers)
    expect((await loadTensors(path, { mapped: true })).tensors['large']!.data()).toEqual(numbers)
  })

  test('writes none', async () => {
    await saveTensors(path, {})
    expect(await loadTensors(path)).toEqual({ tensors: {}, metadata: {} })
    expect(await loadTensors(path, { mapped: true })).toEqual({ tensors: {}, metadata: {} })
  })

  test('keeps the old file when it fails', async () => {
    await writeFile(path, 'old')
    const gone = ones(1)
    const writing = saveTensors(path, { a: ones(1 << 21), gone })
    gone.dispose()
    await expect(writing).rejects.toMatchObject({ code: 'ERR_QUERL_CLOSED' })
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(folder)).toEqual(['a.safetensors'])
    const nowhere = saveTensors(join(folder, 'none', 'a'), { a: ones(1) })
    await expect(nowhere).rejects.toMatchObject({ code: 'ERR_QUERL_IO' })
  })

  test('refuses what the format cannot hold', async () => {
    const refused = (tensors: never, options?: never) =>
      saveTensors(path, tensors, options).catch((error: Error) => error.message)
    const complex = callOperator<Tensor>('aten::zeros', [1], 'complex128')
    expect([
      await refused({ complex } as never),
      await refused({ __metadata__: ones(1) } as never),
      await refused({ a: [1] } as never),
      await refused({} as never, { metadata: { step: 3 } } as never),
    ]).toMatchInlineSnapshot(`
      [
        "Expected tensors.complex to be of a dtype that safetensors has, but got "complex128" (string).",
        "Expected a name to be other than the format's own __metadata__, but got "__metadata__" (string).",
        "Expected tensors.a to be a tensor, but got [ 1 ] (object).",
        "Expected metadata.step to be a string, but got 3 (number).",
      ]
    `)
  })

  test.skipIf(!python)('writes what Python reads (needs QUERL_BENCH_PYTHON)', async () => {
    const { tensors, metadata } = await loadTensors(recorded)
    await saveTensors(path, tensors, { metadata })
    const program = `
import sys, torch
from safetensors.torch import load_file
ours, theirs = load_file(sys.argv[1]), load_file(sys.argv[2])
assert ours.keys() == theirs.keys()
for name, a in ours.items():
    b = theirs[name]
    assert a.dtype == b.dtype and a.shape == b.shape, name
    assert a.numel() == 0 or torch.equal(a.reshape(-1).view(torch.uint8), b.reshape(-1).view(torch.uint8)), name
print(len(ours))`
    expect(execFileSync(python!, ['-c', program, path, recorded], { encoding: 'utf8' })).toBe(
      '19\n',
    )
  })
})

describe('a damaged file', () => {
  test('that was cut anywhere is refused', async () => {
    const whole = await readFile(recorded)
    const headerEnd = 8 + Number(whole.readBigUInt64LE(0))
    for (const cut of [0, 7, 8, 9, headerEnd - 1, headerEnd, headerEnd + 1, whole.length - 1]) {
      await writeFile(path, whole.subarray(0, cut))
      await expect(loadTensors(path), `cut at ${cut}`).rejects.toMatchObject({
        code: 'ERR_QUERL_CHECKPOINT_CORRUPT',
      })
    }
  })

  test('is refused by what is wrong', async () => {
    const f32 = (from: number, to: number, shape: number[] = [(to - from) / 4]) => ({
      dtype: 'F32',
      shape,
      data_offsets: [from, to],
    })
    const lies: Record<string, unknown> = {
      overlap: { a: f32(0, 8), b: f32(4, 12) },
      hole: { a: f32(0, 4), b: f32(8, 12) },
      beyond: { a: f32(0, 16) },
      rest: { a: f32(0, 8) },
      size: { a: f32(0, 12, [2]) },
      overflow: { a: f32(0, 12, [2 ** 40, 2 ** 40]) },
      backwards: { a: { dtype: 'F32', shape: [3], data_offsets: [12, 0] } },
      dtype: { a: { dtype: 'F31', shape: [3], data_offsets: [0, 12] } },
      metadata: { __metadata__: { a: 1 }, a: f32(0, 12) },
      list: [],
    }
    const messages: Record<string, string> = {}
    for (const [name, header] of Object.entries(lies)) {
      const text = Buffer.from(JSON.stringify(header))
      const length = new BigUint64Array([BigInt(text.length)])
      await writeFile(path, Buffer.concat([length, text, new Uint8Array(12)].map(bytes)))
      messages[name] = await loadTensors(path).then(
        () => 'loaded',
        ({ code, message }) =>
          `${code}: ${message.split('\n')[0]}`.replaceAll(path, '…').replace('ERR_QUERL_', ''),
      )
    }
    expect(messages).toMatchInlineSnapshot(`
      {
        "backwards": "CHECKPOINT_CORRUPT: … gives a the offsets [12,0].",
        "beyond": "CHECKPOINT_CORRUPT: … ends 4 bytes before a does.",
        "dtype": "CHECKPOINT_CORRUPT: … gives a the unknown dtype "F31".",
        "hole": "CHECKPOINT_CORRUPT: … leaves a hole before b.",
        "list": "CHECKPOINT_CORRUPT: … has a header that is not an object.",
        "metadata": "CHECKPOINT_CORRUPT: … has metadata that are not strings.",
        "overflow": "CHECKPOINT_CORRUPT: … gives a 12 bytes, and F32 of shape [1099511627776, 1099511627776] takes 4.835703278458517e+24.",
        "overlap": "CHECKPOINT_CORRUPT: … lays b over a.",
        "rest": "CHECKPOINT_CORRUPT: … has 4 bytes behind its last tensor.",
        "size": "CHECKPOINT_CORRUPT: … gives a 12 bytes, and F32 of shape [2] takes 8.",
      }
    `)
  })

  test('whose header claims to be huge is refused without reading it', async () => {
    await writeFile(path, bytes(new BigUint64Array([2n ** 62n])))
    await expect(loadTensors(path)).rejects.toThrow(/claims a header of \d+ bytes/)
  })

  test('of a dtype that LibTorch has not is refused', async () => {
    const header = '{"a":{"dtype":"F8_E8M0","shape":[1],"data_offsets":[0,1]}}'
    const length = new BigUint64Array([BigInt(header.length)])
    await writeFile(path, Buffer.concat([length, Buffer.from(header), Buffer.of(0)].map(bytes)))
    await expect(loadTensors(path)).rejects.toMatchObject({ code: 'ERR_QUERL_DATA' })
  })

  test('that is not there is named', async () => {
    await expect(loadTensors(path)).rejects.toMatchObject({
      code: 'ERR_QUERL_IO',
      message: expect.stringContaining(path),
    })
  })
})

const fixtures = join(data, 'safetensors-fixtures')
test.skipIf(!existsSync(fixtures))('files of others are read (needs QUERL_TEST_DATA)', async () => {
  const files = await readdir(fixtures)
  for (const file of files.filter((name) => name.endsWith('.safetensors'))) {
    const [, axes, dtype] = /tensor-(\d)d-(\w+)\.safetensors/.exec(file)!
    const { tensors } = await loadTensors(join(fixtures, file))
    for (const tensor of Object.values(tensors))
      expect([tensor.shape.length, tensor.dtype]).toEqual([Number(axes), dtype])
  }
})

function ones(count: number): Tensor {
  return Tensor.fromTypedArray(new Float32Array(count).fill(1))
}

function bytes(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

function bits(tensor: Tensor): Uint8Array {
  if (tensor.shape.includes(0)) return new Uint8Array(0)
  const flat = callOperator<Tensor>('aten::reshape', tensor, [-1])
  return callOperator<Tensor>('aten::view.dtype', flat, 'uint8').data() as Uint8Array
}
