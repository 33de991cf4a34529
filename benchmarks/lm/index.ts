// Sampling and training of language models, against PyTorch and transformers on the same input.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startIfInstalled } from '../line-peer.js'
import { startPython } from '../python-peer.js'
import type { Bench } from '../result.js'
import { generation } from './generation.js'
import { smallDecode } from './small-decode.js'
import { training } from './training.js'

const install = 'python3 -m pip install torch==2.13.0 transformers==5.23.0 safetensors'

export async function run(bench: Bench): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'querl-lm-'))
  // Loading and checking the peers' modules takes seconds: once is enough to know that they are absent.
  let isAbsent = false
  const startPeer = async () => {
    if (isAbsent) return undefined
    const script = fileURLToPath(new URL('peer/main.py', import.meta.url))
    const peer = await startIfInstalled(() => startPython(script, { install }), bench.note)
    isAbsent = peer === undefined
    return peer
  }
  try {
    // First, while this process has no memory to reuse.
    await training(bench, startPeer, folder)
    await generation(bench, startPeer, folder)
    await smallDecode(bench, startPeer, folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
