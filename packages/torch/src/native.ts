// The raw binding for @querl/lm. Not for users: it changes without notice.
export * from './binding.js'
export { native } from './loaded.js'
export { abortable, fromNative } from './native-call.js'
export {
  makeHeader,
  type NamedShape,
  readHeader,
  type SafetensorsHeader,
  type StoredTensor,
} from './safetensors-header.js'
