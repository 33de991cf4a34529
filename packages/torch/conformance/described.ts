// Arguments of operators whose tensors must fit each other in ways that names do not tell.

import type { Schema } from '../src/operator-schema.js'
import {
  type ArgumentSpec,
  classes,
  type Given,
  list,
  plain,
  type TensorSpec,
  tensor,
} from './argument.js'
import { attention } from './layer-shapes.js'
import { layers } from './layers.js'

/** What results are written to, in turn; the last stands for all behind it. */
const outDtypes = [
  ['float32'],
  ['float32', 'int64'],
  ['int64'],
  ['complex64'],
  ['bool'],
  ['float32', 'int32', 'int32'],
  ['int32'],
  ['float32', 'float32', 'int32', 'int32'],
  ['float32', 'int64', 'int64', 'int64'],
]

/** The arguments of an operator that stands in the table, else nothing. */
export function described(schema: Schema): readonly (readonly ArgumentSpec[])[] | undefined {
  const name = schema.name.replace(/^aten::/, '')
  const found = table[`${name}.${schema.overload.replace(/_?out$/, '')}`] ?? table[name]
  if (!found || schema.arguments.some(({ type }) => type.base === 'other')) return undefined
  const lists = (Array.isArray(found) ? found : [found]) as readonly Given[]
  const fitting = lists.filter((given) =>
    schema.arguments.every(
      ({ name: argument, fallback, type }) =>
        given[argument] !== undefined ||
        fallback !== undefined ||
        type.optional ||
        type.written !== undefined,
    ),
  )
  if (fitting.length === 0) return undefined
  return fitting.flatMap((given) =>
    outDtypes.map((dtypes) => {
      let outs = 0
      return schema.arguments.map(({ name: argument, fallback, type }): ArgumentSpec => {
        if (given[argument] !== undefined) return given[argument]
        if (type.written !== undefined) {
          const dtype = dtypes[Math.min(outs++, dtypes.length - 1)]!
          return { kind: 'tensor', shape: [0], dtype, fill: 'zeros', written: true }
        }
        if (fallback !== undefined) return { kind: 'default' }
        return plain(null)
      })
    }),
  )
}

const square = tensor([3, 3])
const definite = tensor([3, 3], 'definite')
const int32 = (shape: readonly number[], below: number): TensorSpec => ({
  ...classes(shape, below),
  dtype: 'int32',
})
const int8 = (shape: readonly number[]): TensorSpec => ({ ...classes(shape, 5), dtype: 'int8' })

function scattered(more: Given): Given {
  return { self: tensor([2, 3]), dim: plain(0), index: tensor([2, 3], 'index'), ...more }
}

const rowsReduced: Given = {
  self: tensor([4, 3]),
  dim: plain(0),
  index: classes([2], 4),
  source: tensor([2, 3]),
  reduce: plain('amax'),
}

/** By name without namespace; what an entry leaves out has its default or is null. */
const table: Readonly<Record<string, Given | readonly Given[]>> = {
  ...layers,
  glu_backward: { grad_output: tensor([2, 2]), self: tensor([2, 4]), dim: plain(1) },
  glu_backward_jvp: {
    grad_x: tensor([2, 4]),
    grad_glu: tensor([2, 2]),
    x: tensor([2, 4]),
    dgrad_glu: tensor([2, 2]),
    dx: tensor([2, 4]),
    dim: plain(1),
  },
  clamp: { self: tensor([2, 3]), min: plain(-0.5), max: plain(0.5) },
  clamp_: { self: tensor([2, 3]), min: plain(-0.5), max: plain(0.5) },
  clip: { self: tensor([2, 3]), min: plain(-0.5) },
  clip_: { self: tensor([2, 3]), max: plain(0.5) },
  'clamp.Tensor': { self: tensor([2, 3]), min: tensor([2, 3]) },
  'clamp_.Tensor': { self: tensor([2, 3]), max: tensor([2, 3]) },
  'clip.Tensor': { self: tensor([2, 3]), min: tensor([2, 3]) },
  'clip_.Tensor': { self: tensor([2, 3]), max: tensor([2, 3]) },
  'logspace.Scalar_Tensor': { start: plain(0), end: tensor([], 'unit'), steps: plain(5) },
  'logspace.Tensor_Scalar': { start: tensor([], 'unit'), end: plain(2), steps: plain(5) },
  'logspace.Tensor_Tensor': { start: tensor([], 'unit'), end: tensor([], 'unit'), steps: plain(5) },
  'narrow.Tensor': {
    self: tensor([4, 3]),
    dim: plain(0),
    start: tensor([], 'index'),
    length: plain(2),
  },
  'scatter.reduce': scattered({ src: tensor([2, 3]), reduce: plain('add') }),
  'scatter_.reduce': scattered({ src: tensor([2, 3]), reduce: plain('multiply') }),
  'scatter.value_reduce': scattered({ value: plain(0.5), reduce: plain('multiply') }),
  'scatter_.value_reduce': scattered({ value: plain(0.5), reduce: plain('add') }),
  index_reduce: rowsReduced,
  index_reduce_: rowsReduced,
  'repeat_interleave.self_Tensor': {
    self: tensor([3, 2]),
    repeats: classes([3], 3),
    dim: plain(0),
  },
  'repeat_interleave.self_int': { self: tensor([3, 2]), repeats: plain(2), dim: plain(1) },
  view_as_complex: { self: tensor([3, 2]) },
  view_as_complex_copy: { self: tensor([3, 2]) },
  'histogramdd.int_bins': { self: tensor([6, 2], 'unit'), bins: plain(3) },
  'histogramdd.TensorList_bins': {
    self: tensor([6, 2], 'unit'),
    bins: list(tensor([4], 'sorted'), tensor([3], 'sorted')),
  },
  glu_jvp: { glu: tensor([2, 2]), x: tensor([2, 4]), dx: tensor([2, 4]), dim: plain(1) },
  glu: { self: tensor([2, 4]) },
  unflatten_dense_tensors: { flat: tensor([12]), tensors: list(tensor([2, 3]), tensor([6])) },
  set_: {
    self: tensor([2, 3]),
    source: tensor([3, 4]),
    storage_offset: plain(1),
    size: plain([2, 3]),
    stride: plain([3, 1]),
  },
  'linalg_cond.p_str': { self: definite, p: plain('fro') },
  'randint_like.Tensor': { self: tensor([2, 3]), high: classes([], 9) },
  'randint_like.Tensor_generator': {
    self: tensor([2, 3]),
    high: classes([], 9),
    generator: { kind: 'generator' },
  },
  _linalg_det: { A: definite },
  _linalg_slogdet: { A: definite },
  _linalg_solve_ex: { A: definite, B: square },
  _int_mm: { self: int8([2, 3]), mat2: int8([3, 4]) },
  _fft_c2r: {
    self: { ...tensor([2, 3]), dtype: 'complex64' },
    dim: plain([1]),
    normalization: plain(0),
    last_dim_size: plain(4),
  },
  _pack_padded_sequence: {
    input: tensor([3, 2, 4]),
    lengths: { ...tensor([2], 'ones', 'int64') },
    batch_first: plain(false),
  },
  _fused_sdp_choice: attention,
  affine_grid_generator: {
    theta: tensor([2, 2, 3]),
    size: plain([2, 1, 4, 4]),
    align_corners: plain(false),
  },
  einsum: { equation: plain('ij,jk->ik'), tensors: list(tensor([2, 3]), tensor([3, 4])) },
  chain_matmul: { matrices: list(tensor([2, 3]), tensor([3, 4])) },
  linalg_multi_dot: { tensors: list(tensor([2, 3]), tensor([3, 4])) },
  tensordot: {
    self: tensor([2, 3]),
    other: tensor([3, 4]),
    dims_self: plain([1]),
    dims_other: plain([0]),
  },
  addmm: { self: tensor([4]), mat1: tensor([2, 3]), mat2: tensor([3, 4]) },
  addmm_: { self: tensor([2, 4]), mat1: tensor([2, 3]), mat2: tensor([3, 4]) },
  addmv: { self: tensor([2]), mat: tensor([2, 3]), vec: tensor([3]) },
  addmv_: { self: tensor([2]), mat: tensor([2, 3]), vec: tensor([3]) },
  addr: { self: tensor([2, 3]), vec1: tensor([2]), vec2: tensor([3]) },
  addr_: { self: tensor([2, 3]), vec1: tensor([2]), vec2: tensor([3]) },
  mm: { self: tensor([2, 3]), mat2: tensor([3, 4]) },
  mv: { self: tensor([2, 3]), vec: tensor([3]) },
  bmm: { self: tensor([2, 3, 4]), mat2: tensor([2, 4, 2]) },
  stft: { self: tensor([16]), n_fft: plain(8), return_complex: plain(true) },
  'stft.center': { self: tensor([16]), n_fft: plain(8), return_complex: plain(true) },
  istft: { self: { ...tensor([5, 6]), dtype: 'complex64' }, n_fft: plain(8) },
  one_hot: { self: classes([3], 4) },
  bincount: { self: classes([6], 4) },
  unflatten: { self: tensor([4, 3]), dim: plain(0), sizes: plain([2, 2]) },
  unfold: { self: tensor([4, 3]), dimension: plain(0), size: plain(2), step: plain(1) },
  fold: { self: tensor([2, 8, 4]) },
  index_put: { self: tensor([4, 3]), indices: list(classes([2], 4)), values: tensor([2, 3]) },
  index_put_: { self: tensor([4, 3]), indices: list(classes([2], 4)), values: tensor([2, 3]) },
  _index_put_impl: { self: tensor([4, 3]), indices: list(classes([2], 4)), values: tensor([2, 3]) },
  _index_put_impl_: {
    self: tensor([4, 3]),
    indices: list(classes([2], 4)),
    values: tensor([2, 3]),
  },
  _unsafe_index_put: {
    self: tensor([4, 3]),
    indices: list(classes([2], 4)),
    values: tensor([2, 3]),
  },
  index: { self: tensor([4, 3]), indices: list(plain(null), classes([2], 3)) },
  _unsafe_index: { self: tensor([4, 3]), indices: list(plain(null), classes([2], 3)) },
  put: { self: tensor([2, 3]), index: classes([2], 6), source: tensor([2]) },
  put_: { self: tensor([2, 3]), index: classes([2], 6), source: tensor([2]) },
  masked_scatter: { self: tensor([2, 3]), mask: tensor([2, 3], 'bool'), source: tensor([6]) },
  masked_scatter_: { self: tensor([2, 3]), mask: tensor([2, 3], 'bool'), source: tensor([6]) },
  select_scatter: { self: tensor([2, 3]), src: tensor([3]), dim: plain(0), index: plain(1) },
  slice_scatter: {
    self: tensor([4, 3]),
    src: tensor([2, 3]),
    dim: plain(0),
    start: plain(0),
    end: plain(4),
    step: plain(2),
  },
  diagonal_scatter: { self: square, src: tensor([3]) },
  as_strided_scatter: {
    self: tensor([2, 3]),
    src: tensor([3, 2]),
    size: plain([3, 2]),
    stride: plain([1, 3]),
  },
  as_strided: { self: tensor([2, 3]), size: plain([3, 2]), stride: plain([1, 3]) },
  as_strided_: { self: tensor([2, 3]), size: plain([3, 2]), stride: plain([1, 3]) },
  as_strided_copy: { self: tensor([2, 3]), size: plain([3, 2]), stride: plain([1, 3]) },
  lu_solve: { self: square, LU_data: definite, LU_pivots: { ...int32([3], 1), fill: 'ones' } },
  linalg_lu_solve: { LU: definite, pivots: { ...int32([3], 1), fill: 'ones' }, B: square },
  lu_unpack: { LU_data: definite, LU_pivots: { ...int32([3], 1), fill: 'ones' } },
  linalg_ldl_solve: { LD: definite, pivots: { ...int32([3], 1), fill: 'ones' }, B: square },
  linalg_solve_triangular: { self: definite, B: square, upper: plain(true) },
  triangular_solve: { self: square, A: definite },
  linalg_householder_product: { input: square, tau: tensor([3]) },
  orgqr: { self: square, input2: tensor([3]) },
  ormqr: { self: square, input2: tensor([3]), input3: square },
  linalg_vecdot: { x: tensor([2, 3]), y: tensor([2, 3]) },
  linalg_tensorinv: { self: tensor([2, 3, 6]), ind: plain(2) },
  linalg_tensorsolve: { self: tensor([2, 3, 6]), other: tensor([2, 3]) },
  cholesky_inverse: { self: definite },
  tril_indices: { row: plain(3), col: plain(4) },
  triu_indices: { row: plain(3), col: plain(4) },
  pairwise_distance: { x1: tensor([2, 3]), x2: tensor([2, 3]) },
  _euclidean_dist: { x1: tensor([2, 3]), x2: tensor([4, 3]) },
  cdist: { x1: tensor([2, 3]), x2: tensor([4, 3]) },
  pdist: { self: tensor([4, 3]) },
  segment_reduce: {
    data: tensor([4, 3]),
    reduce: plain('mean'),
    lengths: tensor([2], 'ones', 'int64'),
    unsafe: plain(true),
  },
  repeat_interleave: { repeats: classes([3], 3), self: tensor([3, 2]) },
  vander: { x: tensor([3]) },
  stack: { tensors: list(tensor([2, 3]), tensor([2, 3])), dim: plain(1) },
  cat: { tensors: list(tensor([2, 3]), tensor([1, 3])), dim: plain(0) },
  meshgrid: { tensors: list(tensor([2]), tensor([3])) },
  cartesian_prod: { tensors: list(tensor([2]), tensor([3])) },
  block_diag: { tensors: list(tensor([2, 2]), tensor([1, 3])) },
  histogramdd: { self: tensor([6, 2], 'unit'), bins: plain([2, 3]) },
  _histogramdd_from_bin_cts: { self: tensor([6, 2], 'unit'), bins: plain([2, 3]) },
  _histogramdd_bin_edges: { self: tensor([6, 2], 'unit'), bins: plain([2, 3]) },
  multinomial: { self: tensor([2, 4], 'unit'), num_samples: plain(3) },
  logspace: { start: plain(0), end: plain(2), steps: plain(5) },
  range: { start: plain(0), end: plain(5) },
  sum_to_size: { self: tensor([2, 3]), size: plain([1, 3]) },
  expand: { self: tensor([1, 3]), size: plain([2, 3]) },
  view: { self: tensor([2, 3]), size: plain([3, -1]) },
  reshape: { self: tensor([2, 3]), shape: plain([3, -1]) },
  _reshape_alias: { self: tensor([2, 3]), size: plain([3, 2]), stride: plain([2, 1]) },
  narrow: { self: tensor([4, 3]), dim: plain(0), start: plain(1), length: plain(2) },
  unsqueeze: { self: tensor([2, 3]), dim: plain(1) },
  matrix_power: { self: square, n: plain(3) },
}
