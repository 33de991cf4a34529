import { createRequire } from 'node:module'
import { QuerlError } from './errors.js'

export interface Addon {
  /** For example `@querl/torch`. */
  readonly name: string
  /** Compared with the version that the binary was built as. */
  readonly version: string
  /** Where to look, best first. */
  readonly candidates: readonly Candidate[]
  /** What to run when none of them loads. */
  readonly remedy: string
  /** The module that packages are resolved from: pass `import.meta.url`. Default: this one. */
  readonly from?: string | undefined
}

export interface Candidate {
  /** As the trace shows it: `QUERL_TORCH_ADDON`, `source build`, `@querl/torch-linux-x64-cpu`. */
  readonly label: string
  /** An absolute path of a file, or a package's name with the file in it. */
  readonly path: string
  /** The user asked for this one by name: if it fails, nothing behind it is tried. */
  readonly only?: boolean | undefined
}

/** What every querl binary exports. */
export interface Binary {
  readonly version: string
}

/**
 * Loads the first candidate that works and that was built as this very version.
 *
 * A file that may crash the process while it loads must be probed in a child process first: a
 * module stays mapped once it was loaded.
 *
 * @throws {QuerlError} ERR_QUERL_NATIVE_MISSING with one line for each place that was tried, and
 *   all reasons in its cause
 */
export function loadAddon<T extends Binary>(addon: Addon): T {
  const require = createRequire(addon.from ?? import.meta.url)
  const tried: string[] = []
  const causes: unknown[] = []
  for (const { label, path, only } of addon.candidates) {
    try {
      const binary = require(path) as T
      if (binary.version === addon.version) return binary
      tried.push(`${label}: is version ${binary.version}, this package is ${addon.version}`)
    } catch (error) {
      causes.push(error)
      tried.push(`${label}: ${reason(error)}`)
    }
    if (only) break
  }
  throw new QuerlError(
    'ERR_QUERL_NATIVE_MISSING',
    `No native binary of ${addon.name} ${addon.version} could be loaded on ${platform()}. Tried:\n` +
      tried.map((line, i) => `  ${i + 1}. ${line}`).join('\n'),
    { remedy: addon.remedy, cause: new AggregateError(causes, 'every candidate failed') },
  )
}

/** What this process runs on, for messages: `linux-x64, glibc 2.36, Node 20.20.2`. */
export function platform(): string {
  const system = `${process.platform}-${process.arch}`
  const libc = process.platform === 'linux' ? [libcVersion()] : []
  return [system, ...libc, `Node ${process.versions.node}`].join(', ')
}

function libcVersion(): string {
  const report = process.report as typeof process.report & { excludeNetwork?: boolean }
  report.excludeNetwork = true // or the report looks up host names, which can take seconds
  const { header } = report.getReport() as unknown as { header: { glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime ? `glibc ${header.glibcVersionRuntime}` : 'musl'
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return 'not found'
  return error.message.split('\n')[0] ?? error.message
}
