import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { QuerlError } from '@querl/base'

const chunkBytes = 1 << 20

/** What a file is by its first bytes, whatever its name is; undefined for text in UTF-8 and all else. */
export async function contentOf(path: string): Promise<string | undefined> {
  try {
    const file = await open(path)
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(6), 0, 6, 0)
      const first = buffer.subarray(0, bytesRead).toString('hex')
      return marks.find(([mark]) => first.startsWith(mark))?.[1]
    } finally {
      await file.close()
    }
  } catch (error) {
    throw readError(path, error)
  }
}

const marks = [
  ['1f8b', 'gzip'],
  ['50415231', 'Parquet'], // PAR1
  ['28b52ffd', 'Zstandard'],
  ['425a68', 'bzip2'],
  ['fd377a585a00', 'xz'],
  ['504b0304', 'zip'],
  ['fffe', 'UTF-16'],
  ['feff', 'UTF-16'],
] as const

interface ChunkOptions {
  readonly gzip: boolean
  readonly signal?: AbortSignal | undefined
  /** Hears how many bytes of the file have been read. */
  readonly onRead?: ((bytes: number) => void) | undefined
}

/**
 * The bytes of a file, unpacked if it is a gzip file, in pieces of about a megabyte. Only as many are
 * in memory as are being used, and one more.
 *
 * @throws {QuerlError} ERR_QUERL_IO if it cannot be read, ERR_QUERL_DATA for a cut or damaged gzip file
 * @throws the signal's reason once it has fired
 */
export async function* fileChunks(
  path: string,
  { gzip, signal, onRead }: ChunkOptions,
): AsyncGenerator<Buffer, void, undefined> {
  signal?.throwIfAborted()
  const file = createReadStream(path, { highWaterMark: chunkBytes })
  // The callback keeps a failure of the file from becoming an uncaught error; the loop gets it too.
  const stream = gzip ? pipeline(file, createGunzip({ chunkSize: chunkBytes }), () => {}) : file
  const onAbort = () => stream.destroy(signal?.reason as Error)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    for await (const chunk of stream) {
      yield chunk as Buffer
      onRead?.(file.bytesRead)
    }
    signal?.throwIfAborted()
  } catch (error) {
    signal?.throwIfAborted()
    throw readError(path, error)
  } finally {
    signal?.removeEventListener('abort', onAbort)
    file.destroy()
  }
}

export function readError(path: string, error: unknown): unknown {
  if (error instanceof QuerlError) return error
  const { code = '', message } = error as NodeJS.ErrnoException
  if (code.startsWith('Z_'))
    return new QuerlError('ERR_QUERL_DATA', `${path} is not a whole gzip file: ${message}.`, {
      remedy: 'Copy or download it again.',
      cause: error,
    })
  if (!(error instanceof Error && 'syscall' in error)) return error
  return new QuerlError('ERR_QUERL_IO', `${path} cannot be read: ${message}.`, { cause: error })
}
