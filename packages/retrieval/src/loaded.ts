import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Candidate, loadAddon } from '@querl/base'
import type { RetrievalBinding } from './binding.js'

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)))
const fileName = 'querl_retrieval.node'

let loaded: RetrievalBinding | undefined

/** The addon, loaded at the first call: importing a package must not need a native binary. */
export function native(): RetrievalBinding {
  return (loaded ??= load())
}

function load(): RetrievalBinding {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string }
  return loadAddon<RetrievalBinding>({
    name: '@querl/retrieval',
    version,
    candidates: candidates(),
    remedy:
      'Build it from source in the repository: npm run build:native -w @querl/retrieval (needs g++ 12, make).',
    from: import.meta.url,
  })
}

function candidates(): Candidate[] {
  const explicit = process.env['QUERL_RETRIEVAL_ADDON']
  if (explicit) return [{ label: 'QUERL_RETRIEVAL_ADDON', path: explicit, only: true }]
  const platformPackage = `@querl/retrieval-${process.platform}-${process.arch}`
  const built = { label: 'source build', path: join(packageFolder, 'build', 'Release', fileName) }
  const packaged = { label: platformPackage, path: `${platformPackage}/${fileName}` }
  return process.env['QUERL_PREBUILT_ONLY'] === '1' ? [packaged] : [built, packaged]
}
