// Regenerate with: npx vitest run packages/torch/src/operator-signatures.test.ts -u

import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { info } from './index.js'
import { native } from './loaded.js'
import { parseSchema, type Schema } from './operator-schema.js'
import { type Signatures, signatures } from './operator-signatures.js'

/** The version whose schemas are committed; others have other operators. */
const pinned = '2.13.0'

let schemas: Schema[] = []
let generated: Signatures
beforeAll(() => {
  schemas = native()
    .operatorNames()
    .filter((name) => name.startsWith('aten::'))
    .flatMap((name) => native().operatorOverloads(name))
    .map(({ schema }) => parseSchema(schema))
  generated = signatures(schemas, info().libtorch)
})

describe('the committed signatures', () => {
  test.each(['operators.ts', 'methods.ts', 'names.ts'] as const)(
    '%s is what the pinned LibTorch generates',
    async (name) => {
      if (info().libtorch !== pinned) {
        console.log(`Skipped: LibTorch ${info().libtorch} is loaded, and ${pinned} is pinned.`)
        return
      }
      const path = fileURLToPath(new URL(`generated/${name}`, import.meta.url))
      await expect(generated.files[name]).toMatchFileSnapshot(path)
    },
  )

  test('leave out what is said, and nothing else', () => {
    const { names, written, ...excluded } = generated.counts
    console.log(`${written} of ${names} operators have signatures; left out:`, excluded)
    const sum = Object.values(excluded).reduce((total, count) => total + count, 0)
    expect(written! + sum).toBe(names)
    expect(written).toBeGreaterThan(900)
  })
})
