import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** What a file must be, to be the one that was written. */
export interface FileRecord {
  /** Relative to the checkpoint, with forward slashes. */
  readonly path: string
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** Every file below a folder, sorted by path. */
export async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

/** Waits until a file's, or a folder's, contents are on the disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export async function recordOf(directory: string, path: string): Promise<FileRecord> {
  const { size } = await stat(join(directory, path))
  return { path, bytes: size, sha256: await sha256(join(directory, path)) }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/**
 * Compares files with their records.
 *
 * @returns what is wrong, in words, or undefined
 */
export async function firstDamage(
  directory: string,
  records: readonly FileRecord[],
): Promise<string | undefined> {
  for (const { path, bytes, sha256: expected } of records) {
    const size = await stat(join(directory, path)).then(
      (found) => found.size,
      () => undefined,
    )
    if (size === undefined) return `${path} is missing`
    if (size !== bytes) return `${path} has ${size} bytes instead of ${bytes}`
    if ((await sha256(join(directory, path))) !== expected) return `${path} fails its checksum`
  }
  return undefined
}
