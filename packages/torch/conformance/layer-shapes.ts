// Arguments that many layers share.

import { classes, type Given, list, plain, tensor } from './argument.js'

/** A convolution over `axes` axes: 2 images of 4 channels to 6, in 2 groups. */
export function convolution(axes: number, transposed = false): Given {
  const repeat = (value: number) => plain(new Array<number>(axes).fill(value))
  return {
    input: tensor([2, 4, ...new Array<number>(axes).fill(5)]),
    self: tensor([2, 4, ...new Array<number>(axes).fill(5)]),
    weight: tensor(transposed ? [4, 3, ...cube(axes, 3)] : [6, 2, ...cube(axes, 3)]),
    bias: tensor([6]),
    kernel_size: repeat(3),
    stride: repeat(2),
    padding: repeat(1),
    dilation: repeat(1),
    output_padding: repeat(0),
    transposed: plain(transposed),
    groups: plain(2),
  }
}

function cube(axes: number, size: number): number[] {
  return new Array<number>(axes).fill(size)
}

/** A recurrent layer: 4 steps of 2 sequences, 3 features to 5, whose cells have `gates` gates. */
export function recurrent(gates: number): Given {
  const weights = list(
    tensor([gates * 5, 3]),
    tensor([gates * 5, 5]),
    tensor([gates * 5]),
    tensor([gates * 5]),
  )
  const state = tensor([1, 2, 5])
  return {
    input: tensor([4, 2, 3]),
    hx: gates === 4 ? list(state, state) : state,
    params: weights,
    has_biases: plain(true),
    num_layers: plain(1),
    dropout: plain(0),
    train: plain(true),
    bidirectional: plain(false),
    batch_first: plain(false),
  }
}

/** As recurrent(), of one sequence of 6 steps. */
export function packed(gates: number): Given {
  return {
    ...recurrent(gates),
    data: tensor([6, 3]),
    batch_sizes: { ...tensor([6], 'ones', 'int64') },
    hx: gates === 4 ? list(tensor([1, 1, 5]), tensor([1, 1, 5])) : tensor([1, 1, 5]),
  }
}

export function cell(gates: number): Given {
  const state = tensor([2, 5])
  return {
    input: tensor([2, 3]),
    hx: gates === 4 ? list(state, state) : state,
    w_ih: tensor([gates * 5, 3]),
    w_hh: tensor([gates * 5, 5]),
    b_ih: tensor([gates * 5]),
    b_hh: tensor([gates * 5]),
  }
}

export const attention: Given = {
  query: tensor([2, 2, 4, 8]),
  key: tensor([2, 2, 4, 8]),
  value: tensor([2, 2, 4, 8]),
  is_causal: plain(true),
}

export const image = tensor([2, 4, 6, 6])
export const perChannel: Given = {
  weight: tensor([4]),
  bias: tensor([4]),
  running_mean: tensor([4]),
  running_var: tensor([4], 'unit'),
  training: plain(true),
  use_input_stats: plain(true),
  momentum: plain(0.1),
  eps: plain(1e-5),
  cudnn_enabled: plain(false),
}

export function upsampling(axes: number): Given {
  return {
    self: tensor([1, 2, ...cube(axes, 4)]),
    input: tensor([1, 2, ...cube(axes, 4)]),
    output_size: plain(cube(axes, 7)),
    align_corners: plain(false),
    grad_output: tensor([1, 2, ...cube(axes, 7)]),
    input_size: plain([1, 2, ...cube(axes, 4)]),
  }
}

export const ctcOfTensors: Given = {
  log_probs: tensor([6, 1, 5]),
  targets: { ...classes([1, 1], 4), fill: 'ones' },
  input_lengths: tensor([1], 'ones', 'int64'),
  target_lengths: tensor([1], 'ones', 'int64'),
}
