// Generated from the schemas of LibTorch 2.13.0 by operator-signatures.ts. Not edited by hand.

import type { Device } from '../device.js'
import type { Dtype } from '../dtype.js'
import type { Generator } from '../generator.js'
import type { Tensor } from '../tensor.js'
import type { Layout, MemoryFormat, Scalar } from '../argument-types.js'

/** ATen's operators, with the names and defaults of ATen. */
export interface Operators {
  /** `abs(Tensor self) -> Tensor`; out may be given to write to. */
  abs(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `abs_(Tensor(a!) self) -> Tensor(a!)` */
  abs_(self: Tensor): Tensor
  /** `absolute(Tensor self) -> Tensor`; out may be given to write to. */
  absolute(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `absolute_(Tensor(a!) self) -> Tensor(a!)` */
  absolute_(self: Tensor): Tensor
  /** `acos(Tensor self) -> Tensor`; out may be given to write to. */
  acos(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `acos_(Tensor(a!) self) -> Tensor(a!)` */
  acos_(self: Tensor): Tensor
  /** `acosh(Tensor self) -> Tensor`; out may be given to write to. */
  acosh(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `acosh_(Tensor(a!) self) -> Tensor(a!)` */
  acosh_(self: Tensor): Tensor
  /** `adaptive_avg_pool1d(Tensor self, int[1] output_size) -> Tensor`; out may be given to write to. */
  adaptive_avg_pool1d(self: Tensor, output_size: number | readonly number[], named?: { out?: Tensor }): Tensor
  adaptive_avg_pool1d(self: Tensor, named: { output_size: number | readonly number[]; out?: Tensor }): Tensor
  /** `adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor`; out may be given to write to. */
  adaptive_avg_pool2d(self: Tensor, output_size: number | readonly number[], named?: { out?: Tensor }): Tensor
  adaptive_avg_pool2d(self: Tensor, named: { output_size: number | readonly number[]; out?: Tensor }): Tensor
  /** `adaptive_avg_pool3d(Tensor self, SymInt[3] output_size) -> Tensor`; out may be given to write to. */
  adaptive_avg_pool3d(self: Tensor, output_size: number | readonly number[], named?: { out?: Tensor }): Tensor
  adaptive_avg_pool3d(self: Tensor, named: { output_size: number | readonly number[]; out?: Tensor }): Tensor
  /** `adaptive_max_pool1d(Tensor self, int[1] output_size) -> (Tensor, Tensor)` */
  adaptive_max_pool1d(self: Tensor, output_size: number | readonly number[]): [Tensor, Tensor]
  adaptive_max_pool1d(self: Tensor, named: { output_size: number | readonly number[] }): [Tensor, Tensor]
  /** `adaptive_max_pool2d(Tensor self, int[2] output_size) -> (Tensor, Tensor)`; out, indices may be given to write to. */
  adaptive_max_pool2d(self: Tensor, output_size: number | readonly number[], named?: { out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  adaptive_max_pool2d(self: Tensor, named: { output_size: number | readonly number[]; out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  /** `adaptive_max_pool3d(Tensor self, int[3] output_size) -> (Tensor, Tensor)`; out, indices may be given to write to. */
  adaptive_max_pool3d(self: Tensor, output_size: number | readonly number[], named?: { out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  adaptive_max_pool3d(self: Tensor, named: { output_size: number | readonly number[]; out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  /** `add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  add(self: Tensor, other: Scalar, alpha?: Scalar, named?: { out?: Tensor }): Tensor
  add(self: Tensor, other: Scalar, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  add(self: Tensor, named: { other: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  add(self: Tensor, other: Tensor, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  /** `add_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)` */
  add_(self: Tensor, other: Scalar, alpha?: Scalar): Tensor
  add_(self: Tensor, other: Scalar, named?: { alpha?: Scalar }): Tensor
  add_(self: Tensor, named: { other: Scalar; alpha?: Scalar }): Tensor
  /** `add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)` */
  add_(self: Tensor, other: Tensor, named?: { alpha?: Scalar }): Tensor
  /** `addbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  addbmm(self: Tensor, batch1: Tensor, batch2: Tensor, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `addbmm_(Tensor(a!) self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  addbmm_(self: Tensor, batch1: Tensor, batch2: Tensor, named?: { beta?: Scalar; alpha?: Scalar }): Tensor
  /** `addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor`; out may be given to write to. */
  addcdiv(self: Tensor, tensor1: Tensor, tensor2: Tensor, named?: { value?: Scalar; out?: Tensor }): Tensor
  /** `addcdiv_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)` */
  addcdiv_(self: Tensor, tensor1: Tensor, tensor2: Tensor, named?: { value?: Scalar }): Tensor
  /** `addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor`; out may be given to write to. */
  addcmul(self: Tensor, tensor1: Tensor, tensor2: Tensor, named?: { value?: Scalar; out?: Tensor }): Tensor
  /** `addcmul_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)` */
  addcmul_(self: Tensor, tensor1: Tensor, tensor2: Tensor, named?: { value?: Scalar }): Tensor
  /** `addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  addmm(self: Tensor, mat1: Tensor, mat2: Tensor, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `addmm.dtype(Tensor self, Tensor mat1, Tensor mat2, ScalarType out_dtype, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  addmm(self: Tensor, mat1: Tensor, mat2: Tensor, out_dtype: Dtype, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  addmm(self: Tensor, mat1: Tensor, mat2: Tensor, named: { out_dtype: Dtype; beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `addmm_(Tensor(a!) self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  addmm_(self: Tensor, mat1: Tensor, mat2: Tensor, named?: { beta?: Scalar; alpha?: Scalar }): Tensor
  /** `addmv(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  addmv(self: Tensor, mat: Tensor, vec: Tensor, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `addmv_(Tensor(a!) self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  addmv_(self: Tensor, mat: Tensor, vec: Tensor, named?: { beta?: Scalar; alpha?: Scalar }): Tensor
  /** `addr(Tensor self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  addr(self: Tensor, vec1: Tensor, vec2: Tensor, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `addr_(Tensor(a!) self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  addr_(self: Tensor, vec1: Tensor, vec2: Tensor, named?: { beta?: Scalar; alpha?: Scalar }): Tensor
  /** `adjoint(Tensor(a) self) -> Tensor(a)` */
  adjoint(self: Tensor): Tensor
  /** `affine_grid_generator(Tensor theta, SymInt[] size, bool align_corners) -> Tensor`; out may be given to write to. */
  affine_grid_generator(theta: Tensor, size: readonly number[], align_corners: boolean, named?: { out?: Tensor }): Tensor
  affine_grid_generator(theta: Tensor, named: { size: readonly number[]; align_corners: boolean; out?: Tensor }): Tensor
  /** `alias(Tensor(a) self) -> Tensor(a)` */
  alias(self: Tensor): Tensor
  /** `all(Tensor self) -> Tensor`; out may be given to write to. */
  all(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor`; out may be given to write to. */
  all(self: Tensor, dim: number, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  all(self: Tensor, dim: number, named?: { keepdim?: boolean; out?: Tensor }): Tensor
  all(self: Tensor, named: { dim: number; keepdim?: boolean; out?: Tensor }): Tensor
  /** `all.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor`; out may be given to write to. */
  all(self: Tensor, dim?: readonly number[] | null, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  all(self: Tensor, named?: { dim?: readonly number[] | null; keepdim?: boolean; out?: Tensor }): Tensor
  /** `allclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> bool` */
  allclose(self: Tensor, other: Tensor, rtol?: number, atol?: number, equal_nan?: boolean): boolean
  allclose(self: Tensor, other: Tensor, named?: { rtol?: number; atol?: number; equal_nan?: boolean }): boolean
  /** `alpha_dropout(Tensor input, float p, bool train) -> Tensor` */
  alpha_dropout(input: Tensor, p: number, train: boolean): Tensor
  alpha_dropout(input: Tensor, named: { p: number; train: boolean }): Tensor
  /** `alpha_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
  alpha_dropout_(self: Tensor, p: number, train: boolean): Tensor
  alpha_dropout_(self: Tensor, named: { p: number; train: boolean }): Tensor
  /** `amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor`; out may be given to write to. */
  amax(self: Tensor, dim?: number | readonly number[], keepdim?: boolean, named?: { out?: Tensor }): Tensor
  amax(self: Tensor, named?: { dim?: number | readonly number[]; keepdim?: boolean; out?: Tensor }): Tensor
  /** `amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor`; out may be given to write to. */
  amin(self: Tensor, dim?: number | readonly number[], keepdim?: boolean, named?: { out?: Tensor }): Tensor
  amin(self: Tensor, named?: { dim?: number | readonly number[]; keepdim?: boolean; out?: Tensor }): Tensor
  /** `aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)`; min, max may be given to write to. */
  aminmax(self: Tensor, named?: { dim?: number | null; keepdim?: boolean; min?: Tensor; max?: Tensor }): [min: Tensor, max: Tensor]
  /** `angle(Tensor self) -> Tensor`; out may be given to write to. */
  angle(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `any(Tensor self) -> Tensor`; out may be given to write to. */
  any(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor`; out may be given to write to. */
  any(self: Tensor, dim: number, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  any(self: Tensor, dim: number, named?: { keepdim?: boolean; out?: Tensor }): Tensor
  any(self: Tensor, named: { dim: number; keepdim?: boolean; out?: Tensor }): Tensor
  /** `any.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor`; out may be given to write to. */
  any(self: Tensor, dim?: readonly number[] | null, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  any(self: Tensor, named?: { dim?: readonly number[] | null; keepdim?: boolean; out?: Tensor }): Tensor
  /** `arange(Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  arange(end: Scalar, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  arange(named: { end: Scalar; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `arange.start(Scalar start, Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
  arange(start: Scalar, end: Scalar, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  arange(named: { start: Scalar; end: Scalar; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  /** `arange.start_step(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  arange(start: Scalar, end: Scalar, step?: Scalar, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  arange(start: Scalar, end: Scalar, named?: { step?: Scalar; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  arange(named: { start: Scalar; end: Scalar; step?: Scalar; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `arccos(Tensor self) -> Tensor`; out may be given to write to. */
  arccos(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `arccos_(Tensor(a!) self) -> Tensor(a!)` */
  arccos_(self: Tensor): Tensor
  /** `arccosh(Tensor self) -> Tensor`; out may be given to write to. */
  arccosh(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `arccosh_(Tensor(a!) self) -> Tensor(a!)` */
  arccosh_(self: Tensor): Tensor
  /** `arcsin(Tensor self) -> Tensor`; out may be given to write to. */
  arcsin(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `arcsin_(Tensor(a!) self) -> Tensor(a!)` */
  arcsin_(self: Tensor): Tensor
  /** `arcsinh(Tensor self) -> Tensor`; out may be given to write to. */
  arcsinh(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `arcsinh_(Tensor(a!) self) -> Tensor(a!)` */
  arcsinh_(self: Tensor): Tensor
  /** `arctan(Tensor self) -> Tensor`; out may be given to write to. */
  arctan(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `arctan2(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  arctan2(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `arctan2_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  arctan2_(self: Tensor, other: Tensor): Tensor
  /** `arctan_(Tensor(a!) self) -> Tensor(a!)` */
  arctan_(self: Tensor): Tensor
  /** `arctanh(Tensor self) -> Tensor`; out may be given to write to. */
  arctanh(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `arctanh_(Tensor(a!) self) -> Tensor(a!)` */
  arctanh_(self: Tensor): Tensor
  /** `argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor`; out may be given to write to. */
  argmax(self: Tensor, dim?: number | null, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  argmax(self: Tensor, named?: { dim?: number | null; keepdim?: boolean; out?: Tensor }): Tensor
  /** `argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor`; out may be given to write to. */
  argmin(self: Tensor, dim?: number | null, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  argmin(self: Tensor, named?: { dim?: number | null; keepdim?: boolean; out?: Tensor }): Tensor
  /** `argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor` */
  argsort(self: Tensor, dim?: number, descending?: boolean): Tensor
  argsort(self: Tensor, named?: { dim?: number; descending?: boolean }): Tensor
  /** `argsort.stable(Tensor self, *, bool stable, int dim=-1, bool descending=False) -> Tensor`; out may be given to write to. */
  argsort(self: Tensor, named: { stable: boolean; dim?: number; descending?: boolean; out?: Tensor }): Tensor
  /** `argwhere(Tensor self) -> Tensor` */
  argwhere(self: Tensor): Tensor
  /** `as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a)` */
  as_strided(self: Tensor, size: readonly number[], stride: readonly number[], storage_offset?: number | null): Tensor
  as_strided(self: Tensor, size: readonly number[], stride: readonly number[], named?: { storage_offset?: number | null }): Tensor
  as_strided(self: Tensor, named: { size: readonly number[]; stride: readonly number[]; storage_offset?: number | null }): Tensor
  /** `as_strided_(Tensor(a!) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a!)` */
  as_strided_(self: Tensor, size: readonly number[], stride: readonly number[], storage_offset?: number | null): Tensor
  as_strided_(self: Tensor, size: readonly number[], stride: readonly number[], named?: { storage_offset?: number | null }): Tensor
  as_strided_(self: Tensor, named: { size: readonly number[]; stride: readonly number[]; storage_offset?: number | null }): Tensor
  /** `as_strided_scatter(Tensor self, Tensor src, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor`; out may be given to write to. */
  as_strided_scatter(self: Tensor, src: Tensor, size: readonly number[], stride: readonly number[], storage_offset?: number | null, named?: { out?: Tensor }): Tensor
  as_strided_scatter(self: Tensor, src: Tensor, size: readonly number[], stride: readonly number[], named?: { storage_offset?: number | null; out?: Tensor }): Tensor
  as_strided_scatter(self: Tensor, src: Tensor, named: { size: readonly number[]; stride: readonly number[]; storage_offset?: number | null; out?: Tensor }): Tensor
  /** `asin(Tensor self) -> Tensor`; out may be given to write to. */
  asin(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `asin_(Tensor(a!) self) -> Tensor(a!)` */
  asin_(self: Tensor): Tensor
  /** `asinh(Tensor self) -> Tensor`; out may be given to write to. */
  asinh(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `asinh_(Tensor(a!) self) -> Tensor(a!)` */
  asinh_(self: Tensor): Tensor
  /** `atan(Tensor self) -> Tensor`; out may be given to write to. */
  atan(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `atan2(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  atan2(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `atan2_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  atan2_(self: Tensor, other: Tensor): Tensor
  /** `atan_(Tensor(a!) self) -> Tensor(a!)` */
  atan_(self: Tensor): Tensor
  /** `atanh(Tensor self) -> Tensor`; out may be given to write to. */
  atanh(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `atanh_(Tensor(a!) self) -> Tensor(a!)` */
  atanh_(self: Tensor): Tensor
  /** `atleast_1d(Tensor self) -> Tensor` */
  atleast_1d(self: Tensor): Tensor
  /** `atleast_1d.Sequence(Tensor[] tensors) -> Tensor[]` */
  atleast_1d(tensors: readonly Tensor[]): Tensor[]
  /** `atleast_2d(Tensor self) -> Tensor` */
  atleast_2d(self: Tensor): Tensor
  /** `atleast_2d.Sequence(Tensor[] tensors) -> Tensor[]` */
  atleast_2d(tensors: readonly Tensor[]): Tensor[]
  /** `atleast_3d(Tensor self) -> Tensor` */
  atleast_3d(self: Tensor): Tensor
  /** `atleast_3d.Sequence(Tensor[] tensors) -> Tensor[]` */
  atleast_3d(tensors: readonly Tensor[]): Tensor[]
  /** `avg_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], bool ceil_mode=False, bool count_include_pad=True) -> Tensor`; out may be given to write to. */
  avg_pool1d(self: Tensor, kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], ceil_mode?: boolean, count_include_pad?: boolean, named?: { out?: Tensor }): Tensor
  avg_pool1d(self: Tensor, kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; ceil_mode?: boolean; count_include_pad?: boolean; out?: Tensor }): Tensor
  avg_pool1d(self: Tensor, named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; ceil_mode?: boolean; count_include_pad?: boolean; out?: Tensor }): Tensor
  /** `avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor`; out may be given to write to. */
  avg_pool2d(self: Tensor, kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], ceil_mode?: boolean, count_include_pad?: boolean, divisor_override?: number | null, named?: { out?: Tensor }): Tensor
  avg_pool2d(self: Tensor, kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; ceil_mode?: boolean; count_include_pad?: boolean; divisor_override?: number | null; out?: Tensor }): Tensor
  avg_pool2d(self: Tensor, named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; ceil_mode?: boolean; count_include_pad?: boolean; divisor_override?: number | null; out?: Tensor }): Tensor
  /** `avg_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor`; out may be given to write to. */
  avg_pool3d(self: Tensor, kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], ceil_mode?: boolean, count_include_pad?: boolean, divisor_override?: number | null, named?: { out?: Tensor }): Tensor
  avg_pool3d(self: Tensor, kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; ceil_mode?: boolean; count_include_pad?: boolean; divisor_override?: number | null; out?: Tensor }): Tensor
  avg_pool3d(self: Tensor, named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; ceil_mode?: boolean; count_include_pad?: boolean; divisor_override?: number | null; out?: Tensor }): Tensor
  /** `baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  baddbmm(self: Tensor, batch1: Tensor, batch2: Tensor, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `baddbmm.dtype(Tensor self, Tensor batch1, Tensor batch2, ScalarType out_dtype, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  baddbmm(self: Tensor, batch1: Tensor, batch2: Tensor, out_dtype: Dtype, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  baddbmm(self: Tensor, batch1: Tensor, batch2: Tensor, named: { out_dtype: Dtype; beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `baddbmm_(Tensor(a!) self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  baddbmm_(self: Tensor, batch1: Tensor, batch2: Tensor, named?: { beta?: Scalar; alpha?: Scalar }): Tensor
  /** `bartlett_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  bartlett_window(window_length: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  bartlett_window(named: { window_length: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `bartlett_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  bartlett_window(window_length: number, periodic: boolean, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  bartlett_window(named: { window_length: number; periodic: boolean; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor` */
  batch_norm(input: Tensor, weight: Tensor | null, bias: Tensor | null, running_mean: Tensor | null, running_var: Tensor | null, training: boolean, momentum: number, eps: number, cudnn_enabled: boolean): Tensor
  batch_norm(input: Tensor, weight: Tensor | null, bias: Tensor | null, running_mean: Tensor | null, running_var: Tensor | null, named: { training: boolean; momentum: number; eps: number; cudnn_enabled: boolean }): Tensor
  /** `batch_norm_elemt(Tensor input, Tensor? weight, Tensor? bias, Tensor mean, Tensor invstd, float eps) -> Tensor`; out may be given to write to. */
  batch_norm_elemt(input: Tensor, weight: Tensor | null, bias: Tensor | null, mean: Tensor, invstd: Tensor, eps: number, named?: { out?: Tensor }): Tensor
  batch_norm_elemt(input: Tensor, weight: Tensor | null, bias: Tensor | null, mean: Tensor, invstd: Tensor, named: { eps: number; out?: Tensor }): Tensor
  /** `batch_norm_gather_stats(Tensor input, Tensor mean, Tensor invstd, Tensor? running_mean, Tensor? running_var, float momentum, float eps, int count) -> (Tensor, Tensor)`; out0, out1 may be given to write to. */
  batch_norm_gather_stats(input: Tensor, mean: Tensor, invstd: Tensor, running_mean: Tensor | null, running_var: Tensor | null, momentum: number, eps: number, count: number, named?: { out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  batch_norm_gather_stats(input: Tensor, mean: Tensor, invstd: Tensor, running_mean: Tensor | null, running_var: Tensor | null, named: { momentum: number; eps: number; count: number; out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  /** `batch_norm_gather_stats_with_counts(Tensor input, Tensor mean, Tensor invstd, Tensor? running_mean, Tensor? running_var, float momentum, float eps, Tensor counts) -> (Tensor, Tensor)`; out0, out1 may be given to write to. */
  batch_norm_gather_stats_with_counts(input: Tensor, mean: Tensor, invstd: Tensor, running_mean: Tensor | null, running_var: Tensor | null, momentum: number, eps: number, counts: Tensor, named?: { out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  batch_norm_gather_stats_with_counts(input: Tensor, mean: Tensor, invstd: Tensor, running_mean: Tensor | null, running_var: Tensor | null, named: { momentum: number; eps: number; counts: Tensor; out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  /** `batch_norm_stats(Tensor input, float eps) -> (Tensor, Tensor)`; out0, out1 may be given to write to. */
  batch_norm_stats(input: Tensor, eps: number, named?: { out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  batch_norm_stats(input: Tensor, named: { eps: number; out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  /** `batch_norm_update_stats(Tensor input, Tensor? running_mean, Tensor? running_var, float momentum) -> (Tensor, Tensor)`; out0, out1 may be given to write to. */
  batch_norm_update_stats(input: Tensor, running_mean: Tensor | null, running_var: Tensor | null, momentum: number, named?: { out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  batch_norm_update_stats(input: Tensor, running_mean: Tensor | null, running_var: Tensor | null, named: { momentum: number; out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  /** `bernoulli(Tensor self, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  bernoulli(self: Tensor, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  /** `bernoulli.Tensor(Tensor self, Tensor p, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  bernoulli(self: Tensor, p: Tensor, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  /** `bernoulli.p(Tensor self, float p, *, Generator? generator=None) -> Tensor` */
  bernoulli(self: Tensor, p: number, named?: { generator?: Generator | null }): Tensor
  bernoulli(self: Tensor, named: { p: number; generator?: Generator | null }): Tensor
  /** `bernoulli.float_out(Tensor self, float p=0.5, *, Generator? generator=None, Tensor(a!) out) -> Tensor(a!)` */
  bernoulli(self: Tensor, p: number | undefined, named: { generator?: Generator | null; out: Tensor }): Tensor
  bernoulli(self: Tensor, named: { p?: number; generator?: Generator | null; out: Tensor }): Tensor
  /** `bernoulli_.Tensor(Tensor(a!) self, Tensor p, *, Generator? generator=None) -> Tensor(a!)` */
  bernoulli_(self: Tensor, p: Tensor, named?: { generator?: Generator | null }): Tensor
  /** `bernoulli_.float(Tensor(a!) self, float p=0.5, *, Generator? generator=None) -> Tensor(a!)` */
  bernoulli_(self: Tensor, p?: number, named?: { generator?: Generator | null }): Tensor
  bernoulli_(self: Tensor, named?: { p?: number; generator?: Generator | null }): Tensor
  /** `bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor` */
  bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias?: Tensor | null): Tensor
  bilinear(input1: Tensor, input2: Tensor, weight: Tensor, named?: { bias?: Tensor | null }): Tensor
  /** `binary_cross_entropy(Tensor self, Tensor target, Tensor? weight=None, int reduction=1) -> Tensor`; out may be given to write to. */
  binary_cross_entropy(self: Tensor, target: Tensor, weight?: Tensor | null, reduction?: number, named?: { out?: Tensor }): Tensor
  binary_cross_entropy(self: Tensor, target: Tensor, named?: { weight?: Tensor | null; reduction?: number; out?: Tensor }): Tensor
  /** `binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, int reduction=1) -> Tensor`; out may be given to write to. */
  binary_cross_entropy_with_logits(self: Tensor, target: Tensor, weight?: Tensor | null, pos_weight?: Tensor | null, reduction?: number, named?: { out?: Tensor }): Tensor
  binary_cross_entropy_with_logits(self: Tensor, target: Tensor, named?: { weight?: Tensor | null; pos_weight?: Tensor | null; reduction?: number; out?: Tensor }): Tensor
  /** `bincount(Tensor self, Tensor? weights=None, SymInt minlength=0) -> Tensor`; out may be given to write to. */
  bincount(self: Tensor, weights?: Tensor | null, minlength?: number, named?: { out?: Tensor }): Tensor
  bincount(self: Tensor, named?: { weights?: Tensor | null; minlength?: number; out?: Tensor }): Tensor
  /** `binomial(Tensor count, Tensor prob, Generator? generator=None) -> Tensor`; out may be given to write to. */
  binomial(count: Tensor, prob: Tensor, generator?: Generator | null, named?: { out?: Tensor }): Tensor
  binomial(count: Tensor, prob: Tensor, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  /** `bitwise_and.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  bitwise_and(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  bitwise_and(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `bitwise_and.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_and(self: Scalar, other: Tensor, named?: { out?: Tensor }): Tensor
  bitwise_and(named: { self: Scalar; other: Tensor; out?: Tensor }): Tensor
  /** `bitwise_and.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_and(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `bitwise_and_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  bitwise_and_(self: Tensor, other: Scalar): Tensor
  bitwise_and_(self: Tensor, named: { other: Scalar }): Tensor
  /** `bitwise_and_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  bitwise_and_(self: Tensor, other: Tensor): Tensor
  /** `bitwise_left_shift.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_left_shift(self: Scalar, other: Tensor, named?: { out?: Tensor }): Tensor
  bitwise_left_shift(named: { self: Scalar; other: Tensor; out?: Tensor }): Tensor
  /** `bitwise_left_shift.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_left_shift(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `bitwise_left_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  bitwise_left_shift(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  bitwise_left_shift(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `bitwise_left_shift_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  bitwise_left_shift_(self: Tensor, other: Tensor): Tensor
  /** `bitwise_left_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  bitwise_left_shift_(self: Tensor, other: Scalar): Tensor
  bitwise_left_shift_(self: Tensor, named: { other: Scalar }): Tensor
  /** `bitwise_not(Tensor self) -> Tensor`; out may be given to write to. */
  bitwise_not(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `bitwise_not_(Tensor(a!) self) -> Tensor(a!)` */
  bitwise_not_(self: Tensor): Tensor
  /** `bitwise_or.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  bitwise_or(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  bitwise_or(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `bitwise_or.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_or(self: Scalar, other: Tensor, named?: { out?: Tensor }): Tensor
  bitwise_or(named: { self: Scalar; other: Tensor; out?: Tensor }): Tensor
  /** `bitwise_or.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_or(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `bitwise_or_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  bitwise_or_(self: Tensor, other: Scalar): Tensor
  bitwise_or_(self: Tensor, named: { other: Scalar }): Tensor
  /** `bitwise_or_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  bitwise_or_(self: Tensor, other: Tensor): Tensor
  /** `bitwise_right_shift.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_right_shift(self: Scalar, other: Tensor, named?: { out?: Tensor }): Tensor
  bitwise_right_shift(named: { self: Scalar; other: Tensor; out?: Tensor }): Tensor
  /** `bitwise_right_shift.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_right_shift(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `bitwise_right_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  bitwise_right_shift(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  bitwise_right_shift(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `bitwise_right_shift_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  bitwise_right_shift_(self: Tensor, other: Tensor): Tensor
  /** `bitwise_right_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  bitwise_right_shift_(self: Tensor, other: Scalar): Tensor
  bitwise_right_shift_(self: Tensor, named: { other: Scalar }): Tensor
  /** `bitwise_xor.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  bitwise_xor(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  bitwise_xor(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `bitwise_xor.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_xor(self: Scalar, other: Tensor, named?: { out?: Tensor }): Tensor
  bitwise_xor(named: { self: Scalar; other: Tensor; out?: Tensor }): Tensor
  /** `bitwise_xor.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_xor(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `bitwise_xor_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  bitwise_xor_(self: Tensor, other: Scalar): Tensor
  bitwise_xor_(self: Tensor, named: { other: Scalar }): Tensor
  /** `bitwise_xor_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  bitwise_xor_(self: Tensor, other: Tensor): Tensor
  /** `blackman_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  blackman_window(window_length: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  blackman_window(named: { window_length: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `blackman_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  blackman_window(window_length: number, periodic: boolean, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  blackman_window(named: { window_length: number; periodic: boolean; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `block_diag(Tensor[] tensors) -> Tensor`; out may be given to write to. */
  block_diag(tensors: readonly Tensor[], named?: { out?: Tensor }): Tensor
  /** `bmm(Tensor self, Tensor mat2) -> Tensor`; out may be given to write to. */
  bmm(self: Tensor, mat2: Tensor, named?: { out?: Tensor }): Tensor
  /** `bmm.dtype(Tensor self, Tensor mat2, ScalarType out_dtype) -> Tensor`; out may be given to write to. */
  bmm(self: Tensor, mat2: Tensor, out_dtype: Dtype, named?: { out?: Tensor }): Tensor
  bmm(self: Tensor, mat2: Tensor, named: { out_dtype: Dtype; out?: Tensor }): Tensor
  /** `broadcast_tensors(Tensor[] tensors) -> Tensor[]` */
  broadcast_tensors(tensors: readonly Tensor[]): Tensor[]
  /** `broadcast_to(Tensor(a) self, SymInt[] size) -> Tensor(a)` */
  broadcast_to(self: Tensor, size: readonly number[]): Tensor
  broadcast_to(self: Tensor, named: { size: readonly number[] }): Tensor
  /** `bucketize.Scalar(Scalar self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor`; out may be given to write to. */
  bucketize(self: Scalar, boundaries: Tensor, named?: { out_int32?: boolean; right?: boolean; out?: Tensor }): Tensor
  bucketize(named: { self: Scalar; boundaries: Tensor; out_int32?: boolean; right?: boolean; out?: Tensor }): Tensor
  /** `bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor`; out may be given to write to. */
  bucketize(self: Tensor, boundaries: Tensor, named?: { out_int32?: boolean; right?: boolean; out?: Tensor }): Tensor
  /** `can_cast(ScalarType from_, ScalarType to) -> bool` */
  can_cast(from_: Dtype, to: Dtype): boolean
  can_cast(named: { from_: Dtype; to: Dtype }): boolean
  /** `cartesian_prod(Tensor[] tensors) -> Tensor` */
  cartesian_prod(tensors: readonly Tensor[]): Tensor
  /** `cat(Tensor[] tensors, int dim=0) -> Tensor`; out may be given to write to. */
  cat(tensors: readonly Tensor[], dim?: number, named?: { out?: Tensor }): Tensor
  cat(tensors: readonly Tensor[], named?: { dim?: number; out?: Tensor }): Tensor
  /** `cauchy(Tensor self, float median=0., float sigma=1., *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  cauchy(self: Tensor, median?: number, sigma?: number, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  cauchy(self: Tensor, named?: { median?: number; sigma?: number; generator?: Generator | null; out?: Tensor }): Tensor
  /** `cauchy_(Tensor(a!) self, float median=0., float sigma=1., *, Generator? generator=None) -> Tensor(a!)` */
  cauchy_(self: Tensor, median?: number, sigma?: number, named?: { generator?: Generator | null }): Tensor
  cauchy_(self: Tensor, named?: { median?: number; sigma?: number; generator?: Generator | null }): Tensor
  /** `ccol_indices(Tensor(a) self) -> Tensor(a)` */
  ccol_indices(self: Tensor): Tensor
  /** `cdist(Tensor x1, Tensor x2, float p=2., int? compute_mode=None) -> Tensor` */
  cdist(x1: Tensor, x2: Tensor, p?: number, compute_mode?: number | null): Tensor
  cdist(x1: Tensor, x2: Tensor, named?: { p?: number; compute_mode?: number | null }): Tensor
  /** `ceil(Tensor self) -> Tensor`; out may be given to write to. */
  ceil(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `ceil_(Tensor(a!) self) -> Tensor(a!)` */
  ceil_(self: Tensor): Tensor
  /** `celu(Tensor self, Scalar alpha=1.) -> Tensor`; out may be given to write to. */
  celu(self: Tensor, alpha?: Scalar, named?: { out?: Tensor }): Tensor
  celu(self: Tensor, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  /** `celu_(Tensor(a!) self, Scalar alpha=1.) -> Tensor(a!)` */
  celu_(self: Tensor, alpha?: Scalar): Tensor
  celu_(self: Tensor, named?: { alpha?: Scalar }): Tensor
  /** `chain_matmul(Tensor[] matrices) -> Tensor`; out may be given to write to. */
  chain_matmul(matrices: readonly Tensor[], named?: { out?: Tensor }): Tensor
  /** `chalf(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor` */
  chalf(self: Tensor, named?: { memory_format?: MemoryFormat | null }): Tensor
  /** `channel_shuffle(Tensor self, SymInt groups) -> Tensor`; out may be given to write to. */
  channel_shuffle(self: Tensor, groups: number, named?: { out?: Tensor }): Tensor
  channel_shuffle(self: Tensor, named: { groups: number; out?: Tensor }): Tensor
  /** `cholesky(Tensor self, bool upper=False) -> Tensor`; out may be given to write to. */
  cholesky(self: Tensor, upper?: boolean, named?: { out?: Tensor }): Tensor
  cholesky(self: Tensor, named?: { upper?: boolean; out?: Tensor }): Tensor
  /** `cholesky_inverse(Tensor self, bool upper=False) -> Tensor`; out may be given to write to. */
  cholesky_inverse(self: Tensor, upper?: boolean, named?: { out?: Tensor }): Tensor
  cholesky_inverse(self: Tensor, named?: { upper?: boolean; out?: Tensor }): Tensor
  /** `cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor`; out may be given to write to. */
  cholesky_solve(self: Tensor, input2: Tensor, upper?: boolean, named?: { out?: Tensor }): Tensor
  cholesky_solve(self: Tensor, input2: Tensor, named?: { upper?: boolean; out?: Tensor }): Tensor
  /** `choose_qparams_optimized(Tensor input, int numel, int n_bins, float ratio, int bit_width) -> (Tensor, Tensor)` */
  choose_qparams_optimized(input: Tensor, numel: number, n_bins: number, ratio: number, bit_width: number): [Tensor, Tensor]
  choose_qparams_optimized(input: Tensor, named: { numel: number; n_bins: number; ratio: number; bit_width: number }): [Tensor, Tensor]
  /** `chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[]` */
  chunk(self: Tensor, chunks: number, dim?: number): Tensor[]
  chunk(self: Tensor, chunks: number, named?: { dim?: number }): Tensor[]
  chunk(self: Tensor, named: { chunks: number; dim?: number }): Tensor[]
  /** `clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor`; out may be given to write to. */
  clamp(self: Tensor, min?: Scalar | null, max?: Scalar | null, named?: { out?: Tensor }): Tensor
  clamp(self: Tensor, named?: { min?: Scalar | null; max?: Scalar | null; out?: Tensor }): Tensor
  /** `clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor`; out may be given to write to. */
  clamp(self: Tensor, min?: Tensor | null, max?: Tensor | null, named?: { out?: Tensor }): Tensor
  clamp(self: Tensor, named?: { min?: Tensor | null; max?: Tensor | null; out?: Tensor }): Tensor
  /** `clamp_(Tensor(a!) self, Scalar? min=None, Scalar? max=None) -> Tensor(a!)` */
  clamp_(self: Tensor, min?: Scalar | null, max?: Scalar | null): Tensor
  clamp_(self: Tensor, named?: { min?: Scalar | null; max?: Scalar | null }): Tensor
  /** `clamp_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None) -> Tensor(a!)` */
  clamp_(self: Tensor, min?: Tensor | null, max?: Tensor | null): Tensor
  clamp_(self: Tensor, named?: { min?: Tensor | null; max?: Tensor | null }): Tensor
  /** `clamp_max(Tensor self, Scalar max) -> Tensor`; out may be given to write to. */
  clamp_max(self: Tensor, max: Scalar, named?: { out?: Tensor }): Tensor
  clamp_max(self: Tensor, named: { max: Scalar; out?: Tensor }): Tensor
  /** `clamp_max.Tensor(Tensor self, Tensor max) -> Tensor`; out may be given to write to. */
  clamp_max(self: Tensor, max: Tensor, named?: { out?: Tensor }): Tensor
  /** `clamp_max_(Tensor(a!) self, Scalar max) -> Tensor(a!)` */
  clamp_max_(self: Tensor, max: Scalar): Tensor
  clamp_max_(self: Tensor, named: { max: Scalar }): Tensor
  /** `clamp_max_.Tensor(Tensor(a!) self, Tensor max) -> Tensor(a!)` */
  clamp_max_(self: Tensor, max: Tensor): Tensor
  /** `clamp_min(Tensor self, Scalar min) -> Tensor`; out may be given to write to. */
  clamp_min(self: Tensor, min: Scalar, named?: { out?: Tensor }): Tensor
  clamp_min(self: Tensor, named: { min: Scalar; out?: Tensor }): Tensor
  /** `clamp_min.Tensor(Tensor self, Tensor min) -> Tensor`; out may be given to write to. */
  clamp_min(self: Tensor, min: Tensor, named?: { out?: Tensor }): Tensor
  /** `clamp_min_(Tensor(a!) self, Scalar min) -> Tensor(a!)` */
  clamp_min_(self: Tensor, min: Scalar): Tensor
  clamp_min_(self: Tensor, named: { min: Scalar }): Tensor
  /** `clamp_min_.Tensor(Tensor(a!) self, Tensor min) -> Tensor(a!)` */
  clamp_min_(self: Tensor, min: Tensor): Tensor
  /** `clip(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor`; out may be given to write to. */
  clip(self: Tensor, min?: Scalar | null, max?: Scalar | null, named?: { out?: Tensor }): Tensor
  clip(self: Tensor, named?: { min?: Scalar | null; max?: Scalar | null; out?: Tensor }): Tensor
  /** `clip.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor`; out may be given to write to. */
  clip(self: Tensor, min?: Tensor | null, max?: Tensor | null, named?: { out?: Tensor }): Tensor
  clip(self: Tensor, named?: { min?: Tensor | null; max?: Tensor | null; out?: Tensor }): Tensor
  /** `clip_(Tensor(a!) self, Scalar? min=None, Scalar? max=None) -> Tensor(a!)` */
  clip_(self: Tensor, min?: Scalar | null, max?: Scalar | null): Tensor
  clip_(self: Tensor, named?: { min?: Scalar | null; max?: Scalar | null }): Tensor
  /** `clip_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None) -> Tensor(a!)` */
  clip_(self: Tensor, min?: Tensor | null, max?: Tensor | null): Tensor
  clip_(self: Tensor, named?: { min?: Tensor | null; max?: Tensor | null }): Tensor
  /** `clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  clone(self: Tensor, named?: { memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `coalesce(Tensor(a) self) -> Tensor(a)` */
  coalesce(self: Tensor): Tensor
  /** `col2im(Tensor self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor`; out may be given to write to. */
  col2im(self: Tensor, output_size: number | readonly number[], kernel_size: number | readonly number[], dilation: number | readonly number[], padding: number | readonly number[], stride: number | readonly number[], named?: { out?: Tensor }): Tensor
  col2im(self: Tensor, named: { output_size: number | readonly number[]; kernel_size: number | readonly number[]; dilation: number | readonly number[]; padding: number | readonly number[]; stride: number | readonly number[]; out?: Tensor }): Tensor
  /** `col_indices(Tensor(a) self) -> Tensor(a)` */
  col_indices(self: Tensor): Tensor
  /** `column_stack(Tensor[] tensors) -> Tensor`; out may be given to write to. */
  column_stack(tensors: readonly Tensor[], named?: { out?: Tensor }): Tensor
  /** `combinations(Tensor self, int r=2, bool with_replacement=False) -> Tensor` */
  combinations(self: Tensor, r?: number, with_replacement?: boolean): Tensor
  combinations(self: Tensor, named?: { r?: number; with_replacement?: boolean }): Tensor
  /** `complex(Tensor real, Tensor imag) -> Tensor`; out may be given to write to. */
  complex(real: Tensor, imag: Tensor, named?: { out?: Tensor }): Tensor
  /** `concat(Tensor[] tensors, int dim=0) -> Tensor`; out may be given to write to. */
  concat(tensors: readonly Tensor[], dim?: number, named?: { out?: Tensor }): Tensor
  concat(tensors: readonly Tensor[], named?: { dim?: number; out?: Tensor }): Tensor
  /** `concatenate(Tensor[] tensors, int dim=0) -> Tensor`; out may be given to write to. */
  concatenate(tensors: readonly Tensor[], dim?: number, named?: { out?: Tensor }): Tensor
  concatenate(tensors: readonly Tensor[], named?: { dim?: number; out?: Tensor }): Tensor
  /** `conj(Tensor(a) self) -> Tensor(a)` */
  conj(self: Tensor): Tensor
  /** `conj_physical(Tensor self) -> Tensor`; out may be given to write to. */
  conj_physical(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `conj_physical_(Tensor(a!) self) -> Tensor(a!)` */
  conj_physical_(self: Tensor): Tensor
  /** `constant_pad_nd(Tensor self, SymInt[] pad, Scalar value=0) -> Tensor`; out may be given to write to. */
  constant_pad_nd(self: Tensor, pad: readonly number[], value?: Scalar, named?: { out?: Tensor }): Tensor
  constant_pad_nd(self: Tensor, pad: readonly number[], named?: { value?: Scalar; out?: Tensor }): Tensor
  constant_pad_nd(self: Tensor, named: { pad: readonly number[]; value?: Scalar; out?: Tensor }): Tensor
  /** `contiguous(Tensor(a) self, *, MemoryFormat memory_format=0) -> Tensor(a)` */
  contiguous(self: Tensor, named?: { memory_format?: MemoryFormat }): Tensor
  /** `conv1d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], SymInt[1] padding=[0], SymInt[1] dilation=[1], SymInt groups=1) -> Tensor` */
  conv1d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], groups?: number): Tensor
  conv1d(input: Tensor, weight: Tensor, named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; groups?: number }): Tensor
  /** `conv1d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], str padding="valid", SymInt[1] dilation=[1], SymInt groups=1) -> Tensor` */
  conv1d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: string, dilation?: number | readonly number[], groups?: number): Tensor
  conv1d(input: Tensor, weight: Tensor, named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: string; dilation?: number | readonly number[]; groups?: number }): Tensor
  /** `conv2d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] dilation=[1, 1], SymInt groups=1) -> Tensor` */
  conv2d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], groups?: number): Tensor
  conv2d(input: Tensor, weight: Tensor, named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; groups?: number }): Tensor
  /** `conv2d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], str padding="valid", SymInt[2] dilation=[1, 1], SymInt groups=1) -> Tensor` */
  conv2d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: string, dilation?: number | readonly number[], groups?: number): Tensor
  conv2d(input: Tensor, weight: Tensor, named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: string; dilation?: number | readonly number[]; groups?: number }): Tensor
  /** `conv3d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1], SymInt groups=1) -> Tensor` */
  conv3d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], groups?: number): Tensor
  conv3d(input: Tensor, weight: Tensor, named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; groups?: number }): Tensor
  /** `conv3d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], str padding="valid", SymInt[3] dilation=[1, 1, 1], SymInt groups=1) -> Tensor` */
  conv3d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: string, dilation?: number | readonly number[], groups?: number): Tensor
  conv3d(input: Tensor, weight: Tensor, named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: string; dilation?: number | readonly number[]; groups?: number }): Tensor
  /** `conv_depthwise3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias, SymInt[3] stride, SymInt[3] padding, SymInt[3] dilation) -> Tensor`; out may be given to write to. */
  conv_depthwise3d(self: Tensor, weight: Tensor, kernel_size: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], named?: { out?: Tensor }): Tensor
  conv_depthwise3d(self: Tensor, weight: Tensor, named: { kernel_size: number | readonly number[]; bias: Tensor | null; stride: number | readonly number[]; padding: number | readonly number[]; dilation: number | readonly number[]; out?: Tensor }): Tensor
  /** `conv_tbc(Tensor self, Tensor weight, Tensor bias, int pad=0) -> Tensor`; out may be given to write to. */
  conv_tbc(self: Tensor, weight: Tensor, bias: Tensor, pad?: number, named?: { out?: Tensor }): Tensor
  conv_tbc(self: Tensor, weight: Tensor, bias: Tensor, named?: { pad?: number; out?: Tensor }): Tensor
  /** `conv_transpose1d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], SymInt[1] padding=[0], SymInt[1] output_padding=[0], SymInt groups=1, SymInt[1] dilation=[1]) -> Tensor` */
  conv_transpose1d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], output_padding?: number | readonly number[], groups?: number, dilation?: number | readonly number[]): Tensor
  conv_transpose1d(input: Tensor, weight: Tensor, named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; output_padding?: number | readonly number[]; groups?: number; dilation?: number | readonly number[] }): Tensor
  /** `conv_transpose2d.input(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] output_padding=[0, 0], SymInt groups=1, SymInt[2] dilation=[1, 1]) -> Tensor` */
  conv_transpose2d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], output_padding?: number | readonly number[], groups?: number, dilation?: number | readonly number[]): Tensor
  conv_transpose2d(input: Tensor, weight: Tensor, named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; output_padding?: number | readonly number[]; groups?: number; dilation?: number | readonly number[] }): Tensor
  /** `conv_transpose3d.input(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] output_padding=[0, 0, 0], SymInt groups=1, SymInt[3] dilation=[1, 1, 1]) -> Tensor` */
  conv_transpose3d(input: Tensor, weight: Tensor, bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], output_padding?: number | readonly number[], groups?: number, dilation?: number | readonly number[]): Tensor
  conv_transpose3d(input: Tensor, weight: Tensor, named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; output_padding?: number | readonly number[]; groups?: number; dilation?: number | readonly number[] }): Tensor
  /** `convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups) -> Tensor`; out may be given to write to. */
  convolution(input: Tensor, weight: Tensor, bias: Tensor | null, stride: readonly number[], padding: readonly number[], dilation: readonly number[], transposed: boolean, output_padding: readonly number[], groups: number, named?: { out?: Tensor }): Tensor
  convolution(input: Tensor, weight: Tensor, bias: Tensor | null, named: { stride: readonly number[]; padding: readonly number[]; dilation: readonly number[]; transposed: boolean; output_padding: readonly number[]; groups: number; out?: Tensor }): Tensor
  /** `convolution_overrideable(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups) -> Tensor`; out may be given to write to. */
  convolution_overrideable(input: Tensor, weight: Tensor, bias: Tensor | null, stride: readonly number[], padding: readonly number[], dilation: readonly number[], transposed: boolean, output_padding: readonly number[], groups: number, named?: { out?: Tensor }): Tensor
  convolution_overrideable(input: Tensor, weight: Tensor, bias: Tensor | null, named: { stride: readonly number[]; padding: readonly number[]; dilation: readonly number[]; transposed: boolean; output_padding: readonly number[]; groups: number; out?: Tensor }): Tensor
  /** `copy(Tensor self, Tensor src, bool non_blocking=False) -> Tensor`; out may be given to write to. */
  copy(self: Tensor, src: Tensor, non_blocking?: boolean, named?: { out?: Tensor }): Tensor
  copy(self: Tensor, src: Tensor, named?: { non_blocking?: boolean; out?: Tensor }): Tensor
  /** `copy_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)` */
  copy_(self: Tensor, src: Tensor, non_blocking?: boolean): Tensor
  copy_(self: Tensor, src: Tensor, named?: { non_blocking?: boolean }): Tensor
  /** `copy_sparse_to_sparse(Tensor self, Tensor src, bool non_blocking=False) -> Tensor`; out may be given to write to. */
  copy_sparse_to_sparse(self: Tensor, src: Tensor, non_blocking?: boolean, named?: { out?: Tensor }): Tensor
  copy_sparse_to_sparse(self: Tensor, src: Tensor, named?: { non_blocking?: boolean; out?: Tensor }): Tensor
  /** `copy_sparse_to_sparse_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)` */
  copy_sparse_to_sparse_(self: Tensor, src: Tensor, non_blocking?: boolean): Tensor
  copy_sparse_to_sparse_(self: Tensor, src: Tensor, named?: { non_blocking?: boolean }): Tensor
  /** `copysign.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  copysign(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  copysign(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `copysign.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  copysign(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `copysign_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  copysign_(self: Tensor, other: Scalar): Tensor
  copysign_(self: Tensor, named: { other: Scalar }): Tensor
  /** `copysign_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  copysign_(self: Tensor, other: Tensor): Tensor
  /** `corrcoef(Tensor self) -> Tensor` */
  corrcoef(self: Tensor): Tensor
  /** `cos(Tensor self) -> Tensor`; out may be given to write to. */
  cos(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `cos_(Tensor(a!) self) -> Tensor(a!)` */
  cos_(self: Tensor): Tensor
  /** `cosh(Tensor self) -> Tensor`; out may be given to write to. */
  cosh(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `cosh_(Tensor(a!) self) -> Tensor(a!)` */
  cosh_(self: Tensor): Tensor
  /** `cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int reduction=1) -> Tensor` */
  cosine_embedding_loss(input1: Tensor, input2: Tensor, target: Tensor, margin?: number, reduction?: number): Tensor
  cosine_embedding_loss(input1: Tensor, input2: Tensor, target: Tensor, named?: { margin?: number; reduction?: number }): Tensor
  /** `cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor` */
  cosine_similarity(x1: Tensor, x2: Tensor, dim?: number, eps?: number): Tensor
  cosine_similarity(x1: Tensor, x2: Tensor, named?: { dim?: number; eps?: number }): Tensor
  /** `count_nonzero(Tensor self, int? dim=None) -> Tensor`; out may be given to write to. */
  count_nonzero(self: Tensor, dim?: number | null, named?: { out?: Tensor }): Tensor
  count_nonzero(self: Tensor, named?: { dim?: number | null; out?: Tensor }): Tensor
  /** `count_nonzero.dim_IntList(Tensor self, int[] dim) -> Tensor`; out may be given to write to. */
  count_nonzero(self: Tensor, dim: readonly number[], named?: { out?: Tensor }): Tensor
  count_nonzero(self: Tensor, named: { dim: readonly number[]; out?: Tensor }): Tensor
  /** `cov(Tensor self, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None) -> Tensor` */
  cov(self: Tensor, named?: { correction?: number; fweights?: Tensor | null; aweights?: Tensor | null }): Tensor
  /** `cross(Tensor self, Tensor other, int? dim=None) -> Tensor`; out may be given to write to. */
  cross(self: Tensor, other: Tensor, dim?: number | null, named?: { out?: Tensor }): Tensor
  cross(self: Tensor, other: Tensor, named?: { dim?: number | null; out?: Tensor }): Tensor
  /** `cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100, float label_smoothing=0.) -> Tensor` */
  cross_entropy_loss(self: Tensor, target: Tensor, weight?: Tensor | null, reduction?: number, ignore_index?: number, label_smoothing?: number): Tensor
  cross_entropy_loss(self: Tensor, target: Tensor, named?: { weight?: Tensor | null; reduction?: number; ignore_index?: number; label_smoothing?: number }): Tensor
  /** `crow_indices(Tensor(a) self) -> Tensor(a)` */
  crow_indices(self: Tensor): Tensor
  /** `ctc_loss.IntList(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int blank=0, int reduction=1, bool zero_infinity=False) -> Tensor` */
  ctc_loss(log_probs: Tensor, targets: Tensor, input_lengths: readonly number[], target_lengths: readonly number[], blank?: number, reduction?: number, zero_infinity?: boolean): Tensor
  ctc_loss(log_probs: Tensor, targets: Tensor, input_lengths: readonly number[], target_lengths: readonly number[], named?: { blank?: number; reduction?: number; zero_infinity?: boolean }): Tensor
  ctc_loss(log_probs: Tensor, targets: Tensor, named: { input_lengths: readonly number[]; target_lengths: readonly number[]; blank?: number; reduction?: number; zero_infinity?: boolean }): Tensor
  /** `ctc_loss.Tensor(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, int blank=0, int reduction=1, bool zero_infinity=False) -> Tensor` */
  ctc_loss(log_probs: Tensor, targets: Tensor, input_lengths: Tensor, target_lengths: Tensor, blank?: number, reduction?: number, zero_infinity?: boolean): Tensor
  ctc_loss(log_probs: Tensor, targets: Tensor, input_lengths: Tensor, target_lengths: Tensor, named?: { blank?: number; reduction?: number; zero_infinity?: boolean }): Tensor
  /** `cummax(Tensor self, int dim) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  cummax(self: Tensor, dim: number, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  cummax(self: Tensor, named: { dim: number; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `cummin(Tensor self, int dim) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  cummin(self: Tensor, dim: number, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  cummin(self: Tensor, named: { dim: number; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  cumprod(self: Tensor, dim: number, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  cumprod(self: Tensor, named: { dim: number; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `cumprod_(Tensor(a!) self, int dim, *, ScalarType? dtype=None) -> Tensor(a!)` */
  cumprod_(self: Tensor, dim: number, named?: { dtype?: Dtype | null }): Tensor
  cumprod_(self: Tensor, named: { dim: number; dtype?: Dtype | null }): Tensor
  /** `cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  cumsum(self: Tensor, dim: number, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  cumsum(self: Tensor, named: { dim: number; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `cumsum_(Tensor(a!) self, int dim, *, ScalarType? dtype=None) -> Tensor(a!)` */
  cumsum_(self: Tensor, dim: number, named?: { dtype?: Dtype | null }): Tensor
  cumsum_(self: Tensor, named: { dim: number; dtype?: Dtype | null }): Tensor
  /** `cumulative_trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor` */
  cumulative_trapezoid(y: Tensor, named?: { dx?: Scalar; dim?: number }): Tensor
  /** `cumulative_trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor` */
  cumulative_trapezoid(y: Tensor, x: Tensor, named?: { dim?: number }): Tensor
  /** `data(Tensor self) -> Tensor` */
  data(self: Tensor): Tensor
  /** `deg2rad(Tensor self) -> Tensor`; out may be given to write to. */
  deg2rad(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `deg2rad_(Tensor(a!) self) -> Tensor(a!)` */
  deg2rad_(self: Tensor): Tensor
  /** `dense_dim(Tensor self) -> int` */
  dense_dim(self: Tensor): number
  /** `det(Tensor self) -> Tensor` */
  det(self: Tensor): Tensor
  /** `detach(Tensor(a) self) -> Tensor(a)` */
  detach(self: Tensor): Tensor
  /** `detach_(Tensor(a!) self) -> Tensor(a!)` */
  detach_(self: Tensor): Tensor
  /** `diag(Tensor self, int diagonal=0) -> Tensor`; out may be given to write to. */
  diag(self: Tensor, diagonal?: number, named?: { out?: Tensor }): Tensor
  diag(self: Tensor, named?: { diagonal?: number; out?: Tensor }): Tensor
  /** `diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor`; out may be given to write to. */
  diag_embed(self: Tensor, offset?: number, dim1?: number, dim2?: number, named?: { out?: Tensor }): Tensor
  diag_embed(self: Tensor, named?: { offset?: number; dim1?: number; dim2?: number; out?: Tensor }): Tensor
  /** `diagflat(Tensor self, int offset=0) -> Tensor` */
  diagflat(self: Tensor, offset?: number): Tensor
  diagflat(self: Tensor, named?: { offset?: number }): Tensor
  /** `diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)` */
  diagonal(self: Tensor, offset?: number, dim1?: number, dim2?: number): Tensor
  diagonal(self: Tensor, named?: { offset?: number; dim1?: number; dim2?: number }): Tensor
  /** `diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor`; out may be given to write to. */
  diagonal_scatter(self: Tensor, src: Tensor, offset?: number, dim1?: number, dim2?: number, named?: { out?: Tensor }): Tensor
  diagonal_scatter(self: Tensor, src: Tensor, named?: { offset?: number; dim1?: number; dim2?: number; out?: Tensor }): Tensor
  /** `diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor`; out may be given to write to. */
  diff(self: Tensor, n?: number, dim?: number, prepend?: Tensor | null, append?: Tensor | null, named?: { out?: Tensor }): Tensor
  diff(self: Tensor, named?: { n?: number; dim?: number; prepend?: Tensor | null; append?: Tensor | null; out?: Tensor }): Tensor
  /** `digamma(Tensor self) -> Tensor`; out may be given to write to. */
  digamma(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `digamma_(Tensor(a!) self) -> Tensor(a!)` */
  digamma_(self: Tensor): Tensor
  /** `dim(Tensor self) -> int` */
  dim(self: Tensor): number
  /** `dist(Tensor self, Tensor other, Scalar p=2) -> Tensor`; out may be given to write to. */
  dist(self: Tensor, other: Tensor, p?: Scalar, named?: { out?: Tensor }): Tensor
  dist(self: Tensor, other: Tensor, named?: { p?: Scalar; out?: Tensor }): Tensor
  /** `div.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  div(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  div(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `div.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor`; out may be given to write to. */
  div(self: Tensor, other: Scalar, named: { rounding_mode: string | null; out?: Tensor }): Tensor
  div(self: Tensor, named: { other: Scalar; rounding_mode: string | null; out?: Tensor }): Tensor
  /** `div.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  div(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor`; out may be given to write to. */
  div(self: Tensor, other: Tensor, named: { rounding_mode: string | null; out?: Tensor }): Tensor
  /** `div_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  div_(self: Tensor, other: Scalar): Tensor
  div_(self: Tensor, named: { other: Scalar }): Tensor
  /** `div_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)` */
  div_(self: Tensor, other: Scalar, named: { rounding_mode: string | null }): Tensor
  div_(self: Tensor, named: { other: Scalar; rounding_mode: string | null }): Tensor
  /** `div_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  div_(self: Tensor, other: Tensor): Tensor
  /** `div_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)` */
  div_(self: Tensor, other: Tensor, named: { rounding_mode: string | null }): Tensor
  /** `divide.Scalar(Tensor self, Scalar other) -> Tensor` */
  divide(self: Tensor, other: Scalar): Tensor
  divide(self: Tensor, named: { other: Scalar }): Tensor
  /** `divide.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor` */
  divide(self: Tensor, other: Scalar, named: { rounding_mode: string | null }): Tensor
  divide(self: Tensor, named: { other: Scalar; rounding_mode: string | null }): Tensor
  /** `divide.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  divide(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `divide.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor`; out may be given to write to. */
  divide(self: Tensor, other: Tensor, named: { rounding_mode: string | null; out?: Tensor }): Tensor
  /** `divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  divide_(self: Tensor, other: Scalar): Tensor
  divide_(self: Tensor, named: { other: Scalar }): Tensor
  /** `divide_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)` */
  divide_(self: Tensor, other: Scalar, named: { rounding_mode: string | null }): Tensor
  divide_(self: Tensor, named: { other: Scalar; rounding_mode: string | null }): Tensor
  /** `divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  divide_(self: Tensor, other: Tensor): Tensor
  /** `divide_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)` */
  divide_(self: Tensor, other: Tensor, named: { rounding_mode: string | null }): Tensor
  /** `dot(Tensor self, Tensor tensor) -> Tensor`; out may be given to write to. */
  dot(self: Tensor, tensor: Tensor, named?: { out?: Tensor }): Tensor
  /** `dropout(Tensor input, float p, bool train) -> Tensor` */
  dropout(input: Tensor, p: number, train: boolean): Tensor
  dropout(input: Tensor, named: { p: number; train: boolean }): Tensor
  /** `dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
  dropout_(self: Tensor, p: number, train: boolean): Tensor
  dropout_(self: Tensor, named: { p: number; train: boolean }): Tensor
  /** `dsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]` */
  dsplit(self: Tensor, indices: readonly number[]): Tensor[]
  dsplit(self: Tensor, named: { indices: readonly number[] }): Tensor[]
  /** `dsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]` */
  dsplit(self: Tensor, sections: number): Tensor[]
  dsplit(self: Tensor, named: { sections: number }): Tensor[]
  /** `dstack(Tensor[] tensors) -> Tensor`; out may be given to write to. */
  dstack(tensors: readonly Tensor[], named?: { out?: Tensor }): Tensor
  /** `einsum(str equation, Tensor[] tensors, *, int[]? path=None) -> Tensor` */
  einsum(equation: string, tensors: readonly Tensor[], named?: { path?: readonly number[] | null }): Tensor
  einsum(named: { equation: string; tensors: readonly Tensor[]; path?: readonly number[] | null }): Tensor
  /** `elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor`; out may be given to write to. */
  elu(self: Tensor, alpha?: Scalar, scale?: Scalar, input_scale?: Scalar, named?: { out?: Tensor }): Tensor
  elu(self: Tensor, named?: { alpha?: Scalar; scale?: Scalar; input_scale?: Scalar; out?: Tensor }): Tensor
  /** `elu_(Tensor(a!) self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor(a!)` */
  elu_(self: Tensor, alpha?: Scalar, scale?: Scalar, input_scale?: Scalar): Tensor
  elu_(self: Tensor, named?: { alpha?: Scalar; scale?: Scalar; input_scale?: Scalar }): Tensor
  /** `embedding(Tensor weight, Tensor indices, SymInt padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor`; out may be given to write to. */
  embedding(weight: Tensor, indices: Tensor, padding_idx?: number, scale_grad_by_freq?: boolean, sparse?: boolean, named?: { out?: Tensor }): Tensor
  embedding(weight: Tensor, indices: Tensor, named?: { padding_idx?: number; scale_grad_by_freq?: boolean; sparse?: boolean; out?: Tensor }): Tensor
  /** `embedding_bag(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False) -> (Tensor, Tensor, Tensor, Tensor)` */
  embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, scale_grad_by_freq?: boolean, mode?: number, sparse?: boolean, per_sample_weights?: Tensor | null, include_last_offset?: boolean): [Tensor, Tensor, Tensor, Tensor]
  embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, named?: { scale_grad_by_freq?: boolean; mode?: number; sparse?: boolean; per_sample_weights?: Tensor | null; include_last_offset?: boolean }): [Tensor, Tensor, Tensor, Tensor]
  /** `embedding_bag.padding_idx(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq, int mode, bool sparse, Tensor? per_sample_weights, bool include_last_offset, int? padding_idx) -> (Tensor, Tensor, Tensor, Tensor)` */
  embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, scale_grad_by_freq: boolean, mode: number, sparse: boolean, per_sample_weights: Tensor | null, include_last_offset: boolean, padding_idx: number | null): [Tensor, Tensor, Tensor, Tensor]
  embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, named: { scale_grad_by_freq: boolean; mode: number; sparse: boolean; per_sample_weights: Tensor | null; include_last_offset: boolean; padding_idx: number | null }): [Tensor, Tensor, Tensor, Tensor]
  /** `embedding_renorm(Tensor self, Tensor indices, float max_norm, float norm_type) -> Tensor`; out may be given to write to. */
  embedding_renorm(self: Tensor, indices: Tensor, max_norm: number, norm_type: number, named?: { out?: Tensor }): Tensor
  embedding_renorm(self: Tensor, indices: Tensor, named: { max_norm: number; norm_type: number; out?: Tensor }): Tensor
  /** `embedding_renorm_(Tensor(a!) self, Tensor indices, float max_norm, float norm_type) -> Tensor(a!)` */
  embedding_renorm_(self: Tensor, indices: Tensor, max_norm: number, norm_type: number): Tensor
  embedding_renorm_(self: Tensor, indices: Tensor, named: { max_norm: number; norm_type: number }): Tensor
  /** `empty.memory_format(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  empty(size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  empty(named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `empty_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  empty_like(self: Tensor, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `empty_permuted(SymInt[] size, int[] physical_layout, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  empty_permuted(size: readonly number[], physical_layout: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  empty_permuted(named: { size: readonly number[]; physical_layout: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `empty_strided(SymInt[] size, SymInt[] stride, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  empty_strided(size: readonly number[], stride: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  empty_strided(named: { size: readonly number[]; stride: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `eq.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  eq(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  eq(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `eq.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  eq(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `eq_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  eq_(self: Tensor, other: Scalar): Tensor
  eq_(self: Tensor, named: { other: Scalar }): Tensor
  /** `eq_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  eq_(self: Tensor, other: Tensor): Tensor
  /** `equal(Tensor self, Tensor other) -> bool` */
  equal(self: Tensor, other: Tensor): boolean
  /** `erf(Tensor self) -> Tensor`; out may be given to write to. */
  erf(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `erf_(Tensor(a!) self) -> Tensor(a!)` */
  erf_(self: Tensor): Tensor
  /** `erfc(Tensor self) -> Tensor`; out may be given to write to. */
  erfc(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `erfc_(Tensor(a!) self) -> Tensor(a!)` */
  erfc_(self: Tensor): Tensor
  /** `erfinv(Tensor self) -> Tensor`; out may be given to write to. */
  erfinv(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `erfinv_(Tensor(a!) self) -> Tensor(a!)` */
  erfinv_(self: Tensor): Tensor
  /** `exp(Tensor self) -> Tensor`; out may be given to write to. */
  exp(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `exp2(Tensor self) -> Tensor`; out may be given to write to. */
  exp2(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `exp2_(Tensor(a!) self) -> Tensor(a!)` */
  exp2_(self: Tensor): Tensor
  /** `exp_(Tensor(a!) self) -> Tensor(a!)` */
  exp_(self: Tensor): Tensor
  /** `expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)` */
  expand(self: Tensor, size: readonly number[], named?: { implicit?: boolean }): Tensor
  expand(self: Tensor, named: { size: readonly number[]; implicit?: boolean }): Tensor
  /** `expand_as(Tensor(a) self, Tensor other) -> Tensor(a)` */
  expand_as(self: Tensor, other: Tensor): Tensor
  /** `expm1(Tensor self) -> Tensor`; out may be given to write to. */
  expm1(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `expm1_(Tensor(a!) self) -> Tensor(a!)` */
  expm1_(self: Tensor): Tensor
  /** `exponential(Tensor self, float lambd=1., *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  exponential(self: Tensor, lambd?: number, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  exponential(self: Tensor, named?: { lambd?: number; generator?: Generator | null; out?: Tensor }): Tensor
  /** `exponential_(Tensor(a!) self, float lambd=1., *, Generator? generator=None) -> Tensor(a!)` */
  exponential_(self: Tensor, lambd?: number, named?: { generator?: Generator | null }): Tensor
  exponential_(self: Tensor, named?: { lambd?: number; generator?: Generator | null }): Tensor
  /** `eye(SymInt n, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  eye(n: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  eye(named: { n: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `eye.m(SymInt n, SymInt m, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  eye(n: number, m: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  eye(named: { n: number; m: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `feature_alpha_dropout(Tensor input, float p, bool train) -> Tensor` */
  feature_alpha_dropout(input: Tensor, p: number, train: boolean): Tensor
  feature_alpha_dropout(input: Tensor, named: { p: number; train: boolean }): Tensor
  /** `feature_alpha_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
  feature_alpha_dropout_(self: Tensor, p: number, train: boolean): Tensor
  feature_alpha_dropout_(self: Tensor, named: { p: number; train: boolean }): Tensor
  /** `feature_dropout(Tensor input, float p, bool train) -> Tensor` */
  feature_dropout(input: Tensor, p: number, train: boolean): Tensor
  feature_dropout(input: Tensor, named: { p: number; train: boolean }): Tensor
  /** `feature_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
  feature_dropout_(self: Tensor, p: number, train: boolean): Tensor
  feature_dropout_(self: Tensor, named: { p: number; train: boolean }): Tensor
  /** `fft_fft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_fft(self: Tensor, n?: number | null, dim?: number, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_fft(self: Tensor, named?: { n?: number | null; dim?: number; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_fft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`; out may be given to write to. */
  fft_fft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_fft2(self: Tensor, named?: { s?: number | readonly number[] | null; dim?: number | readonly number[]; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_fftfreq(int n, float d=1., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  fft_fftfreq(n: number, d?: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  fft_fftfreq(n: number, named?: { d?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  fft_fftfreq(named: { n: number; d?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `fft_fftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_fftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_fftn(self: Tensor, named?: { s?: number | readonly number[] | null; dim?: number | readonly number[] | null; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_fftshift(Tensor self, int[1]? dim=None) -> Tensor` */
  fft_fftshift(self: Tensor, dim?: number | readonly number[] | null): Tensor
  fft_fftshift(self: Tensor, named?: { dim?: number | readonly number[] | null }): Tensor
  /** `fft_hfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_hfft(self: Tensor, n?: number | null, dim?: number, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_hfft(self: Tensor, named?: { n?: number | null; dim?: number; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_hfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`; out may be given to write to. */
  fft_hfft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_hfft2(self: Tensor, named?: { s?: number | readonly number[] | null; dim?: number | readonly number[]; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_hfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_hfftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_hfftn(self: Tensor, named?: { s?: number | readonly number[] | null; dim?: number | readonly number[] | null; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_ifft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_ifft(self: Tensor, n?: number | null, dim?: number, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_ifft(self: Tensor, named?: { n?: number | null; dim?: number; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_ifft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`; out may be given to write to. */
  fft_ifft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_ifft2(self: Tensor, named?: { s?: number | readonly number[] | null; dim?: number | readonly number[]; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_ifftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_ifftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_ifftn(self: Tensor, named?: { s?: number | readonly number[] | null; dim?: number | readonly number[] | null; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_ifftshift(Tensor self, int[1]? dim=None) -> Tensor` */
  fft_ifftshift(self: Tensor, dim?: number | readonly number[] | null): Tensor
  fft_ifftshift(self: Tensor, named?: { dim?: number | readonly number[] | null }): Tensor
  /** `fft_ihfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_ihfft(self: Tensor, n?: number | null, dim?: number, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_ihfft(self: Tensor, named?: { n?: number | null; dim?: number; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_ihfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`; out may be given to write to. */
  fft_ihfft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_ihfft2(self: Tensor, named?: { s?: number | readonly number[] | null; dim?: number | readonly number[]; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_ihfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_ihfftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_ihfftn(self: Tensor, named?: { s?: number | readonly number[] | null; dim?: number | readonly number[] | null; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_irfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_irfft(self: Tensor, n?: number | null, dim?: number, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_irfft(self: Tensor, named?: { n?: number | null; dim?: number; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_irfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`; out may be given to write to. */
  fft_irfft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_irfft2(self: Tensor, named?: { s?: number | readonly number[] | null; dim?: number | readonly number[]; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_irfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_irfftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_irfftn(self: Tensor, named?: { s?: number | readonly number[] | null; dim?: number | readonly number[] | null; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_rfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_rfft(self: Tensor, n?: number | null, dim?: number, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_rfft(self: Tensor, named?: { n?: number | null; dim?: number; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_rfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`; out may be given to write to. */
  fft_rfft2(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_rfft2(self: Tensor, named?: { s?: number | readonly number[] | null; dim?: number | readonly number[]; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_rfftfreq(int n, float d=1., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  fft_rfftfreq(n: number, d?: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  fft_rfftfreq(n: number, named?: { d?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  fft_rfftfreq(named: { n: number; d?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `fft_rfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_rfftn(self: Tensor, s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_rfftn(self: Tensor, named?: { s?: number | readonly number[] | null; dim?: number | readonly number[] | null; norm?: string | null; out?: Tensor }): Tensor
  /** `fill.Scalar(Tensor self, Scalar value) -> Tensor`; out may be given to write to. */
  fill(self: Tensor, value: Scalar, named?: { out?: Tensor }): Tensor
  fill(self: Tensor, named: { value: Scalar; out?: Tensor }): Tensor
  /** `fill.Tensor(Tensor self, Tensor value) -> Tensor`; out may be given to write to. */
  fill(self: Tensor, value: Tensor, named?: { out?: Tensor }): Tensor
  /** `fill_.Scalar(Tensor(a!) self, Scalar value) -> Tensor(a!)` */
  fill_(self: Tensor, value: Scalar): Tensor
  fill_(self: Tensor, named: { value: Scalar }): Tensor
  /** `fill_.Tensor(Tensor(a!) self, Tensor value) -> Tensor(a!)` */
  fill_(self: Tensor, value: Tensor): Tensor
  /** `fill_diagonal_(Tensor(a!) self, Scalar fill_value, bool wrap=False) -> Tensor(a!)` */
  fill_diagonal_(self: Tensor, fill_value: Scalar, wrap?: boolean): Tensor
  fill_diagonal_(self: Tensor, fill_value: Scalar, named?: { wrap?: boolean }): Tensor
  fill_diagonal_(self: Tensor, named: { fill_value: Scalar; wrap?: boolean }): Tensor
  /** `fix(Tensor self) -> Tensor`; out may be given to write to. */
  fix(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `fix_(Tensor(a!) self) -> Tensor(a!)` */
  fix_(self: Tensor): Tensor
  /** `flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)` */
  flatten(self: Tensor, start_dim?: number, end_dim?: number): Tensor
  flatten(self: Tensor, named?: { start_dim?: number; end_dim?: number }): Tensor
  /** `flatten_dense_tensors(Tensor[] tensors) -> Tensor` */
  flatten_dense_tensors(tensors: readonly Tensor[]): Tensor
  /** `flip(Tensor self, int[] dims) -> Tensor`; out may be given to write to. */
  flip(self: Tensor, dims: readonly number[], named?: { out?: Tensor }): Tensor
  flip(self: Tensor, named: { dims: readonly number[]; out?: Tensor }): Tensor
  /** `fliplr(Tensor self) -> Tensor` */
  fliplr(self: Tensor): Tensor
  /** `flipud(Tensor self) -> Tensor` */
  flipud(self: Tensor): Tensor
  /** `float_power.Scalar(Scalar self, Tensor exponent) -> Tensor`; out may be given to write to. */
  float_power(self: Scalar, exponent: Tensor, named?: { out?: Tensor }): Tensor
  float_power(named: { self: Scalar; exponent: Tensor; out?: Tensor }): Tensor
  /** `float_power.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor`; out may be given to write to. */
  float_power(self: Tensor, exponent: Scalar, named?: { out?: Tensor }): Tensor
  float_power(self: Tensor, named: { exponent: Scalar; out?: Tensor }): Tensor
  /** `float_power.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor`; out may be given to write to. */
  float_power(self: Tensor, exponent: Tensor, named?: { out?: Tensor }): Tensor
  /** `float_power_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)` */
  float_power_(self: Tensor, exponent: Scalar): Tensor
  float_power_(self: Tensor, named: { exponent: Scalar }): Tensor
  /** `float_power_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)` */
  float_power_(self: Tensor, exponent: Tensor): Tensor
  /** `floor(Tensor self) -> Tensor`; out may be given to write to. */
  floor(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `floor_(Tensor(a!) self) -> Tensor(a!)` */
  floor_(self: Tensor): Tensor
  /** `floor_divide(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  floor_divide(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `floor_divide.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  floor_divide(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  floor_divide(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `floor_divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  floor_divide_(self: Tensor, other: Scalar): Tensor
  floor_divide_(self: Tensor, named: { other: Scalar }): Tensor
  /** `floor_divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  floor_divide_(self: Tensor, other: Tensor): Tensor
  /** `fmax(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  fmax(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `fmin(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  fmin(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `fmod.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  fmod(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  fmod(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `fmod.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  fmod(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `fmod_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  fmod_(self: Tensor, other: Scalar): Tensor
  fmod_(self: Tensor, named: { other: Scalar }): Tensor
  /** `fmod_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  fmod_(self: Tensor, other: Tensor): Tensor
  /** `frac(Tensor self) -> Tensor`; out may be given to write to. */
  frac(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `frac_(Tensor(a!) self) -> Tensor(a!)` */
  frac_(self: Tensor): Tensor
  /** `fractional_max_pool2d(Tensor self, int[2] kernel_size, int[2] output_size, Tensor random_samples) -> (Tensor, Tensor)`; output, indices may be given to write to. */
  fractional_max_pool2d(self: Tensor, kernel_size: number | readonly number[], output_size: number | readonly number[], random_samples: Tensor, named?: { output?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  fractional_max_pool2d(self: Tensor, named: { kernel_size: number | readonly number[]; output_size: number | readonly number[]; random_samples: Tensor; output?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  /** `fractional_max_pool3d(Tensor self, int[3] kernel_size, int[3] output_size, Tensor random_samples) -> (Tensor, Tensor)`; output, indices may be given to write to. */
  fractional_max_pool3d(self: Tensor, kernel_size: number | readonly number[], output_size: number | readonly number[], random_samples: Tensor, named?: { output?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  fractional_max_pool3d(self: Tensor, named: { kernel_size: number | readonly number[]; output_size: number | readonly number[]; random_samples: Tensor; output?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  /** `frexp.Tensor(Tensor self) -> (Tensor mantissa, Tensor exponent)`; mantissa, exponent may be given to write to. */
  frexp(self: Tensor, named?: { mantissa?: Tensor; exponent?: Tensor }): [mantissa: Tensor, exponent: Tensor]
  /** `frobenius_norm.dim(Tensor self, int[1] dim, bool keepdim=False) -> Tensor`; out may be given to write to. */
  frobenius_norm(self: Tensor, dim: number | readonly number[], keepdim?: boolean, named?: { out?: Tensor }): Tensor
  frobenius_norm(self: Tensor, dim: number | readonly number[], named?: { keepdim?: boolean; out?: Tensor }): Tensor
  frobenius_norm(self: Tensor, named: { dim: number | readonly number[]; keepdim?: boolean; out?: Tensor }): Tensor
  /** `from_file(str filename, bool? shared=None, int? size=0, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  from_file(filename: string, shared?: boolean | null, size?: number | null, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  from_file(filename: string, named?: { shared?: boolean | null; size?: number | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  from_file(named: { filename: string; shared?: boolean | null; size?: number | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `full(SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  full(size: readonly number[], fill_value: Scalar, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  full(named: { size: readonly number[]; fill_value: Scalar; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `full_like(Tensor self, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  full_like(self: Tensor, fill_value: Scalar, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  full_like(self: Tensor, named: { fill_value: Scalar; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor`; out may be given to write to. */
  gather(self: Tensor, dim: number, index: Tensor, named?: { sparse_grad?: boolean; out?: Tensor }): Tensor
  gather(self: Tensor, named: { dim: number; index: Tensor; sparse_grad?: boolean; out?: Tensor }): Tensor
  /** `gcd(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  gcd(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `gcd_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  gcd_(self: Tensor, other: Tensor): Tensor
  /** `ge.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  ge(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  ge(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `ge.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  ge(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `ge_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  ge_(self: Tensor, other: Scalar): Tensor
  ge_(self: Tensor, named: { other: Scalar }): Tensor
  /** `ge_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  ge_(self: Tensor, other: Tensor): Tensor
  /** `gelu(Tensor self, *, str approximate="none") -> Tensor`; out may be given to write to. */
  gelu(self: Tensor, named?: { approximate?: string; out?: Tensor }): Tensor
  /** `gelu_(Tensor(a!) self, *, str approximate="none") -> Tensor(a!)` */
  gelu_(self: Tensor, named?: { approximate?: string }): Tensor
  /** `geometric(Tensor self, float p, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  geometric(self: Tensor, p: number, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  geometric(self: Tensor, named: { p: number; generator?: Generator | null; out?: Tensor }): Tensor
  /** `geometric_(Tensor(a!) self, float p, *, Generator? generator=None) -> Tensor(a!)` */
  geometric_(self: Tensor, p: number, named?: { generator?: Generator | null }): Tensor
  geometric_(self: Tensor, named: { p: number; generator?: Generator | null }): Tensor
  /** `geqrf(Tensor self) -> (Tensor a, Tensor tau)`; a, tau may be given to write to. */
  geqrf(self: Tensor, named?: { a?: Tensor; tau?: Tensor }): [a: Tensor, tau: Tensor]
  /** `ger(Tensor self, Tensor vec2) -> Tensor`; out may be given to write to. */
  ger(self: Tensor, vec2: Tensor, named?: { out?: Tensor }): Tensor
  /** `get_device(Tensor self) -> int` */
  get_device(self: Tensor): number
  /** `glu(Tensor self, int dim=-1) -> Tensor`; out may be given to write to. */
  glu(self: Tensor, dim?: number, named?: { out?: Tensor }): Tensor
  glu(self: Tensor, named?: { dim?: number; out?: Tensor }): Tensor
  /** `gradient.array(Tensor self, *, int[] dim, int edge_order=1) -> Tensor[]` */
  gradient(self: Tensor, named: { dim: readonly number[]; edge_order?: number }): Tensor[]
  /** `gradient.scalararray(Tensor self, *, Scalar spacing, int[] dim, int edge_order=1) -> Tensor[]` */
  gradient(self: Tensor, named: { spacing: Scalar; dim: readonly number[]; edge_order?: number }): Tensor[]
  /** `gradient.scalarint(Tensor self, *, Scalar? spacing=None, int? dim=None, int edge_order=1) -> Tensor[]` */
  gradient(self: Tensor, named?: { spacing?: Scalar | null; dim?: number | null; edge_order?: number }): Tensor[]
  /** `gradient.scalarrayarray(Tensor self, *, Scalar[] spacing, int[] dim, int edge_order=1) -> Tensor[]` */
  gradient(self: Tensor, named: { spacing: readonly Scalar[]; dim: readonly number[]; edge_order?: number }): Tensor[]
  /** `gradient.scalarrayint(Tensor self, *, Scalar[] spacing, int? dim=None, int edge_order=1) -> Tensor[]` */
  gradient(self: Tensor, named: { spacing: readonly Scalar[]; dim?: number | null; edge_order?: number }): Tensor[]
  /** `gradient.tensorarray(Tensor self, *, Tensor[] spacing, int[] dim, int edge_order=1) -> Tensor[]` */
  gradient(self: Tensor, named: { spacing: readonly Tensor[]; dim: readonly number[]; edge_order?: number }): Tensor[]
  /** `gradient.tensorarrayint(Tensor self, *, Tensor[] spacing, int? dim=None, int edge_order=1) -> Tensor[]` */
  gradient(self: Tensor, named: { spacing: readonly Tensor[]; dim?: number | null; edge_order?: number }): Tensor[]
  /** `greater.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  greater(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  greater(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `greater.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  greater(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `greater_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  greater_(self: Tensor, other: Scalar): Tensor
  greater_(self: Tensor, named: { other: Scalar }): Tensor
  /** `greater_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  greater_(self: Tensor, other: Tensor): Tensor
  /** `greater_equal.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  greater_equal(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  greater_equal(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `greater_equal.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  greater_equal(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `greater_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  greater_equal_(self: Tensor, other: Scalar): Tensor
  greater_equal_(self: Tensor, named: { other: Scalar }): Tensor
  /** `greater_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  greater_equal_(self: Tensor, other: Tensor): Tensor
  /** `grid_sampler(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor` */
  grid_sampler(input: Tensor, grid: Tensor, interpolation_mode: number, padding_mode: number, align_corners: boolean): Tensor
  grid_sampler(input: Tensor, grid: Tensor, named: { interpolation_mode: number; padding_mode: number; align_corners: boolean }): Tensor
  /** `grid_sampler_2d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor`; out may be given to write to. */
  grid_sampler_2d(input: Tensor, grid: Tensor, interpolation_mode: number, padding_mode: number, align_corners: boolean, named?: { out?: Tensor }): Tensor
  grid_sampler_2d(input: Tensor, grid: Tensor, named: { interpolation_mode: number; padding_mode: number; align_corners: boolean; out?: Tensor }): Tensor
  /** `grid_sampler_3d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor`; out may be given to write to. */
  grid_sampler_3d(input: Tensor, grid: Tensor, interpolation_mode: number, padding_mode: number, align_corners: boolean, named?: { out?: Tensor }): Tensor
  grid_sampler_3d(input: Tensor, grid: Tensor, named: { interpolation_mode: number; padding_mode: number; align_corners: boolean; out?: Tensor }): Tensor
  /** `group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enabled=True) -> Tensor` */
  group_norm(input: Tensor, num_groups: number, weight?: Tensor | null, bias?: Tensor | null, eps?: number, cudnn_enabled?: boolean): Tensor
  group_norm(input: Tensor, num_groups: number, named?: { weight?: Tensor | null; bias?: Tensor | null; eps?: number; cudnn_enabled?: boolean }): Tensor
  group_norm(input: Tensor, named: { num_groups: number; weight?: Tensor | null; bias?: Tensor | null; eps?: number; cudnn_enabled?: boolean }): Tensor
  /** `gru.data(Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)` */
  gru(data: Tensor, batch_sizes: Tensor, hx: Tensor, params: readonly Tensor[], has_biases: boolean, num_layers: number, dropout: number, train: boolean, bidirectional: boolean): [Tensor, Tensor]
  gru(data: Tensor, batch_sizes: Tensor, hx: Tensor, params: readonly Tensor[], named: { has_biases: boolean; num_layers: number; dropout: number; train: boolean; bidirectional: boolean }): [Tensor, Tensor]
  /** `gru.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)` */
  gru(input: Tensor, hx: Tensor, params: readonly Tensor[], has_biases: boolean, num_layers: number, dropout: number, train: boolean, bidirectional: boolean, batch_first: boolean): [Tensor, Tensor]
  gru(input: Tensor, hx: Tensor, params: readonly Tensor[], named: { has_biases: boolean; num_layers: number; dropout: number; train: boolean; bidirectional: boolean; batch_first: boolean }): [Tensor, Tensor]
  /** `gru_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor` */
  gru_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih?: Tensor | null, b_hh?: Tensor | null): Tensor
  gru_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, named?: { b_ih?: Tensor | null; b_hh?: Tensor | null }): Tensor
  /** `gt.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  gt(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  gt(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `gt.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  gt(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `gt_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  gt_(self: Tensor, other: Scalar): Tensor
  gt_(self: Tensor, named: { other: Scalar }): Tensor
  /** `gt_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  gt_(self: Tensor, other: Tensor): Tensor
  /** `hamming_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  hamming_window(window_length: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  hamming_window(named: { window_length: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `hamming_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  hamming_window(window_length: number, periodic: boolean, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  hamming_window(named: { window_length: number; periodic: boolean; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `hamming_window.periodic_alpha(int window_length, bool periodic, float alpha, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  hamming_window(window_length: number, periodic: boolean, alpha: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  hamming_window(named: { window_length: number; periodic: boolean; alpha: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `hamming_window.periodic_alpha_beta(int window_length, bool periodic, float alpha, float beta, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  hamming_window(window_length: number, periodic: boolean, alpha: number, beta: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  hamming_window(named: { window_length: number; periodic: boolean; alpha: number; beta: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `hann_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  hann_window(window_length: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  hann_window(named: { window_length: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `hann_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  hann_window(window_length: number, periodic: boolean, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  hann_window(named: { window_length: number; periodic: boolean; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `hardshrink(Tensor self, Scalar lambd=0.5) -> Tensor`; out may be given to write to. */
  hardshrink(self: Tensor, lambd?: Scalar, named?: { out?: Tensor }): Tensor
  hardshrink(self: Tensor, named?: { lambd?: Scalar; out?: Tensor }): Tensor
  /** `hardsigmoid(Tensor self) -> Tensor`; out may be given to write to. */
  hardsigmoid(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `hardsigmoid_(Tensor(a!) self) -> Tensor(a!)` */
  hardsigmoid_(self: Tensor): Tensor
  /** `hardswish(Tensor self) -> Tensor`; out may be given to write to. */
  hardswish(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `hardswish_(Tensor(a!) self) -> Tensor(a!)` */
  hardswish_(self: Tensor): Tensor
  /** `hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor`; out may be given to write to. */
  hardtanh(self: Tensor, min_val?: Scalar, max_val?: Scalar, named?: { out?: Tensor }): Tensor
  hardtanh(self: Tensor, named?: { min_val?: Scalar; max_val?: Scalar; out?: Tensor }): Tensor
  /** `hardtanh_(Tensor(a!) self, Scalar min_val=-1, Scalar max_val=1) -> Tensor(a!)` */
  hardtanh_(self: Tensor, min_val?: Scalar, max_val?: Scalar): Tensor
  hardtanh_(self: Tensor, named?: { min_val?: Scalar; max_val?: Scalar }): Tensor
  /** `hash_tensor(Tensor self, int[1] dim=[], *, bool keepdim=False, int mode=0) -> Tensor`; out may be given to write to. */
  hash_tensor(self: Tensor, dim?: number | readonly number[], named?: { keepdim?: boolean; mode?: number; out?: Tensor }): Tensor
  hash_tensor(self: Tensor, named?: { dim?: number | readonly number[]; keepdim?: boolean; mode?: number; out?: Tensor }): Tensor
  /** `heaviside(Tensor self, Tensor values) -> Tensor`; out may be given to write to. */
  heaviside(self: Tensor, values: Tensor, named?: { out?: Tensor }): Tensor
  /** `heaviside_(Tensor(a!) self, Tensor values) -> Tensor(a!)` */
  heaviside_(self: Tensor, values: Tensor): Tensor
  /** `hinge_embedding_loss(Tensor self, Tensor target, float margin=1., int reduction=1) -> Tensor` */
  hinge_embedding_loss(self: Tensor, target: Tensor, margin?: number, reduction?: number): Tensor
  hinge_embedding_loss(self: Tensor, target: Tensor, named?: { margin?: number; reduction?: number }): Tensor
  /** `histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor`; out may be given to write to. */
  histc(self: Tensor, bins?: number, min?: Scalar, max?: Scalar, named?: { out?: Tensor }): Tensor
  histc(self: Tensor, named?: { bins?: number; min?: Scalar; max?: Scalar; out?: Tensor }): Tensor
  /** `histogram.bin_ct(Tensor self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)`; hist, bin_edges may be given to write to. */
  histogram(self: Tensor, bins?: number, named?: { range?: readonly number[] | null; weight?: Tensor | null; density?: boolean; hist?: Tensor; bin_edges?: Tensor }): [hist: Tensor, bin_edges: Tensor]
  histogram(self: Tensor, named?: { bins?: number; range?: readonly number[] | null; weight?: Tensor | null; density?: boolean; hist?: Tensor; bin_edges?: Tensor }): [hist: Tensor, bin_edges: Tensor]
  /** `histogram.bins_tensor(Tensor self, Tensor bins, *, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)`; hist, bin_edges may be given to write to. */
  histogram(self: Tensor, bins: Tensor, named?: { weight?: Tensor | null; density?: boolean; hist?: Tensor; bin_edges?: Tensor }): [hist: Tensor, bin_edges: Tensor]
  /** `histogramdd(Tensor self, int[] bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)` */
  histogramdd(self: Tensor, bins: readonly number[], range?: readonly number[] | null, weight?: Tensor | null, density?: boolean): [hist: Tensor, bin_edges: Tensor[]]
  histogramdd(self: Tensor, bins: readonly number[], named?: { range?: readonly number[] | null; weight?: Tensor | null; density?: boolean }): [hist: Tensor, bin_edges: Tensor[]]
  histogramdd(self: Tensor, named: { bins: readonly number[]; range?: readonly number[] | null; weight?: Tensor | null; density?: boolean }): [hist: Tensor, bin_edges: Tensor[]]
  /** `histogramdd.TensorList_bins(Tensor self, Tensor[] bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)` */
  histogramdd(self: Tensor, bins: readonly Tensor[], range?: readonly number[] | null, weight?: Tensor | null, density?: boolean): [hist: Tensor, bin_edges: Tensor[]]
  histogramdd(self: Tensor, bins: readonly Tensor[], named?: { range?: readonly number[] | null; weight?: Tensor | null; density?: boolean }): [hist: Tensor, bin_edges: Tensor[]]
  /** `histogramdd.int_bins(Tensor self, int bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)` */
  histogramdd(self: Tensor, bins: number, range?: readonly number[] | null, weight?: Tensor | null, density?: boolean): [hist: Tensor, bin_edges: Tensor[]]
  histogramdd(self: Tensor, bins: number, named?: { range?: readonly number[] | null; weight?: Tensor | null; density?: boolean }): [hist: Tensor, bin_edges: Tensor[]]
  histogramdd(self: Tensor, named: { bins: number; range?: readonly number[] | null; weight?: Tensor | null; density?: boolean }): [hist: Tensor, bin_edges: Tensor[]]
  /** `hsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]` */
  hsplit(self: Tensor, indices: readonly number[]): Tensor[]
  hsplit(self: Tensor, named: { indices: readonly number[] }): Tensor[]
  /** `hsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]` */
  hsplit(self: Tensor, sections: number): Tensor[]
  hsplit(self: Tensor, named: { sections: number }): Tensor[]
  /** `hspmm(Tensor mat1, Tensor mat2) -> Tensor`; out may be given to write to. */
  hspmm(mat1: Tensor, mat2: Tensor, named?: { out?: Tensor }): Tensor
  /** `hstack(Tensor[] tensors) -> Tensor`; out may be given to write to. */
  hstack(tensors: readonly Tensor[], named?: { out?: Tensor }): Tensor
  /** `huber_loss(Tensor self, Tensor target, int reduction=1, float delta=1.) -> Tensor`; out may be given to write to. */
  huber_loss(self: Tensor, target: Tensor, reduction?: number, delta?: number, named?: { out?: Tensor }): Tensor
  huber_loss(self: Tensor, target: Tensor, named?: { reduction?: number; delta?: number; out?: Tensor }): Tensor
  /** `hypot(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  hypot(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `hypot_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  hypot_(self: Tensor, other: Tensor): Tensor
  /** `i0(Tensor self) -> Tensor`; out may be given to write to. */
  i0(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `i0_(Tensor(a!) self) -> Tensor(a!)` */
  i0_(self: Tensor): Tensor
  /** `igamma(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  igamma(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `igamma_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  igamma_(self: Tensor, other: Tensor): Tensor
  /** `igammac(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  igammac(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `igammac_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  igammac_(self: Tensor, other: Tensor): Tensor
  /** `im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor`; out may be given to write to. */
  im2col(self: Tensor, kernel_size: number | readonly number[], dilation: number | readonly number[], padding: number | readonly number[], stride: number | readonly number[], named?: { out?: Tensor }): Tensor
  im2col(self: Tensor, named: { kernel_size: number | readonly number[]; dilation: number | readonly number[]; padding: number | readonly number[]; stride: number | readonly number[]; out?: Tensor }): Tensor
  /** `imag(Tensor(a) self) -> Tensor(a)` */
  imag(self: Tensor): Tensor
  /** `index.Tensor(Tensor self, Tensor?[] indices) -> Tensor`; out may be given to write to. */
  index(self: Tensor, indices: readonly (Tensor | null)[], named?: { out?: Tensor }): Tensor
  /** `index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  index_add(self: Tensor, dim: number, index: Tensor, source: Tensor, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  index_add(self: Tensor, named: { dim: number; index: Tensor; source: Tensor; alpha?: Scalar; out?: Tensor }): Tensor
  /** `index_add_(Tensor(a!) self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor(a!)` */
  index_add_(self: Tensor, dim: number, index: Tensor, source: Tensor, named?: { alpha?: Scalar }): Tensor
  index_add_(self: Tensor, named: { dim: number; index: Tensor; source: Tensor; alpha?: Scalar }): Tensor
  /** `index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor`; out may be given to write to. */
  index_fill(self: Tensor, dim: number, index: Tensor, value: Scalar, named?: { out?: Tensor }): Tensor
  index_fill(self: Tensor, named: { dim: number; index: Tensor; value: Scalar; out?: Tensor }): Tensor
  /** `index_fill.int_Tensor(Tensor self, int dim, Tensor index, Tensor value) -> Tensor`; out may be given to write to. */
  index_fill(self: Tensor, dim: number, index: Tensor, value: Tensor, named?: { out?: Tensor }): Tensor
  index_fill(self: Tensor, named: { dim: number; index: Tensor; value: Tensor; out?: Tensor }): Tensor
  /** `index_fill_.int_Scalar(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)` */
  index_fill_(self: Tensor, dim: number, index: Tensor, value: Scalar): Tensor
  index_fill_(self: Tensor, named: { dim: number; index: Tensor; value: Scalar }): Tensor
  /** `index_fill_.int_Tensor(Tensor(a!) self, int dim, Tensor index, Tensor value) -> Tensor(a!)` */
  index_fill_(self: Tensor, dim: number, index: Tensor, value: Tensor): Tensor
  index_fill_(self: Tensor, named: { dim: number; index: Tensor; value: Tensor }): Tensor
  /** `index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor`; out may be given to write to. */
  index_put(self: Tensor, indices: readonly (Tensor | null)[], values: Tensor, accumulate?: boolean, named?: { out?: Tensor }): Tensor
  index_put(self: Tensor, indices: readonly (Tensor | null)[], values: Tensor, named?: { accumulate?: boolean; out?: Tensor }): Tensor
  /** `index_put_(Tensor(a!) self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor(a!)` */
  index_put_(self: Tensor, indices: readonly (Tensor | null)[], values: Tensor, accumulate?: boolean): Tensor
  index_put_(self: Tensor, indices: readonly (Tensor | null)[], values: Tensor, named?: { accumulate?: boolean }): Tensor
  /** `index_reduce(Tensor self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor`; out may be given to write to. */
  index_reduce(self: Tensor, dim: number, index: Tensor, source: Tensor, reduce: string, named?: { include_self?: boolean; out?: Tensor }): Tensor
  index_reduce(self: Tensor, named: { dim: number; index: Tensor; source: Tensor; reduce: string; include_self?: boolean; out?: Tensor }): Tensor
  /** `index_reduce_(Tensor(a!) self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor(a!)` */
  index_reduce_(self: Tensor, dim: number, index: Tensor, source: Tensor, reduce: string, named?: { include_self?: boolean }): Tensor
  index_reduce_(self: Tensor, named: { dim: number; index: Tensor; source: Tensor; reduce: string; include_self?: boolean }): Tensor
  /** `index_select(Tensor self, int dim, Tensor index) -> Tensor`; out may be given to write to. */
  index_select(self: Tensor, dim: number, index: Tensor, named?: { out?: Tensor }): Tensor
  index_select(self: Tensor, named: { dim: number; index: Tensor; out?: Tensor }): Tensor
  /** `indices(Tensor(a) self) -> Tensor(a)` */
  indices(self: Tensor): Tensor
  /** `inner(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  inner(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, float momentum, float eps, bool cudnn_enabled) -> Tensor` */
  instance_norm(input: Tensor, weight: Tensor | null, bias: Tensor | null, running_mean: Tensor | null, running_var: Tensor | null, use_input_stats: boolean, momentum: number, eps: number, cudnn_enabled: boolean): Tensor
  instance_norm(input: Tensor, weight: Tensor | null, bias: Tensor | null, running_mean: Tensor | null, running_var: Tensor | null, named: { use_input_stats: boolean; momentum: number; eps: number; cudnn_enabled: boolean }): Tensor
  /** `inverse(Tensor self) -> Tensor`; out may be given to write to. */
  inverse(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `is_coalesced(Tensor self) -> bool` */
  is_coalesced(self: Tensor): boolean
  /** `is_complex(Tensor self) -> bool` */
  is_complex(self: Tensor): boolean
  /** `is_conj(Tensor self) -> bool` */
  is_conj(self: Tensor): boolean
  /** `is_contiguous(Tensor self) -> bool` */
  is_contiguous(self: Tensor): boolean
  /** `is_contiguous.memory_format(Tensor self, MemoryFormat memory_format) -> bool` */
  is_contiguous(self: Tensor, memory_format: MemoryFormat): boolean
  is_contiguous(self: Tensor, named: { memory_format: MemoryFormat }): boolean
  /** `is_distributed(Tensor self) -> bool` */
  is_distributed(self: Tensor): boolean
  /** `is_floating_point(Tensor self) -> bool` */
  is_floating_point(self: Tensor): boolean
  /** `is_inference(Tensor self) -> bool` */
  is_inference(self: Tensor): boolean
  /** `is_leaf(Tensor self) -> bool` */
  is_leaf(self: Tensor): boolean
  /** `is_neg(Tensor self) -> bool` */
  is_neg(self: Tensor): boolean
  /** `is_nonzero(Tensor self) -> bool` */
  is_nonzero(self: Tensor): boolean
  /** `is_pinned(Tensor self, Device? device=None) -> bool` */
  is_pinned(self: Tensor, device?: Device | null): boolean
  is_pinned(self: Tensor, named?: { device?: Device | null }): boolean
  /** `is_same_size(Tensor self, Tensor other) -> bool` */
  is_same_size(self: Tensor, other: Tensor): boolean
  /** `is_set_to(Tensor self, Tensor tensor) -> bool` */
  is_set_to(self: Tensor, tensor: Tensor): boolean
  /** `is_signed(Tensor self) -> bool` */
  is_signed(self: Tensor): boolean
  /** `is_vulkan_available() -> bool` */
  is_vulkan_available(): boolean
  /** `isclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> Tensor` */
  isclose(self: Tensor, other: Tensor, rtol?: number, atol?: number, equal_nan?: boolean): Tensor
  isclose(self: Tensor, other: Tensor, named?: { rtol?: number; atol?: number; equal_nan?: boolean }): Tensor
  /** `isfinite(Tensor self) -> Tensor` */
  isfinite(self: Tensor): Tensor
  /** `isin.Scalar_Tensor(Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor`; out may be given to write to. */
  isin(element: Scalar, test_elements: Tensor, named?: { assume_unique?: boolean; invert?: boolean; out?: Tensor }): Tensor
  isin(named: { element: Scalar; test_elements: Tensor; assume_unique?: boolean; invert?: boolean; out?: Tensor }): Tensor
  /** `isin.Tensor_Scalar(Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False) -> Tensor`; out may be given to write to. */
  isin(elements: Tensor, test_element: Scalar, named?: { assume_unique?: boolean; invert?: boolean; out?: Tensor }): Tensor
  isin(elements: Tensor, named: { test_element: Scalar; assume_unique?: boolean; invert?: boolean; out?: Tensor }): Tensor
  /** `isin.Tensor_Tensor(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor`; out may be given to write to. */
  isin(elements: Tensor, test_elements: Tensor, named?: { assume_unique?: boolean; invert?: boolean; out?: Tensor }): Tensor
  /** `isinf(Tensor self) -> Tensor`; out may be given to write to. */
  isinf(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `isnan(Tensor self) -> Tensor`; out may be given to write to. */
  isnan(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `isneginf(Tensor self) -> Tensor`; out may be given to write to. */
  isneginf(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `isposinf(Tensor self) -> Tensor`; out may be given to write to. */
  isposinf(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `isreal(Tensor self) -> Tensor` */
  isreal(self: Tensor): Tensor
  /** `istft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, bool normalized=False, bool? onesided=None, int? length=None, bool return_complex=False) -> Tensor` */
  istft(self: Tensor, n_fft: number, hop_length?: number | null, win_length?: number | null, window?: Tensor | null, center?: boolean, normalized?: boolean, onesided?: boolean | null, length?: number | null, return_complex?: boolean): Tensor
  istft(self: Tensor, n_fft: number, named?: { hop_length?: number | null; win_length?: number | null; window?: Tensor | null; center?: boolean; normalized?: boolean; onesided?: boolean | null; length?: number | null; return_complex?: boolean }): Tensor
  istft(self: Tensor, named: { n_fft: number; hop_length?: number | null; win_length?: number | null; window?: Tensor | null; center?: boolean; normalized?: boolean; onesided?: boolean | null; length?: number | null; return_complex?: boolean }): Tensor
  /** `item(Tensor self) -> Scalar` */
  item(self: Tensor): Scalar
  /** `kaiser_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  kaiser_window(window_length: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  kaiser_window(named: { window_length: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `kaiser_window.beta(int window_length, bool periodic, float beta, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  kaiser_window(window_length: number, periodic: boolean, beta: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  kaiser_window(named: { window_length: number; periodic: boolean; beta: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `kaiser_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  kaiser_window(window_length: number, periodic: boolean, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  kaiser_window(named: { window_length: number; periodic: boolean; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `kl_div(Tensor self, Tensor target, int reduction=1, *, bool log_target=False) -> Tensor` */
  kl_div(self: Tensor, target: Tensor, reduction?: number, named?: { log_target?: boolean }): Tensor
  kl_div(self: Tensor, target: Tensor, named?: { reduction?: number; log_target?: boolean }): Tensor
  /** `kron(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  kron(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `kthvalue(Tensor self, SymInt k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  kthvalue(self: Tensor, k: number, dim?: number, keepdim?: boolean, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  kthvalue(self: Tensor, k: number, named?: { dim?: number; keepdim?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  kthvalue(self: Tensor, named: { k: number; dim?: number; keepdim?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `l1_loss(Tensor self, Tensor target, int reduction=1) -> Tensor` */
  l1_loss(self: Tensor, target: Tensor, reduction?: number): Tensor
  l1_loss(self: Tensor, target: Tensor, named?: { reduction?: number }): Tensor
  /** `layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enable=True) -> Tensor` */
  layer_norm(input: Tensor, normalized_shape: readonly number[], weight?: Tensor | null, bias?: Tensor | null, eps?: number, cudnn_enable?: boolean): Tensor
  layer_norm(input: Tensor, normalized_shape: readonly number[], named?: { weight?: Tensor | null; bias?: Tensor | null; eps?: number; cudnn_enable?: boolean }): Tensor
  layer_norm(input: Tensor, named: { normalized_shape: readonly number[]; weight?: Tensor | null; bias?: Tensor | null; eps?: number; cudnn_enable?: boolean }): Tensor
  /** `lcm(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  lcm(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `lcm_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  lcm_(self: Tensor, other: Tensor): Tensor
  /** `ldexp.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  ldexp(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `ldexp_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  ldexp_(self: Tensor, other: Tensor): Tensor
  /** `le.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  le(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  le(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `le.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  le(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `le_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  le_(self: Tensor, other: Scalar): Tensor
  le_(self: Tensor, named: { other: Scalar }): Tensor
  /** `le_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  le_(self: Tensor, other: Tensor): Tensor
  /** `leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor`; out may be given to write to. */
  leaky_relu(self: Tensor, negative_slope?: Scalar, named?: { out?: Tensor }): Tensor
  leaky_relu(self: Tensor, named?: { negative_slope?: Scalar; out?: Tensor }): Tensor
  /** `leaky_relu_(Tensor(a!) self, Scalar negative_slope=0.01) -> Tensor(a!)` */
  leaky_relu_(self: Tensor, negative_slope?: Scalar): Tensor
  leaky_relu_(self: Tensor, named?: { negative_slope?: Scalar }): Tensor
  /** `lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor`; out may be given to write to. */
  lerp(self: Tensor, end: Tensor, weight: Scalar, named?: { out?: Tensor }): Tensor
  lerp(self: Tensor, end: Tensor, named: { weight: Scalar; out?: Tensor }): Tensor
  /** `lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor`; out may be given to write to. */
  lerp(self: Tensor, end: Tensor, weight: Tensor, named?: { out?: Tensor }): Tensor
  /** `lerp_.Scalar(Tensor(a!) self, Tensor end, Scalar weight) -> Tensor(a!)` */
  lerp_(self: Tensor, end: Tensor, weight: Scalar): Tensor
  lerp_(self: Tensor, end: Tensor, named: { weight: Scalar }): Tensor
  /** `lerp_.Tensor(Tensor(a!) self, Tensor end, Tensor weight) -> Tensor(a!)` */
  lerp_(self: Tensor, end: Tensor, weight: Tensor): Tensor
  /** `less.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  less(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  less(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `less.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  less(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `less_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  less_(self: Tensor, other: Scalar): Tensor
  less_(self: Tensor, named: { other: Scalar }): Tensor
  /** `less_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  less_(self: Tensor, other: Tensor): Tensor
  /** `less_equal.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  less_equal(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  less_equal(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `less_equal.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  less_equal(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `less_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  less_equal_(self: Tensor, other: Scalar): Tensor
  less_equal_(self: Tensor, named: { other: Scalar }): Tensor
  /** `less_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  less_equal_(self: Tensor, other: Tensor): Tensor
  /** `lgamma(Tensor self) -> Tensor`; out may be given to write to. */
  lgamma(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `lgamma_(Tensor(a!) self) -> Tensor(a!)` */
  lgamma_(self: Tensor): Tensor
  /** `linalg__powsum(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor` */
  linalg__powsum(self: Tensor, ord?: Scalar, dim?: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null }): Tensor
  linalg__powsum(self: Tensor, named?: { ord?: Scalar; dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null }): Tensor
  /** `linalg_cholesky(Tensor self, *, bool upper=False) -> Tensor`; out may be given to write to. */
  linalg_cholesky(self: Tensor, named?: { upper?: boolean; out?: Tensor }): Tensor
  /** `linalg_cholesky_ex(Tensor self, *, bool upper=False, bool check_errors=False) -> (Tensor L, Tensor info)`; L, info may be given to write to. */
  linalg_cholesky_ex(self: Tensor, named?: { upper?: boolean; check_errors?: boolean; L?: Tensor; info?: Tensor }): [L: Tensor, info: Tensor]
  /** `linalg_cond(Tensor self, Scalar? p=None) -> Tensor`; out may be given to write to. */
  linalg_cond(self: Tensor, p?: Scalar | null, named?: { out?: Tensor }): Tensor
  linalg_cond(self: Tensor, named?: { p?: Scalar | null; out?: Tensor }): Tensor
  /** `linalg_cond.p_str(Tensor self, str p) -> Tensor`; out may be given to write to. */
  linalg_cond(self: Tensor, p: string, named?: { out?: Tensor }): Tensor
  linalg_cond(self: Tensor, named: { p: string; out?: Tensor }): Tensor
  /** `linalg_cross(Tensor self, Tensor other, *, int dim=-1) -> Tensor`; out may be given to write to. */
  linalg_cross(self: Tensor, other: Tensor, named?: { dim?: number; out?: Tensor }): Tensor
  /** `linalg_det(Tensor A) -> Tensor`; out may be given to write to. */
  linalg_det(A: Tensor, named?: { out?: Tensor }): Tensor
  /** `linalg_diagonal(Tensor(a) A, *, int offset=0, int dim1=-2, int dim2=-1) -> Tensor(a)` */
  linalg_diagonal(A: Tensor, named?: { offset?: number; dim1?: number; dim2?: number }): Tensor
  /** `linalg_eig(Tensor self) -> (Tensor eigenvalues, Tensor eigenvectors)`; eigenvalues, eigenvectors may be given to write to. */
  linalg_eig(self: Tensor, named?: { eigenvalues?: Tensor; eigenvectors?: Tensor }): [eigenvalues: Tensor, eigenvectors: Tensor]
  /** `linalg_eigh(Tensor self, str UPLO="L") -> (Tensor eigenvalues, Tensor eigenvectors)`; eigvals, eigvecs may be given to write to. */
  linalg_eigh(self: Tensor, UPLO?: string, named?: { eigvals?: Tensor; eigvecs?: Tensor }): [eigenvalues: Tensor, eigenvectors: Tensor]
  linalg_eigh(self: Tensor, named?: { UPLO?: string; eigvals?: Tensor; eigvecs?: Tensor }): [eigenvalues: Tensor, eigenvectors: Tensor]
  /** `linalg_eigvals(Tensor self) -> Tensor`; out may be given to write to. */
  linalg_eigvals(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `linalg_eigvalsh(Tensor self, str UPLO="L") -> Tensor`; out may be given to write to. */
  linalg_eigvalsh(self: Tensor, UPLO?: string, named?: { out?: Tensor }): Tensor
  linalg_eigvalsh(self: Tensor, named?: { UPLO?: string; out?: Tensor }): Tensor
  /** `linalg_householder_product(Tensor input, Tensor tau) -> Tensor`; out may be given to write to. */
  linalg_householder_product(input: Tensor, tau: Tensor, named?: { out?: Tensor }): Tensor
  /** `linalg_inv(Tensor A) -> Tensor`; out may be given to write to. */
  linalg_inv(A: Tensor, named?: { out?: Tensor }): Tensor
  /** `linalg_inv_ex(Tensor A, *, bool check_errors=False) -> (Tensor inverse, Tensor info)`; inverse, info may be given to write to. */
  linalg_inv_ex(A: Tensor, named?: { check_errors?: boolean; inverse?: Tensor; info?: Tensor }): [inverse: Tensor, info: Tensor]
  /** `linalg_ldl_factor(Tensor self, *, bool hermitian=False) -> (Tensor LD, Tensor pivots)`; LD, pivots may be given to write to. */
  linalg_ldl_factor(self: Tensor, named?: { hermitian?: boolean; LD?: Tensor; pivots?: Tensor }): [LD: Tensor, pivots: Tensor]
  /** `linalg_ldl_factor_ex(Tensor self, *, bool hermitian=False, bool check_errors=False) -> (Tensor LD, Tensor pivots, Tensor info)`; LD, pivots, info may be given to write to. */
  linalg_ldl_factor_ex(self: Tensor, named?: { hermitian?: boolean; check_errors?: boolean; LD?: Tensor; pivots?: Tensor; info?: Tensor }): [LD: Tensor, pivots: Tensor, info: Tensor]
  /** `linalg_ldl_solve(Tensor LD, Tensor pivots, Tensor B, *, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_ldl_solve(LD: Tensor, pivots: Tensor, B: Tensor, named?: { hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_lstsq(Tensor self, Tensor b, float? rcond=None, *, str? driver=None) -> (Tensor solution, Tensor residuals, Tensor rank, Tensor singular_values)`; solution, residuals, rank, singular_values may be given to write to. */
  linalg_lstsq(self: Tensor, b: Tensor, rcond?: number | null, named?: { driver?: string | null; solution?: Tensor; residuals?: Tensor; rank?: Tensor; singular_values?: Tensor }): [solution: Tensor, residuals: Tensor, rank: Tensor, singular_values: Tensor]
  linalg_lstsq(self: Tensor, b: Tensor, named?: { rcond?: number | null; driver?: string | null; solution?: Tensor; residuals?: Tensor; rank?: Tensor; singular_values?: Tensor }): [solution: Tensor, residuals: Tensor, rank: Tensor, singular_values: Tensor]
  /** `linalg_lu(Tensor A, *, bool pivot=True) -> (Tensor P, Tensor L, Tensor U)`; P, L, U may be given to write to. */
  linalg_lu(A: Tensor, named?: { pivot?: boolean; P?: Tensor; L?: Tensor; U?: Tensor }): [P: Tensor, L: Tensor, U: Tensor]
  /** `linalg_lu_factor(Tensor A, *, bool pivot=True) -> (Tensor LU, Tensor pivots)`; LU, pivots may be given to write to. */
  linalg_lu_factor(A: Tensor, named?: { pivot?: boolean; LU?: Tensor; pivots?: Tensor }): [LU: Tensor, pivots: Tensor]
  /** `linalg_lu_factor_ex(Tensor A, *, bool pivot=True, bool check_errors=False) -> (Tensor LU, Tensor pivots, Tensor info)`; LU, pivots, info may be given to write to. */
  linalg_lu_factor_ex(A: Tensor, named?: { pivot?: boolean; check_errors?: boolean; LU?: Tensor; pivots?: Tensor; info?: Tensor }): [LU: Tensor, pivots: Tensor, info: Tensor]
  /** `linalg_lu_solve(Tensor LU, Tensor pivots, Tensor B, *, bool left=True, bool adjoint=False) -> Tensor`; out may be given to write to. */
  linalg_lu_solve(LU: Tensor, pivots: Tensor, B: Tensor, named?: { left?: boolean; adjoint?: boolean; out?: Tensor }): Tensor
  /** `linalg_matmul(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  linalg_matmul(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `linalg_matrix_exp(Tensor self) -> Tensor`; out may be given to write to. */
  linalg_matrix_exp(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `linalg_matrix_norm(Tensor self, Scalar ord, int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  linalg_matrix_norm(self: Tensor, ord: Scalar, dim?: readonly number[], keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  linalg_matrix_norm(self: Tensor, ord: Scalar, named?: { dim?: readonly number[]; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  linalg_matrix_norm(self: Tensor, named: { ord: Scalar; dim?: readonly number[]; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `linalg_matrix_norm.str_ord(Tensor self, str ord="fro", int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  linalg_matrix_norm(self: Tensor, ord?: string, dim?: readonly number[], keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  linalg_matrix_norm(self: Tensor, named?: { ord?: string; dim?: readonly number[]; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `linalg_matrix_power(Tensor self, int n) -> Tensor`; out may be given to write to. */
  linalg_matrix_power(self: Tensor, n: number, named?: { out?: Tensor }): Tensor
  linalg_matrix_power(self: Tensor, named: { n: number; out?: Tensor }): Tensor
  /** `linalg_matrix_rank(Tensor self, float tol, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_matrix_rank(self: Tensor, tol: number, hermitian?: boolean, named?: { out?: Tensor }): Tensor
  linalg_matrix_rank(self: Tensor, tol: number, named?: { hermitian?: boolean; out?: Tensor }): Tensor
  linalg_matrix_rank(self: Tensor, named: { tol: number; hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_matrix_rank.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_matrix_rank(self: Tensor, named?: { atol?: number | null; rtol?: number | null; hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_matrix_rank.atol_rtol_tensor(Tensor input, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_matrix_rank(input: Tensor, named?: { atol?: Tensor | null; rtol?: Tensor | null; hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_matrix_rank.tol_tensor(Tensor input, Tensor tol, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_matrix_rank(input: Tensor, tol: Tensor, hermitian?: boolean, named?: { out?: Tensor }): Tensor
  linalg_matrix_rank(input: Tensor, tol: Tensor, named?: { hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_multi_dot(Tensor[] tensors) -> Tensor`; out may be given to write to. */
  linalg_multi_dot(tensors: readonly Tensor[], named?: { out?: Tensor }): Tensor
  /** `linalg_norm(Tensor self, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  linalg_norm(self: Tensor, ord?: Scalar | null, dim?: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  linalg_norm(self: Tensor, named?: { ord?: Scalar | null; dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `linalg_norm.ord_str(Tensor self, str ord, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  linalg_norm(self: Tensor, ord: string, dim?: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  linalg_norm(self: Tensor, ord: string, named?: { dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  linalg_norm(self: Tensor, named: { ord: string; dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `linalg_pinv(Tensor self, float rcond, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_pinv(self: Tensor, rcond: number, hermitian?: boolean, named?: { out?: Tensor }): Tensor
  linalg_pinv(self: Tensor, rcond: number, named?: { hermitian?: boolean; out?: Tensor }): Tensor
  linalg_pinv(self: Tensor, named: { rcond: number; hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_pinv.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_pinv(self: Tensor, named?: { atol?: number | null; rtol?: number | null; hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_pinv.atol_rtol_tensor(Tensor self, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_pinv(self: Tensor, named?: { atol?: Tensor | null; rtol?: Tensor | null; hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_pinv.rcond_tensor(Tensor self, Tensor rcond, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_pinv(self: Tensor, rcond: Tensor, hermitian?: boolean, named?: { out?: Tensor }): Tensor
  linalg_pinv(self: Tensor, rcond: Tensor, named?: { hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_qr(Tensor A, str mode="reduced") -> (Tensor Q, Tensor R)`; Q, R may be given to write to. */
  linalg_qr(A: Tensor, mode?: string, named?: { Q?: Tensor; R?: Tensor }): [Q: Tensor, R: Tensor]
  linalg_qr(A: Tensor, named?: { mode?: string; Q?: Tensor; R?: Tensor }): [Q: Tensor, R: Tensor]
  /** `linalg_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet)`; sign, logabsdet may be given to write to. */
  linalg_slogdet(A: Tensor, named?: { sign?: Tensor; logabsdet?: Tensor }): [sign: Tensor, logabsdet: Tensor]
  /** `linalg_solve(Tensor A, Tensor B, *, bool left=True) -> Tensor`; out may be given to write to. */
  linalg_solve(A: Tensor, B: Tensor, named?: { left?: boolean; out?: Tensor }): Tensor
  /** `linalg_solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor result, Tensor info)`; result, info may be given to write to. */
  linalg_solve_ex(A: Tensor, B: Tensor, named?: { left?: boolean; check_errors?: boolean; result?: Tensor; info?: Tensor }): [result: Tensor, info: Tensor]
  /** `linalg_solve_triangular(Tensor self, Tensor B, *, bool upper, bool left=True, bool unitriangular=False) -> Tensor`; out may be given to write to. */
  linalg_solve_triangular(self: Tensor, B: Tensor, named: { upper: boolean; left?: boolean; unitriangular?: boolean; out?: Tensor }): Tensor
  /** `linalg_svd(Tensor A, bool full_matrices=True, *, str? driver=None) -> (Tensor U, Tensor S, Tensor Vh)`; U, S, Vh may be given to write to. */
  linalg_svd(A: Tensor, full_matrices?: boolean, named?: { driver?: string | null; U?: Tensor; S?: Tensor; Vh?: Tensor }): [U: Tensor, S: Tensor, Vh: Tensor]
  linalg_svd(A: Tensor, named?: { full_matrices?: boolean; driver?: string | null; U?: Tensor; S?: Tensor; Vh?: Tensor }): [U: Tensor, S: Tensor, Vh: Tensor]
  /** `linalg_svdvals(Tensor A, *, str? driver=None) -> Tensor`; out may be given to write to. */
  linalg_svdvals(A: Tensor, named?: { driver?: string | null; out?: Tensor }): Tensor
  /** `linalg_tensorinv(Tensor self, int ind=2) -> Tensor`; out may be given to write to. */
  linalg_tensorinv(self: Tensor, ind?: number, named?: { out?: Tensor }): Tensor
  linalg_tensorinv(self: Tensor, named?: { ind?: number; out?: Tensor }): Tensor
  /** `linalg_tensorsolve(Tensor self, Tensor other, int[]? dims=None) -> Tensor`; out may be given to write to. */
  linalg_tensorsolve(self: Tensor, other: Tensor, dims?: readonly number[] | null, named?: { out?: Tensor }): Tensor
  linalg_tensorsolve(self: Tensor, other: Tensor, named?: { dims?: readonly number[] | null; out?: Tensor }): Tensor
  /** `linalg_vander(Tensor x, *, SymInt? N=None) -> Tensor` */
  linalg_vander(x: Tensor, named?: { N?: number | null }): Tensor
  /** `linalg_vecdot(Tensor x, Tensor y, *, int dim=-1) -> Tensor`; out may be given to write to. */
  linalg_vecdot(x: Tensor, y: Tensor, named?: { dim?: number; out?: Tensor }): Tensor
  /** `linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  linalg_vector_norm(self: Tensor, ord?: Scalar, dim?: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  linalg_vector_norm(self: Tensor, named?: { ord?: Scalar; dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor`; out may be given to write to. */
  linear(input: Tensor, weight: Tensor, bias?: Tensor | null, named?: { out?: Tensor }): Tensor
  linear(input: Tensor, weight: Tensor, named?: { bias?: Tensor | null; out?: Tensor }): Tensor
  /** `linspace(Scalar start, Scalar end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  linspace(start: Scalar, end: Scalar, steps: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  linspace(named: { start: Scalar; end: Scalar; steps: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `linspace.Scalar_Tensor(Scalar start, Tensor end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  linspace(start: Scalar, end: Tensor, steps: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  linspace(named: { start: Scalar; end: Tensor; steps: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `linspace.Tensor_Scalar(Tensor start, Scalar end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  linspace(start: Tensor, end: Scalar, steps: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  linspace(start: Tensor, named: { end: Scalar; steps: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `linspace.Tensor_Tensor(Tensor start, Tensor end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  linspace(start: Tensor, end: Tensor, steps: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  linspace(start: Tensor, end: Tensor, named: { steps: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `log(Tensor self) -> Tensor`; out may be given to write to. */
  log(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `log10(Tensor self) -> Tensor`; out may be given to write to. */
  log10(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `log10_(Tensor(a!) self) -> Tensor(a!)` */
  log10_(self: Tensor): Tensor
  /** `log1p(Tensor self) -> Tensor`; out may be given to write to. */
  log1p(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `log1p_(Tensor(a!) self) -> Tensor(a!)` */
  log1p_(self: Tensor): Tensor
  /** `log2(Tensor self) -> Tensor`; out may be given to write to. */
  log2(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `log2_(Tensor(a!) self) -> Tensor(a!)` */
  log2_(self: Tensor): Tensor
  /** `log_(Tensor(a!) self) -> Tensor(a!)` */
  log_(self: Tensor): Tensor
  /** `log_normal(Tensor self, float mean=1., float std=2., *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  log_normal(self: Tensor, mean?: number, std?: number, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  log_normal(self: Tensor, named?: { mean?: number; std?: number; generator?: Generator | null; out?: Tensor }): Tensor
  /** `log_normal_(Tensor(a!) self, float mean=1., float std=2., *, Generator? generator=None) -> Tensor(a!)` */
  log_normal_(self: Tensor, mean?: number, std?: number, named?: { generator?: Generator | null }): Tensor
  log_normal_(self: Tensor, named?: { mean?: number; std?: number; generator?: Generator | null }): Tensor
  /** `log_sigmoid(Tensor self) -> Tensor`; out may be given to write to. */
  log_sigmoid(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `log_sigmoid_forward(Tensor self) -> (Tensor output, Tensor buffer)`; output, buffer may be given to write to. */
  log_sigmoid_forward(self: Tensor, named?: { output?: Tensor; buffer?: Tensor }): [output: Tensor, buffer: Tensor]
  /** `log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  log_softmax(self: Tensor, dim: number, dtype?: Dtype | null, named?: { out?: Tensor }): Tensor
  log_softmax(self: Tensor, dim: number, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  log_softmax(self: Tensor, named: { dim: number; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `logaddexp(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  logaddexp(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `logaddexp2(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  logaddexp2(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `logcumsumexp(Tensor self, int dim) -> Tensor`; out may be given to write to. */
  logcumsumexp(self: Tensor, dim: number, named?: { out?: Tensor }): Tensor
  logcumsumexp(self: Tensor, named: { dim: number; out?: Tensor }): Tensor
  /** `logdet(Tensor self) -> Tensor` */
  logdet(self: Tensor): Tensor
  /** `logical_and(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  logical_and(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `logical_and_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  logical_and_(self: Tensor, other: Tensor): Tensor
  /** `logical_not(Tensor self) -> Tensor`; out may be given to write to. */
  logical_not(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `logical_not_(Tensor(a!) self) -> Tensor(a!)` */
  logical_not_(self: Tensor): Tensor
  /** `logical_or(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  logical_or(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `logical_or_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  logical_or_(self: Tensor, other: Tensor): Tensor
  /** `logical_xor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  logical_xor(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `logical_xor_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  logical_xor_(self: Tensor, other: Tensor): Tensor
  /** `logit(Tensor self, float? eps=None) -> Tensor`; out may be given to write to. */
  logit(self: Tensor, eps?: number | null, named?: { out?: Tensor }): Tensor
  logit(self: Tensor, named?: { eps?: number | null; out?: Tensor }): Tensor
  /** `logit_(Tensor(a!) self, float? eps=None) -> Tensor(a!)` */
  logit_(self: Tensor, eps?: number | null): Tensor
  logit_(self: Tensor, named?: { eps?: number | null }): Tensor
  /** `logspace(Scalar start, Scalar end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  logspace(start: Scalar, end: Scalar, steps: number, base?: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  logspace(start: Scalar, end: Scalar, steps: number, named?: { base?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  logspace(named: { start: Scalar; end: Scalar; steps: number; base?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `logspace.Scalar_Tensor(Scalar start, Tensor end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  logspace(start: Scalar, end: Tensor, steps: number, base?: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  logspace(start: Scalar, end: Tensor, steps: number, named?: { base?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  logspace(named: { start: Scalar; end: Tensor; steps: number; base?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `logspace.Tensor_Scalar(Tensor start, Scalar end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  logspace(start: Tensor, end: Scalar, steps: number, base?: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  logspace(start: Tensor, end: Scalar, steps: number, named?: { base?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  logspace(start: Tensor, named: { end: Scalar; steps: number; base?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `logspace.Tensor_Tensor(Tensor start, Tensor end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  logspace(start: Tensor, end: Tensor, steps: number, base?: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  logspace(start: Tensor, end: Tensor, steps: number, named?: { base?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  logspace(start: Tensor, end: Tensor, named: { steps: number; base?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor`; out may be given to write to. */
  logsumexp(self: Tensor, dim: number | readonly number[], keepdim?: boolean, named?: { out?: Tensor }): Tensor
  logsumexp(self: Tensor, dim: number | readonly number[], named?: { keepdim?: boolean; out?: Tensor }): Tensor
  logsumexp(self: Tensor, named: { dim: number | readonly number[]; keepdim?: boolean; out?: Tensor }): Tensor
  /** `lstm.data(Tensor data, Tensor batch_sizes, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor, Tensor)` */
  lstm(data: Tensor, batch_sizes: Tensor, hx: readonly Tensor[], params: readonly Tensor[], has_biases: boolean, num_layers: number, dropout: number, train: boolean, bidirectional: boolean): [Tensor, Tensor, Tensor]
  lstm(data: Tensor, batch_sizes: Tensor, hx: readonly Tensor[], params: readonly Tensor[], named: { has_biases: boolean; num_layers: number; dropout: number; train: boolean; bidirectional: boolean }): [Tensor, Tensor, Tensor]
  /** `lstm.input(Tensor input, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor, Tensor)` */
  lstm(input: Tensor, hx: readonly Tensor[], params: readonly Tensor[], has_biases: boolean, num_layers: number, dropout: number, train: boolean, bidirectional: boolean, batch_first: boolean): [Tensor, Tensor, Tensor]
  lstm(input: Tensor, hx: readonly Tensor[], params: readonly Tensor[], named: { has_biases: boolean; num_layers: number; dropout: number; train: boolean; bidirectional: boolean; batch_first: boolean }): [Tensor, Tensor, Tensor]
  /** `lstm_cell(Tensor input, Tensor[] hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> (Tensor, Tensor)` */
  lstm_cell(input: Tensor, hx: readonly Tensor[], w_ih: Tensor, w_hh: Tensor, b_ih?: Tensor | null, b_hh?: Tensor | null): [Tensor, Tensor]
  lstm_cell(input: Tensor, hx: readonly Tensor[], w_ih: Tensor, w_hh: Tensor, named?: { b_ih?: Tensor | null; b_hh?: Tensor | null }): [Tensor, Tensor]
  /** `lt.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  lt(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  lt(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `lt.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  lt(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `lt_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  lt_(self: Tensor, other: Scalar): Tensor
  lt_(self: Tensor, named: { other: Scalar }): Tensor
  /** `lt_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  lt_(self: Tensor, other: Tensor): Tensor
  /** `lu_solve(Tensor self, Tensor LU_data, Tensor LU_pivots) -> Tensor`; out may be given to write to. */
  lu_solve(self: Tensor, LU_data: Tensor, LU_pivots: Tensor, named?: { out?: Tensor }): Tensor
  /** `lu_unpack(Tensor LU_data, Tensor LU_pivots, bool unpack_data=True, bool unpack_pivots=True) -> (Tensor P, Tensor L, Tensor U)`; P, L, U may be given to write to. */
  lu_unpack(LU_data: Tensor, LU_pivots: Tensor, unpack_data?: boolean, unpack_pivots?: boolean, named?: { P?: Tensor; L?: Tensor; U?: Tensor }): [P: Tensor, L: Tensor, U: Tensor]
  lu_unpack(LU_data: Tensor, LU_pivots: Tensor, named?: { unpack_data?: boolean; unpack_pivots?: boolean; P?: Tensor; L?: Tensor; U?: Tensor }): [P: Tensor, L: Tensor, U: Tensor]
  /** `mH(Tensor(a) self) -> Tensor(a)` */
  mH(self: Tensor): Tensor
  /** `mT(Tensor(a) self) -> Tensor(a)` */
  mT(self: Tensor): Tensor
  /** `margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int reduction=1) -> Tensor` */
  margin_ranking_loss(input1: Tensor, input2: Tensor, target: Tensor, margin?: number, reduction?: number): Tensor
  margin_ranking_loss(input1: Tensor, input2: Tensor, target: Tensor, named?: { margin?: number; reduction?: number }): Tensor
  /** `masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor`; out may be given to write to. */
  masked_fill(self: Tensor, mask: Tensor, value: Scalar, named?: { out?: Tensor }): Tensor
  masked_fill(self: Tensor, mask: Tensor, named: { value: Scalar; out?: Tensor }): Tensor
  /** `masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor`; out may be given to write to. */
  masked_fill(self: Tensor, mask: Tensor, value: Tensor, named?: { out?: Tensor }): Tensor
  /** `masked_fill_.Scalar(Tensor(a!) self, Tensor mask, Scalar value) -> Tensor(a!)` */
  masked_fill_(self: Tensor, mask: Tensor, value: Scalar): Tensor
  masked_fill_(self: Tensor, mask: Tensor, named: { value: Scalar }): Tensor
  /** `masked_fill_.Tensor(Tensor(a!) self, Tensor mask, Tensor value) -> Tensor(a!)` */
  masked_fill_(self: Tensor, mask: Tensor, value: Tensor): Tensor
  /** `masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor`; out may be given to write to. */
  masked_scatter(self: Tensor, mask: Tensor, source: Tensor, named?: { out?: Tensor }): Tensor
  /** `masked_select(Tensor self, Tensor mask) -> Tensor`; out may be given to write to. */
  masked_select(self: Tensor, mask: Tensor, named?: { out?: Tensor }): Tensor
  /** `matmul(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  matmul(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `matrix_H(Tensor(a) self) -> Tensor(a)` */
  matrix_H(self: Tensor): Tensor
  /** `matrix_exp(Tensor self) -> Tensor` */
  matrix_exp(self: Tensor): Tensor
  /** `matrix_power(Tensor self, int n) -> Tensor`; out may be given to write to. */
  matrix_power(self: Tensor, n: number, named?: { out?: Tensor }): Tensor
  matrix_power(self: Tensor, named: { n: number; out?: Tensor }): Tensor
  /** `max(Tensor self) -> Tensor`; out may be given to write to. */
  max(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`; max, max_values may be given to write to. */
  max(self: Tensor, dim: number, keepdim?: boolean, named?: { max?: Tensor; max_values?: Tensor }): [values: Tensor, indices: Tensor]
  max(self: Tensor, dim: number, named?: { keepdim?: boolean; max?: Tensor; max_values?: Tensor }): [values: Tensor, indices: Tensor]
  max(self: Tensor, named: { dim: number; keepdim?: boolean; max?: Tensor; max_values?: Tensor }): [values: Tensor, indices: Tensor]
  /** `max.other(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  max(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `max_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> Tensor` */
  max_pool1d(self: Tensor, kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceil_mode?: boolean): Tensor
  max_pool1d(self: Tensor, kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): Tensor
  max_pool1d(self: Tensor, named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): Tensor
  /** `max_pool1d_with_indices(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> (Tensor, Tensor)` */
  max_pool1d_with_indices(self: Tensor, kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceil_mode?: boolean): [Tensor, Tensor]
  max_pool1d_with_indices(self: Tensor, kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): [Tensor, Tensor]
  max_pool1d_with_indices(self: Tensor, named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): [Tensor, Tensor]
  /** `max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor` */
  max_pool2d(self: Tensor, kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceil_mode?: boolean): Tensor
  max_pool2d(self: Tensor, kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): Tensor
  max_pool2d(self: Tensor, named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): Tensor
  /** `max_pool2d_with_indices(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)`; out, indices may be given to write to. */
  max_pool2d_with_indices(self: Tensor, kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceil_mode?: boolean, named?: { out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  max_pool2d_with_indices(self: Tensor, kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean; out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  max_pool2d_with_indices(self: Tensor, named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean; out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  /** `max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor` */
  max_pool3d(self: Tensor, kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceil_mode?: boolean): Tensor
  max_pool3d(self: Tensor, kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): Tensor
  max_pool3d(self: Tensor, named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): Tensor
  /** `max_pool3d_with_indices(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)`; out, indices may be given to write to. */
  max_pool3d_with_indices(self: Tensor, kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceil_mode?: boolean, named?: { out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  max_pool3d_with_indices(self: Tensor, kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean; out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  max_pool3d_with_indices(self: Tensor, named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean; out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  /** `max_unpool2d(Tensor self, Tensor indices, SymInt[2] output_size) -> Tensor`; out may be given to write to. */
  max_unpool2d(self: Tensor, indices: Tensor, output_size: number | readonly number[], named?: { out?: Tensor }): Tensor
  max_unpool2d(self: Tensor, indices: Tensor, named: { output_size: number | readonly number[]; out?: Tensor }): Tensor
  /** `max_unpool3d(Tensor self, Tensor indices, SymInt[3] output_size, int[3] stride, int[3] padding) -> Tensor`; out may be given to write to. */
  max_unpool3d(self: Tensor, indices: Tensor, output_size: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], named?: { out?: Tensor }): Tensor
  max_unpool3d(self: Tensor, indices: Tensor, named: { output_size: number | readonly number[]; stride: number | readonly number[]; padding: number | readonly number[]; out?: Tensor }): Tensor
  /** `maximum(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  maximum(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `mean(Tensor self, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  mean(self: Tensor, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  mean(self: Tensor, dim: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  mean(self: Tensor, dim: number | readonly number[] | null, named?: { keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  mean(self: Tensor, named: { dim: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `median(Tensor self) -> Tensor`; out may be given to write to. */
  median(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `median.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  median(self: Tensor, dim: number, keepdim?: boolean, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  median(self: Tensor, dim: number, named?: { keepdim?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  median(self: Tensor, named: { dim: number; keepdim?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `meshgrid(Tensor[] tensors) -> Tensor[]` */
  meshgrid(tensors: readonly Tensor[]): Tensor[]
  /** `meshgrid.indexing(Tensor[] tensors, *, str indexing) -> Tensor[]` */
  meshgrid(tensors: readonly Tensor[], named: { indexing: string }): Tensor[]
  /** `min(Tensor self) -> Tensor`; out may be given to write to. */
  min(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`; min, min_indices may be given to write to. */
  min(self: Tensor, dim: number, keepdim?: boolean, named?: { min?: Tensor; min_indices?: Tensor }): [values: Tensor, indices: Tensor]
  min(self: Tensor, dim: number, named?: { keepdim?: boolean; min?: Tensor; min_indices?: Tensor }): [values: Tensor, indices: Tensor]
  min(self: Tensor, named: { dim: number; keepdim?: boolean; min?: Tensor; min_indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `min.other(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  min(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `minimum(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  minimum(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `mish(Tensor self) -> Tensor`; out may be given to write to. */
  mish(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `mish_(Tensor(a!) self) -> Tensor(a!)` */
  mish_(self: Tensor): Tensor
  /** `mm(Tensor self, Tensor mat2) -> Tensor`; out may be given to write to. */
  mm(self: Tensor, mat2: Tensor, named?: { out?: Tensor }): Tensor
  /** `mm.dtype(Tensor self, Tensor mat2, ScalarType out_dtype) -> Tensor`; out may be given to write to. */
  mm(self: Tensor, mat2: Tensor, out_dtype: Dtype, named?: { out?: Tensor }): Tensor
  mm(self: Tensor, mat2: Tensor, named: { out_dtype: Dtype; out?: Tensor }): Tensor
  /** `mode(Tensor self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  mode(self: Tensor, dim?: number, keepdim?: boolean, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  mode(self: Tensor, named?: { dim?: number; keepdim?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `moveaxis.int(Tensor(a) self, int source, int destination) -> Tensor(a)` */
  moveaxis(self: Tensor, source: number, destination: number): Tensor
  moveaxis(self: Tensor, named: { source: number; destination: number }): Tensor
  /** `moveaxis.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)` */
  moveaxis(self: Tensor, source: readonly number[], destination: readonly number[]): Tensor
  moveaxis(self: Tensor, named: { source: readonly number[]; destination: readonly number[] }): Tensor
  /** `movedim.int(Tensor(a) self, int source, int destination) -> Tensor(a)` */
  movedim(self: Tensor, source: number, destination: number): Tensor
  movedim(self: Tensor, named: { source: number; destination: number }): Tensor
  /** `movedim.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)` */
  movedim(self: Tensor, source: readonly number[], destination: readonly number[]): Tensor
  movedim(self: Tensor, named: { source: readonly number[]; destination: readonly number[] }): Tensor
  /** `mse_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`; out may be given to write to. */
  mse_loss(self: Tensor, target: Tensor, reduction?: number, named?: { out?: Tensor }): Tensor
  mse_loss(self: Tensor, target: Tensor, named?: { reduction?: number; out?: Tensor }): Tensor
  /** `msort(Tensor self) -> Tensor`; out may be given to write to. */
  msort(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `mul.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  mul(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  mul(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `mul.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  mul(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `mul_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  mul_(self: Tensor, other: Scalar): Tensor
  mul_(self: Tensor, named: { other: Scalar }): Tensor
  /** `mul_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  mul_(self: Tensor, other: Tensor): Tensor
  /** `multi_margin_loss(Tensor self, Tensor target, Scalar p=1, Scalar margin=1, Tensor? weight=None, int reduction=1) -> Tensor`; out may be given to write to. */
  multi_margin_loss(self: Tensor, target: Tensor, p?: Scalar, margin?: Scalar, weight?: Tensor | null, reduction?: number, named?: { out?: Tensor }): Tensor
  multi_margin_loss(self: Tensor, target: Tensor, named?: { p?: Scalar; margin?: Scalar; weight?: Tensor | null; reduction?: number; out?: Tensor }): Tensor
  /** `multilabel_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`; out may be given to write to. */
  multilabel_margin_loss(self: Tensor, target: Tensor, reduction?: number, named?: { out?: Tensor }): Tensor
  multilabel_margin_loss(self: Tensor, target: Tensor, named?: { reduction?: number; out?: Tensor }): Tensor
  /** `multilabel_margin_loss_forward(Tensor self, Tensor target, int reduction) -> (Tensor output, Tensor is_target)`; output, is_target may be given to write to. */
  multilabel_margin_loss_forward(self: Tensor, target: Tensor, reduction: number, named?: { output?: Tensor; is_target?: Tensor }): [output: Tensor, is_target: Tensor]
  multilabel_margin_loss_forward(self: Tensor, target: Tensor, named: { reduction: number; output?: Tensor; is_target?: Tensor }): [output: Tensor, is_target: Tensor]
  /** `multinomial(Tensor self, SymInt num_samples, bool replacement=False, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  multinomial(self: Tensor, num_samples: number, replacement?: boolean, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  multinomial(self: Tensor, num_samples: number, named?: { replacement?: boolean; generator?: Generator | null; out?: Tensor }): Tensor
  multinomial(self: Tensor, named: { num_samples: number; replacement?: boolean; generator?: Generator | null; out?: Tensor }): Tensor
  /** `multiply.Scalar(Tensor self, Scalar other) -> Tensor` */
  multiply(self: Tensor, other: Scalar): Tensor
  multiply(self: Tensor, named: { other: Scalar }): Tensor
  /** `multiply.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  multiply(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `multiply_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  multiply_(self: Tensor, other: Scalar): Tensor
  multiply_(self: Tensor, named: { other: Scalar }): Tensor
  /** `multiply_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  multiply_(self: Tensor, other: Tensor): Tensor
  /** `mv(Tensor self, Tensor vec) -> Tensor`; out may be given to write to. */
  mv(self: Tensor, vec: Tensor, named?: { out?: Tensor }): Tensor
  /** `mvlgamma(Tensor self, int p) -> Tensor`; out may be given to write to. */
  mvlgamma(self: Tensor, p: number, named?: { out?: Tensor }): Tensor
  mvlgamma(self: Tensor, named: { p: number; out?: Tensor }): Tensor
  /** `mvlgamma_(Tensor(a!) self, int p) -> Tensor(a!)` */
  mvlgamma_(self: Tensor, p: number): Tensor
  mvlgamma_(self: Tensor, named: { p: number }): Tensor
  /** `nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor`; out may be given to write to. */
  nan_to_num(self: Tensor, nan?: number | null, posinf?: number | null, neginf?: number | null, named?: { out?: Tensor }): Tensor
  nan_to_num(self: Tensor, named?: { nan?: number | null; posinf?: number | null; neginf?: number | null; out?: Tensor }): Tensor
  /** `nan_to_num_(Tensor(a!) self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor(a!)` */
  nan_to_num_(self: Tensor, nan?: number | null, posinf?: number | null, neginf?: number | null): Tensor
  nan_to_num_(self: Tensor, named?: { nan?: number | null; posinf?: number | null; neginf?: number | null }): Tensor
  /** `nanmean(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  nanmean(self: Tensor, dim?: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  nanmean(self: Tensor, named?: { dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `nanmedian(Tensor self) -> Tensor`; out may be given to write to. */
  nanmedian(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `nanmedian.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  nanmedian(self: Tensor, dim: number, keepdim?: boolean, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  nanmedian(self: Tensor, dim: number, named?: { keepdim?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  nanmedian(self: Tensor, named: { dim: number; keepdim?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `nansum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  nansum(self: Tensor, dim?: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  nansum(self: Tensor, named?: { dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `narrow(Tensor(a) self, int dim, SymInt start, SymInt length) -> Tensor(a)` */
  narrow(self: Tensor, dim: number, start: number, length: number): Tensor
  narrow(self: Tensor, named: { dim: number; start: number; length: number }): Tensor
  /** `narrow.Tensor(Tensor(a) self, int dim, Tensor start, SymInt length) -> Tensor(a)` */
  narrow(self: Tensor, dim: number, start: Tensor, length: number): Tensor
  narrow(self: Tensor, named: { dim: number; start: Tensor; length: number }): Tensor
  /** `native_batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)`; out, save_mean, save_invstd may be given to write to. */
  native_batch_norm(input: Tensor, weight: Tensor | null, bias: Tensor | null, running_mean: Tensor | null, running_var: Tensor | null, training: boolean, momentum: number, eps: number, named?: { out?: Tensor; save_mean?: Tensor; save_invstd?: Tensor }): [Tensor, Tensor, Tensor]
  native_batch_norm(input: Tensor, weight: Tensor | null, bias: Tensor | null, running_mean: Tensor | null, running_var: Tensor | null, named: { training: boolean; momentum: number; eps: number; out?: Tensor; save_mean?: Tensor; save_invstd?: Tensor }): [Tensor, Tensor, Tensor]
  /** `native_channel_shuffle(Tensor self, SymInt groups) -> Tensor` */
  native_channel_shuffle(self: Tensor, groups: number): Tensor
  native_channel_shuffle(self: Tensor, named: { groups: number }): Tensor
  /** `native_dropout(Tensor input, float p, bool? train) -> (Tensor, Tensor)`; out0, out1 may be given to write to. */
  native_dropout(input: Tensor, p: number, train: boolean | null, named?: { out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  native_dropout(input: Tensor, named: { p: number; train: boolean | null; out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  /** `native_group_norm(Tensor input, Tensor? weight, Tensor? bias, SymInt N, SymInt C, SymInt HxW, int group, float eps) -> (Tensor, Tensor, Tensor)`; out0, out1, out2 may be given to write to. */
  native_group_norm(input: Tensor, weight: Tensor | null, bias: Tensor | null, N: number, C: number, HxW: number, group: number, eps: number, named?: { out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  native_group_norm(input: Tensor, weight: Tensor | null, bias: Tensor | null, named: { N: number; C: number; HxW: number; group: number; eps: number; out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  /** `native_layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)`; out0, out1, out2 may be given to write to. */
  native_layer_norm(input: Tensor, normalized_shape: readonly number[], weight: Tensor | null, bias: Tensor | null, eps: number, named?: { out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  native_layer_norm(input: Tensor, named: { normalized_shape: readonly number[]; weight: Tensor | null; bias: Tensor | null; eps: number; out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  /** `native_norm(Tensor self, Scalar p=2) -> Tensor`; out may be given to write to. */
  native_norm(self: Tensor, p?: Scalar, named?: { out?: Tensor }): Tensor
  native_norm(self: Tensor, named?: { p?: Scalar; out?: Tensor }): Tensor
  /** `native_norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1] dim, bool keepdim, ScalarType? dtype) -> Tensor`; out may be given to write to. */
  native_norm(self: Tensor, p: Scalar | null, dim: number | readonly number[], keepdim: boolean, dtype: Dtype | null, named?: { out?: Tensor }): Tensor
  native_norm(self: Tensor, named: { p: Scalar | null; dim: number | readonly number[]; keepdim: boolean; dtype: Dtype | null; out?: Tensor }): Tensor
  /** `ne.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  ne(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  ne(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `ne.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  ne(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `ne_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  ne_(self: Tensor, other: Scalar): Tensor
  ne_(self: Tensor, named: { other: Scalar }): Tensor
  /** `ne_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  ne_(self: Tensor, other: Tensor): Tensor
  /** `neg(Tensor self) -> Tensor`; out may be given to write to. */
  neg(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `neg_(Tensor(a!) self) -> Tensor(a!)` */
  neg_(self: Tensor): Tensor
  /** `negative(Tensor self) -> Tensor`; out may be given to write to. */
  negative(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `negative_(Tensor(a!) self) -> Tensor(a!)` */
  negative_(self: Tensor): Tensor
  /** `nested_to_padded_tensor(Tensor self, float padding, int[]? output_size=None) -> Tensor` */
  nested_to_padded_tensor(self: Tensor, padding: number, output_size?: readonly number[] | null): Tensor
  nested_to_padded_tensor(self: Tensor, padding: number, named?: { output_size?: readonly number[] | null }): Tensor
  nested_to_padded_tensor(self: Tensor, named: { padding: number; output_size?: readonly number[] | null }): Tensor
  /** `new_empty(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  new_empty(self: Tensor, size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  new_empty(self: Tensor, named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `new_empty_strided(Tensor self, SymInt[] size, SymInt[] stride, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  new_empty_strided(self: Tensor, size: readonly number[], stride: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  new_empty_strided(self: Tensor, named: { size: readonly number[]; stride: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `new_full(Tensor self, SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  new_full(self: Tensor, size: readonly number[], fill_value: Scalar, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  new_full(self: Tensor, named: { size: readonly number[]; fill_value: Scalar; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `new_ones(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  new_ones(self: Tensor, size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  new_ones(self: Tensor, named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `new_zeros(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  new_zeros(self: Tensor, size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  new_zeros(self: Tensor, named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `nextafter(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  nextafter(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `nextafter_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  nextafter_(self: Tensor, other: Tensor): Tensor
  /** `nll_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor`; out may be given to write to. */
  nll_loss(self: Tensor, target: Tensor, weight?: Tensor | null, reduction?: number, ignore_index?: number, named?: { out?: Tensor }): Tensor
  nll_loss(self: Tensor, target: Tensor, named?: { weight?: Tensor | null; reduction?: number; ignore_index?: number; out?: Tensor }): Tensor
  /** `nll_loss2d(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor`; out may be given to write to. */
  nll_loss2d(self: Tensor, target: Tensor, weight?: Tensor | null, reduction?: number, ignore_index?: number, named?: { out?: Tensor }): Tensor
  nll_loss2d(self: Tensor, target: Tensor, named?: { weight?: Tensor | null; reduction?: number; ignore_index?: number; out?: Tensor }): Tensor
  /** `nll_loss2d_forward(Tensor self, Tensor target, Tensor? weight, int reduction, SymInt ignore_index) -> (Tensor output, Tensor total_weight)`; output, total_weight may be given to write to. */
  nll_loss2d_forward(self: Tensor, target: Tensor, weight: Tensor | null, reduction: number, ignore_index: number, named?: { output?: Tensor; total_weight?: Tensor }): [output: Tensor, total_weight: Tensor]
  nll_loss2d_forward(self: Tensor, target: Tensor, weight: Tensor | null, named: { reduction: number; ignore_index: number; output?: Tensor; total_weight?: Tensor }): [output: Tensor, total_weight: Tensor]
  /** `nll_loss_forward(Tensor self, Tensor target, Tensor? weight, int reduction, SymInt ignore_index) -> (Tensor output, Tensor total_weight)`; output, total_weight may be given to write to. */
  nll_loss_forward(self: Tensor, target: Tensor, weight: Tensor | null, reduction: number, ignore_index: number, named?: { output?: Tensor; total_weight?: Tensor }): [output: Tensor, total_weight: Tensor]
  nll_loss_forward(self: Tensor, target: Tensor, weight: Tensor | null, named: { reduction: number; ignore_index: number; output?: Tensor; total_weight?: Tensor }): [output: Tensor, total_weight: Tensor]
  /** `nll_loss_nd(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor` */
  nll_loss_nd(self: Tensor, target: Tensor, weight?: Tensor | null, reduction?: number, ignore_index?: number): Tensor
  nll_loss_nd(self: Tensor, target: Tensor, named?: { weight?: Tensor | null; reduction?: number; ignore_index?: number }): Tensor
  /** `nonzero(Tensor self) -> Tensor`; out may be given to write to. */
  nonzero(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `nonzero_numpy(Tensor self) -> Tensor[]` */
  nonzero_numpy(self: Tensor): Tensor[]
  /** `nonzero_static(Tensor self, *, SymInt size, int fill_value=-1) -> Tensor`; out may be given to write to. */
  nonzero_static(self: Tensor, named: { size: number; fill_value?: number; out?: Tensor }): Tensor
  /** `norm.Scalar(Tensor self, Scalar p=2) -> Tensor`; out may be given to write to. */
  norm(self: Tensor, p?: Scalar, named?: { out?: Tensor }): Tensor
  norm(self: Tensor, named?: { p?: Scalar; out?: Tensor }): Tensor
  /** `norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor`; out may be given to write to. */
  norm(self: Tensor, p: Scalar | null, dim: number | readonly number[], keepdim?: boolean, named?: { out?: Tensor }): Tensor
  norm(self: Tensor, p: Scalar | null, dim: number | readonly number[], named?: { keepdim?: boolean; out?: Tensor }): Tensor
  norm(self: Tensor, named: { p: Scalar | null; dim: number | readonly number[]; keepdim?: boolean; out?: Tensor }): Tensor
  /** `norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1] dim, bool keepdim, *, ScalarType dtype) -> Tensor`; out may be given to write to. */
  norm(self: Tensor, p: Scalar | null, dim: number | readonly number[], keepdim: boolean, named: { dtype: Dtype; out?: Tensor }): Tensor
  norm(self: Tensor, named: { p: Scalar | null; dim: number | readonly number[]; keepdim: boolean; dtype: Dtype; out?: Tensor }): Tensor
  /** `norm.ScalarOpt_dtype(Tensor self, Scalar? p, *, ScalarType dtype) -> Tensor`; out may be given to write to. */
  norm(self: Tensor, p: Scalar | null, named: { dtype: Dtype; out?: Tensor }): Tensor
  norm(self: Tensor, named: { p: Scalar | null; dtype: Dtype; out?: Tensor }): Tensor
  /** `norm_except_dim(Tensor v, int pow=2, int dim=0) -> Tensor` */
  norm_except_dim(v: Tensor, pow?: number, dim?: number): Tensor
  norm_except_dim(v: Tensor, named?: { pow?: number; dim?: number }): Tensor
  /** `normal.Tensor_Tensor(Tensor mean, Tensor std, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  normal(mean: Tensor, std: Tensor, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  /** `normal.Tensor_float(Tensor mean, float std=1., *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  normal(mean: Tensor, std?: number, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  normal(mean: Tensor, named?: { std?: number; generator?: Generator | null; out?: Tensor }): Tensor
  /** `normal.float_Tensor(float mean, Tensor std, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  normal(mean: number, std: Tensor, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  normal(named: { mean: number; std: Tensor; generator?: Generator | null; out?: Tensor }): Tensor
  /** `normal.float_float(float mean, float std, SymInt[] size, *, Generator? generator=None, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  normal(mean: number, std: number, size: readonly number[], named?: { generator?: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  normal(named: { mean: number; std: number; size: readonly number[]; generator?: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `normal.out(Tensor self, float mean=0., float std=1., *, Generator? generator=None, Tensor(a!) out) -> Tensor(a!)` */
  normal(self: Tensor, mean: number | undefined, std: number | undefined, named: { generator?: Generator | null; out: Tensor }): Tensor
  normal(self: Tensor, named: { mean?: number; std?: number; generator?: Generator | null; out: Tensor }): Tensor
  /** `normal_(Tensor(a!) self, float mean=0., float std=1., *, Generator? generator=None) -> Tensor(a!)` */
  normal_(self: Tensor, mean?: number, std?: number, named?: { generator?: Generator | null }): Tensor
  normal_(self: Tensor, named?: { mean?: number; std?: number; generator?: Generator | null }): Tensor
  /** `not_equal.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  not_equal(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  not_equal(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `not_equal.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  not_equal(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `not_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  not_equal_(self: Tensor, other: Scalar): Tensor
  not_equal_(self: Tensor, named: { other: Scalar }): Tensor
  /** `not_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  not_equal_(self: Tensor, other: Tensor): Tensor
  /** `nuclear_norm(Tensor self, bool keepdim=False) -> Tensor`; out may be given to write to. */
  nuclear_norm(self: Tensor, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  nuclear_norm(self: Tensor, named?: { keepdim?: boolean; out?: Tensor }): Tensor
  /** `nuclear_norm.dim(Tensor self, int[2] dim, bool keepdim=False) -> Tensor`; out may be given to write to. */
  nuclear_norm(self: Tensor, dim: number | readonly number[], keepdim?: boolean, named?: { out?: Tensor }): Tensor
  nuclear_norm(self: Tensor, dim: number | readonly number[], named?: { keepdim?: boolean; out?: Tensor }): Tensor
  nuclear_norm(self: Tensor, named: { dim: number | readonly number[]; keepdim?: boolean; out?: Tensor }): Tensor
  /** `numel(Tensor self) -> int` */
  numel(self: Tensor): number
  /** `numpy_T(Tensor(a) self) -> Tensor(a)` */
  numpy_T(self: Tensor): Tensor
  /** `one_hot(Tensor self, int num_classes=-1) -> Tensor` */
  one_hot(self: Tensor, num_classes?: number): Tensor
  one_hot(self: Tensor, named?: { num_classes?: number }): Tensor
  /** `ones(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  ones(size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  ones(named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `ones_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  ones_like(self: Tensor, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `orgqr(Tensor self, Tensor input2) -> Tensor`; out may be given to write to. */
  orgqr(self: Tensor, input2: Tensor, named?: { out?: Tensor }): Tensor
  /** `ormqr(Tensor self, Tensor input2, Tensor input3, bool left=True, bool transpose=False) -> Tensor`; out may be given to write to. */
  ormqr(self: Tensor, input2: Tensor, input3: Tensor, left?: boolean, transpose?: boolean, named?: { out?: Tensor }): Tensor
  ormqr(self: Tensor, input2: Tensor, input3: Tensor, named?: { left?: boolean; transpose?: boolean; out?: Tensor }): Tensor
  /** `outer(Tensor self, Tensor vec2) -> Tensor`; out may be given to write to. */
  outer(self: Tensor, vec2: Tensor, named?: { out?: Tensor }): Tensor
  /** `output_nr(Tensor self) -> int` */
  output_nr(self: Tensor): number
  /** `pad(Tensor self, SymInt[] pad, str mode="constant", float? value=None) -> Tensor` */
  pad(self: Tensor, pad: readonly number[], mode?: string, value?: number | null): Tensor
  pad(self: Tensor, pad: readonly number[], named?: { mode?: string; value?: number | null }): Tensor
  pad(self: Tensor, named: { pad: readonly number[]; mode?: string; value?: number | null }): Tensor
  /** `pad_sequence(Tensor[] sequences, bool batch_first=False, float padding_value=0., str padding_side="right") -> Tensor` */
  pad_sequence(sequences: readonly Tensor[], batch_first?: boolean, padding_value?: number, padding_side?: string): Tensor
  pad_sequence(sequences: readonly Tensor[], named?: { batch_first?: boolean; padding_value?: number; padding_side?: string }): Tensor
  /** `pairwise_distance(Tensor x1, Tensor x2, float p=2., float eps=9.9999999999999995e-07, bool keepdim=False) -> Tensor` */
  pairwise_distance(x1: Tensor, x2: Tensor, p?: number, eps?: number, keepdim?: boolean): Tensor
  pairwise_distance(x1: Tensor, x2: Tensor, named?: { p?: number; eps?: number; keepdim?: boolean }): Tensor
  /** `pdist(Tensor self, float p=2.) -> Tensor` */
  pdist(self: Tensor, p?: number): Tensor
  pdist(self: Tensor, named?: { p?: number }): Tensor
  /** `permute(Tensor(a) self, int[] dims) -> Tensor(a)` */
  permute(self: Tensor, dims: readonly number[]): Tensor
  permute(self: Tensor, named: { dims: readonly number[] }): Tensor
  /** `pin_memory(Tensor(a) self, Device? device=None) -> Tensor(a)` */
  pin_memory(self: Tensor, device?: Device | null): Tensor
  pin_memory(self: Tensor, named?: { device?: Device | null }): Tensor
  /** `pinverse(Tensor self, float rcond=1.0000000000000001e-15) -> Tensor` */
  pinverse(self: Tensor, rcond?: number): Tensor
  pinverse(self: Tensor, named?: { rcond?: number }): Tensor
  /** `pixel_shuffle(Tensor self, int upscale_factor) -> Tensor`; out may be given to write to. */
  pixel_shuffle(self: Tensor, upscale_factor: number, named?: { out?: Tensor }): Tensor
  pixel_shuffle(self: Tensor, named: { upscale_factor: number; out?: Tensor }): Tensor
  /** `pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor`; out may be given to write to. */
  pixel_unshuffle(self: Tensor, downscale_factor: number, named?: { out?: Tensor }): Tensor
  pixel_unshuffle(self: Tensor, named: { downscale_factor: number; out?: Tensor }): Tensor
  /** `poisson(Tensor self, Generator? generator=None) -> Tensor`; out may be given to write to. */
  poisson(self: Tensor, generator?: Generator | null, named?: { out?: Tensor }): Tensor
  poisson(self: Tensor, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  /** `poisson_nll_loss(Tensor input, Tensor target, bool log_input, bool full, float eps, int reduction) -> Tensor` */
  poisson_nll_loss(input: Tensor, target: Tensor, log_input: boolean, full: boolean, eps: number, reduction: number): Tensor
  poisson_nll_loss(input: Tensor, target: Tensor, named: { log_input: boolean; full: boolean; eps: number; reduction: number }): Tensor
  /** `polar(Tensor abs, Tensor angle) -> Tensor`; out may be given to write to. */
  polar(abs: Tensor, angle: Tensor, named?: { out?: Tensor }): Tensor
  /** `polygamma(int n, Tensor self) -> Tensor`; out may be given to write to. */
  polygamma(n: number, self: Tensor, named?: { out?: Tensor }): Tensor
  polygamma(named: { n: number; self: Tensor; out?: Tensor }): Tensor
  /** `polygamma_(Tensor(a!) self, int n) -> Tensor(a!)` */
  polygamma_(self: Tensor, n: number): Tensor
  polygamma_(self: Tensor, named: { n: number }): Tensor
  /** `positive(Tensor(a) self) -> Tensor(a)` */
  positive(self: Tensor): Tensor
  /** `pow.Scalar(Scalar self, Tensor exponent) -> Tensor`; out may be given to write to. */
  pow(self: Scalar, exponent: Tensor, named?: { out?: Tensor }): Tensor
  pow(named: { self: Scalar; exponent: Tensor; out?: Tensor }): Tensor
  /** `pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor`; out may be given to write to. */
  pow(self: Tensor, exponent: Scalar, named?: { out?: Tensor }): Tensor
  pow(self: Tensor, named: { exponent: Scalar; out?: Tensor }): Tensor
  /** `pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor`; out may be given to write to. */
  pow(self: Tensor, exponent: Tensor, named?: { out?: Tensor }): Tensor
  /** `pow_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)` */
  pow_(self: Tensor, exponent: Scalar): Tensor
  pow_(self: Tensor, named: { exponent: Scalar }): Tensor
  /** `pow_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)` */
  pow_(self: Tensor, exponent: Tensor): Tensor
  /** `prelu(Tensor self, Tensor weight) -> Tensor` */
  prelu(self: Tensor, weight: Tensor): Tensor
  /** `prod(Tensor self, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  prod(self: Tensor, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  prod(self: Tensor, dim: number, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  prod(self: Tensor, dim: number, named?: { keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  prod(self: Tensor, named: { dim: number; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `promote_types(ScalarType type1, ScalarType type2) -> ScalarType` */
  promote_types(type1: Dtype, type2: Dtype): Dtype
  promote_types(named: { type1: Dtype; type2: Dtype }): Dtype
  /** `put(Tensor self, Tensor index, Tensor source, bool accumulate=False) -> Tensor`; out may be given to write to. */
  put(self: Tensor, index: Tensor, source: Tensor, accumulate?: boolean, named?: { out?: Tensor }): Tensor
  put(self: Tensor, index: Tensor, source: Tensor, named?: { accumulate?: boolean; out?: Tensor }): Tensor
  /** `put_(Tensor(a!) self, Tensor index, Tensor source, bool accumulate=False) -> Tensor(a!)` */
  put_(self: Tensor, index: Tensor, source: Tensor, accumulate?: boolean): Tensor
  put_(self: Tensor, index: Tensor, source: Tensor, named?: { accumulate?: boolean }): Tensor
  /** `qr(Tensor self, bool some=True) -> (Tensor Q, Tensor R)`; Q, R may be given to write to. */
  qr(self: Tensor, some?: boolean, named?: { Q?: Tensor; R?: Tensor }): [Q: Tensor, R: Tensor]
  qr(self: Tensor, named?: { some?: boolean; Q?: Tensor; R?: Tensor }): [Q: Tensor, R: Tensor]
  /** `rad2deg(Tensor self) -> Tensor`; out may be given to write to. */
  rad2deg(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `rad2deg_(Tensor(a!) self) -> Tensor(a!)` */
  rad2deg_(self: Tensor): Tensor
  /** `rand(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  rand(size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  rand(named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `rand.generator(SymInt[] size, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  rand(size: readonly number[], named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  rand(named: { size: readonly number[]; generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `rand_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  rand_like(self: Tensor, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `rand_like.generator(Tensor self, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  rand_like(self: Tensor, named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randint(SymInt high, SymInt[] size, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  randint(high: number, size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  randint(named: { high: number; size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `randint.generator(SymInt high, SymInt[] size, *, Generator? generator, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  randint(high: number, size: readonly number[], named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  randint(named: { high: number; size: readonly number[]; generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `randint.low(SymInt low, SymInt high, SymInt[] size, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  randint(low: number, high: number, size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  randint(named: { low: number; high: number; size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `randint.low_generator(SymInt low, SymInt high, SymInt[] size, *, Generator? generator, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  randint(low: number, high: number, size: readonly number[], named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  randint(named: { low: number; high: number; size: readonly number[]; generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `randint_like(Tensor self, SymInt high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randint_like(self: Tensor, high: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  randint_like(self: Tensor, named: { high: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randint_like.Tensor(Tensor self, Tensor high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randint_like(self: Tensor, high: Tensor, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randint_like.Tensor_generator(Tensor self, Tensor high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randint_like(self: Tensor, high: Tensor, named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randint_like.generator(Tensor self, SymInt high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randint_like(self: Tensor, high: number, named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  randint_like(self: Tensor, named: { high: number; generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randint_like.low_dtype(Tensor self, SymInt low, SymInt high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randint_like(self: Tensor, low: number, high: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  randint_like(self: Tensor, named: { low: number; high: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randint_like.low_generator_dtype(Tensor self, SymInt low, SymInt high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randint_like(self: Tensor, low: number, high: number, named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  randint_like(self: Tensor, named: { low: number; high: number; generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randn(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  randn(size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  randn(named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `randn.generator(SymInt[] size, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  randn(size: readonly number[], named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  randn(named: { size: readonly number[]; generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `randn_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randn_like(self: Tensor, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randn_like.generator(Tensor self, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randn_like(self: Tensor, named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `random(Tensor self, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  random(self: Tensor, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  /** `random.from(Tensor self, int from, int? to, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  random(self: Tensor, from: number, to: number | null, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  random(self: Tensor, named: { from: number; to: number | null; generator?: Generator | null; out?: Tensor }): Tensor
  /** `random.to(Tensor self, int to, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  random(self: Tensor, to: number, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  random(self: Tensor, named: { to: number; generator?: Generator | null; out?: Tensor }): Tensor
  /** `random_(Tensor(a!) self, *, Generator? generator=None) -> Tensor(a!)` */
  random_(self: Tensor, named?: { generator?: Generator | null }): Tensor
  /** `random_.from(Tensor(a!) self, int from, int? to, *, Generator? generator=None) -> Tensor(a!)` */
  random_(self: Tensor, from: number, to: number | null, named?: { generator?: Generator | null }): Tensor
  random_(self: Tensor, named: { from: number; to: number | null; generator?: Generator | null }): Tensor
  /** `random_.to(Tensor(a!) self, int to, *, Generator? generator=None) -> Tensor(a!)` */
  random_(self: Tensor, to: number, named?: { generator?: Generator | null }): Tensor
  random_(self: Tensor, named: { to: number; generator?: Generator | null }): Tensor
  /** `randperm(SymInt n, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  randperm(n: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  randperm(named: { n: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `randperm.generator(SymInt n, *, Generator? generator, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  randperm(n: number, named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  randperm(named: { n: number; generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `ravel(Tensor(a) self) -> Tensor(a)` */
  ravel(self: Tensor): Tensor
  /** `real(Tensor(a) self) -> Tensor(a)` */
  real(self: Tensor): Tensor
  /** `reciprocal(Tensor self) -> Tensor`; out may be given to write to. */
  reciprocal(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `reciprocal_(Tensor(a!) self) -> Tensor(a!)` */
  reciprocal_(self: Tensor): Tensor
  /** `reflection_pad1d(Tensor self, SymInt[2] padding) -> Tensor`; out may be given to write to. */
  reflection_pad1d(self: Tensor, padding: number | readonly number[], named?: { out?: Tensor }): Tensor
  reflection_pad1d(self: Tensor, named: { padding: number | readonly number[]; out?: Tensor }): Tensor
  /** `reflection_pad2d(Tensor self, SymInt[4] padding) -> Tensor`; out may be given to write to. */
  reflection_pad2d(self: Tensor, padding: number | readonly number[], named?: { out?: Tensor }): Tensor
  reflection_pad2d(self: Tensor, named: { padding: number | readonly number[]; out?: Tensor }): Tensor
  /** `reflection_pad3d(Tensor self, SymInt[6] padding) -> Tensor`; out may be given to write to. */
  reflection_pad3d(self: Tensor, padding: number | readonly number[], named?: { out?: Tensor }): Tensor
  reflection_pad3d(self: Tensor, named: { padding: number | readonly number[]; out?: Tensor }): Tensor
  /** `relu(Tensor self) -> Tensor`; out may be given to write to. */
  relu(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `relu6(Tensor self) -> Tensor` */
  relu6(self: Tensor): Tensor
  /** `relu6_(Tensor(a!) self) -> Tensor(a!)` */
  relu6_(self: Tensor): Tensor
  /** `relu_(Tensor(a!) self) -> Tensor(a!)` */
  relu_(self: Tensor): Tensor
  /** `remainder.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  remainder(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  remainder(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `remainder.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`; out may be given to write to. */
  remainder(self: Scalar, other: Tensor, named?: { out?: Tensor }): Tensor
  remainder(named: { self: Scalar; other: Tensor; out?: Tensor }): Tensor
  /** `remainder.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  remainder(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `remainder_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  remainder_(self: Tensor, other: Scalar): Tensor
  remainder_(self: Tensor, named: { other: Scalar }): Tensor
  /** `remainder_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  remainder_(self: Tensor, other: Tensor): Tensor
  /** `renorm(Tensor self, Scalar p, int dim, Scalar maxnorm) -> Tensor`; out may be given to write to. */
  renorm(self: Tensor, p: Scalar, dim: number, maxnorm: Scalar, named?: { out?: Tensor }): Tensor
  renorm(self: Tensor, named: { p: Scalar; dim: number; maxnorm: Scalar; out?: Tensor }): Tensor
  /** `renorm_(Tensor(a!) self, Scalar p, int dim, Scalar maxnorm) -> Tensor(a!)` */
  renorm_(self: Tensor, p: Scalar, dim: number, maxnorm: Scalar): Tensor
  renorm_(self: Tensor, named: { p: Scalar; dim: number; maxnorm: Scalar }): Tensor
  /** `repeat(Tensor self, SymInt[] repeats) -> Tensor`; out may be given to write to. */
  repeat(self: Tensor, repeats: readonly number[], named?: { out?: Tensor }): Tensor
  repeat(self: Tensor, named: { repeats: readonly number[]; out?: Tensor }): Tensor
  /** `repeat_interleave.Tensor(Tensor repeats, *, SymInt? output_size=None) -> Tensor`; out may be given to write to. */
  repeat_interleave(repeats: Tensor, named?: { output_size?: number | null; out?: Tensor }): Tensor
  /** `repeat_interleave.self_Tensor(Tensor self, Tensor repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor` */
  repeat_interleave(self: Tensor, repeats: Tensor, dim?: number | null, named?: { output_size?: number | null }): Tensor
  repeat_interleave(self: Tensor, repeats: Tensor, named?: { dim?: number | null; output_size?: number | null }): Tensor
  /** `repeat_interleave.self_int(Tensor self, SymInt repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor` */
  repeat_interleave(self: Tensor, repeats: number, dim?: number | null, named?: { output_size?: number | null }): Tensor
  repeat_interleave(self: Tensor, repeats: number, named?: { dim?: number | null; output_size?: number | null }): Tensor
  repeat_interleave(self: Tensor, named: { repeats: number; dim?: number | null; output_size?: number | null }): Tensor
  /** `replication_pad1d(Tensor self, SymInt[2] padding) -> Tensor`; out may be given to write to. */
  replication_pad1d(self: Tensor, padding: number | readonly number[], named?: { out?: Tensor }): Tensor
  replication_pad1d(self: Tensor, named: { padding: number | readonly number[]; out?: Tensor }): Tensor
  /** `replication_pad2d(Tensor self, SymInt[4] padding) -> Tensor`; out may be given to write to. */
  replication_pad2d(self: Tensor, padding: number | readonly number[], named?: { out?: Tensor }): Tensor
  replication_pad2d(self: Tensor, named: { padding: number | readonly number[]; out?: Tensor }): Tensor
  /** `replication_pad3d(Tensor self, SymInt[6] padding) -> Tensor`; out may be given to write to. */
  replication_pad3d(self: Tensor, padding: number | readonly number[], named?: { out?: Tensor }): Tensor
  replication_pad3d(self: Tensor, named: { padding: number | readonly number[]; out?: Tensor }): Tensor
  /** `requires_grad_(Tensor(a!) self, bool requires_grad=True) -> Tensor(a!)` */
  requires_grad_(self: Tensor, requires_grad?: boolean): Tensor
  requires_grad_(self: Tensor, named?: { requires_grad?: boolean }): Tensor
  /** `reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)` */
  reshape(self: Tensor, shape: readonly number[]): Tensor
  reshape(self: Tensor, named: { shape: readonly number[] }): Tensor
  /** `reshape_as(Tensor(a) self, Tensor other) -> Tensor(a)` */
  reshape_as(self: Tensor, other: Tensor): Tensor
  /** `resize(Tensor self, SymInt[] size, *, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  resize(self: Tensor, size: readonly number[], named?: { memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  resize(self: Tensor, named: { size: readonly number[]; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `resize_(Tensor(a!) self, SymInt[] size, *, MemoryFormat? memory_format=None) -> Tensor(a!)` */
  resize_(self: Tensor, size: readonly number[], named?: { memory_format?: MemoryFormat | null }): Tensor
  resize_(self: Tensor, named: { size: readonly number[]; memory_format?: MemoryFormat | null }): Tensor
  /** `resize_as(Tensor self, Tensor the_template, *, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  resize_as(self: Tensor, the_template: Tensor, named?: { memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `resize_as_(Tensor(a!) self, Tensor the_template, *, MemoryFormat? memory_format=None) -> Tensor(a!)` */
  resize_as_(self: Tensor, the_template: Tensor, named?: { memory_format?: MemoryFormat | null }): Tensor
  /** `resize_as_sparse(Tensor self, Tensor the_template) -> Tensor`; out may be given to write to. */
  resize_as_sparse(self: Tensor, the_template: Tensor, named?: { out?: Tensor }): Tensor
  /** `resize_as_sparse_(Tensor(a!) self, Tensor the_template) -> Tensor(a!)` */
  resize_as_sparse_(self: Tensor, the_template: Tensor): Tensor
  /** `resolve_conj(Tensor(a) self) -> Tensor(a)` */
  resolve_conj(self: Tensor): Tensor
  /** `resolve_neg(Tensor(a) self) -> Tensor(a)` */
  resolve_neg(self: Tensor): Tensor
  /** `result_type.Scalar(Tensor tensor, Scalar other) -> ScalarType` */
  result_type(tensor: Tensor, other: Scalar): Dtype
  result_type(tensor: Tensor, named: { other: Scalar }): Dtype
  /** `result_type.Scalar_Scalar(Scalar scalar1, Scalar scalar2) -> ScalarType` */
  result_type(scalar1: Scalar, scalar2: Scalar): Dtype
  result_type(named: { scalar1: Scalar; scalar2: Scalar }): Dtype
  /** `result_type.Scalar_Tensor(Scalar scalar, Tensor tensor) -> ScalarType` */
  result_type(scalar: Scalar, tensor: Tensor): Dtype
  result_type(named: { scalar: Scalar; tensor: Tensor }): Dtype
  /** `result_type.Tensor(Tensor tensor, Tensor other) -> ScalarType` */
  result_type(tensor: Tensor, other: Tensor): Dtype
  /** `retain_grad(Tensor(a!) self) -> ()` */
  retain_grad(self: Tensor): void
  /** `retains_grad(Tensor self) -> bool` */
  retains_grad(self: Tensor): boolean
  /** `rms_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor` */
  rms_norm(input: Tensor, normalized_shape: readonly number[], weight?: Tensor | null, eps?: number | null): Tensor
  rms_norm(input: Tensor, normalized_shape: readonly number[], named?: { weight?: Tensor | null; eps?: number | null }): Tensor
  rms_norm(input: Tensor, named: { normalized_shape: readonly number[]; weight?: Tensor | null; eps?: number | null }): Tensor
  /** `rnn_relu.data(Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)` */
  rnn_relu(data: Tensor, batch_sizes: Tensor, hx: Tensor, params: readonly Tensor[], has_biases: boolean, num_layers: number, dropout: number, train: boolean, bidirectional: boolean): [Tensor, Tensor]
  rnn_relu(data: Tensor, batch_sizes: Tensor, hx: Tensor, params: readonly Tensor[], named: { has_biases: boolean; num_layers: number; dropout: number; train: boolean; bidirectional: boolean }): [Tensor, Tensor]
  /** `rnn_relu.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)` */
  rnn_relu(input: Tensor, hx: Tensor, params: readonly Tensor[], has_biases: boolean, num_layers: number, dropout: number, train: boolean, bidirectional: boolean, batch_first: boolean): [Tensor, Tensor]
  rnn_relu(input: Tensor, hx: Tensor, params: readonly Tensor[], named: { has_biases: boolean; num_layers: number; dropout: number; train: boolean; bidirectional: boolean; batch_first: boolean }): [Tensor, Tensor]
  /** `rnn_relu_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor` */
  rnn_relu_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih?: Tensor | null, b_hh?: Tensor | null): Tensor
  rnn_relu_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, named?: { b_ih?: Tensor | null; b_hh?: Tensor | null }): Tensor
  /** `rnn_tanh.data(Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)` */
  rnn_tanh(data: Tensor, batch_sizes: Tensor, hx: Tensor, params: readonly Tensor[], has_biases: boolean, num_layers: number, dropout: number, train: boolean, bidirectional: boolean): [Tensor, Tensor]
  rnn_tanh(data: Tensor, batch_sizes: Tensor, hx: Tensor, params: readonly Tensor[], named: { has_biases: boolean; num_layers: number; dropout: number; train: boolean; bidirectional: boolean }): [Tensor, Tensor]
  /** `rnn_tanh.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)` */
  rnn_tanh(input: Tensor, hx: Tensor, params: readonly Tensor[], has_biases: boolean, num_layers: number, dropout: number, train: boolean, bidirectional: boolean, batch_first: boolean): [Tensor, Tensor]
  rnn_tanh(input: Tensor, hx: Tensor, params: readonly Tensor[], named: { has_biases: boolean; num_layers: number; dropout: number; train: boolean; bidirectional: boolean; batch_first: boolean }): [Tensor, Tensor]
  /** `rnn_tanh_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor` */
  rnn_tanh_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih?: Tensor | null, b_hh?: Tensor | null): Tensor
  rnn_tanh_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, named?: { b_ih?: Tensor | null; b_hh?: Tensor | null }): Tensor
  /** `roll(Tensor self, SymInt[1] shifts, int[1] dims=[]) -> Tensor`; out may be given to write to. */
  roll(self: Tensor, shifts: number | readonly number[], dims?: number | readonly number[], named?: { out?: Tensor }): Tensor
  roll(self: Tensor, shifts: number | readonly number[], named?: { dims?: number | readonly number[]; out?: Tensor }): Tensor
  roll(self: Tensor, named: { shifts: number | readonly number[]; dims?: number | readonly number[]; out?: Tensor }): Tensor
  /** `rot90(Tensor self, int k=1, int[] dims=[0, 1]) -> Tensor`; out may be given to write to. */
  rot90(self: Tensor, k?: number, dims?: readonly number[], named?: { out?: Tensor }): Tensor
  rot90(self: Tensor, named?: { k?: number; dims?: readonly number[]; out?: Tensor }): Tensor
  /** `round(Tensor self) -> Tensor`; out may be given to write to. */
  round(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `round.decimals(Tensor self, *, int decimals) -> Tensor`; out may be given to write to. */
  round(self: Tensor, named: { decimals: number; out?: Tensor }): Tensor
  /** `round_(Tensor(a!) self) -> Tensor(a!)` */
  round_(self: Tensor): Tensor
  /** `round_.decimals(Tensor(a!) self, *, int decimals) -> Tensor(a!)` */
  round_(self: Tensor, named: { decimals: number }): Tensor
  /** `row_indices(Tensor(a) self) -> Tensor(a)` */
  row_indices(self: Tensor): Tensor
  /** `row_stack(Tensor[] tensors) -> Tensor`; out may be given to write to. */
  row_stack(tensors: readonly Tensor[], named?: { out?: Tensor }): Tensor
  /** `rrelu(Tensor self, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor` */
  rrelu(self: Tensor, lower?: Scalar, upper?: Scalar, training?: boolean, generator?: Generator | null): Tensor
  rrelu(self: Tensor, named?: { lower?: Scalar; upper?: Scalar; training?: boolean; generator?: Generator | null }): Tensor
  /** `rrelu_(Tensor(a!) self, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor(a!)` */
  rrelu_(self: Tensor, lower?: Scalar, upper?: Scalar, training?: boolean, generator?: Generator | null): Tensor
  rrelu_(self: Tensor, named?: { lower?: Scalar; upper?: Scalar; training?: boolean; generator?: Generator | null }): Tensor
  /** `rrelu_with_noise(Tensor self, Tensor(b!) noise, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor`; out may be given to write to. */
  rrelu_with_noise(self: Tensor, noise: Tensor, lower?: Scalar, upper?: Scalar, training?: boolean, generator?: Generator | null, named?: { out?: Tensor }): Tensor
  rrelu_with_noise(self: Tensor, noise: Tensor, named?: { lower?: Scalar; upper?: Scalar; training?: boolean; generator?: Generator | null; out?: Tensor }): Tensor
  /** `rrelu_with_noise_(Tensor(a!) self, Tensor(b!) noise, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor(a!)` */
  rrelu_with_noise_(self: Tensor, noise: Tensor, lower?: Scalar, upper?: Scalar, training?: boolean, generator?: Generator | null): Tensor
  rrelu_with_noise_(self: Tensor, noise: Tensor, named?: { lower?: Scalar; upper?: Scalar; training?: boolean; generator?: Generator | null }): Tensor
  /** `rsqrt(Tensor self) -> Tensor`; out may be given to write to. */
  rsqrt(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `rsqrt_(Tensor(a!) self) -> Tensor(a!)` */
  rsqrt_(self: Tensor): Tensor
  /** `rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  rsub(self: Tensor, other: Scalar, alpha?: Scalar, named?: { out?: Tensor }): Tensor
  rsub(self: Tensor, other: Scalar, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  rsub(self: Tensor, named: { other: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  rsub(self: Tensor, other: Tensor, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  /** `scalar_tensor(Scalar s, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  scalar_tensor(s: Scalar, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  scalar_tensor(named: { s: Scalar; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0., bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> Tensor` */
  scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, attn_mask?: Tensor | null, dropout_p?: number, is_causal?: boolean, named?: { scale?: number | null; enable_gqa?: boolean }): Tensor
  scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, named?: { attn_mask?: Tensor | null; dropout_p?: number; is_causal?: boolean; scale?: number | null; enable_gqa?: boolean }): Tensor
  /** `scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor`; out may be given to write to. */
  scatter(self: Tensor, dim: number, index: Tensor, src: Tensor, named: { reduce: string; out?: Tensor }): Tensor
  scatter(self: Tensor, named: { dim: number; index: Tensor; src: Tensor; reduce: string; out?: Tensor }): Tensor
  /** `scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor`; out may be given to write to. */
  scatter(self: Tensor, dim: number, index: Tensor, src: Tensor, named?: { out?: Tensor }): Tensor
  scatter(self: Tensor, named: { dim: number; index: Tensor; src: Tensor; out?: Tensor }): Tensor
  /** `scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor`; out may be given to write to. */
  scatter(self: Tensor, dim: number, index: Tensor, value: Scalar, named?: { out?: Tensor }): Tensor
  scatter(self: Tensor, named: { dim: number; index: Tensor; value: Scalar; out?: Tensor }): Tensor
  /** `scatter.value_reduce(Tensor self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor`; out may be given to write to. */
  scatter(self: Tensor, dim: number, index: Tensor, value: Scalar, named: { reduce: string; out?: Tensor }): Tensor
  scatter(self: Tensor, named: { dim: number; index: Tensor; value: Scalar; reduce: string; out?: Tensor }): Tensor
  /** `scatter_.reduce(Tensor(a!) self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor(a!)` */
  scatter_(self: Tensor, dim: number, index: Tensor, src: Tensor, named: { reduce: string }): Tensor
  scatter_(self: Tensor, named: { dim: number; index: Tensor; src: Tensor; reduce: string }): Tensor
  /** `scatter_.src(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)` */
  scatter_(self: Tensor, dim: number, index: Tensor, src: Tensor): Tensor
  scatter_(self: Tensor, named: { dim: number; index: Tensor; src: Tensor }): Tensor
  /** `scatter_.value(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)` */
  scatter_(self: Tensor, dim: number, index: Tensor, value: Scalar): Tensor
  scatter_(self: Tensor, named: { dim: number; index: Tensor; value: Scalar }): Tensor
  /** `scatter_.value_reduce(Tensor(a!) self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor(a!)` */
  scatter_(self: Tensor, dim: number, index: Tensor, value: Scalar, named: { reduce: string }): Tensor
  scatter_(self: Tensor, named: { dim: number; index: Tensor; value: Scalar; reduce: string }): Tensor
  /** `scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor`; out may be given to write to. */
  scatter_add(self: Tensor, dim: number, index: Tensor, src: Tensor, named?: { out?: Tensor }): Tensor
  scatter_add(self: Tensor, named: { dim: number; index: Tensor; src: Tensor; out?: Tensor }): Tensor
  /** `scatter_add_(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)` */
  scatter_add_(self: Tensor, dim: number, index: Tensor, src: Tensor): Tensor
  scatter_add_(self: Tensor, named: { dim: number; index: Tensor; src: Tensor }): Tensor
  /** `scatter_reduce.two(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor`; out may be given to write to. */
  scatter_reduce(self: Tensor, dim: number, index: Tensor, src: Tensor, reduce: string, named?: { include_self?: boolean; out?: Tensor }): Tensor
  scatter_reduce(self: Tensor, named: { dim: number; index: Tensor; src: Tensor; reduce: string; include_self?: boolean; out?: Tensor }): Tensor
  /** `scatter_reduce_.two(Tensor(a!) self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor(a!)` */
  scatter_reduce_(self: Tensor, dim: number, index: Tensor, src: Tensor, reduce: string, named?: { include_self?: boolean }): Tensor
  scatter_reduce_(self: Tensor, named: { dim: number; index: Tensor; src: Tensor; reduce: string; include_self?: boolean }): Tensor
  /** `searchsorted.Scalar(Tensor sorted_sequence, Scalar self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor`; out may be given to write to. */
  searchsorted(sorted_sequence: Tensor, self: Scalar, named?: { out_int32?: boolean; right?: boolean; side?: string | null; sorter?: Tensor | null; out?: Tensor }): Tensor
  searchsorted(sorted_sequence: Tensor, named: { self: Scalar; out_int32?: boolean; right?: boolean; side?: string | null; sorter?: Tensor | null; out?: Tensor }): Tensor
  /** `searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor`; out may be given to write to. */
  searchsorted(sorted_sequence: Tensor, self: Tensor, named?: { out_int32?: boolean; right?: boolean; side?: string | null; sorter?: Tensor | null; out?: Tensor }): Tensor
  /** `segment_reduce(Tensor data, str reduce, *, Tensor? lengths=None, Tensor? indices=None, Tensor? offsets=None, int axis=0, bool unsafe=False, Scalar? initial=None) -> Tensor`; out may be given to write to. */
  segment_reduce(data: Tensor, reduce: string, named?: { lengths?: Tensor | null; indices?: Tensor | null; offsets?: Tensor | null; axis?: number; unsafe?: boolean; initial?: Scalar | null; out?: Tensor }): Tensor
  segment_reduce(data: Tensor, named: { reduce: string; lengths?: Tensor | null; indices?: Tensor | null; offsets?: Tensor | null; axis?: number; unsafe?: boolean; initial?: Scalar | null; out?: Tensor }): Tensor
  /** `select.int(Tensor(a) self, int dim, SymInt index) -> Tensor(a)` */
  select(self: Tensor, dim: number, index: number): Tensor
  select(self: Tensor, named: { dim: number; index: number }): Tensor
  /** `select_scatter(Tensor self, Tensor src, int dim, SymInt index) -> Tensor`; out may be given to write to. */
  select_scatter(self: Tensor, src: Tensor, dim: number, index: number, named?: { out?: Tensor }): Tensor
  select_scatter(self: Tensor, src: Tensor, named: { dim: number; index: number; out?: Tensor }): Tensor
  /** `selu(Tensor self) -> Tensor` */
  selu(self: Tensor): Tensor
  /** `selu_(Tensor(a!) self) -> Tensor(a!)` */
  selu_(self: Tensor): Tensor
  /** `set(Tensor self) -> Tensor`; out may be given to write to. */
  set(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `set.source_Tensor(Tensor self, Tensor source) -> Tensor`; out may be given to write to. */
  set(self: Tensor, source: Tensor, named?: { out?: Tensor }): Tensor
  /** `set_(Tensor(a!) self) -> Tensor(a!)` */
  set_(self: Tensor): Tensor
  /** `set_.source_Tensor(Tensor(a!) self, Tensor source) -> Tensor(a!)` */
  set_(self: Tensor, source: Tensor): Tensor
  /** `set_.source_Tensor_storage_offset(Tensor(a!) self, Tensor source, SymInt storage_offset, SymInt[] size, SymInt[] stride=[]) -> Tensor(a!)` */
  set_(self: Tensor, source: Tensor, storage_offset: number, size: readonly number[], stride?: readonly number[]): Tensor
  set_(self: Tensor, source: Tensor, storage_offset: number, size: readonly number[], named?: { stride?: readonly number[] }): Tensor
  set_(self: Tensor, source: Tensor, named: { storage_offset: number; size: readonly number[]; stride?: readonly number[] }): Tensor
  /** `set_data(Tensor(a!) self, Tensor new_data) -> ()` */
  set_data(self: Tensor, new_data: Tensor): void
  /** `sgn(Tensor self) -> Tensor`; out may be given to write to. */
  sgn(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `sgn_(Tensor(a!) self) -> Tensor(a!)` */
  sgn_(self: Tensor): Tensor
  /** `sigmoid(Tensor self) -> Tensor`; out may be given to write to. */
  sigmoid(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `sigmoid_(Tensor(a!) self) -> Tensor(a!)` */
  sigmoid_(self: Tensor): Tensor
  /** `sign(Tensor self) -> Tensor`; out may be given to write to. */
  sign(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `sign_(Tensor(a!) self) -> Tensor(a!)` */
  sign_(self: Tensor): Tensor
  /** `signbit(Tensor self) -> Tensor`; out may be given to write to. */
  signbit(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `silu(Tensor self) -> Tensor`; out may be given to write to. */
  silu(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `silu_(Tensor(a!) self) -> Tensor(a!)` */
  silu_(self: Tensor): Tensor
  /** `sin(Tensor self) -> Tensor`; out may be given to write to. */
  sin(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `sin_(Tensor(a!) self) -> Tensor(a!)` */
  sin_(self: Tensor): Tensor
  /** `sinc(Tensor self) -> Tensor`; out may be given to write to. */
  sinc(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `sinc_(Tensor(a!) self) -> Tensor(a!)` */
  sinc_(self: Tensor): Tensor
  /** `sinh(Tensor self) -> Tensor`; out may be given to write to. */
  sinh(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `sinh_(Tensor(a!) self) -> Tensor(a!)` */
  sinh_(self: Tensor): Tensor
  /** `size.int(Tensor self, int dim) -> int` */
  size(self: Tensor, dim: number): number
  size(self: Tensor, named: { dim: number }): number
  /** `slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)` */
  slice(self: Tensor, dim?: number, start?: number | null, end?: number | null, step?: number): Tensor
  slice(self: Tensor, named?: { dim?: number; start?: number | null; end?: number | null; step?: number }): Tensor
  /** `slice_inverse(Tensor(a) self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)` */
  slice_inverse(self: Tensor, src: Tensor, dim?: number, start?: number | null, end?: number | null, step?: number): Tensor
  slice_inverse(self: Tensor, src: Tensor, named?: { dim?: number; start?: number | null; end?: number | null; step?: number }): Tensor
  /** `slice_scatter(Tensor self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor`; out may be given to write to. */
  slice_scatter(self: Tensor, src: Tensor, dim?: number, start?: number | null, end?: number | null, step?: number, named?: { out?: Tensor }): Tensor
  slice_scatter(self: Tensor, src: Tensor, named?: { dim?: number; start?: number | null; end?: number | null; step?: number; out?: Tensor }): Tensor
  /** `slogdet(Tensor self) -> (Tensor sign, Tensor logabsdet)`; sign, logabsdet may be given to write to. */
  slogdet(self: Tensor, named?: { sign?: Tensor; logabsdet?: Tensor }): [sign: Tensor, logabsdet: Tensor]
  /** `slow_conv3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0]) -> Tensor`; out may be given to write to. */
  slow_conv3d(self: Tensor, weight: Tensor, kernel_size: number | readonly number[], bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], named?: { out?: Tensor }): Tensor
  slow_conv3d(self: Tensor, weight: Tensor, kernel_size: number | readonly number[], named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; out?: Tensor }): Tensor
  slow_conv3d(self: Tensor, weight: Tensor, named: { kernel_size: number | readonly number[]; bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; out?: Tensor }): Tensor
  /** `slow_conv3d_forward(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias, SymInt[3] stride, SymInt[3] padding) -> Tensor`; output may be given to write to. */
  slow_conv3d_forward(self: Tensor, weight: Tensor, kernel_size: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], named?: { output?: Tensor }): Tensor
  slow_conv3d_forward(self: Tensor, weight: Tensor, named: { kernel_size: number | readonly number[]; bias: Tensor | null; stride: number | readonly number[]; padding: number | readonly number[]; output?: Tensor }): Tensor
  /** `slow_conv_dilated2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] dilation=[1, 1]) -> Tensor`; out may be given to write to. */
  slow_conv_dilated2d(self: Tensor, weight: Tensor, kernel_size: number | readonly number[], bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], named?: { out?: Tensor }): Tensor
  slow_conv_dilated2d(self: Tensor, weight: Tensor, kernel_size: number | readonly number[], named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  slow_conv_dilated2d(self: Tensor, weight: Tensor, named: { kernel_size: number | readonly number[]; bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  /** `slow_conv_dilated3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1]) -> Tensor`; out may be given to write to. */
  slow_conv_dilated3d(self: Tensor, weight: Tensor, kernel_size: number | readonly number[], bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], named?: { out?: Tensor }): Tensor
  slow_conv_dilated3d(self: Tensor, weight: Tensor, kernel_size: number | readonly number[], named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  slow_conv_dilated3d(self: Tensor, weight: Tensor, named: { kernel_size: number | readonly number[]; bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  /** `slow_conv_transpose2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] output_padding=[0, 0], SymInt[2] dilation=[1, 1]) -> Tensor`; out may be given to write to. */
  slow_conv_transpose2d(self: Tensor, weight: Tensor, kernel_size: number | readonly number[], bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], output_padding?: number | readonly number[], dilation?: number | readonly number[], named?: { out?: Tensor }): Tensor
  slow_conv_transpose2d(self: Tensor, weight: Tensor, kernel_size: number | readonly number[], named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; output_padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  slow_conv_transpose2d(self: Tensor, weight: Tensor, named: { kernel_size: number | readonly number[]; bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; output_padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  /** `slow_conv_transpose3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] output_padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1]) -> Tensor`; out may be given to write to. */
  slow_conv_transpose3d(self: Tensor, weight: Tensor, kernel_size: number | readonly number[], bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], output_padding?: number | readonly number[], dilation?: number | readonly number[], named?: { out?: Tensor }): Tensor
  slow_conv_transpose3d(self: Tensor, weight: Tensor, kernel_size: number | readonly number[], named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; output_padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  slow_conv_transpose3d(self: Tensor, weight: Tensor, named: { kernel_size: number | readonly number[]; bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; output_padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  /** `smm(Tensor self, Tensor mat2) -> Tensor` */
  smm(self: Tensor, mat2: Tensor): Tensor
  /** `smooth_l1_loss(Tensor self, Tensor target, int reduction=1, float beta=1.) -> Tensor`; out may be given to write to. */
  smooth_l1_loss(self: Tensor, target: Tensor, reduction?: number, beta?: number, named?: { out?: Tensor }): Tensor
  smooth_l1_loss(self: Tensor, target: Tensor, named?: { reduction?: number; beta?: number; out?: Tensor }): Tensor
  /** `soft_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`; out may be given to write to. */
  soft_margin_loss(self: Tensor, target: Tensor, reduction?: number, named?: { out?: Tensor }): Tensor
  soft_margin_loss(self: Tensor, target: Tensor, named?: { reduction?: number; out?: Tensor }): Tensor
  /** `softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  softmax(self: Tensor, dim: number, dtype?: Dtype | null, named?: { out?: Tensor }): Tensor
  softmax(self: Tensor, dim: number, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  softmax(self: Tensor, named: { dim: number; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor`; out may be given to write to. */
  softplus(self: Tensor, beta?: Scalar, threshold?: Scalar, named?: { out?: Tensor }): Tensor
  softplus(self: Tensor, named?: { beta?: Scalar; threshold?: Scalar; out?: Tensor }): Tensor
  /** `softshrink(Tensor self, Scalar lambd=0.5) -> Tensor`; out may be given to write to. */
  softshrink(self: Tensor, lambd?: Scalar, named?: { out?: Tensor }): Tensor
  softshrink(self: Tensor, named?: { lambd?: Scalar; out?: Tensor }): Tensor
  /** `sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  sort(self: Tensor, dim?: number, descending?: boolean, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  sort(self: Tensor, named?: { dim?: number; descending?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `sort.stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  sort(self: Tensor, named: { stable: boolean | null; dim?: number; descending?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `sparse_bsc_tensor.ccol_row_value(Tensor ccol_indices, Tensor row_indices, Tensor values, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor` */
  sparse_bsc_tensor(ccol_indices: Tensor, row_indices: Tensor, values: Tensor, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  /** `sparse_bsc_tensor.ccol_row_value_size(Tensor ccol_indices, Tensor row_indices, Tensor values, int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor` */
  sparse_bsc_tensor(ccol_indices: Tensor, row_indices: Tensor, values: Tensor, size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  sparse_bsc_tensor(ccol_indices: Tensor, row_indices: Tensor, values: Tensor, named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  /** `sparse_bsr_tensor.crow_col_value(Tensor crow_indices, Tensor col_indices, Tensor values, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor` */
  sparse_bsr_tensor(crow_indices: Tensor, col_indices: Tensor, values: Tensor, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  /** `sparse_bsr_tensor.crow_col_value_size(Tensor crow_indices, Tensor col_indices, Tensor values, int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor` */
  sparse_bsr_tensor(crow_indices: Tensor, col_indices: Tensor, values: Tensor, size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  sparse_bsr_tensor(crow_indices: Tensor, col_indices: Tensor, values: Tensor, named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  /** `sparse_compressed_tensor.comp_plain_value(Tensor compressed_indices, Tensor plain_indices, Tensor values, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor` */
  sparse_compressed_tensor(compressed_indices: Tensor, plain_indices: Tensor, values: Tensor, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  /** `sparse_compressed_tensor.comp_plain_value_size(Tensor compressed_indices, Tensor plain_indices, Tensor values, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor` */
  sparse_compressed_tensor(compressed_indices: Tensor, plain_indices: Tensor, values: Tensor, size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  sparse_compressed_tensor(compressed_indices: Tensor, plain_indices: Tensor, values: Tensor, named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  /** `sparse_coo_tensor.indices(Tensor indices, Tensor values, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool? is_coalesced=None) -> Tensor` */
  sparse_coo_tensor(indices: Tensor, values: Tensor, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; is_coalesced?: boolean | null }): Tensor
  /** `sparse_coo_tensor.indices_size(Tensor indices, Tensor values, int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool? is_coalesced=None) -> Tensor` */
  sparse_coo_tensor(indices: Tensor, values: Tensor, size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; is_coalesced?: boolean | null }): Tensor
  sparse_coo_tensor(indices: Tensor, values: Tensor, named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; is_coalesced?: boolean | null }): Tensor
  /** `sparse_coo_tensor.size(int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor`; out may be given to write to. */
  sparse_coo_tensor(size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  sparse_coo_tensor(named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `sparse_csc_tensor.ccol_row_value(Tensor ccol_indices, Tensor row_indices, Tensor values, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor` */
  sparse_csc_tensor(ccol_indices: Tensor, row_indices: Tensor, values: Tensor, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  /** `sparse_csc_tensor.ccol_row_value_size(Tensor ccol_indices, Tensor row_indices, Tensor values, int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor` */
  sparse_csc_tensor(ccol_indices: Tensor, row_indices: Tensor, values: Tensor, size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  sparse_csc_tensor(ccol_indices: Tensor, row_indices: Tensor, values: Tensor, named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  /** `sparse_csr_tensor.crow_col_value(Tensor crow_indices, Tensor col_indices, Tensor values, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor` */
  sparse_csr_tensor(crow_indices: Tensor, col_indices: Tensor, values: Tensor, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  /** `sparse_csr_tensor.crow_col_value_size(Tensor crow_indices, Tensor col_indices, Tensor values, int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor` */
  sparse_csr_tensor(crow_indices: Tensor, col_indices: Tensor, values: Tensor, size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  sparse_csr_tensor(crow_indices: Tensor, col_indices: Tensor, values: Tensor, named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null }): Tensor
  /** `sparse_dim(Tensor self) -> int` */
  sparse_dim(self: Tensor): number
  /** `sparse_mask(Tensor self, Tensor mask) -> Tensor`; out may be given to write to. */
  sparse_mask(self: Tensor, mask: Tensor, named?: { out?: Tensor }): Tensor
  /** `sparse_resize(Tensor self, int[] size, int sparse_dim, int dense_dim) -> Tensor`; out may be given to write to. */
  sparse_resize(self: Tensor, size: readonly number[], sparse_dim: number, dense_dim: number, named?: { out?: Tensor }): Tensor
  sparse_resize(self: Tensor, named: { size: readonly number[]; sparse_dim: number; dense_dim: number; out?: Tensor }): Tensor
  /** `sparse_resize_(Tensor(a!) self, int[] size, int sparse_dim, int dense_dim) -> Tensor(a!)` */
  sparse_resize_(self: Tensor, size: readonly number[], sparse_dim: number, dense_dim: number): Tensor
  sparse_resize_(self: Tensor, named: { size: readonly number[]; sparse_dim: number; dense_dim: number }): Tensor
  /** `sparse_resize_and_clear(Tensor self, int[] size, int sparse_dim, int dense_dim) -> Tensor`; out may be given to write to. */
  sparse_resize_and_clear(self: Tensor, size: readonly number[], sparse_dim: number, dense_dim: number, named?: { out?: Tensor }): Tensor
  sparse_resize_and_clear(self: Tensor, named: { size: readonly number[]; sparse_dim: number; dense_dim: number; out?: Tensor }): Tensor
  /** `sparse_resize_and_clear_(Tensor(a!) self, int[] size, int sparse_dim, int dense_dim) -> Tensor(a!)` */
  sparse_resize_and_clear_(self: Tensor, size: readonly number[], sparse_dim: number, dense_dim: number): Tensor
  sparse_resize_and_clear_(self: Tensor, named: { size: readonly number[]; sparse_dim: number; dense_dim: number }): Tensor
  /** `sparse_sampled_addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  sparse_sampled_addmm(self: Tensor, mat1: Tensor, mat2: Tensor, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `special_airy_ai(Tensor x) -> Tensor`; out may be given to write to. */
  special_airy_ai(x: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_bessel_j0(Tensor self) -> Tensor`; out may be given to write to. */
  special_bessel_j0(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_bessel_j1(Tensor self) -> Tensor`; out may be given to write to. */
  special_bessel_j1(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_bessel_y0(Tensor self) -> Tensor`; out may be given to write to. */
  special_bessel_y0(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_bessel_y1(Tensor self) -> Tensor`; out may be given to write to. */
  special_bessel_y1(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_chebyshev_polynomial_t(Tensor x, Tensor n) -> Tensor`; out may be given to write to. */
  special_chebyshev_polynomial_t(x: Tensor, n: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_chebyshev_polynomial_t.n_scalar(Tensor x, Scalar n) -> Tensor`; out may be given to write to. */
  special_chebyshev_polynomial_t(x: Tensor, n: Scalar, named?: { out?: Tensor }): Tensor
  special_chebyshev_polynomial_t(x: Tensor, named: { n: Scalar; out?: Tensor }): Tensor
  /** `special_chebyshev_polynomial_t.x_scalar(Scalar x, Tensor n) -> Tensor`; out may be given to write to. */
  special_chebyshev_polynomial_t(x: Scalar, n: Tensor, named?: { out?: Tensor }): Tensor
  special_chebyshev_polynomial_t(named: { x: Scalar; n: Tensor; out?: Tensor }): Tensor
  /** `special_chebyshev_polynomial_u(Tensor x, Tensor n) -> Tensor`; out may be given to write to. */
  special_chebyshev_polynomial_u(x: Tensor, n: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_chebyshev_polynomial_u.n_scalar(Tensor x, Scalar n) -> Tensor`; out may be given to write to. */
  special_chebyshev_polynomial_u(x: Tensor, n: Scalar, named?: { out?: Tensor }): Tensor
  special_chebyshev_polynomial_u(x: Tensor, named: { n: Scalar; out?: Tensor }): Tensor
  /** `special_chebyshev_polynomial_u.x_scalar(Scalar x, Tensor n) -> Tensor`; out may be given to write to. */
  special_chebyshev_polynomial_u(x: Scalar, n: Tensor, named?: { out?: Tensor }): Tensor
  special_chebyshev_polynomial_u(named: { x: Scalar; n: Tensor; out?: Tensor }): Tensor
  /** `special_chebyshev_polynomial_v(Tensor x, Tensor n) -> Tensor`; out may be given to write to. */
  special_chebyshev_polynomial_v(x: Tensor, n: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_chebyshev_polynomial_v.n_scalar(Tensor x, Scalar n) -> Tensor`; out may be given to write to. */
  special_chebyshev_polynomial_v(x: Tensor, n: Scalar, named?: { out?: Tensor }): Tensor
  special_chebyshev_polynomial_v(x: Tensor, named: { n: Scalar; out?: Tensor }): Tensor
  /** `special_chebyshev_polynomial_v.x_scalar(Scalar x, Tensor n) -> Tensor`; out may be given to write to. */
  special_chebyshev_polynomial_v(x: Scalar, n: Tensor, named?: { out?: Tensor }): Tensor
  special_chebyshev_polynomial_v(named: { x: Scalar; n: Tensor; out?: Tensor }): Tensor
  /** `special_chebyshev_polynomial_w(Tensor x, Tensor n) -> Tensor`; out may be given to write to. */
  special_chebyshev_polynomial_w(x: Tensor, n: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_chebyshev_polynomial_w.n_scalar(Tensor x, Scalar n) -> Tensor`; out may be given to write to. */
  special_chebyshev_polynomial_w(x: Tensor, n: Scalar, named?: { out?: Tensor }): Tensor
  special_chebyshev_polynomial_w(x: Tensor, named: { n: Scalar; out?: Tensor }): Tensor
  /** `special_chebyshev_polynomial_w.x_scalar(Scalar x, Tensor n) -> Tensor`; out may be given to write to. */
  special_chebyshev_polynomial_w(x: Scalar, n: Tensor, named?: { out?: Tensor }): Tensor
  special_chebyshev_polynomial_w(named: { x: Scalar; n: Tensor; out?: Tensor }): Tensor
  /** `special_digamma(Tensor self) -> Tensor`; out may be given to write to. */
  special_digamma(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_entr(Tensor self) -> Tensor`; out may be given to write to. */
  special_entr(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_erf(Tensor self) -> Tensor`; out may be given to write to. */
  special_erf(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_erfc(Tensor self) -> Tensor`; out may be given to write to. */
  special_erfc(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_erfcx(Tensor self) -> Tensor`; out may be given to write to. */
  special_erfcx(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_erfinv(Tensor self) -> Tensor`; out may be given to write to. */
  special_erfinv(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_exp2(Tensor self) -> Tensor`; out may be given to write to. */
  special_exp2(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_expit(Tensor self) -> Tensor`; out may be given to write to. */
  special_expit(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_expm1(Tensor self) -> Tensor`; out may be given to write to. */
  special_expm1(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_gammainc(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  special_gammainc(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_gammaincc(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  special_gammaincc(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_gammaln(Tensor self) -> Tensor`; out may be given to write to. */
  special_gammaln(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_hermite_polynomial_h(Tensor x, Tensor n) -> Tensor`; out may be given to write to. */
  special_hermite_polynomial_h(x: Tensor, n: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_hermite_polynomial_h.n_scalar(Tensor x, Scalar n) -> Tensor`; out may be given to write to. */
  special_hermite_polynomial_h(x: Tensor, n: Scalar, named?: { out?: Tensor }): Tensor
  special_hermite_polynomial_h(x: Tensor, named: { n: Scalar; out?: Tensor }): Tensor
  /** `special_hermite_polynomial_h.x_scalar(Scalar x, Tensor n) -> Tensor`; out may be given to write to. */
  special_hermite_polynomial_h(x: Scalar, n: Tensor, named?: { out?: Tensor }): Tensor
  special_hermite_polynomial_h(named: { x: Scalar; n: Tensor; out?: Tensor }): Tensor
  /** `special_hermite_polynomial_he(Tensor x, Tensor n) -> Tensor`; out may be given to write to. */
  special_hermite_polynomial_he(x: Tensor, n: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_hermite_polynomial_he.n_scalar(Tensor x, Scalar n) -> Tensor`; out may be given to write to. */
  special_hermite_polynomial_he(x: Tensor, n: Scalar, named?: { out?: Tensor }): Tensor
  special_hermite_polynomial_he(x: Tensor, named: { n: Scalar; out?: Tensor }): Tensor
  /** `special_hermite_polynomial_he.x_scalar(Scalar x, Tensor n) -> Tensor`; out may be given to write to. */
  special_hermite_polynomial_he(x: Scalar, n: Tensor, named?: { out?: Tensor }): Tensor
  special_hermite_polynomial_he(named: { x: Scalar; n: Tensor; out?: Tensor }): Tensor
  /** `special_i0(Tensor self) -> Tensor`; out may be given to write to. */
  special_i0(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_i0e(Tensor self) -> Tensor`; out may be given to write to. */
  special_i0e(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_i1(Tensor self) -> Tensor`; out may be given to write to. */
  special_i1(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_i1e(Tensor self) -> Tensor`; out may be given to write to. */
  special_i1e(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_laguerre_polynomial_l(Tensor x, Tensor n) -> Tensor`; out may be given to write to. */
  special_laguerre_polynomial_l(x: Tensor, n: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_laguerre_polynomial_l.n_scalar(Tensor x, Scalar n) -> Tensor`; out may be given to write to. */
  special_laguerre_polynomial_l(x: Tensor, n: Scalar, named?: { out?: Tensor }): Tensor
  special_laguerre_polynomial_l(x: Tensor, named: { n: Scalar; out?: Tensor }): Tensor
  /** `special_laguerre_polynomial_l.x_scalar(Scalar x, Tensor n) -> Tensor`; out may be given to write to. */
  special_laguerre_polynomial_l(x: Scalar, n: Tensor, named?: { out?: Tensor }): Tensor
  special_laguerre_polynomial_l(named: { x: Scalar; n: Tensor; out?: Tensor }): Tensor
  /** `special_legendre_polynomial_p(Tensor x, Tensor n) -> Tensor`; out may be given to write to. */
  special_legendre_polynomial_p(x: Tensor, n: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_legendre_polynomial_p.n_scalar(Tensor x, Scalar n) -> Tensor`; out may be given to write to. */
  special_legendre_polynomial_p(x: Tensor, n: Scalar, named?: { out?: Tensor }): Tensor
  special_legendre_polynomial_p(x: Tensor, named: { n: Scalar; out?: Tensor }): Tensor
  /** `special_legendre_polynomial_p.x_scalar(Scalar x, Tensor n) -> Tensor`; out may be given to write to. */
  special_legendre_polynomial_p(x: Scalar, n: Tensor, named?: { out?: Tensor }): Tensor
  special_legendre_polynomial_p(named: { x: Scalar; n: Tensor; out?: Tensor }): Tensor
  /** `special_log1p(Tensor self) -> Tensor`; out may be given to write to. */
  special_log1p(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_log_ndtr(Tensor self) -> Tensor`; out may be given to write to. */
  special_log_ndtr(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_log_softmax(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor` */
  special_log_softmax(self: Tensor, dim: number, named?: { dtype?: Dtype | null }): Tensor
  special_log_softmax(self: Tensor, named: { dim: number; dtype?: Dtype | null }): Tensor
  /** `special_logit(Tensor self, float? eps=None) -> Tensor`; out may be given to write to. */
  special_logit(self: Tensor, eps?: number | null, named?: { out?: Tensor }): Tensor
  special_logit(self: Tensor, named?: { eps?: number | null; out?: Tensor }): Tensor
  /** `special_logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor`; out may be given to write to. */
  special_logsumexp(self: Tensor, dim: number | readonly number[], keepdim?: boolean, named?: { out?: Tensor }): Tensor
  special_logsumexp(self: Tensor, dim: number | readonly number[], named?: { keepdim?: boolean; out?: Tensor }): Tensor
  special_logsumexp(self: Tensor, named: { dim: number | readonly number[]; keepdim?: boolean; out?: Tensor }): Tensor
  /** `special_modified_bessel_i0(Tensor self) -> Tensor`; out may be given to write to. */
  special_modified_bessel_i0(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_modified_bessel_i1(Tensor self) -> Tensor`; out may be given to write to. */
  special_modified_bessel_i1(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_modified_bessel_k0(Tensor self) -> Tensor`; out may be given to write to. */
  special_modified_bessel_k0(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_modified_bessel_k1(Tensor self) -> Tensor`; out may be given to write to. */
  special_modified_bessel_k1(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_multigammaln(Tensor self, int p) -> Tensor`; out may be given to write to. */
  special_multigammaln(self: Tensor, p: number, named?: { out?: Tensor }): Tensor
  special_multigammaln(self: Tensor, named: { p: number; out?: Tensor }): Tensor
  /** `special_ndtr(Tensor self) -> Tensor`; out may be given to write to. */
  special_ndtr(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_ndtri(Tensor self) -> Tensor`; out may be given to write to. */
  special_ndtri(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_polygamma(int n, Tensor self) -> Tensor`; out may be given to write to. */
  special_polygamma(n: number, self: Tensor, named?: { out?: Tensor }): Tensor
  special_polygamma(named: { n: number; self: Tensor; out?: Tensor }): Tensor
  /** `special_psi(Tensor self) -> Tensor`; out may be given to write to. */
  special_psi(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_round(Tensor self, *, int decimals=0) -> Tensor`; out may be given to write to. */
  special_round(self: Tensor, named?: { decimals?: number; out?: Tensor }): Tensor
  /** `special_scaled_modified_bessel_k0(Tensor x) -> Tensor`; out may be given to write to. */
  special_scaled_modified_bessel_k0(x: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_scaled_modified_bessel_k1(Tensor x) -> Tensor`; out may be given to write to. */
  special_scaled_modified_bessel_k1(x: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_shifted_chebyshev_polynomial_t(Tensor x, Tensor n) -> Tensor`; out may be given to write to. */
  special_shifted_chebyshev_polynomial_t(x: Tensor, n: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_shifted_chebyshev_polynomial_t.n_scalar(Tensor x, Scalar n) -> Tensor`; out may be given to write to. */
  special_shifted_chebyshev_polynomial_t(x: Tensor, n: Scalar, named?: { out?: Tensor }): Tensor
  special_shifted_chebyshev_polynomial_t(x: Tensor, named: { n: Scalar; out?: Tensor }): Tensor
  /** `special_shifted_chebyshev_polynomial_t.x_scalar(Scalar x, Tensor n) -> Tensor`; out may be given to write to. */
  special_shifted_chebyshev_polynomial_t(x: Scalar, n: Tensor, named?: { out?: Tensor }): Tensor
  special_shifted_chebyshev_polynomial_t(named: { x: Scalar; n: Tensor; out?: Tensor }): Tensor
  /** `special_shifted_chebyshev_polynomial_u(Tensor x, Tensor n) -> Tensor`; out may be given to write to. */
  special_shifted_chebyshev_polynomial_u(x: Tensor, n: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_shifted_chebyshev_polynomial_u.n_scalar(Tensor x, Scalar n) -> Tensor`; out may be given to write to. */
  special_shifted_chebyshev_polynomial_u(x: Tensor, n: Scalar, named?: { out?: Tensor }): Tensor
  special_shifted_chebyshev_polynomial_u(x: Tensor, named: { n: Scalar; out?: Tensor }): Tensor
  /** `special_shifted_chebyshev_polynomial_u.x_scalar(Scalar x, Tensor n) -> Tensor`; out may be given to write to. */
  special_shifted_chebyshev_polynomial_u(x: Scalar, n: Tensor, named?: { out?: Tensor }): Tensor
  special_shifted_chebyshev_polynomial_u(named: { x: Scalar; n: Tensor; out?: Tensor }): Tensor
  /** `special_shifted_chebyshev_polynomial_v(Tensor x, Tensor n) -> Tensor`; out may be given to write to. */
  special_shifted_chebyshev_polynomial_v(x: Tensor, n: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_shifted_chebyshev_polynomial_v.n_scalar(Tensor x, Scalar n) -> Tensor`; out may be given to write to. */
  special_shifted_chebyshev_polynomial_v(x: Tensor, n: Scalar, named?: { out?: Tensor }): Tensor
  special_shifted_chebyshev_polynomial_v(x: Tensor, named: { n: Scalar; out?: Tensor }): Tensor
  /** `special_shifted_chebyshev_polynomial_v.x_scalar(Scalar x, Tensor n) -> Tensor`; out may be given to write to. */
  special_shifted_chebyshev_polynomial_v(x: Scalar, n: Tensor, named?: { out?: Tensor }): Tensor
  special_shifted_chebyshev_polynomial_v(named: { x: Scalar; n: Tensor; out?: Tensor }): Tensor
  /** `special_shifted_chebyshev_polynomial_w(Tensor x, Tensor n) -> Tensor`; out may be given to write to. */
  special_shifted_chebyshev_polynomial_w(x: Tensor, n: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_shifted_chebyshev_polynomial_w.n_scalar(Tensor x, Scalar n) -> Tensor`; out may be given to write to. */
  special_shifted_chebyshev_polynomial_w(x: Tensor, n: Scalar, named?: { out?: Tensor }): Tensor
  special_shifted_chebyshev_polynomial_w(x: Tensor, named: { n: Scalar; out?: Tensor }): Tensor
  /** `special_shifted_chebyshev_polynomial_w.x_scalar(Scalar x, Tensor n) -> Tensor`; out may be given to write to. */
  special_shifted_chebyshev_polynomial_w(x: Scalar, n: Tensor, named?: { out?: Tensor }): Tensor
  special_shifted_chebyshev_polynomial_w(named: { x: Scalar; n: Tensor; out?: Tensor }): Tensor
  /** `special_sinc(Tensor self) -> Tensor`; out may be given to write to. */
  special_sinc(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor` */
  special_softmax(self: Tensor, dim: number, dtype?: Dtype | null): Tensor
  special_softmax(self: Tensor, dim: number, named?: { dtype?: Dtype | null }): Tensor
  special_softmax(self: Tensor, named: { dim: number; dtype?: Dtype | null }): Tensor
  /** `special_spherical_bessel_j0(Tensor x) -> Tensor`; out may be given to write to. */
  special_spherical_bessel_j0(x: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_xlog1py(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  special_xlog1py(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_xlog1py.other_scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  special_xlog1py(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  special_xlog1py(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `special_xlog1py.self_scalar(Scalar self, Tensor other) -> Tensor`; out may be given to write to. */
  special_xlog1py(self: Scalar, other: Tensor, named?: { out?: Tensor }): Tensor
  special_xlog1py(named: { self: Scalar; other: Tensor; out?: Tensor }): Tensor
  /** `special_xlogy(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  special_xlogy(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_xlogy.other_scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  special_xlogy(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  special_xlogy(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `special_xlogy.self_scalar(Scalar self, Tensor other) -> Tensor`; out may be given to write to. */
  special_xlogy(self: Scalar, other: Tensor, named?: { out?: Tensor }): Tensor
  special_xlogy(named: { self: Scalar; other: Tensor; out?: Tensor }): Tensor
  /** `special_zeta(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  special_zeta(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_zeta.other_scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  special_zeta(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  special_zeta(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `special_zeta.self_scalar(Scalar self, Tensor other) -> Tensor`; out may be given to write to. */
  special_zeta(self: Scalar, other: Tensor, named?: { out?: Tensor }): Tensor
  special_zeta(named: { self: Scalar; other: Tensor; out?: Tensor }): Tensor
  /** `split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]` */
  split(self: Tensor, split_size: number, dim?: number): Tensor[]
  split(self: Tensor, split_size: number, named?: { dim?: number }): Tensor[]
  split(self: Tensor, named: { split_size: number; dim?: number }): Tensor[]
  /** `split.sizes(Tensor(a -> *) self, SymInt[] split_size, int dim=0) -> Tensor(a)[]` */
  split(self: Tensor, split_size: readonly number[], dim?: number): Tensor[]
  split(self: Tensor, split_size: readonly number[], named?: { dim?: number }): Tensor[]
  split(self: Tensor, named: { split_size: readonly number[]; dim?: number }): Tensor[]
  /** `split_with_sizes(Tensor(a -> *) self, SymInt[] split_sizes, int dim=0) -> Tensor(a)[]` */
  split_with_sizes(self: Tensor, split_sizes: readonly number[], dim?: number): Tensor[]
  split_with_sizes(self: Tensor, split_sizes: readonly number[], named?: { dim?: number }): Tensor[]
  split_with_sizes(self: Tensor, named: { split_sizes: readonly number[]; dim?: number }): Tensor[]
  /** `sqrt(Tensor self) -> Tensor`; out may be given to write to. */
  sqrt(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `sqrt_(Tensor(a!) self) -> Tensor(a!)` */
  sqrt_(self: Tensor): Tensor
  /** `square(Tensor self) -> Tensor`; out may be given to write to. */
  square(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `square_(Tensor(a!) self) -> Tensor(a!)` */
  square_(self: Tensor): Tensor
  /** `squeeze(Tensor(a) self) -> Tensor(a)` */
  squeeze(self: Tensor): Tensor
  /** `squeeze.dim(Tensor(a) self, int dim) -> Tensor(a)` */
  squeeze(self: Tensor, dim: number): Tensor
  squeeze(self: Tensor, named: { dim: number }): Tensor
  /** `squeeze.dims(Tensor(a) self, int[] dim) -> Tensor(a)` */
  squeeze(self: Tensor, dim: readonly number[]): Tensor
  squeeze(self: Tensor, named: { dim: readonly number[] }): Tensor
  /** `squeeze_(Tensor(a!) self) -> Tensor(a!)` */
  squeeze_(self: Tensor): Tensor
  /** `squeeze_.dim(Tensor(a!) self, int dim) -> Tensor(a!)` */
  squeeze_(self: Tensor, dim: number): Tensor
  squeeze_(self: Tensor, named: { dim: number }): Tensor
  /** `squeeze_.dims(Tensor(a!) self, int[] dim) -> Tensor(a!)` */
  squeeze_(self: Tensor, dim: readonly number[]): Tensor
  squeeze_(self: Tensor, named: { dim: readonly number[] }): Tensor
  /** `sspaddmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  sspaddmm(self: Tensor, mat1: Tensor, mat2: Tensor, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `stack(Tensor[] tensors, int dim=0) -> Tensor`; out may be given to write to. */
  stack(tensors: readonly Tensor[], dim?: number, named?: { out?: Tensor }): Tensor
  stack(tensors: readonly Tensor[], named?: { dim?: number; out?: Tensor }): Tensor
  /** `std(Tensor self, bool unbiased=True) -> Tensor` */
  std(self: Tensor, unbiased?: boolean): Tensor
  std(self: Tensor, named?: { unbiased?: boolean }): Tensor
  /** `std.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor`; out may be given to write to. */
  std(self: Tensor, dim?: number | readonly number[] | null, named?: { correction?: Scalar | null; keepdim?: boolean; out?: Tensor }): Tensor
  std(self: Tensor, named?: { dim?: number | readonly number[] | null; correction?: Scalar | null; keepdim?: boolean; out?: Tensor }): Tensor
  /** `std.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor`; out may be given to write to. */
  std(self: Tensor, dim: number | readonly number[] | null, unbiased?: boolean, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  std(self: Tensor, dim: number | readonly number[] | null, named?: { unbiased?: boolean; keepdim?: boolean; out?: Tensor }): Tensor
  std(self: Tensor, named: { dim: number | readonly number[] | null; unbiased?: boolean; keepdim?: boolean; out?: Tensor }): Tensor
  /** `std_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)` */
  std_mean(self: Tensor, unbiased?: boolean): [Tensor, Tensor]
  std_mean(self: Tensor, named?: { unbiased?: boolean }): [Tensor, Tensor]
  /** `std_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)`; out0, out1 may be given to write to. */
  std_mean(self: Tensor, dim?: number | readonly number[] | null, named?: { correction?: Scalar | null; keepdim?: boolean; out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  std_mean(self: Tensor, named?: { dim?: number | readonly number[] | null; correction?: Scalar | null; keepdim?: boolean; out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  /** `std_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)` */
  std_mean(self: Tensor, dim: number | readonly number[] | null, unbiased?: boolean, keepdim?: boolean): [Tensor, Tensor]
  std_mean(self: Tensor, dim: number | readonly number[] | null, named?: { unbiased?: boolean; keepdim?: boolean }): [Tensor, Tensor]
  std_mean(self: Tensor, named: { dim: number | readonly number[] | null; unbiased?: boolean; keepdim?: boolean }): [Tensor, Tensor]
  /** `stft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor` */
  stft(self: Tensor, n_fft: number, hop_length?: number | null, win_length?: number | null, window?: Tensor | null, normalized?: boolean, onesided?: boolean | null, return_complex?: boolean | null, align_to_window?: boolean | null): Tensor
  stft(self: Tensor, n_fft: number, named?: { hop_length?: number | null; win_length?: number | null; window?: Tensor | null; normalized?: boolean; onesided?: boolean | null; return_complex?: boolean | null; align_to_window?: boolean | null }): Tensor
  stft(self: Tensor, named: { n_fft: number; hop_length?: number | null; win_length?: number | null; window?: Tensor | null; normalized?: boolean; onesided?: boolean | null; return_complex?: boolean | null; align_to_window?: boolean | null }): Tensor
  /** `stft.center(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, str pad_mode="reflect", bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor` */
  stft(self: Tensor, n_fft: number, hop_length?: number | null, win_length?: number | null, window?: Tensor | null, center?: boolean, pad_mode?: string, normalized?: boolean, onesided?: boolean | null, return_complex?: boolean | null, align_to_window?: boolean | null): Tensor
  stft(self: Tensor, n_fft: number, named?: { hop_length?: number | null; win_length?: number | null; window?: Tensor | null; center?: boolean; pad_mode?: string; normalized?: boolean; onesided?: boolean | null; return_complex?: boolean | null; align_to_window?: boolean | null }): Tensor
  stft(self: Tensor, named: { n_fft: number; hop_length?: number | null; win_length?: number | null; window?: Tensor | null; center?: boolean; pad_mode?: string; normalized?: boolean; onesided?: boolean | null; return_complex?: boolean | null; align_to_window?: boolean | null }): Tensor
  /** `storage_offset(Tensor self) -> int` */
  storage_offset(self: Tensor): number
  /** `stride.int(Tensor self, int dim) -> int` */
  stride(self: Tensor, dim: number): number
  stride(self: Tensor, named: { dim: number }): number
  /** `sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  sub(self: Tensor, other: Scalar, alpha?: Scalar, named?: { out?: Tensor }): Tensor
  sub(self: Tensor, other: Scalar, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  sub(self: Tensor, named: { other: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  sub(self: Tensor, other: Tensor, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  /** `sub_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)` */
  sub_(self: Tensor, other: Scalar, alpha?: Scalar): Tensor
  sub_(self: Tensor, other: Scalar, named?: { alpha?: Scalar }): Tensor
  sub_(self: Tensor, named: { other: Scalar; alpha?: Scalar }): Tensor
  /** `sub_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)` */
  sub_(self: Tensor, other: Tensor, named?: { alpha?: Scalar }): Tensor
  /** `subtract.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor` */
  subtract(self: Tensor, other: Scalar, alpha?: Scalar): Tensor
  subtract(self: Tensor, other: Scalar, named?: { alpha?: Scalar }): Tensor
  subtract(self: Tensor, named: { other: Scalar; alpha?: Scalar }): Tensor
  /** `subtract.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  subtract(self: Tensor, other: Tensor, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  /** `subtract_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)` */
  subtract_(self: Tensor, other: Scalar, alpha?: Scalar): Tensor
  subtract_(self: Tensor, other: Scalar, named?: { alpha?: Scalar }): Tensor
  subtract_(self: Tensor, named: { other: Scalar; alpha?: Scalar }): Tensor
  /** `subtract_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)` */
  subtract_(self: Tensor, other: Tensor, named?: { alpha?: Scalar }): Tensor
  /** `sum(Tensor self, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  sum(self: Tensor, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  sum(self: Tensor, dim: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  sum(self: Tensor, dim: number | readonly number[] | null, named?: { keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  sum(self: Tensor, named: { dim: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `sum_to_size(Tensor self, SymInt[] size) -> Tensor` */
  sum_to_size(self: Tensor, size: readonly number[]): Tensor
  sum_to_size(self: Tensor, named: { size: readonly number[] }): Tensor
  /** `svd(Tensor self, bool some=True, bool compute_uv=True) -> (Tensor U, Tensor S, Tensor V)`; U, S, V may be given to write to. */
  svd(self: Tensor, some?: boolean, compute_uv?: boolean, named?: { U?: Tensor; S?: Tensor; V?: Tensor }): [U: Tensor, S: Tensor, V: Tensor]
  svd(self: Tensor, named?: { some?: boolean; compute_uv?: boolean; U?: Tensor; S?: Tensor; V?: Tensor }): [U: Tensor, S: Tensor, V: Tensor]
  /** `swapaxes(Tensor(a) self, int axis0, int axis1) -> Tensor(a)` */
  swapaxes(self: Tensor, axis0: number, axis1: number): Tensor
  swapaxes(self: Tensor, named: { axis0: number; axis1: number }): Tensor
  /** `swapaxes_(Tensor(a!) self, int axis0, int axis1) -> Tensor(a!)` */
  swapaxes_(self: Tensor, axis0: number, axis1: number): Tensor
  swapaxes_(self: Tensor, named: { axis0: number; axis1: number }): Tensor
  /** `swapdims(Tensor(a) self, int dim0, int dim1) -> Tensor(a)` */
  swapdims(self: Tensor, dim0: number, dim1: number): Tensor
  swapdims(self: Tensor, named: { dim0: number; dim1: number }): Tensor
  /** `swapdims_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)` */
  swapdims_(self: Tensor, dim0: number, dim1: number): Tensor
  swapdims_(self: Tensor, named: { dim0: number; dim1: number }): Tensor
  /** `t(Tensor(a) self) -> Tensor(a)` */
  t(self: Tensor): Tensor
  /** `t_(Tensor(a!) self) -> Tensor(a!)` */
  t_(self: Tensor): Tensor
  /** `take(Tensor self, Tensor index) -> Tensor`; out may be given to write to. */
  take(self: Tensor, index: Tensor, named?: { out?: Tensor }): Tensor
  /** `take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor`; out may be given to write to. */
  take_along_dim(self: Tensor, indices: Tensor, dim?: number | null, named?: { out?: Tensor }): Tensor
  take_along_dim(self: Tensor, indices: Tensor, named?: { dim?: number | null; out?: Tensor }): Tensor
  /** `tan(Tensor self) -> Tensor`; out may be given to write to. */
  tan(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `tan_(Tensor(a!) self) -> Tensor(a!)` */
  tan_(self: Tensor): Tensor
  /** `tanh(Tensor self) -> Tensor`; out may be given to write to. */
  tanh(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `tanh_(Tensor(a!) self) -> Tensor(a!)` */
  tanh_(self: Tensor): Tensor
  /** `tensor_split.indices(Tensor(a -> *) self, SymInt[] indices, int dim=0) -> Tensor(a)[]` */
  tensor_split(self: Tensor, indices: readonly number[], dim?: number): Tensor[]
  tensor_split(self: Tensor, indices: readonly number[], named?: { dim?: number }): Tensor[]
  tensor_split(self: Tensor, named: { indices: readonly number[]; dim?: number }): Tensor[]
  /** `tensor_split.sections(Tensor(a -> *) self, SymInt sections, int dim=0) -> Tensor(a)[]` */
  tensor_split(self: Tensor, sections: number, dim?: number): Tensor[]
  tensor_split(self: Tensor, sections: number, named?: { dim?: number }): Tensor[]
  tensor_split(self: Tensor, named: { sections: number; dim?: number }): Tensor[]
  /** `tensor_split.tensor_indices_or_sections(Tensor(a -> *) self, Tensor tensor_indices_or_sections, int dim=0) -> Tensor(a)[]` */
  tensor_split(self: Tensor, tensor_indices_or_sections: Tensor, dim?: number): Tensor[]
  tensor_split(self: Tensor, tensor_indices_or_sections: Tensor, named?: { dim?: number }): Tensor[]
  /** `tensordot(Tensor self, Tensor other, int[] dims_self, int[] dims_other) -> Tensor`; out may be given to write to. */
  tensordot(self: Tensor, other: Tensor, dims_self: readonly number[], dims_other: readonly number[], named?: { out?: Tensor }): Tensor
  tensordot(self: Tensor, other: Tensor, named: { dims_self: readonly number[]; dims_other: readonly number[]; out?: Tensor }): Tensor
  /** `thnn_conv2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0]) -> Tensor`; out may be given to write to. */
  thnn_conv2d(self: Tensor, weight: Tensor, kernel_size: number | readonly number[], bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], named?: { out?: Tensor }): Tensor
  thnn_conv2d(self: Tensor, weight: Tensor, kernel_size: number | readonly number[], named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; out?: Tensor }): Tensor
  thnn_conv2d(self: Tensor, weight: Tensor, named: { kernel_size: number | readonly number[]; bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; out?: Tensor }): Tensor
  /** `threshold(Tensor self, Scalar threshold, Scalar value) -> Tensor`; out may be given to write to. */
  threshold(self: Tensor, threshold: Scalar, value: Scalar, named?: { out?: Tensor }): Tensor
  threshold(self: Tensor, named: { threshold: Scalar; value: Scalar; out?: Tensor }): Tensor
  /** `threshold_(Tensor(a!) self, Scalar threshold, Scalar value) -> Tensor(a!)` */
  threshold_(self: Tensor, threshold: Scalar, value: Scalar): Tensor
  threshold_(self: Tensor, named: { threshold: Scalar; value: Scalar }): Tensor
  /** `tile(Tensor self, SymInt[] dims) -> Tensor` */
  tile(self: Tensor, dims: readonly number[]): Tensor
  tile(self: Tensor, named: { dims: readonly number[] }): Tensor
  /** `to.device(Tensor(a) self, Device device, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)` */
  to(self: Tensor, device: Device, dtype: Dtype, non_blocking?: boolean, copy?: boolean, memory_format?: MemoryFormat | null): Tensor
  to(self: Tensor, device: Device, dtype: Dtype, named?: { non_blocking?: boolean; copy?: boolean; memory_format?: MemoryFormat | null }): Tensor
  to(self: Tensor, named: { device: Device; dtype: Dtype; non_blocking?: boolean; copy?: boolean; memory_format?: MemoryFormat | null }): Tensor
  /** `to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)` */
  to(self: Tensor, dtype: Dtype, non_blocking?: boolean, copy?: boolean, memory_format?: MemoryFormat | null): Tensor
  to(self: Tensor, dtype: Dtype, named?: { non_blocking?: boolean; copy?: boolean; memory_format?: MemoryFormat | null }): Tensor
  to(self: Tensor, named: { dtype: Dtype; non_blocking?: boolean; copy?: boolean; memory_format?: MemoryFormat | null }): Tensor
  /** `to.dtype_layout(Tensor(a) self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)` */
  to(self: Tensor, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; non_blocking?: boolean; copy?: boolean; memory_format?: MemoryFormat | null }): Tensor
  /** `to.other(Tensor(a) self, Tensor other, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)` */
  to(self: Tensor, other: Tensor, non_blocking?: boolean, copy?: boolean, memory_format?: MemoryFormat | null): Tensor
  to(self: Tensor, other: Tensor, named?: { non_blocking?: boolean; copy?: boolean; memory_format?: MemoryFormat | null }): Tensor
  /** `to_dense(Tensor self, ScalarType? dtype=None, *, bool? masked_grad=None) -> Tensor` */
  to_dense(self: Tensor, dtype?: Dtype | null, named?: { masked_grad?: boolean | null }): Tensor
  to_dense(self: Tensor, named?: { dtype?: Dtype | null; masked_grad?: boolean | null }): Tensor
  /** `to_padded_tensor(Tensor self, float padding, SymInt[]? output_size=None) -> Tensor`; out may be given to write to. */
  to_padded_tensor(self: Tensor, padding: number, output_size?: readonly number[] | null, named?: { out?: Tensor }): Tensor
  to_padded_tensor(self: Tensor, padding: number, named?: { output_size?: readonly number[] | null; out?: Tensor }): Tensor
  to_padded_tensor(self: Tensor, named: { padding: number; output_size?: readonly number[] | null; out?: Tensor }): Tensor
  /** `to_sparse(Tensor self, *, Layout? layout=None, int[2]? blocksize=None, int? dense_dim=None) -> Tensor` */
  to_sparse(self: Tensor, named?: { layout?: Layout | null; blocksize?: number | readonly number[] | null; dense_dim?: number | null }): Tensor
  /** `to_sparse.sparse_dim(Tensor self, int sparse_dim) -> Tensor` */
  to_sparse(self: Tensor, sparse_dim: number): Tensor
  to_sparse(self: Tensor, named: { sparse_dim: number }): Tensor
  /** `to_sparse_bsc(Tensor self, int[2] blocksize, int? dense_dim=None) -> Tensor` */
  to_sparse_bsc(self: Tensor, blocksize: number | readonly number[], dense_dim?: number | null): Tensor
  to_sparse_bsc(self: Tensor, blocksize: number | readonly number[], named?: { dense_dim?: number | null }): Tensor
  to_sparse_bsc(self: Tensor, named: { blocksize: number | readonly number[]; dense_dim?: number | null }): Tensor
  /** `to_sparse_bsr(Tensor self, int[2] blocksize, int? dense_dim=None) -> Tensor` */
  to_sparse_bsr(self: Tensor, blocksize: number | readonly number[], dense_dim?: number | null): Tensor
  to_sparse_bsr(self: Tensor, blocksize: number | readonly number[], named?: { dense_dim?: number | null }): Tensor
  to_sparse_bsr(self: Tensor, named: { blocksize: number | readonly number[]; dense_dim?: number | null }): Tensor
  /** `to_sparse_csc(Tensor self, int? dense_dim=None) -> Tensor` */
  to_sparse_csc(self: Tensor, dense_dim?: number | null): Tensor
  to_sparse_csc(self: Tensor, named?: { dense_dim?: number | null }): Tensor
  /** `to_sparse_csr(Tensor self, int? dense_dim=None) -> Tensor` */
  to_sparse_csr(self: Tensor, dense_dim?: number | null): Tensor
  to_sparse_csr(self: Tensor, named?: { dense_dim?: number | null }): Tensor
  /** `topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  topk(self: Tensor, k: number, dim?: number, largest?: boolean, sorted?: boolean, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  topk(self: Tensor, k: number, named?: { dim?: number; largest?: boolean; sorted?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  topk(self: Tensor, named: { k: number; dim?: number; largest?: boolean; sorted?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `trace(Tensor self) -> Tensor`; out may be given to write to. */
  trace(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)` */
  transpose(self: Tensor, dim0: number, dim1: number): Tensor
  transpose(self: Tensor, named: { dim0: number; dim1: number }): Tensor
  /** `transpose_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)` */
  transpose_(self: Tensor, dim0: number, dim1: number): Tensor
  transpose_(self: Tensor, named: { dim0: number; dim1: number }): Tensor
  /** `trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor` */
  trapezoid(y: Tensor, named?: { dx?: Scalar; dim?: number }): Tensor
  /** `trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor` */
  trapezoid(y: Tensor, x: Tensor, named?: { dim?: number }): Tensor
  /** `trapz.dx(Tensor y, *, float dx=1., int dim=-1) -> Tensor` */
  trapz(y: Tensor, named?: { dx?: number; dim?: number }): Tensor
  /** `trapz.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor` */
  trapz(y: Tensor, x: Tensor, named?: { dim?: number }): Tensor
  /** `triangular_solve(Tensor self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False) -> (Tensor solution, Tensor cloned_coefficient)`; X, M may be given to write to. */
  triangular_solve(self: Tensor, A: Tensor, upper?: boolean, transpose?: boolean, unitriangular?: boolean, named?: { X?: Tensor; M?: Tensor }): [solution: Tensor, cloned_coefficient: Tensor]
  triangular_solve(self: Tensor, A: Tensor, named?: { upper?: boolean; transpose?: boolean; unitriangular?: boolean; X?: Tensor; M?: Tensor }): [solution: Tensor, cloned_coefficient: Tensor]
  /** `tril(Tensor self, SymInt diagonal=0) -> Tensor`; out may be given to write to. */
  tril(self: Tensor, diagonal?: number, named?: { out?: Tensor }): Tensor
  tril(self: Tensor, named?: { diagonal?: number; out?: Tensor }): Tensor
  /** `tril_(Tensor(a!) self, SymInt diagonal=0) -> Tensor(a!)` */
  tril_(self: Tensor, diagonal?: number): Tensor
  tril_(self: Tensor, named?: { diagonal?: number }): Tensor
  /** `tril_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  tril_indices(row: number, col: number, offset?: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  tril_indices(row: number, col: number, named?: { offset?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  tril_indices(named: { row: number; col: number; offset?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1., float p=2., float eps=9.9999999999999995e-07, bool swap=False, int reduction=1) -> Tensor` */
  triplet_margin_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin?: number, p?: number, eps?: number, swap?: boolean, reduction?: number): Tensor
  triplet_margin_loss(anchor: Tensor, positive: Tensor, negative: Tensor, named?: { margin?: number; p?: number; eps?: number; swap?: boolean; reduction?: number }): Tensor
  /** `triu(Tensor self, SymInt diagonal=0) -> Tensor`; out may be given to write to. */
  triu(self: Tensor, diagonal?: number, named?: { out?: Tensor }): Tensor
  triu(self: Tensor, named?: { diagonal?: number; out?: Tensor }): Tensor
  /** `triu_(Tensor(a!) self, SymInt diagonal=0) -> Tensor(a!)` */
  triu_(self: Tensor, diagonal?: number): Tensor
  triu_(self: Tensor, named?: { diagonal?: number }): Tensor
  /** `triu_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  triu_indices(row: number, col: number, offset?: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  triu_indices(row: number, col: number, named?: { offset?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  triu_indices(named: { row: number; col: number; offset?: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `true_divide.Scalar(Tensor self, Scalar other) -> Tensor` */
  true_divide(self: Tensor, other: Scalar): Tensor
  true_divide(self: Tensor, named: { other: Scalar }): Tensor
  /** `true_divide.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  true_divide(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `true_divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  true_divide_(self: Tensor, other: Scalar): Tensor
  true_divide_(self: Tensor, named: { other: Scalar }): Tensor
  /** `true_divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  true_divide_(self: Tensor, other: Tensor): Tensor
  /** `trunc(Tensor self) -> Tensor`; out may be given to write to. */
  trunc(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `trunc_(Tensor(a!) self) -> Tensor(a!)` */
  trunc_(self: Tensor): Tensor
  /** `type_as(Tensor self, Tensor other) -> Tensor` */
  type_as(self: Tensor, other: Tensor): Tensor
  /** `unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]` */
  unbind(self: Tensor, dim?: number): Tensor[]
  unbind(self: Tensor, named?: { dim?: number }): Tensor[]
  /** `unflatten.int(Tensor(a) self, int dim, SymInt[] sizes) -> Tensor(a)` */
  unflatten(self: Tensor, dim: number, sizes: readonly number[]): Tensor
  unflatten(self: Tensor, named: { dim: number; sizes: readonly number[] }): Tensor
  /** `unflatten_dense_tensors(Tensor flat, Tensor[] tensors) -> Tensor[]` */
  unflatten_dense_tensors(flat: Tensor, tensors: readonly Tensor[]): Tensor[]
  /** `unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)` */
  unfold(self: Tensor, dimension: number, size: number, step: number): Tensor
  unfold(self: Tensor, named: { dimension: number; size: number; step: number }): Tensor
  /** `uniform(Tensor self, float from=0., float to=1., *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  uniform(self: Tensor, from?: number, to?: number, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  uniform(self: Tensor, named?: { from?: number; to?: number; generator?: Generator | null; out?: Tensor }): Tensor
  /** `uniform_(Tensor(a!) self, float from=0., float to=1., *, Generator? generator=None) -> Tensor(a!)` */
  uniform_(self: Tensor, from?: number, to?: number, named?: { generator?: Generator | null }): Tensor
  uniform_(self: Tensor, named?: { from?: number; to?: number; generator?: Generator | null }): Tensor
  /** `unique_consecutive(Tensor self, bool return_inverse=False, bool return_counts=False, int? dim=None) -> (Tensor, Tensor, Tensor)`; out0, out1, out2 may be given to write to. */
  unique_consecutive(self: Tensor, return_inverse?: boolean, return_counts?: boolean, dim?: number | null, named?: { out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  unique_consecutive(self: Tensor, named?: { return_inverse?: boolean; return_counts?: boolean; dim?: number | null; out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  /** `unique_dim(Tensor self, int dim, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)`; out0, out1, out2 may be given to write to. */
  unique_dim(self: Tensor, dim: number, sorted?: boolean, return_inverse?: boolean, return_counts?: boolean, named?: { out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  unique_dim(self: Tensor, dim: number, named?: { sorted?: boolean; return_inverse?: boolean; return_counts?: boolean; out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  unique_dim(self: Tensor, named: { dim: number; sorted?: boolean; return_inverse?: boolean; return_counts?: boolean; out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  /** `unique_dim_consecutive(Tensor self, int dim, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)`; out0, out1, out2 may be given to write to. */
  unique_dim_consecutive(self: Tensor, dim: number, return_inverse?: boolean, return_counts?: boolean, named?: { out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  unique_dim_consecutive(self: Tensor, dim: number, named?: { return_inverse?: boolean; return_counts?: boolean; out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  unique_dim_consecutive(self: Tensor, named: { dim: number; return_inverse?: boolean; return_counts?: boolean; out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  /** `unsafe_chunk(Tensor self, int chunks, int dim=0) -> Tensor[]` */
  unsafe_chunk(self: Tensor, chunks: number, dim?: number): Tensor[]
  unsafe_chunk(self: Tensor, chunks: number, named?: { dim?: number }): Tensor[]
  unsafe_chunk(self: Tensor, named: { chunks: number; dim?: number }): Tensor[]
  /** `unsafe_split.Tensor(Tensor self, SymInt split_size, int dim=0) -> Tensor[]`; out may be given to write to. */
  unsafe_split(self: Tensor, split_size: number, dim?: number, named?: { out?: readonly Tensor[] }): Tensor[]
  unsafe_split(self: Tensor, split_size: number, named?: { dim?: number; out?: readonly Tensor[] }): Tensor[]
  unsafe_split(self: Tensor, named: { split_size: number; dim?: number; out?: readonly Tensor[] }): Tensor[]
  /** `unsafe_split_with_sizes(Tensor self, SymInt[] split_sizes, int dim=0) -> Tensor[]`; out may be given to write to. */
  unsafe_split_with_sizes(self: Tensor, split_sizes: readonly number[], dim?: number, named?: { out?: readonly Tensor[] }): Tensor[]
  unsafe_split_with_sizes(self: Tensor, split_sizes: readonly number[], named?: { dim?: number; out?: readonly Tensor[] }): Tensor[]
  unsafe_split_with_sizes(self: Tensor, named: { split_sizes: readonly number[]; dim?: number; out?: readonly Tensor[] }): Tensor[]
  /** `unsqueeze(Tensor(a) self, int dim) -> Tensor(a)` */
  unsqueeze(self: Tensor, dim: number): Tensor
  unsqueeze(self: Tensor, named: { dim: number }): Tensor
  /** `unsqueeze_(Tensor(a!) self, int dim) -> Tensor(a!)` */
  unsqueeze_(self: Tensor, dim: number): Tensor
  unsqueeze_(self: Tensor, named: { dim: number }): Tensor
  /** `upsample_bicubic2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor`; out may be given to write to. */
  upsample_bicubic2d(self: Tensor, output_size: number | readonly number[], align_corners: boolean, scales_h?: number | null, scales_w?: number | null, named?: { out?: Tensor }): Tensor
  upsample_bicubic2d(self: Tensor, output_size: number | readonly number[], align_corners: boolean, named?: { scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  upsample_bicubic2d(self: Tensor, named: { output_size: number | readonly number[]; align_corners: boolean; scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  /** `upsample_bicubic2d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor` */
  upsample_bicubic2d(input: Tensor, output_size: readonly number[] | null, align_corners: boolean, scale_factors: readonly number[] | null): Tensor
  upsample_bicubic2d(input: Tensor, named: { output_size: readonly number[] | null; align_corners: boolean; scale_factors: readonly number[] | null }): Tensor
  /** `upsample_bilinear2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor`; out may be given to write to. */
  upsample_bilinear2d(self: Tensor, output_size: number | readonly number[], align_corners: boolean, scales_h?: number | null, scales_w?: number | null, named?: { out?: Tensor }): Tensor
  upsample_bilinear2d(self: Tensor, output_size: number | readonly number[], align_corners: boolean, named?: { scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  upsample_bilinear2d(self: Tensor, named: { output_size: number | readonly number[]; align_corners: boolean; scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  /** `upsample_bilinear2d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor`; out may be given to write to. */
  upsample_bilinear2d(input: Tensor, output_size: readonly number[] | null, align_corners: boolean, scale_factors: readonly number[] | null, named?: { out?: Tensor }): Tensor
  upsample_bilinear2d(input: Tensor, named: { output_size: readonly number[] | null; align_corners: boolean; scale_factors: readonly number[] | null; out?: Tensor }): Tensor
  /** `upsample_linear1d(Tensor self, SymInt[1] output_size, bool align_corners, float? scales=None) -> Tensor`; out may be given to write to. */
  upsample_linear1d(self: Tensor, output_size: number | readonly number[], align_corners: boolean, scales?: number | null, named?: { out?: Tensor }): Tensor
  upsample_linear1d(self: Tensor, output_size: number | readonly number[], align_corners: boolean, named?: { scales?: number | null; out?: Tensor }): Tensor
  upsample_linear1d(self: Tensor, named: { output_size: number | readonly number[]; align_corners: boolean; scales?: number | null; out?: Tensor }): Tensor
  /** `upsample_linear1d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor` */
  upsample_linear1d(input: Tensor, output_size: readonly number[] | null, align_corners: boolean, scale_factors: readonly number[] | null): Tensor
  upsample_linear1d(input: Tensor, named: { output_size: readonly number[] | null; align_corners: boolean; scale_factors: readonly number[] | null }): Tensor
  /** `upsample_nearest1d(Tensor self, SymInt[1] output_size, float? scales=None) -> Tensor`; out may be given to write to. */
  upsample_nearest1d(self: Tensor, output_size: number | readonly number[], scales?: number | null, named?: { out?: Tensor }): Tensor
  upsample_nearest1d(self: Tensor, output_size: number | readonly number[], named?: { scales?: number | null; out?: Tensor }): Tensor
  upsample_nearest1d(self: Tensor, named: { output_size: number | readonly number[]; scales?: number | null; out?: Tensor }): Tensor
  /** `upsample_nearest1d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor` */
  upsample_nearest1d(input: Tensor, output_size: readonly number[] | null, scale_factors: readonly number[] | null): Tensor
  upsample_nearest1d(input: Tensor, named: { output_size: readonly number[] | null; scale_factors: readonly number[] | null }): Tensor
  /** `upsample_nearest2d(Tensor self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None) -> Tensor`; out may be given to write to. */
  upsample_nearest2d(self: Tensor, output_size: number | readonly number[], scales_h?: number | null, scales_w?: number | null, named?: { out?: Tensor }): Tensor
  upsample_nearest2d(self: Tensor, output_size: number | readonly number[], named?: { scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  upsample_nearest2d(self: Tensor, named: { output_size: number | readonly number[]; scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  /** `upsample_nearest2d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor`; out may be given to write to. */
  upsample_nearest2d(input: Tensor, output_size: readonly number[] | null, scale_factors: readonly number[] | null, named?: { out?: Tensor }): Tensor
  upsample_nearest2d(input: Tensor, named: { output_size: readonly number[] | null; scale_factors: readonly number[] | null; out?: Tensor }): Tensor
  /** `upsample_nearest3d(Tensor self, SymInt[3] output_size, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor`; out may be given to write to. */
  upsample_nearest3d(self: Tensor, output_size: number | readonly number[], scales_d?: number | null, scales_h?: number | null, scales_w?: number | null, named?: { out?: Tensor }): Tensor
  upsample_nearest3d(self: Tensor, output_size: number | readonly number[], named?: { scales_d?: number | null; scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  upsample_nearest3d(self: Tensor, named: { output_size: number | readonly number[]; scales_d?: number | null; scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  /** `upsample_nearest3d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor` */
  upsample_nearest3d(input: Tensor, output_size: readonly number[] | null, scale_factors: readonly number[] | null): Tensor
  upsample_nearest3d(input: Tensor, named: { output_size: readonly number[] | null; scale_factors: readonly number[] | null }): Tensor
  /** `upsample_trilinear3d(Tensor self, SymInt[3] output_size, bool align_corners, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor`; out may be given to write to. */
  upsample_trilinear3d(self: Tensor, output_size: number | readonly number[], align_corners: boolean, scales_d?: number | null, scales_h?: number | null, scales_w?: number | null, named?: { out?: Tensor }): Tensor
  upsample_trilinear3d(self: Tensor, output_size: number | readonly number[], align_corners: boolean, named?: { scales_d?: number | null; scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  upsample_trilinear3d(self: Tensor, named: { output_size: number | readonly number[]; align_corners: boolean; scales_d?: number | null; scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  /** `upsample_trilinear3d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor` */
  upsample_trilinear3d(input: Tensor, output_size: readonly number[] | null, align_corners: boolean, scale_factors: readonly number[] | null): Tensor
  upsample_trilinear3d(input: Tensor, named: { output_size: readonly number[] | null; align_corners: boolean; scale_factors: readonly number[] | null }): Tensor
  /** `values(Tensor(a) self) -> Tensor(a)` */
  values(self: Tensor): Tensor
  /** `vander(Tensor x, int? N=None, bool increasing=False) -> Tensor` */
  vander(x: Tensor, N?: number | null, increasing?: boolean): Tensor
  vander(x: Tensor, named?: { N?: number | null; increasing?: boolean }): Tensor
  /** `var(Tensor self, bool unbiased=True) -> Tensor` */
  var(self: Tensor, unbiased?: boolean): Tensor
  var(self: Tensor, named?: { unbiased?: boolean }): Tensor
  /** `var.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor`; out may be given to write to. */
  var(self: Tensor, dim?: number | readonly number[] | null, named?: { correction?: Scalar | null; keepdim?: boolean; out?: Tensor }): Tensor
  var(self: Tensor, named?: { dim?: number | readonly number[] | null; correction?: Scalar | null; keepdim?: boolean; out?: Tensor }): Tensor
  /** `var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor`; out may be given to write to. */
  var(self: Tensor, dim: number | readonly number[] | null, unbiased?: boolean, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  var(self: Tensor, dim: number | readonly number[] | null, named?: { unbiased?: boolean; keepdim?: boolean; out?: Tensor }): Tensor
  var(self: Tensor, named: { dim: number | readonly number[] | null; unbiased?: boolean; keepdim?: boolean; out?: Tensor }): Tensor
  /** `var_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)` */
  var_mean(self: Tensor, unbiased?: boolean): [Tensor, Tensor]
  var_mean(self: Tensor, named?: { unbiased?: boolean }): [Tensor, Tensor]
  /** `var_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)`; out0, out1 may be given to write to. */
  var_mean(self: Tensor, dim?: number | readonly number[] | null, named?: { correction?: Scalar | null; keepdim?: boolean; out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  var_mean(self: Tensor, named?: { dim?: number | readonly number[] | null; correction?: Scalar | null; keepdim?: boolean; out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  /** `var_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)` */
  var_mean(self: Tensor, dim: number | readonly number[] | null, unbiased?: boolean, keepdim?: boolean): [Tensor, Tensor]
  var_mean(self: Tensor, dim: number | readonly number[] | null, named?: { unbiased?: boolean; keepdim?: boolean }): [Tensor, Tensor]
  var_mean(self: Tensor, named: { dim: number | readonly number[] | null; unbiased?: boolean; keepdim?: boolean }): [Tensor, Tensor]
  /** `vdot(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  vdot(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `view(Tensor(a) self, SymInt[] size) -> Tensor(a)` */
  view(self: Tensor, size: readonly number[]): Tensor
  view(self: Tensor, named: { size: readonly number[] }): Tensor
  /** `view.dtype(Tensor(a) self, ScalarType dtype) -> Tensor(a)` */
  view(self: Tensor, dtype: Dtype): Tensor
  view(self: Tensor, named: { dtype: Dtype }): Tensor
  /** `view_as(Tensor(a) self, Tensor other) -> Tensor(a)` */
  view_as(self: Tensor, other: Tensor): Tensor
  /** `view_as_complex(Tensor(a) self) -> Tensor(a)` */
  view_as_complex(self: Tensor): Tensor
  /** `view_as_real(Tensor(a) self) -> Tensor(a)` */
  view_as_real(self: Tensor): Tensor
  /** `vsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]` */
  vsplit(self: Tensor, indices: readonly number[]): Tensor[]
  vsplit(self: Tensor, named: { indices: readonly number[] }): Tensor[]
  /** `vsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]` */
  vsplit(self: Tensor, sections: number): Tensor[]
  vsplit(self: Tensor, named: { sections: number }): Tensor[]
  /** `vstack(Tensor[] tensors) -> Tensor`; out may be given to write to. */
  vstack(tensors: readonly Tensor[], named?: { out?: Tensor }): Tensor
  /** `where(Tensor condition) -> Tensor[]` */
  where(condition: Tensor): Tensor[]
  /** `where.Scalar(Tensor condition, Scalar self, Scalar other) -> Tensor` */
  where(condition: Tensor, self: Scalar, other: Scalar): Tensor
  where(condition: Tensor, named: { self: Scalar; other: Scalar }): Tensor
  /** `where.ScalarOther(Tensor condition, Tensor self, Scalar other) -> Tensor` */
  where(condition: Tensor, self: Tensor, other: Scalar): Tensor
  where(condition: Tensor, self: Tensor, named: { other: Scalar }): Tensor
  /** `where.ScalarSelf(Tensor condition, Scalar self, Tensor other) -> Tensor` */
  where(condition: Tensor, self: Scalar, other: Tensor): Tensor
  where(condition: Tensor, named: { self: Scalar; other: Tensor }): Tensor
  /** `where.self(Tensor condition, Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  where(condition: Tensor, self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `xlogy.Scalar_Other(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  xlogy(self: Tensor, other: Scalar, named?: { out?: Tensor }): Tensor
  xlogy(self: Tensor, named: { other: Scalar; out?: Tensor }): Tensor
  /** `xlogy.Scalar_Self(Scalar self, Tensor other) -> Tensor`; out may be given to write to. */
  xlogy(self: Scalar, other: Tensor, named?: { out?: Tensor }): Tensor
  xlogy(named: { self: Scalar; other: Tensor; out?: Tensor }): Tensor
  /** `xlogy.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  xlogy(self: Tensor, other: Tensor, named?: { out?: Tensor }): Tensor
  /** `xlogy_.Scalar_Other(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  xlogy_(self: Tensor, other: Scalar): Tensor
  xlogy_(self: Tensor, named: { other: Scalar }): Tensor
  /** `xlogy_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  xlogy_(self: Tensor, other: Tensor): Tensor
  /** `zero(Tensor self) -> Tensor`; out may be given to write to. */
  zero(self: Tensor, named?: { out?: Tensor }): Tensor
  /** `zero_(Tensor(a!) self) -> Tensor(a!)` */
  zero_(self: Tensor): Tensor
  /** `zeros(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  zeros(size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  zeros(named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `zeros_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  zeros_like(self: Tensor, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
}
