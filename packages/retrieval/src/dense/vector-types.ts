import { argumentError } from '@querl/base'

/**
 * How alike two vectors are. `ip`: their inner product. `cosine`: that of their directions. `l2`:
 * minus the squared distance between them. Higher is always better.
 */
export type Metric = 'ip' | 'cosine' | 'l2'

/** How the numbers of vectors are kept. */
export type FloatDtype = 'float32' | 'float16' | 'bfloat16'

/** The places are those that native code and index files know. */
const metrics: readonly Metric[] = ['ip', 'cosine', 'l2']
const dtypes: readonly FloatDtype[] = ['float32', 'float16', 'bfloat16']

export const bytesPerNumber: Readonly<Record<FloatDtype, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
}

/** The largest number of dimensions. */
const mostDimensions = 65_536

export function metricNumber(metric: unknown): number {
  const place = metrics.indexOf(metric as Metric)
  if (place < 0) throw argumentError('metric', "'ip', 'cosine' or 'l2'", metric)
  return place
}

export function metricName(place: number): Metric {
  return metrics[place]!
}

export function dtypeNumber(name: string, dtype: unknown): number {
  const place = dtypes.indexOf(dtype as FloatDtype)
  if (place < 0) throw argumentError(name, "'float32', 'float16' or 'bfloat16'", dtype)
  return place
}

export function dtypeName(place: number): FloatDtype {
  return dtypes[place]!
}

/** @param source the index that the vectors are taken from, if they are */
export function checkDimensions(
  dimensions: unknown,
  source?: { readonly dimensions: number } | undefined,
): number {
  if (source) {
    if ((dimensions ?? source.dimensions) === source.dimensions) return source.dimensions
    throw argumentError(
      'dimensions',
      `${source.dimensions}, as the index's vectors have`,
      dimensions,
    )
  }
  if (Number.isInteger(dimensions)) {
    const number = dimensions as number
    if (number >= 1 && number <= mostDimensions) return number
  }
  throw argumentError('dimensions', `an integer from 1 to ${mostDimensions}`, dimensions)
}
