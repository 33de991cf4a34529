import { randomUUID } from 'node:crypto'
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { QuerlError } from './errors.js'

/**
 * Writes a file whole or not at all: whenever the process or the machine dies, the path holds what
 * it held before or what it is to hold, and once the promise resolves the new content is on the
 * disk. The folder must exist. A symbolic link at `path` is replaced, not followed. A writer that is
 * killed may leave a hidden `.tmp` beside the path.
 *
 * @throws {QuerlError} ERR_QUERL_IO; the path then holds what it held before, or the new content
 *   where only the folder could not be synced
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  await replaceFile(path, data, { open, rename, rm })
}

/**
 * Writes a file whole or not at all, by a function that writes to a temporary path beside it and
 * waits until all is on the disk: for what is too large to be held at once. The folder must exist.
 *
 * @throws {QuerlError} ERR_QUERL_IO
 * @throws what `write` throws that is not the file system's
 */
export async function writeAtomic(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  try {
    await replace(path, write, { open, rename, rm })
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? ioError('write', path, error) : error
  }
}

/**
 * Writes a value as indented JSON, whole or not at all.
 *
 * @throws {QuerlError} ERR_QUERL_IO
 */
export async function writeJsonAtomic(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`)
}

/**
 * Reads a JSON file. `T` is what the caller expects and is not checked.
 *
 * @throws {QuerlError} ERR_QUERL_IO if it cannot be read, ERR_QUERL_DATA if it is not JSON
 */
export async function readJson<T>(path: string): Promise<T> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw ioError('read', path, cause)
  }
  try {
    return JSON.parse(text) as T
  } catch (cause) {
    throw new QuerlError('ERR_QUERL_DATA', `${path} is not JSON: ${messageOf(cause)}.`, { cause })
  }
}

/** What replaceFile() asks of the file system: a test makes the n-th of its calls fail. */
export interface FileOperations {
  open(path: string, flags: string): Promise<Pick<FileHandle, 'writeFile' | 'sync' | 'close'>>
  rename(from: string, to: string): Promise<void>
  rm(path: string, options: { force: boolean }): Promise<void>
}

export async function replaceFile(
  path: string,
  data: string | Uint8Array,
  files: FileOperations,
): Promise<void> {
  try {
    await replace(
      path,
      async (temporary) => {
        const file = await files.open(temporary, 'wx')
        try {
          await file.writeFile(data)
          // Without it a power cut may leave the new name with the content still unwritten.
          await file.sync()
        } finally {
          await file.close()
        }
      },
      files,
    )
  } catch (cause) {
    throw ioError('write', path, cause)
  }
}

async function replace(
  path: string,
  write: (temporary: string) => Promise<void>,
  files: FileOperations,
): Promise<void> {
  // In the same folder, since a rename is atomic within one file system only.
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
  try {
    await write(temporary)
    await files.rename(temporary, path)
    const folder = await files.open(dirname(path), 'r')
    try {
      await folder.sync() // the rename itself is on the disk only after this
    } finally {
      await folder.close()
    }
  } catch (error) {
    await files.rm(temporary, { force: true }).catch(() => {}) // the first error is the one to tell
    throw error
  }
}

function ioError(verb: 'read' | 'write', path: string, cause: unknown): QuerlError {
  return new QuerlError('ERR_QUERL_IO', `Cannot ${verb} ${path}: ${messageOf(cause)}.`, { cause })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
