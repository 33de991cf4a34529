// `npm run conformance`: every overload of ATen against PyTorch (packages/torch/conformance/run.ts).

import { join } from 'node:path'
import { bin, root } from './paths.mjs'
import { runHere, runMain } from './progress.mjs'
import { setUp } from './setup.mjs'

await runMain(async () => {
  await setUp()
  const script = join(root, 'packages', 'torch', 'conformance', 'run.ts')
  return runHere(bin('jiti'), [script, ...process.argv.slice(2)])
})
