// The set-up's own faults: what is missing is named, and nothing that is unverified or cut off is used.

import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const scripts = join(dirname(dirname(fileURLToPath(import.meta.url))), 'scripts')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-setup-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** Runs a module that may import the scripts, in a process of its own. */
async function script(
  code: string,
  env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const source = code.replaceAll(/from '\.\/([a-z]+\.mjs)'/g, `from '${scripts}/$1'`)
  const path = join(folder, `${createHash('sha256').update(source).digest('hex').slice(0, 8)}.mjs`)
  writeFileSync(path, source)
  const clean = { ...process.env, LIBTORCH: '', XDG_CACHE_HOME: join(folder, 'cache'), CI: '1' }
  try {
    const result = await promisify(execFile)(process.execPath, [path], {
      env: { ...clean, ...env },
    })
    return { code: 0, ...result }
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string }
  }
}

describe('checkTools', () => {
  test('names everything that is missing at once, with the command that installs it', async () => {
    const { code, stderr } = await script(
      `import { checkTools } from './tools.mjs'
       import { runMain } from './progress.mjs'
       await runMain(() => checkTools({ pip: true }))`,
      { PATH: folder, CXX: 'g++' },
    )
    expect(code).toBe(3)
    expect(stderr.trim()).toMatchInlineSnapshot(`
      "Cannot build querl, since this machine lacks:
        - g++ 11 or newer (g++: not found)
        - cmake 3.22 or newer (cmake: not found)
        - make (make: not found)
        - python3 3.8 or newer (python3: not found)
        - pip (python3: not found)
      Debian, Ubuntu: apt-get install g++ cmake make python3 python3-pip"
    `)
  })

  test('tells a tool that is too old from one that is missing', async () => {
    writeFileSync(join(folder, 'cmake'), '#!/bin/sh\necho cmake version 3.18.4\n', { mode: 0o755 })
    const { stderr } = await script(
      `import { checkTools } from './tools.mjs'
       import { runMain } from './progress.mjs'
       await runMain(() => checkTools())`,
      { PATH: `${folder}:${process.env['PATH']}` },
    )
    expect(stderr).toContain('cmake 3.22 or newer (cmake is 3.18.4)')
  })
})

describe('LIBTORCH', () => {
  const find = `
    import { presentLibtorch } from './libtorch.mjs'
    import { runMain } from './progress.mjs'
    await runMain(async () => console.log(JSON.stringify(presentLibtorch() ?? null)))`

  function libtorch(version: [number, number, number], where = folder): string {
    mkdirSync(join(where, 'include/torch/headeronly'), { recursive: true })
    mkdirSync(join(where, 'lib'), { recursive: true })
    const parts = ['MAJOR', 'MINOR', 'PATCH'].map(
      (part, i) => `#define TORCH_VERSION_${part} ${version[i]}`,
    )
    writeFileSync(join(where, 'include/torch/headeronly/version.h'), parts.join('\n'))
    for (const name of ['libtorch_cpu.so', 'libc10.so']) writeFileSync(join(where, 'lib', name), '')
    return where
  }

  test('is taken where it holds a version that querl builds against', async () => {
    const { stdout } = await script(find, { LIBTORCH: libtorch([2, 11, 0]) })
    expect(JSON.parse(stdout)).toEqual({ folder, version: '2.11.0', source: 'LIBTORCH' })
  })

  test.each<[number, number, number]>([
    [1, 13, 1],
    [2, 10, 0],
    [2, 15, 0],
  ])('at %i.%i.%i is refused, and nothing else is tried', async (...version) => {
    const { code, stderr } = await script(find, { LIBTORCH: libtorch(version) })
    expect(code).toBe(3)
    expect(stderr).toContain(
      `LIBTORCH=${folder} holds LibTorch ${version.join('.')}; querl builds against 2.11 to 2.14.`,
    )
  })

  test('at a folder without it is refused', async () => {
    const { code, stderr } = await script(find, { LIBTORCH: folder })
    expect(code).toBe(3)
    expect(stderr).toContain('is no LibTorch: it has no include/torch/headeronly/version.h')
  })

  test('a copy in the cache that was not finished does not count', async () => {
    const cached = join(folder, 'cache', 'querl', 'libtorch-2.13.0-linux-x64')
    libtorch([2, 13, 0], cached)
    expect(JSON.parse((await script(find)).stdout)).toBeNull()
    writeFileSync(join(cached, 'querl.json'), '{}') // written last, before the rename
    expect(JSON.parse((await script(find)).stdout)).toMatchObject({ folder: cached })
  })
})

describe('nvcc', () => {
  const find = `
    import { findNvcc } from './nvcc.mjs'
    import { runMain } from './progress.mjs'
    await runMain(async () => console.log(JSON.stringify(await findNvcc())))`

  function compiler(release: string): string {
    mkdirSync(join(folder, 'cuda/bin'), { recursive: true })
    const text = `#!/bin/sh\necho "Cuda compilation tools, release ${release}, V${release}.1"\n`
    writeFileSync(join(folder, 'cuda/bin/nvcc'), text, { mode: 0o755 })
    return join(folder, 'cuda')
  }

  test('of CUDA_HOME is taken before all others', async () => {
    const home = compiler('12.9')
    const { stdout } = await script(find, { CUDA_HOME: home })
    expect(JSON.parse(stdout)).toMatchObject({ nvcc: `${home}/bin/nvcc`, version: '12.9' })
  })

  test.each([
    ['is missing', '', 'ENOENT'],
    ['is too old', '11.8', 'is of CUDA 11.8, and 12.4 is needed'],
  ])('that %s in CUDA_HOME ends the search, and nothing is fetched', async (_, release, reason) => {
    const home = release ? compiler(release) : join(folder, 'nowhere')
    const { code, stderr } = await script(find, { CUDA_HOME: home })
    expect(code).toBe(3)
    expect(stderr).toContain(reason)
    expect(stderr).toContain('Unset it to have CUDA 13.0 fetched.')
    expect(existsSync(join(folder, 'cache'))).toBe(false)
  })
})

describe('wheels', () => {
  /** A wheel that pip accepts, made of these members. */
  function wheel(members: Record<string, string>): { path: string; sha256: string } {
    const path = join(folder, 'index', 'torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl')
    mkdirSync(dirname(path), { recursive: true })
    const info = 'torch-2.13.0.dist-info'
    const all = {
      [`${info}/METADATA`]: 'Metadata-Version: 2.1\nName: torch\nVersion: 2.13.0\n',
      [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nTag: cp311-cp311-manylinux_2_28_x86_64\n',
      [`${info}/RECORD`]: '',
      ...members,
    }
    const code =
      'import json, sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n for name, text in json.loads(sys.argv[2]).items(): z.writestr(name, text)'
    execFileSync('python3', ['-c', code, path, JSON.stringify(all)])
    return { path, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') }
  }

  const download = (sha256: string) => `
    import { mkdirSync } from 'node:fs'
    import { downloadWheel } from './wheels.mjs'
    import { runMain } from './progress.mjs'
    mkdirSync(${JSON.stringify(join(folder, 'downloads'))}, { recursive: true })
    await runMain(async () => {
      console.log(await downloadWheel(
        { requirement: 'torch==2.13.0', sha256: '${sha256}', megabytes: 1 },
        {
          folder: ${JSON.stringify(join(folder, 'downloads'))},
          index: ['--no-index', '--find-links', ${JSON.stringify(join(folder, 'index'))}],
          log: ${JSON.stringify(join(folder, 'log'))},
          step: { update() {} },
        },
      ))
    })`

  test('that are not the pinned file are refused and not kept', async () => {
    const { sha256 } = wheel({})
    const { code, stderr } = await script(download('0'.repeat(64)))
    expect(code).toBe(1)
    expect(stderr).toContain(
      `to have the checksum ${'0'.repeat(64)}, but got ${sha256}. It was not used.`,
    )
    expect(readdirSync(join(folder, 'downloads'))).toEqual([])
  })

  test('that came whole are used again, and ones that were damaged since are not', async () => {
    const { path, sha256 } = wheel({})
    const kept = (await script(download(sha256))).stdout.trim()
    expect(kept).toBe(join(folder, 'downloads', `${sha256}.whl`))
    writeFileSync(kept, 'damaged')
    expect((await script(download(sha256))).stdout.trim()).toBe(kept)
    expect(readFileSync(kept)).toEqual(readFileSync(path))
    await rm(path) // now only the kept one is there
    expect((await script(download(sha256))).stdout.trim()).toBe(kept)
  })

  test('that no index has end with what pip said', async () => {
    mkdirSync(join(folder, 'index'))
    const { code, stderr } = await script(download('0'.repeat(64)))
    expect(code).toBe(1)
    expect(stderr).toContain('No matching distribution found for torch==2.13.0')
  })

  test('give headers, the libraries and licences, and nothing outside of the folder', () => {
    const { path } = wheel({
      'torch/include/ATen/ATen.h': 'header',
      'torch/lib/libtorch_cpu.so': 'library',
      'torch/lib/libtorch_python.so': 'not needed',
      'torch/include/../../../escaped': 'never',
      'torch/nn/module.py': 'not needed',
      'torch-2.13.0.dist-info/licenses/LICENSE': 'licence',
    })
    const target = join(folder, 'out')
    execFileSync('python3', [join(scripts, 'unpack_wheel.py'), path, target])
    const files = readdirSync(target, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /[^/]+\.(h|so)$|LICENSE$/.test(name),
    )
    expect(files.sort()).toEqual([
      'include/ATen/ATen.h',
      'lib/libtorch_cpu.so',
      'licenses/torch/LICENSE',
    ])
    expect(readFileSync(join(target, 'lib/libtorch_cpu.so'), 'utf8')).toBe('library')
    expect(existsSync(join(folder, 'escaped'))).toBe(false)
  })

  test('that are cut off are an error, not a part', () => {
    const { path } = wheel({ 'torch/lib/libc10.so': 'x'.repeat(10_000) })
    writeFileSync(path, readFileSync(path).subarray(0, 5_000))
    expect(() =>
      execFileSync('python3', [join(scripts, 'unpack_wheel.py'), path, join(folder, 'out')], {
        stdio: 'pipe',
      }),
    ).toThrow('BadZipFile')
  })
})

describe('runLogged', () => {
  test('a failure shows the last 30 lines and keeps all of them in the log', async () => {
    const log = join(folder, 'a.log')
    const { code, stderr } = await script(`
      import { runLogged, runMain } from './progress.mjs'
      const loop = 'for (let i = 1; i <= 100; i++) console.log("line " + i); process.exit(7)'
      await runMain(() => runLogged(process.execPath, ['-e', loop], { log: ${JSON.stringify(log)} }))`)
    expect(code).toBe(1)
    expect(stderr).toContain('ended with 7')
    expect(stderr).not.toContain('line 70\n')
    expect(stderr).toContain('line 71\n')
    expect(stderr).toContain('line 100\n')
    expect(readFileSync(log, 'utf8')).toContain('line 1\n')
  })
})

describe('stamp', () => {
  test('is fresh until an input, a fact or an output changes', async () => {
    const root = join(folder, 'repository')
    mkdirSync(join(root, 'src/node_modules'), { recursive: true })
    // The script finds the repository from its own place.
    symlinkSync(scripts, join(root, 'scripts'))
    writeFileSync(join(root, 'src/a.ts'), 'a')
    writeFileSync(join(root, 'out'), '')
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--preserve-symlinks',
        '--preserve-symlinks-main',
        '--input-type=module',
        '-e',
        `
        import { rmSync, writeFileSync } from 'node:fs'
        import { stamp } from ${JSON.stringify(join(root, 'scripts/stamp.mjs'))}
        const stage = (facts = 1) => stamp('s', { inputs: ['src'], facts, outputs: ['out'] })
        const seen = [stage().isFresh()]
        stage().set()
        seen.push(stage().isFresh(), stage(2).isFresh())
        writeFileSync('src/node_modules/b.ts', 'not an input')
        seen.push(stage().isFresh())
        writeFileSync('src/b.ts', 'b')
        seen.push(stage().isFresh())
        rmSync('src/b.ts')
        seen.push(stage().isFresh())
        rmSync('out')
        seen.push(stage().isFresh())
        console.log(JSON.stringify(seen))`,
      ],
      { cwd: root },
    )
    expect(JSON.parse(stdout)).toEqual([false, true, false, true, false, true, false])
  })
})
