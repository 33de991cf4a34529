import { type NamedShape, storedTypes } from '@querl/torch/native'
import type { Checkpoint } from './checkpoint.js'
import { Problems } from './problems.js'

/**
 * Checks that a checkpoint has the tensors that a model is made of, in their shapes, in a type that
 * can be read, and no others.
 *
 * @param isHarmless whether a tensor that the model has no place for may be left out
 * @param from the folder or file, for messages
 * @throws {QuerlError} ERR_QUERL_MODEL that tells all that are missing, too many, or different
 */
export function checkTensors(
  checkpoint: Checkpoint,
  wanted: readonly NamedShape[],
  isHarmless: (name: string) => boolean,
  from: string,
): void {
  const found = new Grouped()
  const names = new Set(wanted.map(({ name }) => name))
  for (const { name, shape } of wanted) {
    const tensor = checkpoint.get(name)
    if (!tensor) found.add(name, (shown) => `${from} lacks the tensor ${shown}.`)
    else if (!Object.hasOwn(storedTypes, tensor.dtype))
      found.add(
        name,
        (shown) =>
          `${tensor.path} stores ${shown} as ${tensor.dtype}; F32, BF16 and F16 can be read.`,
      )
    else if (tensor.shape.join() !== shape.join())
      found.add(
        name,
        (shown) =>
          `${tensor.path} gives ${shown} the shape ${shapeText(tensor.shape)}, and the model has ` +
          `${shapeText(shape)}.`,
      )
  }
  for (const name of checkpoint.keys())
    if (!names.has(name) && !isHarmless(name))
      found.add(
        name,
        (shown) => `${from} has the tensor ${shown}, which the model has no place for.`,
      )
  found.problems().raise('ERR_QUERL_MODEL', `${from} does not fit the model:`)
}

const shapeText = (shape: readonly number[]) => `[${shape.join(', ')}]`
const layerNumber = /(?<=\.layers?\.)\d+(?=\.)/

/** Tells once what is the same in many layers. */
class Grouped {
  readonly #layers = new Map<string, number[]>()

  add(name: string, tell: (shown: string) => string): void {
    const text = tell(name.replace(layerNumber, '{}'))
    const layers = this.#layers.get(text) ?? []
    this.#layers.set(text, layers)
    const layer = layerNumber.exec(name)
    if (layer) layers.push(Number(layer[0]))
  }

  problems(): Problems {
    const problems = new Problems()
    for (const [text, layers] of this.#layers)
      problems.add(text.replace('.{}.', () => `.${rangesOf(layers)}.`))
    return problems
  }
}

/** `3`, or of several `{0-3, 7}`. */
function rangesOf(layers: number[]): string {
  const ranges: [number, number][] = []
  for (const layer of layers.sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last[1] === layer - 1) last[1] = layer
    else ranges.push([layer, layer])
  }
  const texts = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
  return layers.length === 1 ? texts[0]! : `{${texts.join(', ')}}`
}
