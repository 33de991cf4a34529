// `npm run quickstart [-- args]`: the set-up, then `querl quickstart` with the same arguments.

import { runHere, runMain } from './progress.mjs'
import { setUp } from './setup.mjs'

await runMain(async () => {
  await setUp()
  return runHere(process.execPath, [
    'packages/querl/bin/querl.js',
    'quickstart',
    ...process.argv.slice(2),
  ])
})
