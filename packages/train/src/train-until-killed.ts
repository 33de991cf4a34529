// Run as a process by checkpoint.test.ts: trains, saves every second step, and kills itself with
// SIGKILL behind the n-th part that was written. Arguments: folder, n.
import { BigramModel } from './bigram-model.js'
import { VOCABULARY } from './bigram-rollout.js'
import { trainBigram } from './bigram-training.js'

const [folder, killAt] = process.argv.slice(2)
let written = 0
await trainBigram(new BigramModel(VOCABULARY), {
  steps: 6,
  checkpoints: folder!,
  onPart: () => {
    if (++written === Number(killAt)) process.kill(process.pid, 'SIGKILL')
  },
})
