import { cp } from 'node:fs/promises'
import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/main.ts'],
  format: 'esm',
  dts: { entry: 'src/index.ts' },
  clean: true,
  target: 'node20',
  sourcemap: true,
  // An installed querl finds its own recipes beside its code; in the repository they are at the root.
  onSuccess: () => cp('../../recipes', 'dist/recipes', { recursive: true }),
})
