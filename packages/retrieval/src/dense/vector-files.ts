import { argumentError, checkNonNegativeInteger, QuerlError } from '@querl/base'
import type { Stretch } from './dense-binding.js'
import { isOwnFile, type MatrixPlace, readMatrixHeader, withFile } from './matrix-header.js'
import {
  bytesPerNumber,
  checkDimensions,
  dtypeNumber,
  type FloatDtype,
  type Metric,
} from './vector-types.js'

/** What files without a header do not say themselves. */
export interface FileFormat {
  /** Of vectors in files without a header, as FlashRAG's memmaps: the length of a vector. */
  readonly dimensions?: number | undefined
  /** Of vectors in files without a header. Default `float32`. */
  readonly dtype?: FloatDtype | undefined
  /** The byte where the first vector of a file without a header begins. Default 0. */
  readonly offset?: number | undefined
  /** The name of the matrix in a safetensors file that has several. */
  readonly tensor?: string | undefined
}

export type FilePlan = { readonly own: true; readonly paths: readonly string[] } | ForeignPlan

export interface ForeignPlan {
  readonly own: false
  readonly stretches: readonly Stretch[]
  readonly dtype: FloatDtype
  readonly dimensions: number
  /** What the files were made for, if they say so. */
  readonly metric?: Metric | undefined
}

/** What is in one file. */
interface Content {
  readonly path: string
  readonly size: number
  readonly own: boolean
  readonly place: MatrixPlace | undefined
}

/**
 * Finds out what files hold, and which of them belong together.
 *
 * @throws {QuerlError} as VectorIndex.open()
 */
export async function planFiles(paths: readonly string[], format: FileFormat): Promise<FilePlan> {
  const contents: Content[] = []
  // A part that follows another begins with numbers, which could look like anything.
  let missing = 0
  for (const path of paths) {
    const content = await look(path, format, missing > 0)
    contents.push(content)
    missing = Math.max(0, missing - content.size)
    if (content.place) missing = Math.max(0, content.place.bytes - content.size)
  }
  const own = contents.filter((content) => content.own).length
  if (own === paths.length) return { own: true, paths }
  if (own > 0) {
    throw new QuerlError('ERR_QUERL_ARGUMENT', 'Some of the files are of querl, others are not.', {
      remedy: 'Open them as two indexes, or build one: VectorIndex.build(index, { path }).',
    })
  }
  return contents[0]!.place ? planMatrices(contents) : planRaw(contents, format)
}

function look(path: string, { tensor }: FileFormat, isPart: boolean): Promise<Content> {
  return withFile(path, async (file) => {
    const known = { path, size: file.size }
    if (isPart) return { ...known, own: false, place: undefined }
    if (await isOwnFile(file)) return { ...known, own: true, place: undefined }
    return { ...known, own: false, place: await readMatrixHeader(file, tensor) }
  })
}

function planMatrices(contents: readonly Content[]): ForeignPlan {
  const { dtype, dimensions, metric } = contents[0]!.place!
  const stretches: { paths: string[]; first: number; rows: number }[] = []
  let missing = 0
  for (const { path, size, place } of contents) {
    if (missing > 0) {
      const { paths } = stretches.at(-1)!
      paths.push(path)
      missing -= size
      // Another file behind one that was cut, not its last part.
      if (missing < 0)
        throw incomplete(`${paths.join(' + ')} has ${-missing} bytes more than the first one says.`)
      continue
    }
    if (!place) throw unknown(path)
    if (
      place.dtype !== dtype ||
      place.dimensions !== dimensions ||
      (place.metric ?? metric) !== metric
    ) {
      throw new QuerlError(
        'ERR_QUERL_ARGUMENT',
        `${path} has ${describe(place)}, but ${contents[0]!.path} has ${describe(contents[0]!.place!)}.`,
      )
    }
    stretches.push({ paths: [path], first: place.first, rows: place.rows })
    missing = place.bytes - size
  }
  if (missing > 0) {
    const { paths, rows } = stretches.at(-1)!
    throw incomplete(`${paths.join(' + ')} ends ${missing} bytes before its ${rows} vectors do.`)
  }
  return { own: false, stretches, dtype, dimensions, metric }
}

function planRaw(contents: readonly Content[], format: FileFormat): ForeignPlan {
  const paths = contents.map(({ path }) => path)
  if (format.dimensions === undefined) throw unknown(paths[0]!)
  const dimensions = checkDimensions(format.dimensions)
  const { dtype = 'float32', offset = 0 } = format
  dtypeNumber('dtype', dtype)
  checkNonNegativeInteger('offset', offset)
  const bytes = contents.reduce((sum, { size }) => sum + size, 0) - offset
  const rows = bytes / (dimensions * bytesPerNumber[dtype])
  if (!Number.isInteger(rows) || rows < 0) {
    throw argumentError(
      'dimensions',
      `such that ${bytes} bytes of ${dtype} in ${paths.join(' + ')} are whole vectors`,
      dimensions,
    )
  }
  return { own: false, stretches: [{ paths, first: offset, rows }], dtype, dimensions }
}

function incomplete(message: string): QuerlError {
  return new QuerlError('ERR_QUERL_INDEX_CORRUPT', message, {
    remedy: 'Copy the file again, or name all parts of it in order if it was split.',
  })
}

function unknown(path: string): QuerlError {
  return new QuerlError('ERR_QUERL_DATA', `${path} is no file of vectors that querl knows.`, {
    remedy:
      'It reads its own, FAISS flat indexes, .npy and .safetensors; for bare numbers give { dimensions }.',
  })
}

function describe({ dtype, dimensions, metric }: MatrixPlace): string {
  return `vectors of ${dimensions} ${dtype}${metric ? ` for ${metric}` : ''}`
}
