// A sample of docs/conformance.md, without Python: packages/torch/conformance/sample.ts.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadTensors } from '@querl/torch'
import { beforeAll, describe, expect, test } from 'vitest'
import { execute } from '../../packages/torch/conformance/execute.js'
import type { Recorded } from '../../packages/torch/conformance/record.js'

const fixtures = join(import.meta.dirname, 'fixtures')
const calls = JSON.parse(readFileSync(join(fixtures, 'conformance.json'), 'utf8')) as Recorded[]
let tensors: Awaited<ReturnType<typeof loadTensors>>['tensors']
beforeAll(async () => {
  ;({ tensors } = await loadTensors(join(fixtures, 'conformance.safetensors')))
})

describe('equal to PyTorch 2.13, in results and gradients', () => {
  test('are 40 operators and more', () => expect(calls.length).toBeGreaterThanOrEqual(40))

  test.each(
    calls.map((call, number) => [`${call.given.name}.${call.given.overload}`, number] as const),
  )('%s', (_, number) => {
    const { given, peer } = calls[number]!
    const prefix = `${number}.`
    const stored = Object.fromEntries(
      Object.entries(tensors)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
    )
    const { forward, gradient, meant } = execute(given, peer, stored)
    expect(meant).toBe(given.overload)
    // To the bit on the machine that recorded; others may have wider or narrower vectors.
    expect(forward).toMatch(/^(equal|close)$/)
    if (peer.gradients) expect(gradient).toMatch(/^(equal|close)$/)
  })
})
