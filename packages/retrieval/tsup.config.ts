import { defineConfig } from 'tsup'

export default defineConfig({
  // The worker is started by its place beside the others.
  entry: { index: 'src/index.ts', 'hnsw-worker': 'src/dense/hnsw-worker.js' },
  format: 'esm',
  dts: { entry: 'src/index.ts' },
  clean: true,
  target: 'node20',
  sourcemap: true,
})
