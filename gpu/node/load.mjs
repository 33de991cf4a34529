// Loads the addon and tells what it finds. Exit code: 0, or 1 where it does not load.

import { info } from '@querl/torch'
import { native } from '@querl/torch/native'

const { libtorch, path } = info()
const { cudaDevices } = native().runtimeInfo()
console.log(`Node ${process.versions.node}, LibTorch ${libtorch} of ${path}`)
console.log(
  `cuda available: ${cudaDevices > 0}${cudaDevices > 0 ? `, devices: ${cudaDevices}` : ''}`,
)
