export { info, type TorchInfo } from './info.js'
export { type Dtype, Tensor, type TensorData } from './tensor.js'
