import { QuerlError } from '@querl/base'
import { type ModelHandle, native, readHeader } from '@querl/torch/native'
import { readInto, type Wanted, writeTensorsAtomic } from './checkpoint.js'

const format = 'querl-adamw-1'

/** @throws {QuerlError} ERR_QUERL_IO */
export async function writeOptimizer(
  model: ModelHandle,
  path: string,
  moments: readonly Wanted[],
): Promise<void> {
  const steps = String(native().optimizerSteps(model))
  const version = String(native().modelVersion(model))
  await writeTensorsAtomic(model, path, moments, { format, steps, version })
}

/**
 * @throws {QuerlError} ERR_QUERL_MODEL if the file belongs to another model, or is no optimiser's;
 *   ERR_QUERL_IO; ERR_QUERL_CHECKPOINT_CORRUPT
 */
export async function readOptimizer(
  model: ModelHandle,
  path: string,
  moments: readonly Wanted[],
): Promise<void> {
  const header = await readHeader(path)
  if (header.metadata['format'] !== format)
    throw new QuerlError('ERR_QUERL_MODEL', `${path} does not hold the state of an optimiser.`)
  const steps = count(header.metadata['steps'], 'steps', path)
  const version = count(header.metadata['version'], 'version', path)
  const located = new Map([...header.tensors].map(([name, at]) => [name, { ...at, path }]))
  await readInto(model, located, moments, path)
  native().setOptimizerSteps(model, steps)
  native().setModelVersion(model, version)
}

function count(text: string | undefined, name: string, path: string): number {
  if (text !== undefined && /^\d+$/.test(text)) return Number(text)
  throw new QuerlError('ERR_QUERL_CHECKPOINT_CORRUPT', `${path} does not say its ${name}.`)
}
