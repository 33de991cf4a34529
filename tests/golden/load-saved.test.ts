// What save() writes, read by transformers itself: needs a Python with torch and transformers, which
// QUERL_BENCH_PYTHON names, and is skipped without.

import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { LanguageModel } from '@querl/lm'
import { expect, test } from 'vitest'

const here = fileURLToPath(new URL('.', import.meta.url))
const fixtures = join(here, 'fixtures')
const names = readdirSync(fixtures).filter((name) =>
  existsSync(join(fixtures, name, 'config.json')),
)
const python = process.env['QUERL_BENCH_PYTHON']

// fp32 in another order of summation, logits of magnitude 10.
const fp32 = 1e-4

interface Loaded {
  readonly logits: number[]
  readonly dtype: string
  readonly architecture: string
  readonly problems: string[]
}

test.skipIf(!python)(
  'transformers loads every family from what was saved, to the same logits (needs QUERL_BENCH_PYTHON)',
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'querl-saved-'))
    try {
      const saved: { folder: string; logits: Float32Array; type: string; architecture: string }[] =
        []
      for (const name of names)
        for (const dtype of ['float32', 'bfloat16', 'float16'] as const) {
          const from = join(fixtures, name)
          const folder = join(root, `${name}-${dtype}`)
          using model = await LanguageModel.load(from, { dtype })
          await model.save(folder, dtype === 'float32' ? {} : { maxShardBytes: 9000 })
          // The stored numbers are what counts, computed with in fp32 on both sides.
          using full = await LanguageModel.load(folder, { dtype: 'float32' })
          const { prompt } = JSON.parse(readFileSync(join(from, 'vectors.json'), 'utf8'))
          writeFileSync(join(folder, 'prompt.json'), JSON.stringify(prompt))
          const [architecture] = JSON.parse(readFileSync(join(from, 'config.json'), 'utf8'))
            .architectures as [string]
          const logits = await full.logits(Int32Array.from(prompt))
          saved.push({ folder, logits, type: `torch.${dtype}`, architecture })
        }
      const script = join(here, 'load_saved.py')
      const folders = saved.map(({ folder }) => folder)
      const { stdout } = await promisify(execFile)(python!, [script, ...folders], {
        maxBuffer: 1 << 28,
        env: { ...process.env, OMP_NUM_THREADS: '1', CUDA_VISIBLE_DEVICES: '' },
      })
      const loaded = JSON.parse(stdout) as Loaded[]
      expect(loaded.length).toBe(3 * names.length)
      for (const [i, { folder, logits, type, architecture }] of saved.entries()) {
        const theirs = loaded[i]!
        expect(theirs.problems, folder).toEqual([])
        expect(theirs.architecture, folder).toBe(architecture)
        expect(theirs.dtype, folder).toBe(type)
        const difference = logits.reduce(
          (most, value, at) => Math.max(most, Math.abs(value - theirs.logits[at]!)),
          0,
        )
        expect(difference, folder).toBeLessThan(fp32)
      }
    } finally {
      await rm(root, { recursive: true })
    }
  },
)
