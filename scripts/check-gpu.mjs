// `npm run check:gpu [-- arguments of gpu/check.py]`: builds for this machine's CUDA device, checks the
// kernels on it and measures them. `QUERL_BENCH_PYTHON` names a Python with torch, else python3.
//
// `npm run check:gpu -- --pack out.tar` packs what a machine needs that has the device but neither Node
// nor a network. There: `tar xf out.tar && python3 querl/gpu/check.py`, and benchmarks/results/gpu.jsonl
// is what to bring back.

import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { findNvcc } from './nvcc.mjs'
import { root, SetupError } from './paths.mjs'
import { runHere, runMain } from './progress.mjs'

const run = promisify(execFile)

/** Sources and the check itself: cmake reads the version from package.json. */
const packed = ['CMakeLists.txt', 'LICENSE', 'cmake', 'gpu', 'native', 'package.json']

await runMain(async () => {
  const args = process.argv.slice(2)
  const at = args.indexOf('--pack')
  if (at >= 0) return pack(args[at + 1])
  const python = process.env.QUERL_BENCH_PYTHON ?? 'python3'
  const needsNvcc = !['--cpu', '--library', '--nvcc', '--help'].some((name) => args.includes(name))
  const nvcc = needsNvcc ? ['--nvcc', (await findNvcc()).nvcc] : []
  return runHere(python, [join(root, 'gpu', 'check.py'), ...nvcc, ...args])
})

async function pack(file) {
  if (!file) throw new SetupError('Usage: npm run check:gpu -- --pack out.tar')
  const staging = mkdtempSync(join(tmpdir(), 'querl-pack-'))
  try {
    for (const name of packed) {
      cpSync(join(root, name), join(staging, 'querl', name), {
        recursive: true,
        filter: (path) => !path.includes('__pycache__'),
      })
    }
    writeFileSync(join(staging, 'querl', 'COMMIT'), `${await commit()}\n`)
    await run('tar', ['--owner=0', '--group=0', '-cf', resolve(file), '-C', staging, 'querl'])
    const megabytes = (statSync(file).size / 2 ** 20).toFixed(1)
    console.log(`${file}: ${megabytes} MiB. There: tar xf and python3 querl/gpu/check.py`)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/** What figures that were measured over there are figures of. */
async function commit() {
  if (!existsSync(join(root, '.git'))) return 'unknown'
  const git = async (...args) => (await run('git', args, { cwd: root })).stdout.trim()
  const changes = await git('status', '--porcelain', '--', ...packed)
  return (await git('rev-parse', '--short=12', 'HEAD')) + (changes === '' ? '' : '-dirty')
}
