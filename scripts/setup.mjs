// From a fresh clone to something that runs: npm's packages, LibTorch, both addons, the TypeScript.
// Whatever is up to date is skipped, so that a second run takes about a second.

import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { findLibstemmer, presentLibstemmer } from './libstemmer.mjs'
import { findLibtorch, presentLibtorch } from './libtorch.mjs'
import { bin, root, state } from './paths.mjs'
import { runLogged, runMain, Step } from './progress.mjs'
import { stamp } from './stamp.mjs'
import { checkTools } from './tools.mjs'

/** Where cmake-js builds; the addon itself comes to lie in its Release folder. */
export const torchBuild = join(root, 'packages', 'torch', 'build')

/**
 * @param {{ tests?: boolean }} [needs] `tests`: also what only the C++ tests need
 * @throws {import('./paths.mjs').SetupError} that names all that is missing
 */
export async function setUp({ tests = false } = {}) {
  const present = presentLibtorch() // first of all: a wrong LIBTORCH is told before anything runs
  await checkTools({ tests, pip: !present })
  await installPackages()
  const libtorch = present ?? (await findLibtorch())
  await buildTorch(libtorch)
  await buildRetrieval()
  await buildTypeScript()
  await checkAddons(libtorch)
  return { libtorch }
}

/** npm's packages, as the lock file has them. */
export async function installPackages() {
  const manifests = ['package-lock.json', 'package.json', ...packageFiles('package.json')]
  const packages = stamp('npm', { inputs: manifests, outputs: ['node_modules/.package-lock.json'] })
  if (packages.isFresh()) return
  await stage('Installing npm packages', async (step) => {
    // Not `ci`: it refuses a lock file without the optional binaries of platforms that a mirror does
    // not carry. `install` takes the locked versions all the same, and checks their integrity.
    await runLogged('npm', ['install', '--no-audit', '--no-fund', '--no-progress'], {
      log: freshLog('npm-install.log'),
      step,
    })
    packages.set({ afresh: true }) // `install` may complete the lock file
  })
}

async function buildTorch({ folder, version, source }) {
  const isOurs = (name) => !['benchmarks', 'retrieval', 'tests'].includes(name)
  const folders = readdirSync(join(root, 'native')).filter(isOurs)
  const built = stamp('torch', {
    inputs: [
      'CMakeLists.txt',
      'cmake',
      'package.json',
      ...folders.map((name) => join('native', name)),
    ],
    facts: { folder, version },
    outputs: [
      'packages/torch/build/Release/torch.node',
      'packages/torch/build/Release/stub.node',
      'packages/torch/build/Release/libtorch.json',
    ],
  })
  if (built.isFresh()) return
  await stage(`Building torch.node with LibTorch ${version} (${source})`, async (step) => {
    const log = freshLog('build-torch.log')
    const where = ['--directory', root, '--out', torchBuild]
    await runLogged(bin('cmake-js'), ['configure', ...where, `--CDLIBTORCH_DIR=${folder}`], {
      log,
      step,
    })
    const cores = String(availableParallelism())
    await runLogged(
      bin('cmake-js'),
      ['build', ...where, '--target', 'querl_addons', '--parallel', cores],
      { log, step },
    )
    built.set()
  })
}

async function buildRetrieval() {
  const stampWith = (libstemmer) =>
    stamp('retrieval', {
      inputs: [
        ...['packages/retrieval/binding.gyp', 'packages/retrieval/package.json'],
        ...['native/base', 'native/retrieval', 'native/addon'],
      ],
      facts: { node: process.versions.node, libstemmer },
      outputs: ['packages/retrieval/build/Release/querl_retrieval.node'],
    })
  const present = presentLibstemmer()
  if (present && stampWith(present).isFresh()) return
  // Was it not to be had, it may be now: what was built without it is no reason not to look.
  const built = stampWith(present ?? (await findLibstemmer()))
  if (built.isFresh()) return
  await stage('Building the retrieval addon', async (step) => {
    await runLogged(
      bin('node-gyp'),
      [
        'configure',
        'build',
        '--release',
        '--jobs',
        String(availableParallelism()),
        ...nodeHeaders(),
      ],
      { log: freshLog('build-retrieval.log'), step, cwd: join(root, 'packages', 'retrieval') },
    )
    built.set()
  })
}

/** Node's own headers, where it was installed with them: node-gyp downloads them otherwise. */
function nodeHeaders() {
  const prefix = dirname(dirname(process.execPath))
  const header = join(prefix, 'include', 'node', 'node_api.h')
  return existsSync(header) ? [`--nodedir=${prefix}`] : []
}

async function buildTypeScript() {
  const sources = ['src', 'package.json', 'tsup.config.ts'].flatMap(packageFiles)
  // The benchmark suites travel inside querl.
  const suites = readdirSync(join(root, 'benchmarks'))
    .filter((name) => name !== 'results')
    .map((name) => join('benchmarks', name))
  const built = stamp('typescript', {
    inputs: [
      'package-lock.json',
      'tsconfig.base.json',
      'turbo.json',
      'recipes',
      ...sources,
      ...suites,
    ],
    outputs: packageFiles('tsup.config.ts').map((file) => join(dirname(file), 'dist', 'index.js')),
  })
  if (built.isFresh()) return
  await stage('Building the TypeScript packages', async (step) => {
    await runLogged(bin('turbo'), ['run', 'build'], {
      log: freshLog('build-typescript.log'),
      step,
      env: { TURBO_TELEMETRY_DISABLED: '1' },
    })
    built.set()
  })
}

/** In a child process: a library that is damaged may take the process that loads it along. */
async function checkAddons({ folder, version }) {
  const addons = ['torch/build/Release/torch.node', 'retrieval/build/Release/querl_retrieval.node']
  const inputs = addons.map((addon) => join('packages', addon))
  const loaded = stamp('loaded', { inputs, facts: { folder, node: process.version }, outputs: [] })
  if (loaded.isFresh()) return
  await stage('Loading both addons in another process', async (step) => {
    const code = `
      import { realpathSync } from 'node:fs'
      const { info } = await import('@querl/torch')
      const { Bm25Index } = await import('@querl/retrieval')
      await (await Bm25Index.build(['loaded'])).search(['loaded'])
      const { libtorch, path } = info()
      if (libtorch.split('+')[0] !== '${version}' || realpathSync(path) !== ${JSON.stringify(realpathSync(folder))})
        throw new Error('Expected LibTorch ${version} of ${folder}, but got ' + libtorch + ' of ' + path + '.')`
    await runLogged(process.execPath, ['--input-type=module', '-e', code], {
      log: freshLog('load.log'),
      step,
      cwd: join(root, 'packages', 'querl'), // from where both packages resolve
    })
    loaded.set()
  })
}

async function stage(title, work) {
  const step = new Step(title)
  try {
    await work(step)
    step.done()
  } catch (error) {
    step.failed()
    throw error
  }
}

/** That entry of each package that has it. */
function packageFiles(entry) {
  return readdirSync(join(root, 'packages'))
    .map((name) => join('packages', name, entry))
    .filter((path) => existsSync(join(root, path)))
}

function freshLog(name) {
  const log = join(state, name)
  rmSync(log, { force: true })
  return log
}

if (import.meta.url === `file://${process.argv[1]}` || process.argv[1]?.endsWith('setup.mjs')) {
  await runMain(async () => {
    const started = Date.now()
    const { libtorch } = await setUp({ tests: process.argv.includes('--tests') })
    const built = JSON.parse(readFileSync(join(torchBuild, 'Release', 'libtorch.json'), 'utf8'))
    const seconds = ((Date.now() - started) / 1000).toFixed(1)
    console.error(`✓ ready: LibTorch ${built.libtorch} in ${libtorch.folder} (${seconds} s)`)
  })
}
