import { QuerlError, writeAtomic } from '@querl/base'
import { abortable, type ModelHandle, makeHeader, native, readHeader } from '@querl/torch/native'

const format = 'querl-adamw-1'

/** @throws {QuerlError} ERR_QUERL_IO */
export async function writeOptimizer(model: ModelHandle, path: string): Promise<void> {
  const steps = String(native().optimizerSteps(model))
  const version = String(native().modelVersion(model))
  const header = makeHeader(native().stateTensors(model), { format, steps, version })
  await writeAtomic(path, (temporary) =>
    abortable(undefined, (stop) => native().writeState(model, temporary, header, stop)),
  )
}

/**
 * @throws {QuerlError} ERR_QUERL_MODEL if the file belongs to another model or another kind of
 *   state, or is no optimiser's; ERR_QUERL_IO; ERR_QUERL_CHECKPOINT_CORRUPT
 */
export async function readOptimizer(model: ModelHandle, path: string): Promise<void> {
  const { metadata, tensors } = await readHeader(path)
  if (metadata['format'] !== format)
    throw new QuerlError('ERR_QUERL_MODEL', `${path} does not hold the state of an optimiser.`)
  const steps = count(metadata['steps'], 'steps', path)
  const version = count(metadata['version'], 'version', path)
  const wanted = native().stateTensors(model)
  const positions = wanted.map(({ name, shape, dtype }) => {
    const tensor = tensors.get(name)
    if (!tensor) throw mismatch(path, `lacks ${name}`)
    if (tensor.dtype !== dtype || tensor.shape.join() !== shape.join())
      throw mismatch(
        path,
        `has ${name} as ${tensor.dtype} of shape [${tensor.shape.join(', ')}], and the model's is ` +
          `${dtype} of shape [${shape.join(', ')}]`,
      )
    return tensor.position
  })
  const names = new Set(wanted.map(({ name }) => name))
  for (const name of tensors.keys())
    if (!names.has(name)) throw mismatch(path, `has ${name}, which the model has no place for`)
  await abortable(undefined, (stop) =>
    native().readState(model, path, Float64Array.from(positions), stop),
  )
  native().setOptimizerSteps(model, steps)
  native().setModelVersion(model, version)
}

function mismatch(path: string, what: string): QuerlError {
  return new QuerlError('ERR_QUERL_MODEL', `${path} ${what}.`, {
    remedy:
      'Load the model with the dtype, lora and training.optimizerBits that it was trained with.',
  })
}

function count(text: string | undefined, name: string, path: string): number {
  if (text !== undefined && /^\d+$/.test(text)) return Number(text)
  throw new QuerlError('ERR_QUERL_CHECKPOINT_CORRUPT', `${path} does not say its ${name}.`)
}
