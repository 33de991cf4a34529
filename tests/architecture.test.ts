import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What each package may stand on: DESIGN's arrows, spelled out. */
const allowed: Record<string, readonly string[]> = {
  '@querl/base': [],
  '@querl/torch': ['@querl/base'],
  '@querl/lm': ['@querl/base', '@querl/torch'],
  '@querl/retrieval': ['@querl/base', '@querl/torch'],
  '@querl/tasks': ['@querl/base'],
  '@querl/studio': ['@querl/base'],
  // Engines and retrievers are known by interfaces that rollout declares itself.
  '@querl/rollout': ['@querl/base', '@querl/tasks'],
  '@querl/train': ['@querl/base', '@querl/torch', '@querl/tasks', '@querl/rollout', '@querl/lm'],
  '@querl/evaluate': ['@querl/base', '@querl/tasks', '@querl/rollout', '@querl/train', '@querl/lm'],
  querl: [
    ...['@querl/base', '@querl/torch', '@querl/lm', '@querl/retrieval', '@querl/tasks'],
    ...['@querl/studio', '@querl/rollout', '@querl/train', '@querl/evaluate'],
  ],
}

/** What each native folder may include. `addon` above all; `retrieval` stands apart. */
const includable: Record<string, readonly string[]> = {
  base: ['base'],
  kernels: ['base', 'kernels'],
  torch: ['base', 'kernels', 'torch'],
  lm: ['base', 'kernels', 'torch', 'lm'],
  retrieval: ['base', 'retrieval'],
}

interface Manifest {
  name: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

const packages = readdirSync(join(root, 'packages'))
  .filter((folder) => existsSync(join(root, 'packages', folder, 'package.json')))
  .map((folder) => ({
    folder,
    manifest: JSON.parse(
      readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'),
    ) as Manifest,
  }))

const isOurs = (name: string) => name === 'querl' || name.startsWith('@querl/')

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name))
    .filter((name) => ending.test(name) && !name.includes('node_modules'))
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*'([^']+)'|import\(\s*'([^']+)'|(?:^|\n)import\s+'([^']+)'/g
  return [...text.matchAll(pattern)].map((match) => (match[1] ?? match[2] ?? match[3])!)
}

/** `@querl/torch/native` → `@querl/torch` */
const packageOf = (specifier: string) =>
  specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0]!

describe('packages', () => {
  test('there are some, and each has its place in the order', () => {
    expect(packages.length).toBeGreaterThan(0)
    expect(Object.keys(allowed)).toEqual(
      expect.arrayContaining(packages.map(({ manifest }) => manifest.name)),
    )
  })

  test.each(packages)('$manifest.name depends only on packages below it', ({ manifest }) => {
    const dependencies = {
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.peerDependencies,
    }
    const above = Object.keys(dependencies)
      .filter(isOurs)
      .filter((name) => !name.includes('-linux-')) // a binary of the package itself
      .filter((name) => !allowed[manifest.name]?.includes(name))
    expect(above).toEqual([])
  })

  test.each(packages)('$manifest.name imports only what it declares', ({ folder, manifest }) => {
    const { dependencies, peerDependencies } = manifest // a peer may be optional
    const declared = new Set([
      ...Object.keys({ ...dependencies, ...peerDependencies }),
      manifest.name,
    ])
    const undeclared = filesBelow(`packages/${folder}/src`, /(?<!\.test)\.ts$/).flatMap((file) =>
      importsOf(file)
        .map(packageOf)
        .filter((name) => isOurs(name) && !declared.has(name))
        .map((name) => `${file} imports ${name}`),
    )
    expect(undeclared).toEqual([])
  })

  test.each(packages)('$manifest.name reaches no other package by a path', ({ folder }) => {
    const outside = filesBelow(`packages/${folder}/src`, /\.ts$/).flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => posix.join(dirname(file), specifier))
        .filter((path) => !path.startsWith(`packages/${folder}/`))
        .map((path) => `${file} imports ${path}`),
    )
    expect(outside).toEqual([])
  })
})

describe('native folders', () => {
  const sources = Object.keys(includable).flatMap((folder) =>
    filesBelow(`native/${folder}`, /\.(h|cc|inc|cu|cuh)$/).map((file) => ({ folder, file })),
  )

  function includesOf(file: string): string[] {
    const text = readFileSync(join(root, file), 'utf8')
    return [...text.matchAll(/^\s*#\s*include\s*[<"]([^>"]+)[>"]/gm)].map((match) => match[1]!)
  }

  test('include nothing from a folder above them', () => {
    const ours = new Set([...Object.keys(includable), 'addon', 'tests', 'benchmarks'])
    const upward = sources.flatMap(({ folder, file }) =>
      includesOf(file)
        .filter((path) => existsSync(join(root, 'native', path)))
        .filter((path) => ours.has(path.split('/')[0]!))
        .filter((path) => !includable[folder]!.includes(path.split('/')[0]!))
        .map((path) => `${file} includes ${path}`),
    )
    expect(sources.length).toBeGreaterThan(0)
    expect(upward).toEqual([])
  })

  test('see N-API in addon alone', () => {
    const seeing = sources.filter(({ file }) =>
      includesOf(file).some((path) => /^(napi|node_api|js_native_api)\.h$/.test(path)),
    )
    expect(seeing).toEqual([])
  })

  test('see LibTorch in torch and in lm/libtorch_* alone', () => {
    // Our own torch/ stands for LibTorch's as well: what includes it needs LibTorch.
    const seeing = sources
      .filter(({ folder, file }) => folder !== 'torch' && !/\/libtorch_[^/]*$/.test(file))
      .flatMap(({ file }) =>
        includesOf(file)
          .filter((path) => /^(ATen|c10|torch)\//.test(path))
          .map((path) => `${file} includes ${path}`),
      )
    expect(seeing).toEqual([])
  })
})
