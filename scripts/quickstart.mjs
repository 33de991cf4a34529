// `npm run quickstart [-- args]`: the set-up, then `querl quickstart` with the same arguments.

import { runHere, runMain } from './progress.mjs'
import { setUp } from './setup.mjs'

await runMain(async () => {
  const started = Date.now()
  await setUp()
  const seconds = (Date.now() - started) / 1000
  return runHere(
    process.execPath,
    ['packages/querl/bin/querl.js', 'quickstart', ...process.argv.slice(2)],
    { QUERL_SETUP_SECONDS: seconds.toFixed(2) }, // for the run's summary
  )
})
