// Generated from the schemas of LibTorch 2.13.0 by operator-signatures.ts. Not edited by hand.

import type { Device } from '../device.js'
import type { Dtype } from '../dtype.js'
import type { Generator } from '../generator.js'
import type { Tensor } from '../tensor.js'
import type { Layout, MemoryFormat, Scalar } from '../argument-types.js'

/** ATen's operators whose first argument is `self`, as methods of it. */
export interface TensorMethods {
  /** `abs(Tensor self) -> Tensor`; out may be given to write to. */
  abs(named?: { out?: Tensor }): Tensor
  /** `abs_(Tensor(a!) self) -> Tensor(a!)` */
  abs_(): Tensor
  /** `absolute(Tensor self) -> Tensor`; out may be given to write to. */
  absolute(named?: { out?: Tensor }): Tensor
  /** `absolute_(Tensor(a!) self) -> Tensor(a!)` */
  absolute_(): Tensor
  /** `acos(Tensor self) -> Tensor`; out may be given to write to. */
  acos(named?: { out?: Tensor }): Tensor
  /** `acos_(Tensor(a!) self) -> Tensor(a!)` */
  acos_(): Tensor
  /** `acosh(Tensor self) -> Tensor`; out may be given to write to. */
  acosh(named?: { out?: Tensor }): Tensor
  /** `acosh_(Tensor(a!) self) -> Tensor(a!)` */
  acosh_(): Tensor
  /** `adaptive_avg_pool1d(Tensor self, int[1] output_size) -> Tensor`; out may be given to write to. */
  adaptive_avg_pool1d(output_size: number | readonly number[], named?: { out?: Tensor }): Tensor
  adaptive_avg_pool1d(named: { output_size: number | readonly number[]; out?: Tensor }): Tensor
  /** `adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor`; out may be given to write to. */
  adaptive_avg_pool2d(output_size: number | readonly number[], named?: { out?: Tensor }): Tensor
  adaptive_avg_pool2d(named: { output_size: number | readonly number[]; out?: Tensor }): Tensor
  /** `adaptive_avg_pool3d(Tensor self, SymInt[3] output_size) -> Tensor`; out may be given to write to. */
  adaptive_avg_pool3d(output_size: number | readonly number[], named?: { out?: Tensor }): Tensor
  adaptive_avg_pool3d(named: { output_size: number | readonly number[]; out?: Tensor }): Tensor
  /** `adaptive_max_pool1d(Tensor self, int[1] output_size) -> (Tensor, Tensor)` */
  adaptive_max_pool1d(output_size: number | readonly number[]): [Tensor, Tensor]
  adaptive_max_pool1d(named: { output_size: number | readonly number[] }): [Tensor, Tensor]
  /** `adaptive_max_pool2d(Tensor self, int[2] output_size) -> (Tensor, Tensor)`; out, indices may be given to write to. */
  adaptive_max_pool2d(output_size: number | readonly number[], named?: { out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  adaptive_max_pool2d(named: { output_size: number | readonly number[]; out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  /** `adaptive_max_pool3d(Tensor self, int[3] output_size) -> (Tensor, Tensor)`; out, indices may be given to write to. */
  adaptive_max_pool3d(output_size: number | readonly number[], named?: { out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  adaptive_max_pool3d(named: { output_size: number | readonly number[]; out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  /** `add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  add(other: Scalar, alpha?: Scalar, named?: { out?: Tensor }): Tensor
  add(other: Scalar, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  add(named: { other: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  add(other: Tensor, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  /** `add_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)` */
  add_(other: Scalar, alpha?: Scalar): Tensor
  add_(other: Scalar, named?: { alpha?: Scalar }): Tensor
  add_(named: { other: Scalar; alpha?: Scalar }): Tensor
  /** `add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)` */
  add_(other: Tensor, named?: { alpha?: Scalar }): Tensor
  /** `addbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  addbmm(batch1: Tensor, batch2: Tensor, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `addbmm_(Tensor(a!) self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  addbmm_(batch1: Tensor, batch2: Tensor, named?: { beta?: Scalar; alpha?: Scalar }): Tensor
  /** `addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor`; out may be given to write to. */
  addcdiv(tensor1: Tensor, tensor2: Tensor, named?: { value?: Scalar; out?: Tensor }): Tensor
  /** `addcdiv_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)` */
  addcdiv_(tensor1: Tensor, tensor2: Tensor, named?: { value?: Scalar }): Tensor
  /** `addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor`; out may be given to write to. */
  addcmul(tensor1: Tensor, tensor2: Tensor, named?: { value?: Scalar; out?: Tensor }): Tensor
  /** `addcmul_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)` */
  addcmul_(tensor1: Tensor, tensor2: Tensor, named?: { value?: Scalar }): Tensor
  /** `addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  addmm(mat1: Tensor, mat2: Tensor, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `addmm.dtype(Tensor self, Tensor mat1, Tensor mat2, ScalarType out_dtype, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  addmm(mat1: Tensor, mat2: Tensor, out_dtype: Dtype, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  addmm(mat1: Tensor, mat2: Tensor, named: { out_dtype: Dtype; beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `addmm_(Tensor(a!) self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  addmm_(mat1: Tensor, mat2: Tensor, named?: { beta?: Scalar; alpha?: Scalar }): Tensor
  /** `addmv(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  addmv(mat: Tensor, vec: Tensor, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `addmv_(Tensor(a!) self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  addmv_(mat: Tensor, vec: Tensor, named?: { beta?: Scalar; alpha?: Scalar }): Tensor
  /** `addr(Tensor self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  addr(vec1: Tensor, vec2: Tensor, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `addr_(Tensor(a!) self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  addr_(vec1: Tensor, vec2: Tensor, named?: { beta?: Scalar; alpha?: Scalar }): Tensor
  /** `adjoint(Tensor(a) self) -> Tensor(a)` */
  adjoint(): Tensor
  /** `alias(Tensor(a) self) -> Tensor(a)` */
  alias(): Tensor
  /** `all(Tensor self) -> Tensor`; out may be given to write to. */
  all(named?: { out?: Tensor }): Tensor
  /** `all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor`; out may be given to write to. */
  all(dim: number, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  all(dim: number, named?: { keepdim?: boolean; out?: Tensor }): Tensor
  all(named: { dim: number; keepdim?: boolean; out?: Tensor }): Tensor
  /** `all.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor`; out may be given to write to. */
  all(dim?: readonly number[] | null, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  all(named?: { dim?: readonly number[] | null; keepdim?: boolean; out?: Tensor }): Tensor
  /** `allclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> bool` */
  allclose(other: Tensor, rtol?: number, atol?: number, equal_nan?: boolean): boolean
  allclose(other: Tensor, named?: { rtol?: number; atol?: number; equal_nan?: boolean }): boolean
  /** `alpha_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
  alpha_dropout_(p: number, train: boolean): Tensor
  alpha_dropout_(named: { p: number; train: boolean }): Tensor
  /** `amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor`; out may be given to write to. */
  amax(dim?: number | readonly number[], keepdim?: boolean, named?: { out?: Tensor }): Tensor
  amax(named?: { dim?: number | readonly number[]; keepdim?: boolean; out?: Tensor }): Tensor
  /** `amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor`; out may be given to write to. */
  amin(dim?: number | readonly number[], keepdim?: boolean, named?: { out?: Tensor }): Tensor
  amin(named?: { dim?: number | readonly number[]; keepdim?: boolean; out?: Tensor }): Tensor
  /** `aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)`; min, max may be given to write to. */
  aminmax(named?: { dim?: number | null; keepdim?: boolean; min?: Tensor; max?: Tensor }): [min: Tensor, max: Tensor]
  /** `angle(Tensor self) -> Tensor`; out may be given to write to. */
  angle(named?: { out?: Tensor }): Tensor
  /** `any(Tensor self) -> Tensor`; out may be given to write to. */
  any(named?: { out?: Tensor }): Tensor
  /** `any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor`; out may be given to write to. */
  any(dim: number, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  any(dim: number, named?: { keepdim?: boolean; out?: Tensor }): Tensor
  any(named: { dim: number; keepdim?: boolean; out?: Tensor }): Tensor
  /** `any.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor`; out may be given to write to. */
  any(dim?: readonly number[] | null, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  any(named?: { dim?: readonly number[] | null; keepdim?: boolean; out?: Tensor }): Tensor
  /** `arccos(Tensor self) -> Tensor`; out may be given to write to. */
  arccos(named?: { out?: Tensor }): Tensor
  /** `arccos_(Tensor(a!) self) -> Tensor(a!)` */
  arccos_(): Tensor
  /** `arccosh(Tensor self) -> Tensor`; out may be given to write to. */
  arccosh(named?: { out?: Tensor }): Tensor
  /** `arccosh_(Tensor(a!) self) -> Tensor(a!)` */
  arccosh_(): Tensor
  /** `arcsin(Tensor self) -> Tensor`; out may be given to write to. */
  arcsin(named?: { out?: Tensor }): Tensor
  /** `arcsin_(Tensor(a!) self) -> Tensor(a!)` */
  arcsin_(): Tensor
  /** `arcsinh(Tensor self) -> Tensor`; out may be given to write to. */
  arcsinh(named?: { out?: Tensor }): Tensor
  /** `arcsinh_(Tensor(a!) self) -> Tensor(a!)` */
  arcsinh_(): Tensor
  /** `arctan(Tensor self) -> Tensor`; out may be given to write to. */
  arctan(named?: { out?: Tensor }): Tensor
  /** `arctan2(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  arctan2(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `arctan2_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  arctan2_(other: Tensor): Tensor
  /** `arctan_(Tensor(a!) self) -> Tensor(a!)` */
  arctan_(): Tensor
  /** `arctanh(Tensor self) -> Tensor`; out may be given to write to. */
  arctanh(named?: { out?: Tensor }): Tensor
  /** `arctanh_(Tensor(a!) self) -> Tensor(a!)` */
  arctanh_(): Tensor
  /** `argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor`; out may be given to write to. */
  argmax(dim?: number | null, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  argmax(named?: { dim?: number | null; keepdim?: boolean; out?: Tensor }): Tensor
  /** `argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor`; out may be given to write to. */
  argmin(dim?: number | null, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  argmin(named?: { dim?: number | null; keepdim?: boolean; out?: Tensor }): Tensor
  /** `argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor` */
  argsort(dim?: number, descending?: boolean): Tensor
  argsort(named?: { dim?: number; descending?: boolean }): Tensor
  /** `argsort.stable(Tensor self, *, bool stable, int dim=-1, bool descending=False) -> Tensor`; out may be given to write to. */
  argsort(named: { stable: boolean; dim?: number; descending?: boolean; out?: Tensor }): Tensor
  /** `argwhere(Tensor self) -> Tensor` */
  argwhere(): Tensor
  /** `as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a)` */
  as_strided(size: readonly number[], stride: readonly number[], storage_offset?: number | null): Tensor
  as_strided(size: readonly number[], stride: readonly number[], named?: { storage_offset?: number | null }): Tensor
  as_strided(named: { size: readonly number[]; stride: readonly number[]; storage_offset?: number | null }): Tensor
  /** `as_strided_(Tensor(a!) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a!)` */
  as_strided_(size: readonly number[], stride: readonly number[], storage_offset?: number | null): Tensor
  as_strided_(size: readonly number[], stride: readonly number[], named?: { storage_offset?: number | null }): Tensor
  as_strided_(named: { size: readonly number[]; stride: readonly number[]; storage_offset?: number | null }): Tensor
  /** `as_strided_scatter(Tensor self, Tensor src, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor`; out may be given to write to. */
  as_strided_scatter(src: Tensor, size: readonly number[], stride: readonly number[], storage_offset?: number | null, named?: { out?: Tensor }): Tensor
  as_strided_scatter(src: Tensor, size: readonly number[], stride: readonly number[], named?: { storage_offset?: number | null; out?: Tensor }): Tensor
  as_strided_scatter(src: Tensor, named: { size: readonly number[]; stride: readonly number[]; storage_offset?: number | null; out?: Tensor }): Tensor
  /** `asin(Tensor self) -> Tensor`; out may be given to write to. */
  asin(named?: { out?: Tensor }): Tensor
  /** `asin_(Tensor(a!) self) -> Tensor(a!)` */
  asin_(): Tensor
  /** `asinh(Tensor self) -> Tensor`; out may be given to write to. */
  asinh(named?: { out?: Tensor }): Tensor
  /** `asinh_(Tensor(a!) self) -> Tensor(a!)` */
  asinh_(): Tensor
  /** `atan(Tensor self) -> Tensor`; out may be given to write to. */
  atan(named?: { out?: Tensor }): Tensor
  /** `atan2(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  atan2(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `atan2_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  atan2_(other: Tensor): Tensor
  /** `atan_(Tensor(a!) self) -> Tensor(a!)` */
  atan_(): Tensor
  /** `atanh(Tensor self) -> Tensor`; out may be given to write to. */
  atanh(named?: { out?: Tensor }): Tensor
  /** `atanh_(Tensor(a!) self) -> Tensor(a!)` */
  atanh_(): Tensor
  /** `atleast_1d(Tensor self) -> Tensor` */
  atleast_1d(): Tensor
  /** `atleast_2d(Tensor self) -> Tensor` */
  atleast_2d(): Tensor
  /** `atleast_3d(Tensor self) -> Tensor` */
  atleast_3d(): Tensor
  /** `avg_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], bool ceil_mode=False, bool count_include_pad=True) -> Tensor`; out may be given to write to. */
  avg_pool1d(kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], ceil_mode?: boolean, count_include_pad?: boolean, named?: { out?: Tensor }): Tensor
  avg_pool1d(kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; ceil_mode?: boolean; count_include_pad?: boolean; out?: Tensor }): Tensor
  avg_pool1d(named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; ceil_mode?: boolean; count_include_pad?: boolean; out?: Tensor }): Tensor
  /** `avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor`; out may be given to write to. */
  avg_pool2d(kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], ceil_mode?: boolean, count_include_pad?: boolean, divisor_override?: number | null, named?: { out?: Tensor }): Tensor
  avg_pool2d(kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; ceil_mode?: boolean; count_include_pad?: boolean; divisor_override?: number | null; out?: Tensor }): Tensor
  avg_pool2d(named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; ceil_mode?: boolean; count_include_pad?: boolean; divisor_override?: number | null; out?: Tensor }): Tensor
  /** `avg_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor`; out may be given to write to. */
  avg_pool3d(kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], ceil_mode?: boolean, count_include_pad?: boolean, divisor_override?: number | null, named?: { out?: Tensor }): Tensor
  avg_pool3d(kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; ceil_mode?: boolean; count_include_pad?: boolean; divisor_override?: number | null; out?: Tensor }): Tensor
  avg_pool3d(named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; ceil_mode?: boolean; count_include_pad?: boolean; divisor_override?: number | null; out?: Tensor }): Tensor
  /** `baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  baddbmm(batch1: Tensor, batch2: Tensor, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `baddbmm.dtype(Tensor self, Tensor batch1, Tensor batch2, ScalarType out_dtype, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  baddbmm(batch1: Tensor, batch2: Tensor, out_dtype: Dtype, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  baddbmm(batch1: Tensor, batch2: Tensor, named: { out_dtype: Dtype; beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `baddbmm_(Tensor(a!) self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  baddbmm_(batch1: Tensor, batch2: Tensor, named?: { beta?: Scalar; alpha?: Scalar }): Tensor
  /** `bernoulli(Tensor self, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  bernoulli(named?: { generator?: Generator | null; out?: Tensor }): Tensor
  /** `bernoulli.Tensor(Tensor self, Tensor p, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  bernoulli(p: Tensor, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  /** `bernoulli.p(Tensor self, float p, *, Generator? generator=None) -> Tensor` */
  bernoulli(p: number, named?: { generator?: Generator | null }): Tensor
  bernoulli(named: { p: number; generator?: Generator | null }): Tensor
  /** `bernoulli.float_out(Tensor self, float p=0.5, *, Generator? generator=None, Tensor(a!) out) -> Tensor(a!)` */
  bernoulli(p: number | undefined, named: { generator?: Generator | null; out: Tensor }): Tensor
  bernoulli(named: { p?: number; generator?: Generator | null; out: Tensor }): Tensor
  /** `bernoulli_.Tensor(Tensor(a!) self, Tensor p, *, Generator? generator=None) -> Tensor(a!)` */
  bernoulli_(p: Tensor, named?: { generator?: Generator | null }): Tensor
  /** `bernoulli_.float(Tensor(a!) self, float p=0.5, *, Generator? generator=None) -> Tensor(a!)` */
  bernoulli_(p?: number, named?: { generator?: Generator | null }): Tensor
  bernoulli_(named?: { p?: number; generator?: Generator | null }): Tensor
  /** `binary_cross_entropy(Tensor self, Tensor target, Tensor? weight=None, int reduction=1) -> Tensor`; out may be given to write to. */
  binary_cross_entropy(target: Tensor, weight?: Tensor | null, reduction?: number, named?: { out?: Tensor }): Tensor
  binary_cross_entropy(target: Tensor, named?: { weight?: Tensor | null; reduction?: number; out?: Tensor }): Tensor
  /** `binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, int reduction=1) -> Tensor`; out may be given to write to. */
  binary_cross_entropy_with_logits(target: Tensor, weight?: Tensor | null, pos_weight?: Tensor | null, reduction?: number, named?: { out?: Tensor }): Tensor
  binary_cross_entropy_with_logits(target: Tensor, named?: { weight?: Tensor | null; pos_weight?: Tensor | null; reduction?: number; out?: Tensor }): Tensor
  /** `bincount(Tensor self, Tensor? weights=None, SymInt minlength=0) -> Tensor`; out may be given to write to. */
  bincount(weights?: Tensor | null, minlength?: number, named?: { out?: Tensor }): Tensor
  bincount(named?: { weights?: Tensor | null; minlength?: number; out?: Tensor }): Tensor
  /** `bitwise_and.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  bitwise_and(other: Scalar, named?: { out?: Tensor }): Tensor
  bitwise_and(named: { other: Scalar; out?: Tensor }): Tensor
  /** `bitwise_and.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_and(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `bitwise_and_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  bitwise_and_(other: Scalar): Tensor
  bitwise_and_(named: { other: Scalar }): Tensor
  /** `bitwise_and_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  bitwise_and_(other: Tensor): Tensor
  /** `bitwise_left_shift.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_left_shift(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `bitwise_left_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  bitwise_left_shift(other: Scalar, named?: { out?: Tensor }): Tensor
  bitwise_left_shift(named: { other: Scalar; out?: Tensor }): Tensor
  /** `bitwise_left_shift_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  bitwise_left_shift_(other: Tensor): Tensor
  /** `bitwise_left_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  bitwise_left_shift_(other: Scalar): Tensor
  bitwise_left_shift_(named: { other: Scalar }): Tensor
  /** `bitwise_not(Tensor self) -> Tensor`; out may be given to write to. */
  bitwise_not(named?: { out?: Tensor }): Tensor
  /** `bitwise_not_(Tensor(a!) self) -> Tensor(a!)` */
  bitwise_not_(): Tensor
  /** `bitwise_or.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  bitwise_or(other: Scalar, named?: { out?: Tensor }): Tensor
  bitwise_or(named: { other: Scalar; out?: Tensor }): Tensor
  /** `bitwise_or.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_or(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `bitwise_or_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  bitwise_or_(other: Scalar): Tensor
  bitwise_or_(named: { other: Scalar }): Tensor
  /** `bitwise_or_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  bitwise_or_(other: Tensor): Tensor
  /** `bitwise_right_shift.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_right_shift(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `bitwise_right_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  bitwise_right_shift(other: Scalar, named?: { out?: Tensor }): Tensor
  bitwise_right_shift(named: { other: Scalar; out?: Tensor }): Tensor
  /** `bitwise_right_shift_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  bitwise_right_shift_(other: Tensor): Tensor
  /** `bitwise_right_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  bitwise_right_shift_(other: Scalar): Tensor
  bitwise_right_shift_(named: { other: Scalar }): Tensor
  /** `bitwise_xor.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  bitwise_xor(other: Scalar, named?: { out?: Tensor }): Tensor
  bitwise_xor(named: { other: Scalar; out?: Tensor }): Tensor
  /** `bitwise_xor.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  bitwise_xor(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `bitwise_xor_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  bitwise_xor_(other: Scalar): Tensor
  bitwise_xor_(named: { other: Scalar }): Tensor
  /** `bitwise_xor_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  bitwise_xor_(other: Tensor): Tensor
  /** `bmm(Tensor self, Tensor mat2) -> Tensor`; out may be given to write to. */
  bmm(mat2: Tensor, named?: { out?: Tensor }): Tensor
  /** `bmm.dtype(Tensor self, Tensor mat2, ScalarType out_dtype) -> Tensor`; out may be given to write to. */
  bmm(mat2: Tensor, out_dtype: Dtype, named?: { out?: Tensor }): Tensor
  bmm(mat2: Tensor, named: { out_dtype: Dtype; out?: Tensor }): Tensor
  /** `broadcast_to(Tensor(a) self, SymInt[] size) -> Tensor(a)` */
  broadcast_to(size: readonly number[]): Tensor
  broadcast_to(named: { size: readonly number[] }): Tensor
  /** `bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor`; out may be given to write to. */
  bucketize(boundaries: Tensor, named?: { out_int32?: boolean; right?: boolean; out?: Tensor }): Tensor
  /** `cauchy(Tensor self, float median=0., float sigma=1., *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  cauchy(median?: number, sigma?: number, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  cauchy(named?: { median?: number; sigma?: number; generator?: Generator | null; out?: Tensor }): Tensor
  /** `cauchy_(Tensor(a!) self, float median=0., float sigma=1., *, Generator? generator=None) -> Tensor(a!)` */
  cauchy_(median?: number, sigma?: number, named?: { generator?: Generator | null }): Tensor
  cauchy_(named?: { median?: number; sigma?: number; generator?: Generator | null }): Tensor
  /** `ccol_indices(Tensor(a) self) -> Tensor(a)` */
  ccol_indices(): Tensor
  /** `ceil(Tensor self) -> Tensor`; out may be given to write to. */
  ceil(named?: { out?: Tensor }): Tensor
  /** `ceil_(Tensor(a!) self) -> Tensor(a!)` */
  ceil_(): Tensor
  /** `celu(Tensor self, Scalar alpha=1.) -> Tensor`; out may be given to write to. */
  celu(alpha?: Scalar, named?: { out?: Tensor }): Tensor
  celu(named?: { alpha?: Scalar; out?: Tensor }): Tensor
  /** `celu_(Tensor(a!) self, Scalar alpha=1.) -> Tensor(a!)` */
  celu_(alpha?: Scalar): Tensor
  celu_(named?: { alpha?: Scalar }): Tensor
  /** `chalf(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor` */
  chalf(named?: { memory_format?: MemoryFormat | null }): Tensor
  /** `channel_shuffle(Tensor self, SymInt groups) -> Tensor`; out may be given to write to. */
  channel_shuffle(groups: number, named?: { out?: Tensor }): Tensor
  channel_shuffle(named: { groups: number; out?: Tensor }): Tensor
  /** `cholesky(Tensor self, bool upper=False) -> Tensor`; out may be given to write to. */
  cholesky(upper?: boolean, named?: { out?: Tensor }): Tensor
  cholesky(named?: { upper?: boolean; out?: Tensor }): Tensor
  /** `cholesky_inverse(Tensor self, bool upper=False) -> Tensor`; out may be given to write to. */
  cholesky_inverse(upper?: boolean, named?: { out?: Tensor }): Tensor
  cholesky_inverse(named?: { upper?: boolean; out?: Tensor }): Tensor
  /** `cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor`; out may be given to write to. */
  cholesky_solve(input2: Tensor, upper?: boolean, named?: { out?: Tensor }): Tensor
  cholesky_solve(input2: Tensor, named?: { upper?: boolean; out?: Tensor }): Tensor
  /** `chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[]` */
  chunk(chunks: number, dim?: number): Tensor[]
  chunk(chunks: number, named?: { dim?: number }): Tensor[]
  chunk(named: { chunks: number; dim?: number }): Tensor[]
  /** `clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor`; out may be given to write to. */
  clamp(min?: Scalar | null, max?: Scalar | null, named?: { out?: Tensor }): Tensor
  clamp(named?: { min?: Scalar | null; max?: Scalar | null; out?: Tensor }): Tensor
  /** `clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor`; out may be given to write to. */
  clamp(min?: Tensor | null, max?: Tensor | null, named?: { out?: Tensor }): Tensor
  clamp(named?: { min?: Tensor | null; max?: Tensor | null; out?: Tensor }): Tensor
  /** `clamp_(Tensor(a!) self, Scalar? min=None, Scalar? max=None) -> Tensor(a!)` */
  clamp_(min?: Scalar | null, max?: Scalar | null): Tensor
  clamp_(named?: { min?: Scalar | null; max?: Scalar | null }): Tensor
  /** `clamp_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None) -> Tensor(a!)` */
  clamp_(min?: Tensor | null, max?: Tensor | null): Tensor
  clamp_(named?: { min?: Tensor | null; max?: Tensor | null }): Tensor
  /** `clamp_max(Tensor self, Scalar max) -> Tensor`; out may be given to write to. */
  clamp_max(max: Scalar, named?: { out?: Tensor }): Tensor
  clamp_max(named: { max: Scalar; out?: Tensor }): Tensor
  /** `clamp_max.Tensor(Tensor self, Tensor max) -> Tensor`; out may be given to write to. */
  clamp_max(max: Tensor, named?: { out?: Tensor }): Tensor
  /** `clamp_max_(Tensor(a!) self, Scalar max) -> Tensor(a!)` */
  clamp_max_(max: Scalar): Tensor
  clamp_max_(named: { max: Scalar }): Tensor
  /** `clamp_max_.Tensor(Tensor(a!) self, Tensor max) -> Tensor(a!)` */
  clamp_max_(max: Tensor): Tensor
  /** `clamp_min(Tensor self, Scalar min) -> Tensor`; out may be given to write to. */
  clamp_min(min: Scalar, named?: { out?: Tensor }): Tensor
  clamp_min(named: { min: Scalar; out?: Tensor }): Tensor
  /** `clamp_min.Tensor(Tensor self, Tensor min) -> Tensor`; out may be given to write to. */
  clamp_min(min: Tensor, named?: { out?: Tensor }): Tensor
  /** `clamp_min_(Tensor(a!) self, Scalar min) -> Tensor(a!)` */
  clamp_min_(min: Scalar): Tensor
  clamp_min_(named: { min: Scalar }): Tensor
  /** `clamp_min_.Tensor(Tensor(a!) self, Tensor min) -> Tensor(a!)` */
  clamp_min_(min: Tensor): Tensor
  /** `clip(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor`; out may be given to write to. */
  clip(min?: Scalar | null, max?: Scalar | null, named?: { out?: Tensor }): Tensor
  clip(named?: { min?: Scalar | null; max?: Scalar | null; out?: Tensor }): Tensor
  /** `clip.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor`; out may be given to write to. */
  clip(min?: Tensor | null, max?: Tensor | null, named?: { out?: Tensor }): Tensor
  clip(named?: { min?: Tensor | null; max?: Tensor | null; out?: Tensor }): Tensor
  /** `clip_(Tensor(a!) self, Scalar? min=None, Scalar? max=None) -> Tensor(a!)` */
  clip_(min?: Scalar | null, max?: Scalar | null): Tensor
  clip_(named?: { min?: Scalar | null; max?: Scalar | null }): Tensor
  /** `clip_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None) -> Tensor(a!)` */
  clip_(min?: Tensor | null, max?: Tensor | null): Tensor
  clip_(named?: { min?: Tensor | null; max?: Tensor | null }): Tensor
  /** `clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  clone(named?: { memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `coalesce(Tensor(a) self) -> Tensor(a)` */
  coalesce(): Tensor
  /** `col2im(Tensor self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor`; out may be given to write to. */
  col2im(output_size: number | readonly number[], kernel_size: number | readonly number[], dilation: number | readonly number[], padding: number | readonly number[], stride: number | readonly number[], named?: { out?: Tensor }): Tensor
  col2im(named: { output_size: number | readonly number[]; kernel_size: number | readonly number[]; dilation: number | readonly number[]; padding: number | readonly number[]; stride: number | readonly number[]; out?: Tensor }): Tensor
  /** `col_indices(Tensor(a) self) -> Tensor(a)` */
  col_indices(): Tensor
  /** `combinations(Tensor self, int r=2, bool with_replacement=False) -> Tensor` */
  combinations(r?: number, with_replacement?: boolean): Tensor
  combinations(named?: { r?: number; with_replacement?: boolean }): Tensor
  /** `conj(Tensor(a) self) -> Tensor(a)` */
  conj(): Tensor
  /** `conj_physical(Tensor self) -> Tensor`; out may be given to write to. */
  conj_physical(named?: { out?: Tensor }): Tensor
  /** `conj_physical_(Tensor(a!) self) -> Tensor(a!)` */
  conj_physical_(): Tensor
  /** `constant_pad_nd(Tensor self, SymInt[] pad, Scalar value=0) -> Tensor`; out may be given to write to. */
  constant_pad_nd(pad: readonly number[], value?: Scalar, named?: { out?: Tensor }): Tensor
  constant_pad_nd(pad: readonly number[], named?: { value?: Scalar; out?: Tensor }): Tensor
  constant_pad_nd(named: { pad: readonly number[]; value?: Scalar; out?: Tensor }): Tensor
  /** `contiguous(Tensor(a) self, *, MemoryFormat memory_format=0) -> Tensor(a)` */
  contiguous(named?: { memory_format?: MemoryFormat }): Tensor
  /** `conv_depthwise3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias, SymInt[3] stride, SymInt[3] padding, SymInt[3] dilation) -> Tensor`; out may be given to write to. */
  conv_depthwise3d(weight: Tensor, kernel_size: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], named?: { out?: Tensor }): Tensor
  conv_depthwise3d(weight: Tensor, named: { kernel_size: number | readonly number[]; bias: Tensor | null; stride: number | readonly number[]; padding: number | readonly number[]; dilation: number | readonly number[]; out?: Tensor }): Tensor
  /** `conv_tbc(Tensor self, Tensor weight, Tensor bias, int pad=0) -> Tensor`; out may be given to write to. */
  conv_tbc(weight: Tensor, bias: Tensor, pad?: number, named?: { out?: Tensor }): Tensor
  conv_tbc(weight: Tensor, bias: Tensor, named?: { pad?: number; out?: Tensor }): Tensor
  /** `copy(Tensor self, Tensor src, bool non_blocking=False) -> Tensor`; out may be given to write to. */
  copy(src: Tensor, non_blocking?: boolean, named?: { out?: Tensor }): Tensor
  copy(src: Tensor, named?: { non_blocking?: boolean; out?: Tensor }): Tensor
  /** `copy_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)` */
  copy_(src: Tensor, non_blocking?: boolean): Tensor
  copy_(src: Tensor, named?: { non_blocking?: boolean }): Tensor
  /** `copy_sparse_to_sparse(Tensor self, Tensor src, bool non_blocking=False) -> Tensor`; out may be given to write to. */
  copy_sparse_to_sparse(src: Tensor, non_blocking?: boolean, named?: { out?: Tensor }): Tensor
  copy_sparse_to_sparse(src: Tensor, named?: { non_blocking?: boolean; out?: Tensor }): Tensor
  /** `copy_sparse_to_sparse_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)` */
  copy_sparse_to_sparse_(src: Tensor, non_blocking?: boolean): Tensor
  copy_sparse_to_sparse_(src: Tensor, named?: { non_blocking?: boolean }): Tensor
  /** `copysign.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  copysign(other: Scalar, named?: { out?: Tensor }): Tensor
  copysign(named: { other: Scalar; out?: Tensor }): Tensor
  /** `copysign.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  copysign(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `copysign_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  copysign_(other: Scalar): Tensor
  copysign_(named: { other: Scalar }): Tensor
  /** `copysign_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  copysign_(other: Tensor): Tensor
  /** `corrcoef(Tensor self) -> Tensor` */
  corrcoef(): Tensor
  /** `cos(Tensor self) -> Tensor`; out may be given to write to. */
  cos(named?: { out?: Tensor }): Tensor
  /** `cos_(Tensor(a!) self) -> Tensor(a!)` */
  cos_(): Tensor
  /** `cosh(Tensor self) -> Tensor`; out may be given to write to. */
  cosh(named?: { out?: Tensor }): Tensor
  /** `cosh_(Tensor(a!) self) -> Tensor(a!)` */
  cosh_(): Tensor
  /** `count_nonzero(Tensor self, int? dim=None) -> Tensor`; out may be given to write to. */
  count_nonzero(dim?: number | null, named?: { out?: Tensor }): Tensor
  count_nonzero(named?: { dim?: number | null; out?: Tensor }): Tensor
  /** `count_nonzero.dim_IntList(Tensor self, int[] dim) -> Tensor`; out may be given to write to. */
  count_nonzero(dim: readonly number[], named?: { out?: Tensor }): Tensor
  count_nonzero(named: { dim: readonly number[]; out?: Tensor }): Tensor
  /** `cov(Tensor self, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None) -> Tensor` */
  cov(named?: { correction?: number; fweights?: Tensor | null; aweights?: Tensor | null }): Tensor
  /** `cross(Tensor self, Tensor other, int? dim=None) -> Tensor`; out may be given to write to. */
  cross(other: Tensor, dim?: number | null, named?: { out?: Tensor }): Tensor
  cross(other: Tensor, named?: { dim?: number | null; out?: Tensor }): Tensor
  /** `cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100, float label_smoothing=0.) -> Tensor` */
  cross_entropy_loss(target: Tensor, weight?: Tensor | null, reduction?: number, ignore_index?: number, label_smoothing?: number): Tensor
  cross_entropy_loss(target: Tensor, named?: { weight?: Tensor | null; reduction?: number; ignore_index?: number; label_smoothing?: number }): Tensor
  /** `crow_indices(Tensor(a) self) -> Tensor(a)` */
  crow_indices(): Tensor
  /** `cummax(Tensor self, int dim) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  cummax(dim: number, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  cummax(named: { dim: number; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `cummin(Tensor self, int dim) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  cummin(dim: number, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  cummin(named: { dim: number; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  cumprod(dim: number, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  cumprod(named: { dim: number; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `cumprod_(Tensor(a!) self, int dim, *, ScalarType? dtype=None) -> Tensor(a!)` */
  cumprod_(dim: number, named?: { dtype?: Dtype | null }): Tensor
  cumprod_(named: { dim: number; dtype?: Dtype | null }): Tensor
  /** `cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  cumsum(dim: number, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  cumsum(named: { dim: number; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `cumsum_(Tensor(a!) self, int dim, *, ScalarType? dtype=None) -> Tensor(a!)` */
  cumsum_(dim: number, named?: { dtype?: Dtype | null }): Tensor
  cumsum_(named: { dim: number; dtype?: Dtype | null }): Tensor
  /** `deg2rad(Tensor self) -> Tensor`; out may be given to write to. */
  deg2rad(named?: { out?: Tensor }): Tensor
  /** `deg2rad_(Tensor(a!) self) -> Tensor(a!)` */
  deg2rad_(): Tensor
  /** `dense_dim(Tensor self) -> int` */
  dense_dim(): number
  /** `det(Tensor self) -> Tensor` */
  det(): Tensor
  /** `detach_(Tensor(a!) self) -> Tensor(a!)` */
  detach_(): Tensor
  /** `diag(Tensor self, int diagonal=0) -> Tensor`; out may be given to write to. */
  diag(diagonal?: number, named?: { out?: Tensor }): Tensor
  diag(named?: { diagonal?: number; out?: Tensor }): Tensor
  /** `diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor`; out may be given to write to. */
  diag_embed(offset?: number, dim1?: number, dim2?: number, named?: { out?: Tensor }): Tensor
  diag_embed(named?: { offset?: number; dim1?: number; dim2?: number; out?: Tensor }): Tensor
  /** `diagflat(Tensor self, int offset=0) -> Tensor` */
  diagflat(offset?: number): Tensor
  diagflat(named?: { offset?: number }): Tensor
  /** `diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)` */
  diagonal(offset?: number, dim1?: number, dim2?: number): Tensor
  diagonal(named?: { offset?: number; dim1?: number; dim2?: number }): Tensor
  /** `diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor`; out may be given to write to. */
  diagonal_scatter(src: Tensor, offset?: number, dim1?: number, dim2?: number, named?: { out?: Tensor }): Tensor
  diagonal_scatter(src: Tensor, named?: { offset?: number; dim1?: number; dim2?: number; out?: Tensor }): Tensor
  /** `diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor`; out may be given to write to. */
  diff(n?: number, dim?: number, prepend?: Tensor | null, append?: Tensor | null, named?: { out?: Tensor }): Tensor
  diff(named?: { n?: number; dim?: number; prepend?: Tensor | null; append?: Tensor | null; out?: Tensor }): Tensor
  /** `digamma(Tensor self) -> Tensor`; out may be given to write to. */
  digamma(named?: { out?: Tensor }): Tensor
  /** `digamma_(Tensor(a!) self) -> Tensor(a!)` */
  digamma_(): Tensor
  /** `dim(Tensor self) -> int` */
  dim(): number
  /** `dist(Tensor self, Tensor other, Scalar p=2) -> Tensor`; out may be given to write to. */
  dist(other: Tensor, p?: Scalar, named?: { out?: Tensor }): Tensor
  dist(other: Tensor, named?: { p?: Scalar; out?: Tensor }): Tensor
  /** `div.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  div(other: Scalar, named?: { out?: Tensor }): Tensor
  div(named: { other: Scalar; out?: Tensor }): Tensor
  /** `div.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor`; out may be given to write to. */
  div(other: Scalar, named: { rounding_mode: string | null; out?: Tensor }): Tensor
  div(named: { other: Scalar; rounding_mode: string | null; out?: Tensor }): Tensor
  /** `div.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  div(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor`; out may be given to write to. */
  div(other: Tensor, named: { rounding_mode: string | null; out?: Tensor }): Tensor
  /** `div_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  div_(other: Scalar): Tensor
  div_(named: { other: Scalar }): Tensor
  /** `div_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)` */
  div_(other: Scalar, named: { rounding_mode: string | null }): Tensor
  div_(named: { other: Scalar; rounding_mode: string | null }): Tensor
  /** `div_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  div_(other: Tensor): Tensor
  /** `div_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)` */
  div_(other: Tensor, named: { rounding_mode: string | null }): Tensor
  /** `divide.Scalar(Tensor self, Scalar other) -> Tensor` */
  divide(other: Scalar): Tensor
  divide(named: { other: Scalar }): Tensor
  /** `divide.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor` */
  divide(other: Scalar, named: { rounding_mode: string | null }): Tensor
  divide(named: { other: Scalar; rounding_mode: string | null }): Tensor
  /** `divide.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  divide(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `divide.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor`; out may be given to write to. */
  divide(other: Tensor, named: { rounding_mode: string | null; out?: Tensor }): Tensor
  /** `divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  divide_(other: Scalar): Tensor
  divide_(named: { other: Scalar }): Tensor
  /** `divide_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)` */
  divide_(other: Scalar, named: { rounding_mode: string | null }): Tensor
  divide_(named: { other: Scalar; rounding_mode: string | null }): Tensor
  /** `divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  divide_(other: Tensor): Tensor
  /** `divide_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)` */
  divide_(other: Tensor, named: { rounding_mode: string | null }): Tensor
  /** `dot(Tensor self, Tensor tensor) -> Tensor`; out may be given to write to. */
  dot(tensor: Tensor, named?: { out?: Tensor }): Tensor
  /** `dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
  dropout_(p: number, train: boolean): Tensor
  dropout_(named: { p: number; train: boolean }): Tensor
  /** `dsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]` */
  dsplit(indices: readonly number[]): Tensor[]
  dsplit(named: { indices: readonly number[] }): Tensor[]
  /** `dsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]` */
  dsplit(sections: number): Tensor[]
  dsplit(named: { sections: number }): Tensor[]
  /** `elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor`; out may be given to write to. */
  elu(alpha?: Scalar, scale?: Scalar, input_scale?: Scalar, named?: { out?: Tensor }): Tensor
  elu(named?: { alpha?: Scalar; scale?: Scalar; input_scale?: Scalar; out?: Tensor }): Tensor
  /** `elu_(Tensor(a!) self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor(a!)` */
  elu_(alpha?: Scalar, scale?: Scalar, input_scale?: Scalar): Tensor
  elu_(named?: { alpha?: Scalar; scale?: Scalar; input_scale?: Scalar }): Tensor
  /** `embedding_renorm(Tensor self, Tensor indices, float max_norm, float norm_type) -> Tensor`; out may be given to write to. */
  embedding_renorm(indices: Tensor, max_norm: number, norm_type: number, named?: { out?: Tensor }): Tensor
  embedding_renorm(indices: Tensor, named: { max_norm: number; norm_type: number; out?: Tensor }): Tensor
  /** `embedding_renorm_(Tensor(a!) self, Tensor indices, float max_norm, float norm_type) -> Tensor(a!)` */
  embedding_renorm_(indices: Tensor, max_norm: number, norm_type: number): Tensor
  embedding_renorm_(indices: Tensor, named: { max_norm: number; norm_type: number }): Tensor
  /** `empty_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  empty_like(named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `eq.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  eq(other: Scalar, named?: { out?: Tensor }): Tensor
  eq(named: { other: Scalar; out?: Tensor }): Tensor
  /** `eq.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  eq(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `eq_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  eq_(other: Scalar): Tensor
  eq_(named: { other: Scalar }): Tensor
  /** `eq_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  eq_(other: Tensor): Tensor
  /** `equal(Tensor self, Tensor other) -> bool` */
  equal(other: Tensor): boolean
  /** `erf(Tensor self) -> Tensor`; out may be given to write to. */
  erf(named?: { out?: Tensor }): Tensor
  /** `erf_(Tensor(a!) self) -> Tensor(a!)` */
  erf_(): Tensor
  /** `erfc(Tensor self) -> Tensor`; out may be given to write to. */
  erfc(named?: { out?: Tensor }): Tensor
  /** `erfc_(Tensor(a!) self) -> Tensor(a!)` */
  erfc_(): Tensor
  /** `erfinv(Tensor self) -> Tensor`; out may be given to write to. */
  erfinv(named?: { out?: Tensor }): Tensor
  /** `erfinv_(Tensor(a!) self) -> Tensor(a!)` */
  erfinv_(): Tensor
  /** `exp(Tensor self) -> Tensor`; out may be given to write to. */
  exp(named?: { out?: Tensor }): Tensor
  /** `exp2(Tensor self) -> Tensor`; out may be given to write to. */
  exp2(named?: { out?: Tensor }): Tensor
  /** `exp2_(Tensor(a!) self) -> Tensor(a!)` */
  exp2_(): Tensor
  /** `exp_(Tensor(a!) self) -> Tensor(a!)` */
  exp_(): Tensor
  /** `expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)` */
  expand(size: readonly number[], named?: { implicit?: boolean }): Tensor
  expand(named: { size: readonly number[]; implicit?: boolean }): Tensor
  /** `expand_as(Tensor(a) self, Tensor other) -> Tensor(a)` */
  expand_as(other: Tensor): Tensor
  /** `expm1(Tensor self) -> Tensor`; out may be given to write to. */
  expm1(named?: { out?: Tensor }): Tensor
  /** `expm1_(Tensor(a!) self) -> Tensor(a!)` */
  expm1_(): Tensor
  /** `exponential(Tensor self, float lambd=1., *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  exponential(lambd?: number, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  exponential(named?: { lambd?: number; generator?: Generator | null; out?: Tensor }): Tensor
  /** `exponential_(Tensor(a!) self, float lambd=1., *, Generator? generator=None) -> Tensor(a!)` */
  exponential_(lambd?: number, named?: { generator?: Generator | null }): Tensor
  exponential_(named?: { lambd?: number; generator?: Generator | null }): Tensor
  /** `feature_alpha_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
  feature_alpha_dropout_(p: number, train: boolean): Tensor
  feature_alpha_dropout_(named: { p: number; train: boolean }): Tensor
  /** `feature_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
  feature_dropout_(p: number, train: boolean): Tensor
  feature_dropout_(named: { p: number; train: boolean }): Tensor
  /** `fft_fft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_fft(n?: number | null, dim?: number, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_fft(named?: { n?: number | null; dim?: number; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_fft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`; out may be given to write to. */
  fft_fft2(s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_fft2(named?: { s?: number | readonly number[] | null; dim?: number | readonly number[]; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_fftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_fftn(s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_fftn(named?: { s?: number | readonly number[] | null; dim?: number | readonly number[] | null; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_fftshift(Tensor self, int[1]? dim=None) -> Tensor` */
  fft_fftshift(dim?: number | readonly number[] | null): Tensor
  fft_fftshift(named?: { dim?: number | readonly number[] | null }): Tensor
  /** `fft_hfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_hfft(n?: number | null, dim?: number, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_hfft(named?: { n?: number | null; dim?: number; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_hfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`; out may be given to write to. */
  fft_hfft2(s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_hfft2(named?: { s?: number | readonly number[] | null; dim?: number | readonly number[]; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_hfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_hfftn(s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_hfftn(named?: { s?: number | readonly number[] | null; dim?: number | readonly number[] | null; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_ifft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_ifft(n?: number | null, dim?: number, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_ifft(named?: { n?: number | null; dim?: number; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_ifft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`; out may be given to write to. */
  fft_ifft2(s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_ifft2(named?: { s?: number | readonly number[] | null; dim?: number | readonly number[]; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_ifftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_ifftn(s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_ifftn(named?: { s?: number | readonly number[] | null; dim?: number | readonly number[] | null; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_ifftshift(Tensor self, int[1]? dim=None) -> Tensor` */
  fft_ifftshift(dim?: number | readonly number[] | null): Tensor
  fft_ifftshift(named?: { dim?: number | readonly number[] | null }): Tensor
  /** `fft_ihfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_ihfft(n?: number | null, dim?: number, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_ihfft(named?: { n?: number | null; dim?: number; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_ihfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`; out may be given to write to. */
  fft_ihfft2(s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_ihfft2(named?: { s?: number | readonly number[] | null; dim?: number | readonly number[]; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_ihfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_ihfftn(s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_ihfftn(named?: { s?: number | readonly number[] | null; dim?: number | readonly number[] | null; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_irfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_irfft(n?: number | null, dim?: number, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_irfft(named?: { n?: number | null; dim?: number; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_irfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`; out may be given to write to. */
  fft_irfft2(s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_irfft2(named?: { s?: number | readonly number[] | null; dim?: number | readonly number[]; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_irfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_irfftn(s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_irfftn(named?: { s?: number | readonly number[] | null; dim?: number | readonly number[] | null; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_rfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_rfft(n?: number | null, dim?: number, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_rfft(named?: { n?: number | null; dim?: number; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_rfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor`; out may be given to write to. */
  fft_rfft2(s?: number | readonly number[] | null, dim?: number | readonly number[], norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_rfft2(named?: { s?: number | readonly number[] | null; dim?: number | readonly number[]; norm?: string | null; out?: Tensor }): Tensor
  /** `fft_rfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor`; out may be given to write to. */
  fft_rfftn(s?: number | readonly number[] | null, dim?: number | readonly number[] | null, norm?: string | null, named?: { out?: Tensor }): Tensor
  fft_rfftn(named?: { s?: number | readonly number[] | null; dim?: number | readonly number[] | null; norm?: string | null; out?: Tensor }): Tensor
  /** `fill.Scalar(Tensor self, Scalar value) -> Tensor`; out may be given to write to. */
  fill(value: Scalar, named?: { out?: Tensor }): Tensor
  fill(named: { value: Scalar; out?: Tensor }): Tensor
  /** `fill.Tensor(Tensor self, Tensor value) -> Tensor`; out may be given to write to. */
  fill(value: Tensor, named?: { out?: Tensor }): Tensor
  /** `fill_.Scalar(Tensor(a!) self, Scalar value) -> Tensor(a!)` */
  fill_(value: Scalar): Tensor
  fill_(named: { value: Scalar }): Tensor
  /** `fill_.Tensor(Tensor(a!) self, Tensor value) -> Tensor(a!)` */
  fill_(value: Tensor): Tensor
  /** `fill_diagonal_(Tensor(a!) self, Scalar fill_value, bool wrap=False) -> Tensor(a!)` */
  fill_diagonal_(fill_value: Scalar, wrap?: boolean): Tensor
  fill_diagonal_(fill_value: Scalar, named?: { wrap?: boolean }): Tensor
  fill_diagonal_(named: { fill_value: Scalar; wrap?: boolean }): Tensor
  /** `fix(Tensor self) -> Tensor`; out may be given to write to. */
  fix(named?: { out?: Tensor }): Tensor
  /** `fix_(Tensor(a!) self) -> Tensor(a!)` */
  fix_(): Tensor
  /** `flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)` */
  flatten(start_dim?: number, end_dim?: number): Tensor
  flatten(named?: { start_dim?: number; end_dim?: number }): Tensor
  /** `flip(Tensor self, int[] dims) -> Tensor`; out may be given to write to. */
  flip(dims: readonly number[], named?: { out?: Tensor }): Tensor
  flip(named: { dims: readonly number[]; out?: Tensor }): Tensor
  /** `fliplr(Tensor self) -> Tensor` */
  fliplr(): Tensor
  /** `flipud(Tensor self) -> Tensor` */
  flipud(): Tensor
  /** `float_power.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor`; out may be given to write to. */
  float_power(exponent: Scalar, named?: { out?: Tensor }): Tensor
  float_power(named: { exponent: Scalar; out?: Tensor }): Tensor
  /** `float_power.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor`; out may be given to write to. */
  float_power(exponent: Tensor, named?: { out?: Tensor }): Tensor
  /** `float_power_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)` */
  float_power_(exponent: Scalar): Tensor
  float_power_(named: { exponent: Scalar }): Tensor
  /** `float_power_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)` */
  float_power_(exponent: Tensor): Tensor
  /** `floor(Tensor self) -> Tensor`; out may be given to write to. */
  floor(named?: { out?: Tensor }): Tensor
  /** `floor_(Tensor(a!) self) -> Tensor(a!)` */
  floor_(): Tensor
  /** `floor_divide(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  floor_divide(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `floor_divide.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  floor_divide(other: Scalar, named?: { out?: Tensor }): Tensor
  floor_divide(named: { other: Scalar; out?: Tensor }): Tensor
  /** `floor_divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  floor_divide_(other: Scalar): Tensor
  floor_divide_(named: { other: Scalar }): Tensor
  /** `floor_divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  floor_divide_(other: Tensor): Tensor
  /** `fmax(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  fmax(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `fmin(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  fmin(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `fmod.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  fmod(other: Scalar, named?: { out?: Tensor }): Tensor
  fmod(named: { other: Scalar; out?: Tensor }): Tensor
  /** `fmod.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  fmod(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `fmod_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  fmod_(other: Scalar): Tensor
  fmod_(named: { other: Scalar }): Tensor
  /** `fmod_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  fmod_(other: Tensor): Tensor
  /** `frac(Tensor self) -> Tensor`; out may be given to write to. */
  frac(named?: { out?: Tensor }): Tensor
  /** `frac_(Tensor(a!) self) -> Tensor(a!)` */
  frac_(): Tensor
  /** `fractional_max_pool2d(Tensor self, int[2] kernel_size, int[2] output_size, Tensor random_samples) -> (Tensor, Tensor)`; output, indices may be given to write to. */
  fractional_max_pool2d(kernel_size: number | readonly number[], output_size: number | readonly number[], random_samples: Tensor, named?: { output?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  fractional_max_pool2d(named: { kernel_size: number | readonly number[]; output_size: number | readonly number[]; random_samples: Tensor; output?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  /** `fractional_max_pool3d(Tensor self, int[3] kernel_size, int[3] output_size, Tensor random_samples) -> (Tensor, Tensor)`; output, indices may be given to write to. */
  fractional_max_pool3d(kernel_size: number | readonly number[], output_size: number | readonly number[], random_samples: Tensor, named?: { output?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  fractional_max_pool3d(named: { kernel_size: number | readonly number[]; output_size: number | readonly number[]; random_samples: Tensor; output?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  /** `frexp.Tensor(Tensor self) -> (Tensor mantissa, Tensor exponent)`; mantissa, exponent may be given to write to. */
  frexp(named?: { mantissa?: Tensor; exponent?: Tensor }): [mantissa: Tensor, exponent: Tensor]
  /** `frobenius_norm.dim(Tensor self, int[1] dim, bool keepdim=False) -> Tensor`; out may be given to write to. */
  frobenius_norm(dim: number | readonly number[], keepdim?: boolean, named?: { out?: Tensor }): Tensor
  frobenius_norm(dim: number | readonly number[], named?: { keepdim?: boolean; out?: Tensor }): Tensor
  frobenius_norm(named: { dim: number | readonly number[]; keepdim?: boolean; out?: Tensor }): Tensor
  /** `full_like(Tensor self, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  full_like(fill_value: Scalar, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  full_like(named: { fill_value: Scalar; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor`; out may be given to write to. */
  gather(dim: number, index: Tensor, named?: { sparse_grad?: boolean; out?: Tensor }): Tensor
  gather(named: { dim: number; index: Tensor; sparse_grad?: boolean; out?: Tensor }): Tensor
  /** `gcd(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  gcd(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `gcd_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  gcd_(other: Tensor): Tensor
  /** `ge.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  ge(other: Scalar, named?: { out?: Tensor }): Tensor
  ge(named: { other: Scalar; out?: Tensor }): Tensor
  /** `ge.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  ge(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `ge_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  ge_(other: Scalar): Tensor
  ge_(named: { other: Scalar }): Tensor
  /** `ge_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  ge_(other: Tensor): Tensor
  /** `gelu(Tensor self, *, str approximate="none") -> Tensor`; out may be given to write to. */
  gelu(named?: { approximate?: string; out?: Tensor }): Tensor
  /** `gelu_(Tensor(a!) self, *, str approximate="none") -> Tensor(a!)` */
  gelu_(named?: { approximate?: string }): Tensor
  /** `geometric(Tensor self, float p, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  geometric(p: number, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  geometric(named: { p: number; generator?: Generator | null; out?: Tensor }): Tensor
  /** `geometric_(Tensor(a!) self, float p, *, Generator? generator=None) -> Tensor(a!)` */
  geometric_(p: number, named?: { generator?: Generator | null }): Tensor
  geometric_(named: { p: number; generator?: Generator | null }): Tensor
  /** `geqrf(Tensor self) -> (Tensor a, Tensor tau)`; a, tau may be given to write to. */
  geqrf(named?: { a?: Tensor; tau?: Tensor }): [a: Tensor, tau: Tensor]
  /** `ger(Tensor self, Tensor vec2) -> Tensor`; out may be given to write to. */
  ger(vec2: Tensor, named?: { out?: Tensor }): Tensor
  /** `get_device(Tensor self) -> int` */
  get_device(): number
  /** `glu(Tensor self, int dim=-1) -> Tensor`; out may be given to write to. */
  glu(dim?: number, named?: { out?: Tensor }): Tensor
  glu(named?: { dim?: number; out?: Tensor }): Tensor
  /** `gradient.array(Tensor self, *, int[] dim, int edge_order=1) -> Tensor[]` */
  gradient(named: { dim: readonly number[]; edge_order?: number }): Tensor[]
  /** `gradient.scalararray(Tensor self, *, Scalar spacing, int[] dim, int edge_order=1) -> Tensor[]` */
  gradient(named: { spacing: Scalar; dim: readonly number[]; edge_order?: number }): Tensor[]
  /** `gradient.scalarint(Tensor self, *, Scalar? spacing=None, int? dim=None, int edge_order=1) -> Tensor[]` */
  gradient(named?: { spacing?: Scalar | null; dim?: number | null; edge_order?: number }): Tensor[]
  /** `gradient.scalarrayarray(Tensor self, *, Scalar[] spacing, int[] dim, int edge_order=1) -> Tensor[]` */
  gradient(named: { spacing: readonly Scalar[]; dim: readonly number[]; edge_order?: number }): Tensor[]
  /** `gradient.scalarrayint(Tensor self, *, Scalar[] spacing, int? dim=None, int edge_order=1) -> Tensor[]` */
  gradient(named: { spacing: readonly Scalar[]; dim?: number | null; edge_order?: number }): Tensor[]
  /** `gradient.tensorarray(Tensor self, *, Tensor[] spacing, int[] dim, int edge_order=1) -> Tensor[]` */
  gradient(named: { spacing: readonly Tensor[]; dim: readonly number[]; edge_order?: number }): Tensor[]
  /** `gradient.tensorarrayint(Tensor self, *, Tensor[] spacing, int? dim=None, int edge_order=1) -> Tensor[]` */
  gradient(named: { spacing: readonly Tensor[]; dim?: number | null; edge_order?: number }): Tensor[]
  /** `greater.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  greater(other: Scalar, named?: { out?: Tensor }): Tensor
  greater(named: { other: Scalar; out?: Tensor }): Tensor
  /** `greater.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  greater(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `greater_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  greater_(other: Scalar): Tensor
  greater_(named: { other: Scalar }): Tensor
  /** `greater_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  greater_(other: Tensor): Tensor
  /** `greater_equal.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  greater_equal(other: Scalar, named?: { out?: Tensor }): Tensor
  greater_equal(named: { other: Scalar; out?: Tensor }): Tensor
  /** `greater_equal.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  greater_equal(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `greater_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  greater_equal_(other: Scalar): Tensor
  greater_equal_(named: { other: Scalar }): Tensor
  /** `greater_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  greater_equal_(other: Tensor): Tensor
  /** `gt.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  gt(other: Scalar, named?: { out?: Tensor }): Tensor
  gt(named: { other: Scalar; out?: Tensor }): Tensor
  /** `gt.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  gt(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `gt_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  gt_(other: Scalar): Tensor
  gt_(named: { other: Scalar }): Tensor
  /** `gt_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  gt_(other: Tensor): Tensor
  /** `hardshrink(Tensor self, Scalar lambd=0.5) -> Tensor`; out may be given to write to. */
  hardshrink(lambd?: Scalar, named?: { out?: Tensor }): Tensor
  hardshrink(named?: { lambd?: Scalar; out?: Tensor }): Tensor
  /** `hardsigmoid(Tensor self) -> Tensor`; out may be given to write to. */
  hardsigmoid(named?: { out?: Tensor }): Tensor
  /** `hardsigmoid_(Tensor(a!) self) -> Tensor(a!)` */
  hardsigmoid_(): Tensor
  /** `hardswish(Tensor self) -> Tensor`; out may be given to write to. */
  hardswish(named?: { out?: Tensor }): Tensor
  /** `hardswish_(Tensor(a!) self) -> Tensor(a!)` */
  hardswish_(): Tensor
  /** `hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor`; out may be given to write to. */
  hardtanh(min_val?: Scalar, max_val?: Scalar, named?: { out?: Tensor }): Tensor
  hardtanh(named?: { min_val?: Scalar; max_val?: Scalar; out?: Tensor }): Tensor
  /** `hardtanh_(Tensor(a!) self, Scalar min_val=-1, Scalar max_val=1) -> Tensor(a!)` */
  hardtanh_(min_val?: Scalar, max_val?: Scalar): Tensor
  hardtanh_(named?: { min_val?: Scalar; max_val?: Scalar }): Tensor
  /** `hash_tensor(Tensor self, int[1] dim=[], *, bool keepdim=False, int mode=0) -> Tensor`; out may be given to write to. */
  hash_tensor(dim?: number | readonly number[], named?: { keepdim?: boolean; mode?: number; out?: Tensor }): Tensor
  hash_tensor(named?: { dim?: number | readonly number[]; keepdim?: boolean; mode?: number; out?: Tensor }): Tensor
  /** `heaviside(Tensor self, Tensor values) -> Tensor`; out may be given to write to. */
  heaviside(values: Tensor, named?: { out?: Tensor }): Tensor
  /** `heaviside_(Tensor(a!) self, Tensor values) -> Tensor(a!)` */
  heaviside_(values: Tensor): Tensor
  /** `hinge_embedding_loss(Tensor self, Tensor target, float margin=1., int reduction=1) -> Tensor` */
  hinge_embedding_loss(target: Tensor, margin?: number, reduction?: number): Tensor
  hinge_embedding_loss(target: Tensor, named?: { margin?: number; reduction?: number }): Tensor
  /** `histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor`; out may be given to write to. */
  histc(bins?: number, min?: Scalar, max?: Scalar, named?: { out?: Tensor }): Tensor
  histc(named?: { bins?: number; min?: Scalar; max?: Scalar; out?: Tensor }): Tensor
  /** `histogram.bin_ct(Tensor self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)`; hist, bin_edges may be given to write to. */
  histogram(bins?: number, named?: { range?: readonly number[] | null; weight?: Tensor | null; density?: boolean; hist?: Tensor; bin_edges?: Tensor }): [hist: Tensor, bin_edges: Tensor]
  histogram(named?: { bins?: number; range?: readonly number[] | null; weight?: Tensor | null; density?: boolean; hist?: Tensor; bin_edges?: Tensor }): [hist: Tensor, bin_edges: Tensor]
  /** `histogram.bins_tensor(Tensor self, Tensor bins, *, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)`; hist, bin_edges may be given to write to. */
  histogram(bins: Tensor, named?: { weight?: Tensor | null; density?: boolean; hist?: Tensor; bin_edges?: Tensor }): [hist: Tensor, bin_edges: Tensor]
  /** `histogramdd(Tensor self, int[] bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)` */
  histogramdd(bins: readonly number[], range?: readonly number[] | null, weight?: Tensor | null, density?: boolean): [hist: Tensor, bin_edges: Tensor[]]
  histogramdd(bins: readonly number[], named?: { range?: readonly number[] | null; weight?: Tensor | null; density?: boolean }): [hist: Tensor, bin_edges: Tensor[]]
  histogramdd(named: { bins: readonly number[]; range?: readonly number[] | null; weight?: Tensor | null; density?: boolean }): [hist: Tensor, bin_edges: Tensor[]]
  /** `histogramdd.TensorList_bins(Tensor self, Tensor[] bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)` */
  histogramdd(bins: readonly Tensor[], range?: readonly number[] | null, weight?: Tensor | null, density?: boolean): [hist: Tensor, bin_edges: Tensor[]]
  histogramdd(bins: readonly Tensor[], named?: { range?: readonly number[] | null; weight?: Tensor | null; density?: boolean }): [hist: Tensor, bin_edges: Tensor[]]
  /** `histogramdd.int_bins(Tensor self, int bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)` */
  histogramdd(bins: number, range?: readonly number[] | null, weight?: Tensor | null, density?: boolean): [hist: Tensor, bin_edges: Tensor[]]
  histogramdd(bins: number, named?: { range?: readonly number[] | null; weight?: Tensor | null; density?: boolean }): [hist: Tensor, bin_edges: Tensor[]]
  histogramdd(named: { bins: number; range?: readonly number[] | null; weight?: Tensor | null; density?: boolean }): [hist: Tensor, bin_edges: Tensor[]]
  /** `hsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]` */
  hsplit(indices: readonly number[]): Tensor[]
  hsplit(named: { indices: readonly number[] }): Tensor[]
  /** `hsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]` */
  hsplit(sections: number): Tensor[]
  hsplit(named: { sections: number }): Tensor[]
  /** `huber_loss(Tensor self, Tensor target, int reduction=1, float delta=1.) -> Tensor`; out may be given to write to. */
  huber_loss(target: Tensor, reduction?: number, delta?: number, named?: { out?: Tensor }): Tensor
  huber_loss(target: Tensor, named?: { reduction?: number; delta?: number; out?: Tensor }): Tensor
  /** `hypot(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  hypot(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `hypot_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  hypot_(other: Tensor): Tensor
  /** `i0(Tensor self) -> Tensor`; out may be given to write to. */
  i0(named?: { out?: Tensor }): Tensor
  /** `i0_(Tensor(a!) self) -> Tensor(a!)` */
  i0_(): Tensor
  /** `igamma(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  igamma(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `igamma_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  igamma_(other: Tensor): Tensor
  /** `igammac(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  igammac(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `igammac_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  igammac_(other: Tensor): Tensor
  /** `im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor`; out may be given to write to. */
  im2col(kernel_size: number | readonly number[], dilation: number | readonly number[], padding: number | readonly number[], stride: number | readonly number[], named?: { out?: Tensor }): Tensor
  im2col(named: { kernel_size: number | readonly number[]; dilation: number | readonly number[]; padding: number | readonly number[]; stride: number | readonly number[]; out?: Tensor }): Tensor
  /** `imag(Tensor(a) self) -> Tensor(a)` */
  imag(): Tensor
  /** `index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  index_add(dim: number, index: Tensor, source: Tensor, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  index_add(named: { dim: number; index: Tensor; source: Tensor; alpha?: Scalar; out?: Tensor }): Tensor
  /** `index_add_(Tensor(a!) self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor(a!)` */
  index_add_(dim: number, index: Tensor, source: Tensor, named?: { alpha?: Scalar }): Tensor
  index_add_(named: { dim: number; index: Tensor; source: Tensor; alpha?: Scalar }): Tensor
  /** `index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor`; out may be given to write to. */
  index_fill(dim: number, index: Tensor, value: Scalar, named?: { out?: Tensor }): Tensor
  index_fill(named: { dim: number; index: Tensor; value: Scalar; out?: Tensor }): Tensor
  /** `index_fill.int_Tensor(Tensor self, int dim, Tensor index, Tensor value) -> Tensor`; out may be given to write to. */
  index_fill(dim: number, index: Tensor, value: Tensor, named?: { out?: Tensor }): Tensor
  index_fill(named: { dim: number; index: Tensor; value: Tensor; out?: Tensor }): Tensor
  /** `index_fill_.int_Scalar(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)` */
  index_fill_(dim: number, index: Tensor, value: Scalar): Tensor
  index_fill_(named: { dim: number; index: Tensor; value: Scalar }): Tensor
  /** `index_fill_.int_Tensor(Tensor(a!) self, int dim, Tensor index, Tensor value) -> Tensor(a!)` */
  index_fill_(dim: number, index: Tensor, value: Tensor): Tensor
  index_fill_(named: { dim: number; index: Tensor; value: Tensor }): Tensor
  /** `index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor`; out may be given to write to. */
  index_put(indices: readonly (Tensor | null)[], values: Tensor, accumulate?: boolean, named?: { out?: Tensor }): Tensor
  index_put(indices: readonly (Tensor | null)[], values: Tensor, named?: { accumulate?: boolean; out?: Tensor }): Tensor
  /** `index_put_(Tensor(a!) self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor(a!)` */
  index_put_(indices: readonly (Tensor | null)[], values: Tensor, accumulate?: boolean): Tensor
  index_put_(indices: readonly (Tensor | null)[], values: Tensor, named?: { accumulate?: boolean }): Tensor
  /** `index_reduce(Tensor self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor`; out may be given to write to. */
  index_reduce(dim: number, index: Tensor, source: Tensor, reduce: string, named?: { include_self?: boolean; out?: Tensor }): Tensor
  index_reduce(named: { dim: number; index: Tensor; source: Tensor; reduce: string; include_self?: boolean; out?: Tensor }): Tensor
  /** `index_reduce_(Tensor(a!) self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor(a!)` */
  index_reduce_(dim: number, index: Tensor, source: Tensor, reduce: string, named?: { include_self?: boolean }): Tensor
  index_reduce_(named: { dim: number; index: Tensor; source: Tensor; reduce: string; include_self?: boolean }): Tensor
  /** `index_select(Tensor self, int dim, Tensor index) -> Tensor`; out may be given to write to. */
  index_select(dim: number, index: Tensor, named?: { out?: Tensor }): Tensor
  index_select(named: { dim: number; index: Tensor; out?: Tensor }): Tensor
  /** `indices(Tensor(a) self) -> Tensor(a)` */
  indices(): Tensor
  /** `inner(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  inner(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `inverse(Tensor self) -> Tensor`; out may be given to write to. */
  inverse(named?: { out?: Tensor }): Tensor
  /** `is_coalesced(Tensor self) -> bool` */
  is_coalesced(): boolean
  /** `is_complex(Tensor self) -> bool` */
  is_complex(): boolean
  /** `is_conj(Tensor self) -> bool` */
  is_conj(): boolean
  /** `is_contiguous(Tensor self) -> bool` */
  is_contiguous(): boolean
  /** `is_contiguous.memory_format(Tensor self, MemoryFormat memory_format) -> bool` */
  is_contiguous(memory_format: MemoryFormat): boolean
  is_contiguous(named: { memory_format: MemoryFormat }): boolean
  /** `is_distributed(Tensor self) -> bool` */
  is_distributed(): boolean
  /** `is_floating_point(Tensor self) -> bool` */
  is_floating_point(): boolean
  /** `is_inference(Tensor self) -> bool` */
  is_inference(): boolean
  /** `is_leaf(Tensor self) -> bool` */
  is_leaf(): boolean
  /** `is_neg(Tensor self) -> bool` */
  is_neg(): boolean
  /** `is_nonzero(Tensor self) -> bool` */
  is_nonzero(): boolean
  /** `is_pinned(Tensor self, Device? device=None) -> bool` */
  is_pinned(device?: Device | null): boolean
  is_pinned(named?: { device?: Device | null }): boolean
  /** `is_same_size(Tensor self, Tensor other) -> bool` */
  is_same_size(other: Tensor): boolean
  /** `is_set_to(Tensor self, Tensor tensor) -> bool` */
  is_set_to(tensor: Tensor): boolean
  /** `is_signed(Tensor self) -> bool` */
  is_signed(): boolean
  /** `isclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> Tensor` */
  isclose(other: Tensor, rtol?: number, atol?: number, equal_nan?: boolean): Tensor
  isclose(other: Tensor, named?: { rtol?: number; atol?: number; equal_nan?: boolean }): Tensor
  /** `isfinite(Tensor self) -> Tensor` */
  isfinite(): Tensor
  /** `isinf(Tensor self) -> Tensor`; out may be given to write to. */
  isinf(named?: { out?: Tensor }): Tensor
  /** `isnan(Tensor self) -> Tensor`; out may be given to write to. */
  isnan(named?: { out?: Tensor }): Tensor
  /** `isneginf(Tensor self) -> Tensor`; out may be given to write to. */
  isneginf(named?: { out?: Tensor }): Tensor
  /** `isposinf(Tensor self) -> Tensor`; out may be given to write to. */
  isposinf(named?: { out?: Tensor }): Tensor
  /** `isreal(Tensor self) -> Tensor` */
  isreal(): Tensor
  /** `istft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, bool normalized=False, bool? onesided=None, int? length=None, bool return_complex=False) -> Tensor` */
  istft(n_fft: number, hop_length?: number | null, win_length?: number | null, window?: Tensor | null, center?: boolean, normalized?: boolean, onesided?: boolean | null, length?: number | null, return_complex?: boolean): Tensor
  istft(n_fft: number, named?: { hop_length?: number | null; win_length?: number | null; window?: Tensor | null; center?: boolean; normalized?: boolean; onesided?: boolean | null; length?: number | null; return_complex?: boolean }): Tensor
  istft(named: { n_fft: number; hop_length?: number | null; win_length?: number | null; window?: Tensor | null; center?: boolean; normalized?: boolean; onesided?: boolean | null; length?: number | null; return_complex?: boolean }): Tensor
  /** `kl_div(Tensor self, Tensor target, int reduction=1, *, bool log_target=False) -> Tensor` */
  kl_div(target: Tensor, reduction?: number, named?: { log_target?: boolean }): Tensor
  kl_div(target: Tensor, named?: { reduction?: number; log_target?: boolean }): Tensor
  /** `kron(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  kron(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `kthvalue(Tensor self, SymInt k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  kthvalue(k: number, dim?: number, keepdim?: boolean, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  kthvalue(k: number, named?: { dim?: number; keepdim?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  kthvalue(named: { k: number; dim?: number; keepdim?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `l1_loss(Tensor self, Tensor target, int reduction=1) -> Tensor` */
  l1_loss(target: Tensor, reduction?: number): Tensor
  l1_loss(target: Tensor, named?: { reduction?: number }): Tensor
  /** `lcm(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  lcm(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `lcm_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  lcm_(other: Tensor): Tensor
  /** `ldexp.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  ldexp(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `ldexp_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  ldexp_(other: Tensor): Tensor
  /** `le.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  le(other: Scalar, named?: { out?: Tensor }): Tensor
  le(named: { other: Scalar; out?: Tensor }): Tensor
  /** `le.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  le(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `le_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  le_(other: Scalar): Tensor
  le_(named: { other: Scalar }): Tensor
  /** `le_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  le_(other: Tensor): Tensor
  /** `leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor`; out may be given to write to. */
  leaky_relu(negative_slope?: Scalar, named?: { out?: Tensor }): Tensor
  leaky_relu(named?: { negative_slope?: Scalar; out?: Tensor }): Tensor
  /** `leaky_relu_(Tensor(a!) self, Scalar negative_slope=0.01) -> Tensor(a!)` */
  leaky_relu_(negative_slope?: Scalar): Tensor
  leaky_relu_(named?: { negative_slope?: Scalar }): Tensor
  /** `lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor`; out may be given to write to. */
  lerp(end: Tensor, weight: Scalar, named?: { out?: Tensor }): Tensor
  lerp(end: Tensor, named: { weight: Scalar; out?: Tensor }): Tensor
  /** `lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor`; out may be given to write to. */
  lerp(end: Tensor, weight: Tensor, named?: { out?: Tensor }): Tensor
  /** `lerp_.Scalar(Tensor(a!) self, Tensor end, Scalar weight) -> Tensor(a!)` */
  lerp_(end: Tensor, weight: Scalar): Tensor
  lerp_(end: Tensor, named: { weight: Scalar }): Tensor
  /** `lerp_.Tensor(Tensor(a!) self, Tensor end, Tensor weight) -> Tensor(a!)` */
  lerp_(end: Tensor, weight: Tensor): Tensor
  /** `less.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  less(other: Scalar, named?: { out?: Tensor }): Tensor
  less(named: { other: Scalar; out?: Tensor }): Tensor
  /** `less.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  less(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `less_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  less_(other: Scalar): Tensor
  less_(named: { other: Scalar }): Tensor
  /** `less_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  less_(other: Tensor): Tensor
  /** `less_equal.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  less_equal(other: Scalar, named?: { out?: Tensor }): Tensor
  less_equal(named: { other: Scalar; out?: Tensor }): Tensor
  /** `less_equal.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  less_equal(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `less_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  less_equal_(other: Scalar): Tensor
  less_equal_(named: { other: Scalar }): Tensor
  /** `less_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  less_equal_(other: Tensor): Tensor
  /** `lgamma(Tensor self) -> Tensor`; out may be given to write to. */
  lgamma(named?: { out?: Tensor }): Tensor
  /** `lgamma_(Tensor(a!) self) -> Tensor(a!)` */
  lgamma_(): Tensor
  /** `linalg__powsum(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor` */
  linalg__powsum(ord?: Scalar, dim?: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null }): Tensor
  linalg__powsum(named?: { ord?: Scalar; dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null }): Tensor
  /** `linalg_cholesky(Tensor self, *, bool upper=False) -> Tensor`; out may be given to write to. */
  linalg_cholesky(named?: { upper?: boolean; out?: Tensor }): Tensor
  /** `linalg_cholesky_ex(Tensor self, *, bool upper=False, bool check_errors=False) -> (Tensor L, Tensor info)`; L, info may be given to write to. */
  linalg_cholesky_ex(named?: { upper?: boolean; check_errors?: boolean; L?: Tensor; info?: Tensor }): [L: Tensor, info: Tensor]
  /** `linalg_cond(Tensor self, Scalar? p=None) -> Tensor`; out may be given to write to. */
  linalg_cond(p?: Scalar | null, named?: { out?: Tensor }): Tensor
  linalg_cond(named?: { p?: Scalar | null; out?: Tensor }): Tensor
  /** `linalg_cond.p_str(Tensor self, str p) -> Tensor`; out may be given to write to. */
  linalg_cond(p: string, named?: { out?: Tensor }): Tensor
  linalg_cond(named: { p: string; out?: Tensor }): Tensor
  /** `linalg_cross(Tensor self, Tensor other, *, int dim=-1) -> Tensor`; out may be given to write to. */
  linalg_cross(other: Tensor, named?: { dim?: number; out?: Tensor }): Tensor
  /** `linalg_eig(Tensor self) -> (Tensor eigenvalues, Tensor eigenvectors)`; eigenvalues, eigenvectors may be given to write to. */
  linalg_eig(named?: { eigenvalues?: Tensor; eigenvectors?: Tensor }): [eigenvalues: Tensor, eigenvectors: Tensor]
  /** `linalg_eigh(Tensor self, str UPLO="L") -> (Tensor eigenvalues, Tensor eigenvectors)`; eigvals, eigvecs may be given to write to. */
  linalg_eigh(UPLO?: string, named?: { eigvals?: Tensor; eigvecs?: Tensor }): [eigenvalues: Tensor, eigenvectors: Tensor]
  linalg_eigh(named?: { UPLO?: string; eigvals?: Tensor; eigvecs?: Tensor }): [eigenvalues: Tensor, eigenvectors: Tensor]
  /** `linalg_eigvals(Tensor self) -> Tensor`; out may be given to write to. */
  linalg_eigvals(named?: { out?: Tensor }): Tensor
  /** `linalg_eigvalsh(Tensor self, str UPLO="L") -> Tensor`; out may be given to write to. */
  linalg_eigvalsh(UPLO?: string, named?: { out?: Tensor }): Tensor
  linalg_eigvalsh(named?: { UPLO?: string; out?: Tensor }): Tensor
  /** `linalg_ldl_factor(Tensor self, *, bool hermitian=False) -> (Tensor LD, Tensor pivots)`; LD, pivots may be given to write to. */
  linalg_ldl_factor(named?: { hermitian?: boolean; LD?: Tensor; pivots?: Tensor }): [LD: Tensor, pivots: Tensor]
  /** `linalg_ldl_factor_ex(Tensor self, *, bool hermitian=False, bool check_errors=False) -> (Tensor LD, Tensor pivots, Tensor info)`; LD, pivots, info may be given to write to. */
  linalg_ldl_factor_ex(named?: { hermitian?: boolean; check_errors?: boolean; LD?: Tensor; pivots?: Tensor; info?: Tensor }): [LD: Tensor, pivots: Tensor, info: Tensor]
  /** `linalg_lstsq(Tensor self, Tensor b, float? rcond=None, *, str? driver=None) -> (Tensor solution, Tensor residuals, Tensor rank, Tensor singular_values)`; solution, residuals, rank, singular_values may be given to write to. */
  linalg_lstsq(b: Tensor, rcond?: number | null, named?: { driver?: string | null; solution?: Tensor; residuals?: Tensor; rank?: Tensor; singular_values?: Tensor }): [solution: Tensor, residuals: Tensor, rank: Tensor, singular_values: Tensor]
  linalg_lstsq(b: Tensor, named?: { rcond?: number | null; driver?: string | null; solution?: Tensor; residuals?: Tensor; rank?: Tensor; singular_values?: Tensor }): [solution: Tensor, residuals: Tensor, rank: Tensor, singular_values: Tensor]
  /** `linalg_matmul(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  linalg_matmul(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `linalg_matrix_exp(Tensor self) -> Tensor`; out may be given to write to. */
  linalg_matrix_exp(named?: { out?: Tensor }): Tensor
  /** `linalg_matrix_norm(Tensor self, Scalar ord, int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  linalg_matrix_norm(ord: Scalar, dim?: readonly number[], keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  linalg_matrix_norm(ord: Scalar, named?: { dim?: readonly number[]; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  linalg_matrix_norm(named: { ord: Scalar; dim?: readonly number[]; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `linalg_matrix_norm.str_ord(Tensor self, str ord="fro", int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  linalg_matrix_norm(ord?: string, dim?: readonly number[], keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  linalg_matrix_norm(named?: { ord?: string; dim?: readonly number[]; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `linalg_matrix_power(Tensor self, int n) -> Tensor`; out may be given to write to. */
  linalg_matrix_power(n: number, named?: { out?: Tensor }): Tensor
  linalg_matrix_power(named: { n: number; out?: Tensor }): Tensor
  /** `linalg_matrix_rank(Tensor self, float tol, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_matrix_rank(tol: number, hermitian?: boolean, named?: { out?: Tensor }): Tensor
  linalg_matrix_rank(tol: number, named?: { hermitian?: boolean; out?: Tensor }): Tensor
  linalg_matrix_rank(named: { tol: number; hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_matrix_rank.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_matrix_rank(named?: { atol?: number | null; rtol?: number | null; hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_norm(Tensor self, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  linalg_norm(ord?: Scalar | null, dim?: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  linalg_norm(named?: { ord?: Scalar | null; dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `linalg_norm.ord_str(Tensor self, str ord, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  linalg_norm(ord: string, dim?: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  linalg_norm(ord: string, named?: { dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  linalg_norm(named: { ord: string; dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `linalg_pinv(Tensor self, float rcond, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_pinv(rcond: number, hermitian?: boolean, named?: { out?: Tensor }): Tensor
  linalg_pinv(rcond: number, named?: { hermitian?: boolean; out?: Tensor }): Tensor
  linalg_pinv(named: { rcond: number; hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_pinv.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_pinv(named?: { atol?: number | null; rtol?: number | null; hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_pinv.atol_rtol_tensor(Tensor self, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_pinv(named?: { atol?: Tensor | null; rtol?: Tensor | null; hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_pinv.rcond_tensor(Tensor self, Tensor rcond, bool hermitian=False) -> Tensor`; out may be given to write to. */
  linalg_pinv(rcond: Tensor, hermitian?: boolean, named?: { out?: Tensor }): Tensor
  linalg_pinv(rcond: Tensor, named?: { hermitian?: boolean; out?: Tensor }): Tensor
  /** `linalg_solve_triangular(Tensor self, Tensor B, *, bool upper, bool left=True, bool unitriangular=False) -> Tensor`; out may be given to write to. */
  linalg_solve_triangular(B: Tensor, named: { upper: boolean; left?: boolean; unitriangular?: boolean; out?: Tensor }): Tensor
  /** `linalg_tensorinv(Tensor self, int ind=2) -> Tensor`; out may be given to write to. */
  linalg_tensorinv(ind?: number, named?: { out?: Tensor }): Tensor
  linalg_tensorinv(named?: { ind?: number; out?: Tensor }): Tensor
  /** `linalg_tensorsolve(Tensor self, Tensor other, int[]? dims=None) -> Tensor`; out may be given to write to. */
  linalg_tensorsolve(other: Tensor, dims?: readonly number[] | null, named?: { out?: Tensor }): Tensor
  linalg_tensorsolve(other: Tensor, named?: { dims?: readonly number[] | null; out?: Tensor }): Tensor
  /** `linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  linalg_vector_norm(ord?: Scalar, dim?: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  linalg_vector_norm(named?: { ord?: Scalar; dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `log(Tensor self) -> Tensor`; out may be given to write to. */
  log(named?: { out?: Tensor }): Tensor
  /** `log10(Tensor self) -> Tensor`; out may be given to write to. */
  log10(named?: { out?: Tensor }): Tensor
  /** `log10_(Tensor(a!) self) -> Tensor(a!)` */
  log10_(): Tensor
  /** `log1p(Tensor self) -> Tensor`; out may be given to write to. */
  log1p(named?: { out?: Tensor }): Tensor
  /** `log1p_(Tensor(a!) self) -> Tensor(a!)` */
  log1p_(): Tensor
  /** `log2(Tensor self) -> Tensor`; out may be given to write to. */
  log2(named?: { out?: Tensor }): Tensor
  /** `log2_(Tensor(a!) self) -> Tensor(a!)` */
  log2_(): Tensor
  /** `log_(Tensor(a!) self) -> Tensor(a!)` */
  log_(): Tensor
  /** `log_normal(Tensor self, float mean=1., float std=2., *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  log_normal(mean?: number, std?: number, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  log_normal(named?: { mean?: number; std?: number; generator?: Generator | null; out?: Tensor }): Tensor
  /** `log_normal_(Tensor(a!) self, float mean=1., float std=2., *, Generator? generator=None) -> Tensor(a!)` */
  log_normal_(mean?: number, std?: number, named?: { generator?: Generator | null }): Tensor
  log_normal_(named?: { mean?: number; std?: number; generator?: Generator | null }): Tensor
  /** `log_sigmoid(Tensor self) -> Tensor`; out may be given to write to. */
  log_sigmoid(named?: { out?: Tensor }): Tensor
  /** `log_sigmoid_forward(Tensor self) -> (Tensor output, Tensor buffer)`; output, buffer may be given to write to. */
  log_sigmoid_forward(named?: { output?: Tensor; buffer?: Tensor }): [output: Tensor, buffer: Tensor]
  /** `log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  log_softmax(dim: number, dtype?: Dtype | null, named?: { out?: Tensor }): Tensor
  log_softmax(dim: number, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  log_softmax(named: { dim: number; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `logaddexp(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  logaddexp(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `logaddexp2(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  logaddexp2(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `logcumsumexp(Tensor self, int dim) -> Tensor`; out may be given to write to. */
  logcumsumexp(dim: number, named?: { out?: Tensor }): Tensor
  logcumsumexp(named: { dim: number; out?: Tensor }): Tensor
  /** `logdet(Tensor self) -> Tensor` */
  logdet(): Tensor
  /** `logical_and(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  logical_and(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `logical_and_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  logical_and_(other: Tensor): Tensor
  /** `logical_not(Tensor self) -> Tensor`; out may be given to write to. */
  logical_not(named?: { out?: Tensor }): Tensor
  /** `logical_not_(Tensor(a!) self) -> Tensor(a!)` */
  logical_not_(): Tensor
  /** `logical_or(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  logical_or(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `logical_or_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  logical_or_(other: Tensor): Tensor
  /** `logical_xor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  logical_xor(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `logical_xor_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  logical_xor_(other: Tensor): Tensor
  /** `logit(Tensor self, float? eps=None) -> Tensor`; out may be given to write to. */
  logit(eps?: number | null, named?: { out?: Tensor }): Tensor
  logit(named?: { eps?: number | null; out?: Tensor }): Tensor
  /** `logit_(Tensor(a!) self, float? eps=None) -> Tensor(a!)` */
  logit_(eps?: number | null): Tensor
  logit_(named?: { eps?: number | null }): Tensor
  /** `logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor`; out may be given to write to. */
  logsumexp(dim: number | readonly number[], keepdim?: boolean, named?: { out?: Tensor }): Tensor
  logsumexp(dim: number | readonly number[], named?: { keepdim?: boolean; out?: Tensor }): Tensor
  logsumexp(named: { dim: number | readonly number[]; keepdim?: boolean; out?: Tensor }): Tensor
  /** `lt.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  lt(other: Scalar, named?: { out?: Tensor }): Tensor
  lt(named: { other: Scalar; out?: Tensor }): Tensor
  /** `lt.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  lt(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `lt_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  lt_(other: Scalar): Tensor
  lt_(named: { other: Scalar }): Tensor
  /** `lt_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  lt_(other: Tensor): Tensor
  /** `lu_solve(Tensor self, Tensor LU_data, Tensor LU_pivots) -> Tensor`; out may be given to write to. */
  lu_solve(LU_data: Tensor, LU_pivots: Tensor, named?: { out?: Tensor }): Tensor
  /** `mH(Tensor(a) self) -> Tensor(a)` */
  mH(): Tensor
  /** `mT(Tensor(a) self) -> Tensor(a)` */
  mT(): Tensor
  /** `masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor`; out may be given to write to. */
  masked_fill(mask: Tensor, value: Scalar, named?: { out?: Tensor }): Tensor
  masked_fill(mask: Tensor, named: { value: Scalar; out?: Tensor }): Tensor
  /** `masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor`; out may be given to write to. */
  masked_fill(mask: Tensor, value: Tensor, named?: { out?: Tensor }): Tensor
  /** `masked_fill_.Scalar(Tensor(a!) self, Tensor mask, Scalar value) -> Tensor(a!)` */
  masked_fill_(mask: Tensor, value: Scalar): Tensor
  masked_fill_(mask: Tensor, named: { value: Scalar }): Tensor
  /** `masked_fill_.Tensor(Tensor(a!) self, Tensor mask, Tensor value) -> Tensor(a!)` */
  masked_fill_(mask: Tensor, value: Tensor): Tensor
  /** `masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor`; out may be given to write to. */
  masked_scatter(mask: Tensor, source: Tensor, named?: { out?: Tensor }): Tensor
  /** `masked_select(Tensor self, Tensor mask) -> Tensor`; out may be given to write to. */
  masked_select(mask: Tensor, named?: { out?: Tensor }): Tensor
  /** `matmul(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  matmul(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `matrix_H(Tensor(a) self) -> Tensor(a)` */
  matrix_H(): Tensor
  /** `matrix_exp(Tensor self) -> Tensor` */
  matrix_exp(): Tensor
  /** `matrix_power(Tensor self, int n) -> Tensor`; out may be given to write to. */
  matrix_power(n: number, named?: { out?: Tensor }): Tensor
  matrix_power(named: { n: number; out?: Tensor }): Tensor
  /** `max(Tensor self) -> Tensor`; out may be given to write to. */
  max(named?: { out?: Tensor }): Tensor
  /** `max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`; max, max_values may be given to write to. */
  max(dim: number, keepdim?: boolean, named?: { max?: Tensor; max_values?: Tensor }): [values: Tensor, indices: Tensor]
  max(dim: number, named?: { keepdim?: boolean; max?: Tensor; max_values?: Tensor }): [values: Tensor, indices: Tensor]
  max(named: { dim: number; keepdim?: boolean; max?: Tensor; max_values?: Tensor }): [values: Tensor, indices: Tensor]
  /** `max.other(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  max(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `max_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> Tensor` */
  max_pool1d(kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceil_mode?: boolean): Tensor
  max_pool1d(kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): Tensor
  max_pool1d(named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): Tensor
  /** `max_pool1d_with_indices(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> (Tensor, Tensor)` */
  max_pool1d_with_indices(kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceil_mode?: boolean): [Tensor, Tensor]
  max_pool1d_with_indices(kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): [Tensor, Tensor]
  max_pool1d_with_indices(named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): [Tensor, Tensor]
  /** `max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor` */
  max_pool2d(kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceil_mode?: boolean): Tensor
  max_pool2d(kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): Tensor
  max_pool2d(named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): Tensor
  /** `max_pool2d_with_indices(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)`; out, indices may be given to write to. */
  max_pool2d_with_indices(kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceil_mode?: boolean, named?: { out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  max_pool2d_with_indices(kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean; out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  max_pool2d_with_indices(named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean; out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  /** `max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor` */
  max_pool3d(kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceil_mode?: boolean): Tensor
  max_pool3d(kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): Tensor
  max_pool3d(named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean }): Tensor
  /** `max_pool3d_with_indices(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)`; out, indices may be given to write to. */
  max_pool3d_with_indices(kernel_size: number | readonly number[], stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], ceil_mode?: boolean, named?: { out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  max_pool3d_with_indices(kernel_size: number | readonly number[], named?: { stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean; out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  max_pool3d_with_indices(named: { kernel_size: number | readonly number[]; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; ceil_mode?: boolean; out?: Tensor; indices?: Tensor }): [Tensor, Tensor]
  /** `max_unpool2d(Tensor self, Tensor indices, SymInt[2] output_size) -> Tensor`; out may be given to write to. */
  max_unpool2d(indices: Tensor, output_size: number | readonly number[], named?: { out?: Tensor }): Tensor
  max_unpool2d(indices: Tensor, named: { output_size: number | readonly number[]; out?: Tensor }): Tensor
  /** `max_unpool3d(Tensor self, Tensor indices, SymInt[3] output_size, int[3] stride, int[3] padding) -> Tensor`; out may be given to write to. */
  max_unpool3d(indices: Tensor, output_size: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], named?: { out?: Tensor }): Tensor
  max_unpool3d(indices: Tensor, named: { output_size: number | readonly number[]; stride: number | readonly number[]; padding: number | readonly number[]; out?: Tensor }): Tensor
  /** `maximum(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  maximum(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `mean(Tensor self, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  mean(named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  mean(dim: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  mean(dim: number | readonly number[] | null, named?: { keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  mean(named: { dim: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `median(Tensor self) -> Tensor`; out may be given to write to. */
  median(named?: { out?: Tensor }): Tensor
  /** `median.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  median(dim: number, keepdim?: boolean, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  median(dim: number, named?: { keepdim?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  median(named: { dim: number; keepdim?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `min(Tensor self) -> Tensor`; out may be given to write to. */
  min(named?: { out?: Tensor }): Tensor
  /** `min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`; min, min_indices may be given to write to. */
  min(dim: number, keepdim?: boolean, named?: { min?: Tensor; min_indices?: Tensor }): [values: Tensor, indices: Tensor]
  min(dim: number, named?: { keepdim?: boolean; min?: Tensor; min_indices?: Tensor }): [values: Tensor, indices: Tensor]
  min(named: { dim: number; keepdim?: boolean; min?: Tensor; min_indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `min.other(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  min(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `minimum(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  minimum(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `mish(Tensor self) -> Tensor`; out may be given to write to. */
  mish(named?: { out?: Tensor }): Tensor
  /** `mish_(Tensor(a!) self) -> Tensor(a!)` */
  mish_(): Tensor
  /** `mm(Tensor self, Tensor mat2) -> Tensor`; out may be given to write to. */
  mm(mat2: Tensor, named?: { out?: Tensor }): Tensor
  /** `mm.dtype(Tensor self, Tensor mat2, ScalarType out_dtype) -> Tensor`; out may be given to write to. */
  mm(mat2: Tensor, out_dtype: Dtype, named?: { out?: Tensor }): Tensor
  mm(mat2: Tensor, named: { out_dtype: Dtype; out?: Tensor }): Tensor
  /** `mode(Tensor self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  mode(dim?: number, keepdim?: boolean, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  mode(named?: { dim?: number; keepdim?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `moveaxis.int(Tensor(a) self, int source, int destination) -> Tensor(a)` */
  moveaxis(source: number, destination: number): Tensor
  moveaxis(named: { source: number; destination: number }): Tensor
  /** `moveaxis.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)` */
  moveaxis(source: readonly number[], destination: readonly number[]): Tensor
  moveaxis(named: { source: readonly number[]; destination: readonly number[] }): Tensor
  /** `movedim.int(Tensor(a) self, int source, int destination) -> Tensor(a)` */
  movedim(source: number, destination: number): Tensor
  movedim(named: { source: number; destination: number }): Tensor
  /** `movedim.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)` */
  movedim(source: readonly number[], destination: readonly number[]): Tensor
  movedim(named: { source: readonly number[]; destination: readonly number[] }): Tensor
  /** `mse_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`; out may be given to write to. */
  mse_loss(target: Tensor, reduction?: number, named?: { out?: Tensor }): Tensor
  mse_loss(target: Tensor, named?: { reduction?: number; out?: Tensor }): Tensor
  /** `msort(Tensor self) -> Tensor`; out may be given to write to. */
  msort(named?: { out?: Tensor }): Tensor
  /** `mul.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  mul(other: Scalar, named?: { out?: Tensor }): Tensor
  mul(named: { other: Scalar; out?: Tensor }): Tensor
  /** `mul.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  mul(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `mul_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  mul_(other: Scalar): Tensor
  mul_(named: { other: Scalar }): Tensor
  /** `mul_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  mul_(other: Tensor): Tensor
  /** `multi_margin_loss(Tensor self, Tensor target, Scalar p=1, Scalar margin=1, Tensor? weight=None, int reduction=1) -> Tensor`; out may be given to write to. */
  multi_margin_loss(target: Tensor, p?: Scalar, margin?: Scalar, weight?: Tensor | null, reduction?: number, named?: { out?: Tensor }): Tensor
  multi_margin_loss(target: Tensor, named?: { p?: Scalar; margin?: Scalar; weight?: Tensor | null; reduction?: number; out?: Tensor }): Tensor
  /** `multilabel_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`; out may be given to write to. */
  multilabel_margin_loss(target: Tensor, reduction?: number, named?: { out?: Tensor }): Tensor
  multilabel_margin_loss(target: Tensor, named?: { reduction?: number; out?: Tensor }): Tensor
  /** `multilabel_margin_loss_forward(Tensor self, Tensor target, int reduction) -> (Tensor output, Tensor is_target)`; output, is_target may be given to write to. */
  multilabel_margin_loss_forward(target: Tensor, reduction: number, named?: { output?: Tensor; is_target?: Tensor }): [output: Tensor, is_target: Tensor]
  multilabel_margin_loss_forward(target: Tensor, named: { reduction: number; output?: Tensor; is_target?: Tensor }): [output: Tensor, is_target: Tensor]
  /** `multinomial(Tensor self, SymInt num_samples, bool replacement=False, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  multinomial(num_samples: number, replacement?: boolean, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  multinomial(num_samples: number, named?: { replacement?: boolean; generator?: Generator | null; out?: Tensor }): Tensor
  multinomial(named: { num_samples: number; replacement?: boolean; generator?: Generator | null; out?: Tensor }): Tensor
  /** `multiply.Scalar(Tensor self, Scalar other) -> Tensor` */
  multiply(other: Scalar): Tensor
  multiply(named: { other: Scalar }): Tensor
  /** `multiply.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  multiply(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `multiply_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  multiply_(other: Scalar): Tensor
  multiply_(named: { other: Scalar }): Tensor
  /** `multiply_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  multiply_(other: Tensor): Tensor
  /** `mv(Tensor self, Tensor vec) -> Tensor`; out may be given to write to. */
  mv(vec: Tensor, named?: { out?: Tensor }): Tensor
  /** `mvlgamma(Tensor self, int p) -> Tensor`; out may be given to write to. */
  mvlgamma(p: number, named?: { out?: Tensor }): Tensor
  mvlgamma(named: { p: number; out?: Tensor }): Tensor
  /** `mvlgamma_(Tensor(a!) self, int p) -> Tensor(a!)` */
  mvlgamma_(p: number): Tensor
  mvlgamma_(named: { p: number }): Tensor
  /** `nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor`; out may be given to write to. */
  nan_to_num(nan?: number | null, posinf?: number | null, neginf?: number | null, named?: { out?: Tensor }): Tensor
  nan_to_num(named?: { nan?: number | null; posinf?: number | null; neginf?: number | null; out?: Tensor }): Tensor
  /** `nan_to_num_(Tensor(a!) self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor(a!)` */
  nan_to_num_(nan?: number | null, posinf?: number | null, neginf?: number | null): Tensor
  nan_to_num_(named?: { nan?: number | null; posinf?: number | null; neginf?: number | null }): Tensor
  /** `nanmean(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  nanmean(dim?: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  nanmean(named?: { dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `nanmedian(Tensor self) -> Tensor`; out may be given to write to. */
  nanmedian(named?: { out?: Tensor }): Tensor
  /** `nanmedian.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  nanmedian(dim: number, keepdim?: boolean, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  nanmedian(dim: number, named?: { keepdim?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  nanmedian(named: { dim: number; keepdim?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `nansum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  nansum(dim?: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  nansum(named?: { dim?: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `narrow(Tensor(a) self, int dim, SymInt start, SymInt length) -> Tensor(a)` */
  narrow(dim: number, start: number, length: number): Tensor
  narrow(named: { dim: number; start: number; length: number }): Tensor
  /** `narrow.Tensor(Tensor(a) self, int dim, Tensor start, SymInt length) -> Tensor(a)` */
  narrow(dim: number, start: Tensor, length: number): Tensor
  narrow(named: { dim: number; start: Tensor; length: number }): Tensor
  /** `native_channel_shuffle(Tensor self, SymInt groups) -> Tensor` */
  native_channel_shuffle(groups: number): Tensor
  native_channel_shuffle(named: { groups: number }): Tensor
  /** `native_norm(Tensor self, Scalar p=2) -> Tensor`; out may be given to write to. */
  native_norm(p?: Scalar, named?: { out?: Tensor }): Tensor
  native_norm(named?: { p?: Scalar; out?: Tensor }): Tensor
  /** `native_norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1] dim, bool keepdim, ScalarType? dtype) -> Tensor`; out may be given to write to. */
  native_norm(p: Scalar | null, dim: number | readonly number[], keepdim: boolean, dtype: Dtype | null, named?: { out?: Tensor }): Tensor
  native_norm(named: { p: Scalar | null; dim: number | readonly number[]; keepdim: boolean; dtype: Dtype | null; out?: Tensor }): Tensor
  /** `ne.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  ne(other: Scalar, named?: { out?: Tensor }): Tensor
  ne(named: { other: Scalar; out?: Tensor }): Tensor
  /** `ne.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  ne(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `ne_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  ne_(other: Scalar): Tensor
  ne_(named: { other: Scalar }): Tensor
  /** `ne_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  ne_(other: Tensor): Tensor
  /** `neg(Tensor self) -> Tensor`; out may be given to write to. */
  neg(named?: { out?: Tensor }): Tensor
  /** `neg_(Tensor(a!) self) -> Tensor(a!)` */
  neg_(): Tensor
  /** `negative(Tensor self) -> Tensor`; out may be given to write to. */
  negative(named?: { out?: Tensor }): Tensor
  /** `negative_(Tensor(a!) self) -> Tensor(a!)` */
  negative_(): Tensor
  /** `nested_to_padded_tensor(Tensor self, float padding, int[]? output_size=None) -> Tensor` */
  nested_to_padded_tensor(padding: number, output_size?: readonly number[] | null): Tensor
  nested_to_padded_tensor(padding: number, named?: { output_size?: readonly number[] | null }): Tensor
  nested_to_padded_tensor(named: { padding: number; output_size?: readonly number[] | null }): Tensor
  /** `new_empty(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  new_empty(size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  new_empty(named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `new_empty_strided(Tensor self, SymInt[] size, SymInt[] stride, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  new_empty_strided(size: readonly number[], stride: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  new_empty_strided(named: { size: readonly number[]; stride: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `new_full(Tensor self, SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  new_full(size: readonly number[], fill_value: Scalar, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  new_full(named: { size: readonly number[]; fill_value: Scalar; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `new_ones(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  new_ones(size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  new_ones(named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `new_zeros(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`; out may be given to write to. */
  new_zeros(size: readonly number[], named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  new_zeros(named: { size: readonly number[]; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; out?: Tensor }): Tensor
  /** `nextafter(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  nextafter(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `nextafter_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  nextafter_(other: Tensor): Tensor
  /** `nll_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor`; out may be given to write to. */
  nll_loss(target: Tensor, weight?: Tensor | null, reduction?: number, ignore_index?: number, named?: { out?: Tensor }): Tensor
  nll_loss(target: Tensor, named?: { weight?: Tensor | null; reduction?: number; ignore_index?: number; out?: Tensor }): Tensor
  /** `nll_loss2d(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor`; out may be given to write to. */
  nll_loss2d(target: Tensor, weight?: Tensor | null, reduction?: number, ignore_index?: number, named?: { out?: Tensor }): Tensor
  nll_loss2d(target: Tensor, named?: { weight?: Tensor | null; reduction?: number; ignore_index?: number; out?: Tensor }): Tensor
  /** `nll_loss2d_forward(Tensor self, Tensor target, Tensor? weight, int reduction, SymInt ignore_index) -> (Tensor output, Tensor total_weight)`; output, total_weight may be given to write to. */
  nll_loss2d_forward(target: Tensor, weight: Tensor | null, reduction: number, ignore_index: number, named?: { output?: Tensor; total_weight?: Tensor }): [output: Tensor, total_weight: Tensor]
  nll_loss2d_forward(target: Tensor, weight: Tensor | null, named: { reduction: number; ignore_index: number; output?: Tensor; total_weight?: Tensor }): [output: Tensor, total_weight: Tensor]
  /** `nll_loss_forward(Tensor self, Tensor target, Tensor? weight, int reduction, SymInt ignore_index) -> (Tensor output, Tensor total_weight)`; output, total_weight may be given to write to. */
  nll_loss_forward(target: Tensor, weight: Tensor | null, reduction: number, ignore_index: number, named?: { output?: Tensor; total_weight?: Tensor }): [output: Tensor, total_weight: Tensor]
  nll_loss_forward(target: Tensor, weight: Tensor | null, named: { reduction: number; ignore_index: number; output?: Tensor; total_weight?: Tensor }): [output: Tensor, total_weight: Tensor]
  /** `nll_loss_nd(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor` */
  nll_loss_nd(target: Tensor, weight?: Tensor | null, reduction?: number, ignore_index?: number): Tensor
  nll_loss_nd(target: Tensor, named?: { weight?: Tensor | null; reduction?: number; ignore_index?: number }): Tensor
  /** `nonzero(Tensor self) -> Tensor`; out may be given to write to. */
  nonzero(named?: { out?: Tensor }): Tensor
  /** `nonzero_numpy(Tensor self) -> Tensor[]` */
  nonzero_numpy(): Tensor[]
  /** `nonzero_static(Tensor self, *, SymInt size, int fill_value=-1) -> Tensor`; out may be given to write to. */
  nonzero_static(named: { size: number; fill_value?: number; out?: Tensor }): Tensor
  /** `norm.Scalar(Tensor self, Scalar p=2) -> Tensor`; out may be given to write to. */
  norm(p?: Scalar, named?: { out?: Tensor }): Tensor
  norm(named?: { p?: Scalar; out?: Tensor }): Tensor
  /** `norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor`; out may be given to write to. */
  norm(p: Scalar | null, dim: number | readonly number[], keepdim?: boolean, named?: { out?: Tensor }): Tensor
  norm(p: Scalar | null, dim: number | readonly number[], named?: { keepdim?: boolean; out?: Tensor }): Tensor
  norm(named: { p: Scalar | null; dim: number | readonly number[]; keepdim?: boolean; out?: Tensor }): Tensor
  /** `norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1] dim, bool keepdim, *, ScalarType dtype) -> Tensor`; out may be given to write to. */
  norm(p: Scalar | null, dim: number | readonly number[], keepdim: boolean, named: { dtype: Dtype; out?: Tensor }): Tensor
  norm(named: { p: Scalar | null; dim: number | readonly number[]; keepdim: boolean; dtype: Dtype; out?: Tensor }): Tensor
  /** `norm.ScalarOpt_dtype(Tensor self, Scalar? p, *, ScalarType dtype) -> Tensor`; out may be given to write to. */
  norm(p: Scalar | null, named: { dtype: Dtype; out?: Tensor }): Tensor
  norm(named: { p: Scalar | null; dtype: Dtype; out?: Tensor }): Tensor
  /** `normal.out(Tensor self, float mean=0., float std=1., *, Generator? generator=None, Tensor(a!) out) -> Tensor(a!)` */
  normal(mean: number | undefined, std: number | undefined, named: { generator?: Generator | null; out: Tensor }): Tensor
  normal(named: { mean?: number; std?: number; generator?: Generator | null; out: Tensor }): Tensor
  /** `normal_(Tensor(a!) self, float mean=0., float std=1., *, Generator? generator=None) -> Tensor(a!)` */
  normal_(mean?: number, std?: number, named?: { generator?: Generator | null }): Tensor
  normal_(named?: { mean?: number; std?: number; generator?: Generator | null }): Tensor
  /** `not_equal.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  not_equal(other: Scalar, named?: { out?: Tensor }): Tensor
  not_equal(named: { other: Scalar; out?: Tensor }): Tensor
  /** `not_equal.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  not_equal(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `not_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  not_equal_(other: Scalar): Tensor
  not_equal_(named: { other: Scalar }): Tensor
  /** `not_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  not_equal_(other: Tensor): Tensor
  /** `nuclear_norm(Tensor self, bool keepdim=False) -> Tensor`; out may be given to write to. */
  nuclear_norm(keepdim?: boolean, named?: { out?: Tensor }): Tensor
  nuclear_norm(named?: { keepdim?: boolean; out?: Tensor }): Tensor
  /** `nuclear_norm.dim(Tensor self, int[2] dim, bool keepdim=False) -> Tensor`; out may be given to write to. */
  nuclear_norm(dim: number | readonly number[], keepdim?: boolean, named?: { out?: Tensor }): Tensor
  nuclear_norm(dim: number | readonly number[], named?: { keepdim?: boolean; out?: Tensor }): Tensor
  nuclear_norm(named: { dim: number | readonly number[]; keepdim?: boolean; out?: Tensor }): Tensor
  /** `numel(Tensor self) -> int` */
  numel(): number
  /** `numpy_T(Tensor(a) self) -> Tensor(a)` */
  numpy_T(): Tensor
  /** `one_hot(Tensor self, int num_classes=-1) -> Tensor` */
  one_hot(num_classes?: number): Tensor
  one_hot(named?: { num_classes?: number }): Tensor
  /** `ones_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  ones_like(named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `orgqr(Tensor self, Tensor input2) -> Tensor`; out may be given to write to. */
  orgqr(input2: Tensor, named?: { out?: Tensor }): Tensor
  /** `ormqr(Tensor self, Tensor input2, Tensor input3, bool left=True, bool transpose=False) -> Tensor`; out may be given to write to. */
  ormqr(input2: Tensor, input3: Tensor, left?: boolean, transpose?: boolean, named?: { out?: Tensor }): Tensor
  ormqr(input2: Tensor, input3: Tensor, named?: { left?: boolean; transpose?: boolean; out?: Tensor }): Tensor
  /** `outer(Tensor self, Tensor vec2) -> Tensor`; out may be given to write to. */
  outer(vec2: Tensor, named?: { out?: Tensor }): Tensor
  /** `output_nr(Tensor self) -> int` */
  output_nr(): number
  /** `pad(Tensor self, SymInt[] pad, str mode="constant", float? value=None) -> Tensor` */
  pad(pad: readonly number[], mode?: string, value?: number | null): Tensor
  pad(pad: readonly number[], named?: { mode?: string; value?: number | null }): Tensor
  pad(named: { pad: readonly number[]; mode?: string; value?: number | null }): Tensor
  /** `pdist(Tensor self, float p=2.) -> Tensor` */
  pdist(p?: number): Tensor
  pdist(named?: { p?: number }): Tensor
  /** `permute(Tensor(a) self, int[] dims) -> Tensor(a)` */
  permute(dims: readonly number[]): Tensor
  permute(named: { dims: readonly number[] }): Tensor
  /** `pin_memory(Tensor(a) self, Device? device=None) -> Tensor(a)` */
  pin_memory(device?: Device | null): Tensor
  pin_memory(named?: { device?: Device | null }): Tensor
  /** `pinverse(Tensor self, float rcond=1.0000000000000001e-15) -> Tensor` */
  pinverse(rcond?: number): Tensor
  pinverse(named?: { rcond?: number }): Tensor
  /** `pixel_shuffle(Tensor self, int upscale_factor) -> Tensor`; out may be given to write to. */
  pixel_shuffle(upscale_factor: number, named?: { out?: Tensor }): Tensor
  pixel_shuffle(named: { upscale_factor: number; out?: Tensor }): Tensor
  /** `pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor`; out may be given to write to. */
  pixel_unshuffle(downscale_factor: number, named?: { out?: Tensor }): Tensor
  pixel_unshuffle(named: { downscale_factor: number; out?: Tensor }): Tensor
  /** `poisson(Tensor self, Generator? generator=None) -> Tensor`; out may be given to write to. */
  poisson(generator?: Generator | null, named?: { out?: Tensor }): Tensor
  poisson(named?: { generator?: Generator | null; out?: Tensor }): Tensor
  /** `polygamma_(Tensor(a!) self, int n) -> Tensor(a!)` */
  polygamma_(n: number): Tensor
  polygamma_(named: { n: number }): Tensor
  /** `positive(Tensor(a) self) -> Tensor(a)` */
  positive(): Tensor
  /** `pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor`; out may be given to write to. */
  pow(exponent: Scalar, named?: { out?: Tensor }): Tensor
  pow(named: { exponent: Scalar; out?: Tensor }): Tensor
  /** `pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor`; out may be given to write to. */
  pow(exponent: Tensor, named?: { out?: Tensor }): Tensor
  /** `pow_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)` */
  pow_(exponent: Scalar): Tensor
  pow_(named: { exponent: Scalar }): Tensor
  /** `pow_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)` */
  pow_(exponent: Tensor): Tensor
  /** `prelu(Tensor self, Tensor weight) -> Tensor` */
  prelu(weight: Tensor): Tensor
  /** `prod(Tensor self, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  prod(named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  prod(dim: number, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  prod(dim: number, named?: { keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  prod(named: { dim: number; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `put(Tensor self, Tensor index, Tensor source, bool accumulate=False) -> Tensor`; out may be given to write to. */
  put(index: Tensor, source: Tensor, accumulate?: boolean, named?: { out?: Tensor }): Tensor
  put(index: Tensor, source: Tensor, named?: { accumulate?: boolean; out?: Tensor }): Tensor
  /** `put_(Tensor(a!) self, Tensor index, Tensor source, bool accumulate=False) -> Tensor(a!)` */
  put_(index: Tensor, source: Tensor, accumulate?: boolean): Tensor
  put_(index: Tensor, source: Tensor, named?: { accumulate?: boolean }): Tensor
  /** `qr(Tensor self, bool some=True) -> (Tensor Q, Tensor R)`; Q, R may be given to write to. */
  qr(some?: boolean, named?: { Q?: Tensor; R?: Tensor }): [Q: Tensor, R: Tensor]
  qr(named?: { some?: boolean; Q?: Tensor; R?: Tensor }): [Q: Tensor, R: Tensor]
  /** `rad2deg(Tensor self) -> Tensor`; out may be given to write to. */
  rad2deg(named?: { out?: Tensor }): Tensor
  /** `rad2deg_(Tensor(a!) self) -> Tensor(a!)` */
  rad2deg_(): Tensor
  /** `rand_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  rand_like(named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `rand_like.generator(Tensor self, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  rand_like(named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randint_like(Tensor self, SymInt high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randint_like(high: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  randint_like(named: { high: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randint_like.Tensor(Tensor self, Tensor high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randint_like(high: Tensor, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randint_like.Tensor_generator(Tensor self, Tensor high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randint_like(high: Tensor, named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randint_like.generator(Tensor self, SymInt high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randint_like(high: number, named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  randint_like(named: { high: number; generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randint_like.low_dtype(Tensor self, SymInt low, SymInt high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randint_like(low: number, high: number, named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  randint_like(named: { low: number; high: number; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randint_like.low_generator_dtype(Tensor self, SymInt low, SymInt high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randint_like(low: number, high: number, named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  randint_like(named: { low: number; high: number; generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randn_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randn_like(named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `randn_like.generator(Tensor self, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  randn_like(named: { generator: Generator | null; dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `random(Tensor self, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  random(named?: { generator?: Generator | null; out?: Tensor }): Tensor
  /** `random.from(Tensor self, int from, int? to, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  random(from: number, to: number | null, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  random(named: { from: number; to: number | null; generator?: Generator | null; out?: Tensor }): Tensor
  /** `random.to(Tensor self, int to, *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  random(to: number, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  random(named: { to: number; generator?: Generator | null; out?: Tensor }): Tensor
  /** `random_(Tensor(a!) self, *, Generator? generator=None) -> Tensor(a!)` */
  random_(named?: { generator?: Generator | null }): Tensor
  /** `random_.from(Tensor(a!) self, int from, int? to, *, Generator? generator=None) -> Tensor(a!)` */
  random_(from: number, to: number | null, named?: { generator?: Generator | null }): Tensor
  random_(named: { from: number; to: number | null; generator?: Generator | null }): Tensor
  /** `random_.to(Tensor(a!) self, int to, *, Generator? generator=None) -> Tensor(a!)` */
  random_(to: number, named?: { generator?: Generator | null }): Tensor
  random_(named: { to: number; generator?: Generator | null }): Tensor
  /** `ravel(Tensor(a) self) -> Tensor(a)` */
  ravel(): Tensor
  /** `real(Tensor(a) self) -> Tensor(a)` */
  real(): Tensor
  /** `reciprocal(Tensor self) -> Tensor`; out may be given to write to. */
  reciprocal(named?: { out?: Tensor }): Tensor
  /** `reciprocal_(Tensor(a!) self) -> Tensor(a!)` */
  reciprocal_(): Tensor
  /** `reflection_pad1d(Tensor self, SymInt[2] padding) -> Tensor`; out may be given to write to. */
  reflection_pad1d(padding: number | readonly number[], named?: { out?: Tensor }): Tensor
  reflection_pad1d(named: { padding: number | readonly number[]; out?: Tensor }): Tensor
  /** `reflection_pad2d(Tensor self, SymInt[4] padding) -> Tensor`; out may be given to write to. */
  reflection_pad2d(padding: number | readonly number[], named?: { out?: Tensor }): Tensor
  reflection_pad2d(named: { padding: number | readonly number[]; out?: Tensor }): Tensor
  /** `reflection_pad3d(Tensor self, SymInt[6] padding) -> Tensor`; out may be given to write to. */
  reflection_pad3d(padding: number | readonly number[], named?: { out?: Tensor }): Tensor
  reflection_pad3d(named: { padding: number | readonly number[]; out?: Tensor }): Tensor
  /** `relu(Tensor self) -> Tensor`; out may be given to write to. */
  relu(named?: { out?: Tensor }): Tensor
  /** `relu6(Tensor self) -> Tensor` */
  relu6(): Tensor
  /** `relu6_(Tensor(a!) self) -> Tensor(a!)` */
  relu6_(): Tensor
  /** `relu_(Tensor(a!) self) -> Tensor(a!)` */
  relu_(): Tensor
  /** `remainder.Scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  remainder(other: Scalar, named?: { out?: Tensor }): Tensor
  remainder(named: { other: Scalar; out?: Tensor }): Tensor
  /** `remainder.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  remainder(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `remainder_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  remainder_(other: Scalar): Tensor
  remainder_(named: { other: Scalar }): Tensor
  /** `remainder_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  remainder_(other: Tensor): Tensor
  /** `renorm(Tensor self, Scalar p, int dim, Scalar maxnorm) -> Tensor`; out may be given to write to. */
  renorm(p: Scalar, dim: number, maxnorm: Scalar, named?: { out?: Tensor }): Tensor
  renorm(named: { p: Scalar; dim: number; maxnorm: Scalar; out?: Tensor }): Tensor
  /** `renorm_(Tensor(a!) self, Scalar p, int dim, Scalar maxnorm) -> Tensor(a!)` */
  renorm_(p: Scalar, dim: number, maxnorm: Scalar): Tensor
  renorm_(named: { p: Scalar; dim: number; maxnorm: Scalar }): Tensor
  /** `repeat(Tensor self, SymInt[] repeats) -> Tensor`; out may be given to write to. */
  repeat(repeats: readonly number[], named?: { out?: Tensor }): Tensor
  repeat(named: { repeats: readonly number[]; out?: Tensor }): Tensor
  /** `repeat_interleave.self_Tensor(Tensor self, Tensor repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor` */
  repeat_interleave(repeats: Tensor, dim?: number | null, named?: { output_size?: number | null }): Tensor
  repeat_interleave(repeats: Tensor, named?: { dim?: number | null; output_size?: number | null }): Tensor
  /** `repeat_interleave.self_int(Tensor self, SymInt repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor` */
  repeat_interleave(repeats: number, dim?: number | null, named?: { output_size?: number | null }): Tensor
  repeat_interleave(repeats: number, named?: { dim?: number | null; output_size?: number | null }): Tensor
  repeat_interleave(named: { repeats: number; dim?: number | null; output_size?: number | null }): Tensor
  /** `replication_pad1d(Tensor self, SymInt[2] padding) -> Tensor`; out may be given to write to. */
  replication_pad1d(padding: number | readonly number[], named?: { out?: Tensor }): Tensor
  replication_pad1d(named: { padding: number | readonly number[]; out?: Tensor }): Tensor
  /** `replication_pad2d(Tensor self, SymInt[4] padding) -> Tensor`; out may be given to write to. */
  replication_pad2d(padding: number | readonly number[], named?: { out?: Tensor }): Tensor
  replication_pad2d(named: { padding: number | readonly number[]; out?: Tensor }): Tensor
  /** `replication_pad3d(Tensor self, SymInt[6] padding) -> Tensor`; out may be given to write to. */
  replication_pad3d(padding: number | readonly number[], named?: { out?: Tensor }): Tensor
  replication_pad3d(named: { padding: number | readonly number[]; out?: Tensor }): Tensor
  /** `reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)` */
  reshape(shape: readonly number[]): Tensor
  reshape(named: { shape: readonly number[] }): Tensor
  /** `reshape_as(Tensor(a) self, Tensor other) -> Tensor(a)` */
  reshape_as(other: Tensor): Tensor
  /** `resize(Tensor self, SymInt[] size, *, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  resize(size: readonly number[], named?: { memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  resize(named: { size: readonly number[]; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `resize_(Tensor(a!) self, SymInt[] size, *, MemoryFormat? memory_format=None) -> Tensor(a!)` */
  resize_(size: readonly number[], named?: { memory_format?: MemoryFormat | null }): Tensor
  resize_(named: { size: readonly number[]; memory_format?: MemoryFormat | null }): Tensor
  /** `resize_as(Tensor self, Tensor the_template, *, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  resize_as(the_template: Tensor, named?: { memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
  /** `resize_as_(Tensor(a!) self, Tensor the_template, *, MemoryFormat? memory_format=None) -> Tensor(a!)` */
  resize_as_(the_template: Tensor, named?: { memory_format?: MemoryFormat | null }): Tensor
  /** `resize_as_sparse(Tensor self, Tensor the_template) -> Tensor`; out may be given to write to. */
  resize_as_sparse(the_template: Tensor, named?: { out?: Tensor }): Tensor
  /** `resize_as_sparse_(Tensor(a!) self, Tensor the_template) -> Tensor(a!)` */
  resize_as_sparse_(the_template: Tensor): Tensor
  /** `resolve_conj(Tensor(a) self) -> Tensor(a)` */
  resolve_conj(): Tensor
  /** `resolve_neg(Tensor(a) self) -> Tensor(a)` */
  resolve_neg(): Tensor
  /** `retains_grad(Tensor self) -> bool` */
  retains_grad(): boolean
  /** `roll(Tensor self, SymInt[1] shifts, int[1] dims=[]) -> Tensor`; out may be given to write to. */
  roll(shifts: number | readonly number[], dims?: number | readonly number[], named?: { out?: Tensor }): Tensor
  roll(shifts: number | readonly number[], named?: { dims?: number | readonly number[]; out?: Tensor }): Tensor
  roll(named: { shifts: number | readonly number[]; dims?: number | readonly number[]; out?: Tensor }): Tensor
  /** `rot90(Tensor self, int k=1, int[] dims=[0, 1]) -> Tensor`; out may be given to write to. */
  rot90(k?: number, dims?: readonly number[], named?: { out?: Tensor }): Tensor
  rot90(named?: { k?: number; dims?: readonly number[]; out?: Tensor }): Tensor
  /** `round(Tensor self) -> Tensor`; out may be given to write to. */
  round(named?: { out?: Tensor }): Tensor
  /** `round.decimals(Tensor self, *, int decimals) -> Tensor`; out may be given to write to. */
  round(named: { decimals: number; out?: Tensor }): Tensor
  /** `round_(Tensor(a!) self) -> Tensor(a!)` */
  round_(): Tensor
  /** `round_.decimals(Tensor(a!) self, *, int decimals) -> Tensor(a!)` */
  round_(named: { decimals: number }): Tensor
  /** `row_indices(Tensor(a) self) -> Tensor(a)` */
  row_indices(): Tensor
  /** `rrelu(Tensor self, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor` */
  rrelu(lower?: Scalar, upper?: Scalar, training?: boolean, generator?: Generator | null): Tensor
  rrelu(named?: { lower?: Scalar; upper?: Scalar; training?: boolean; generator?: Generator | null }): Tensor
  /** `rrelu_(Tensor(a!) self, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor(a!)` */
  rrelu_(lower?: Scalar, upper?: Scalar, training?: boolean, generator?: Generator | null): Tensor
  rrelu_(named?: { lower?: Scalar; upper?: Scalar; training?: boolean; generator?: Generator | null }): Tensor
  /** `rrelu_with_noise(Tensor self, Tensor(b!) noise, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor`; out may be given to write to. */
  rrelu_with_noise(noise: Tensor, lower?: Scalar, upper?: Scalar, training?: boolean, generator?: Generator | null, named?: { out?: Tensor }): Tensor
  rrelu_with_noise(noise: Tensor, named?: { lower?: Scalar; upper?: Scalar; training?: boolean; generator?: Generator | null; out?: Tensor }): Tensor
  /** `rrelu_with_noise_(Tensor(a!) self, Tensor(b!) noise, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor(a!)` */
  rrelu_with_noise_(noise: Tensor, lower?: Scalar, upper?: Scalar, training?: boolean, generator?: Generator | null): Tensor
  rrelu_with_noise_(noise: Tensor, named?: { lower?: Scalar; upper?: Scalar; training?: boolean; generator?: Generator | null }): Tensor
  /** `rsqrt(Tensor self) -> Tensor`; out may be given to write to. */
  rsqrt(named?: { out?: Tensor }): Tensor
  /** `rsqrt_(Tensor(a!) self) -> Tensor(a!)` */
  rsqrt_(): Tensor
  /** `rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  rsub(other: Scalar, alpha?: Scalar, named?: { out?: Tensor }): Tensor
  rsub(other: Scalar, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  rsub(named: { other: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  rsub(other: Tensor, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  /** `scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor`; out may be given to write to. */
  scatter(dim: number, index: Tensor, src: Tensor, named: { reduce: string; out?: Tensor }): Tensor
  scatter(named: { dim: number; index: Tensor; src: Tensor; reduce: string; out?: Tensor }): Tensor
  /** `scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor`; out may be given to write to. */
  scatter(dim: number, index: Tensor, src: Tensor, named?: { out?: Tensor }): Tensor
  scatter(named: { dim: number; index: Tensor; src: Tensor; out?: Tensor }): Tensor
  /** `scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor`; out may be given to write to. */
  scatter(dim: number, index: Tensor, value: Scalar, named?: { out?: Tensor }): Tensor
  scatter(named: { dim: number; index: Tensor; value: Scalar; out?: Tensor }): Tensor
  /** `scatter.value_reduce(Tensor self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor`; out may be given to write to. */
  scatter(dim: number, index: Tensor, value: Scalar, named: { reduce: string; out?: Tensor }): Tensor
  scatter(named: { dim: number; index: Tensor; value: Scalar; reduce: string; out?: Tensor }): Tensor
  /** `scatter_.reduce(Tensor(a!) self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor(a!)` */
  scatter_(dim: number, index: Tensor, src: Tensor, named: { reduce: string }): Tensor
  scatter_(named: { dim: number; index: Tensor; src: Tensor; reduce: string }): Tensor
  /** `scatter_.src(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)` */
  scatter_(dim: number, index: Tensor, src: Tensor): Tensor
  scatter_(named: { dim: number; index: Tensor; src: Tensor }): Tensor
  /** `scatter_.value(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)` */
  scatter_(dim: number, index: Tensor, value: Scalar): Tensor
  scatter_(named: { dim: number; index: Tensor; value: Scalar }): Tensor
  /** `scatter_.value_reduce(Tensor(a!) self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor(a!)` */
  scatter_(dim: number, index: Tensor, value: Scalar, named: { reduce: string }): Tensor
  scatter_(named: { dim: number; index: Tensor; value: Scalar; reduce: string }): Tensor
  /** `scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor`; out may be given to write to. */
  scatter_add(dim: number, index: Tensor, src: Tensor, named?: { out?: Tensor }): Tensor
  scatter_add(named: { dim: number; index: Tensor; src: Tensor; out?: Tensor }): Tensor
  /** `scatter_add_(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)` */
  scatter_add_(dim: number, index: Tensor, src: Tensor): Tensor
  scatter_add_(named: { dim: number; index: Tensor; src: Tensor }): Tensor
  /** `scatter_reduce.two(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor`; out may be given to write to. */
  scatter_reduce(dim: number, index: Tensor, src: Tensor, reduce: string, named?: { include_self?: boolean; out?: Tensor }): Tensor
  scatter_reduce(named: { dim: number; index: Tensor; src: Tensor; reduce: string; include_self?: boolean; out?: Tensor }): Tensor
  /** `scatter_reduce_.two(Tensor(a!) self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor(a!)` */
  scatter_reduce_(dim: number, index: Tensor, src: Tensor, reduce: string, named?: { include_self?: boolean }): Tensor
  scatter_reduce_(named: { dim: number; index: Tensor; src: Tensor; reduce: string; include_self?: boolean }): Tensor
  /** `select.int(Tensor(a) self, int dim, SymInt index) -> Tensor(a)` */
  select(dim: number, index: number): Tensor
  select(named: { dim: number; index: number }): Tensor
  /** `select_scatter(Tensor self, Tensor src, int dim, SymInt index) -> Tensor`; out may be given to write to. */
  select_scatter(src: Tensor, dim: number, index: number, named?: { out?: Tensor }): Tensor
  select_scatter(src: Tensor, named: { dim: number; index: number; out?: Tensor }): Tensor
  /** `selu(Tensor self) -> Tensor` */
  selu(): Tensor
  /** `selu_(Tensor(a!) self) -> Tensor(a!)` */
  selu_(): Tensor
  /** `sgn(Tensor self) -> Tensor`; out may be given to write to. */
  sgn(named?: { out?: Tensor }): Tensor
  /** `sgn_(Tensor(a!) self) -> Tensor(a!)` */
  sgn_(): Tensor
  /** `sigmoid(Tensor self) -> Tensor`; out may be given to write to. */
  sigmoid(named?: { out?: Tensor }): Tensor
  /** `sigmoid_(Tensor(a!) self) -> Tensor(a!)` */
  sigmoid_(): Tensor
  /** `sign(Tensor self) -> Tensor`; out may be given to write to. */
  sign(named?: { out?: Tensor }): Tensor
  /** `sign_(Tensor(a!) self) -> Tensor(a!)` */
  sign_(): Tensor
  /** `signbit(Tensor self) -> Tensor`; out may be given to write to. */
  signbit(named?: { out?: Tensor }): Tensor
  /** `silu(Tensor self) -> Tensor`; out may be given to write to. */
  silu(named?: { out?: Tensor }): Tensor
  /** `silu_(Tensor(a!) self) -> Tensor(a!)` */
  silu_(): Tensor
  /** `sin(Tensor self) -> Tensor`; out may be given to write to. */
  sin(named?: { out?: Tensor }): Tensor
  /** `sin_(Tensor(a!) self) -> Tensor(a!)` */
  sin_(): Tensor
  /** `sinc(Tensor self) -> Tensor`; out may be given to write to. */
  sinc(named?: { out?: Tensor }): Tensor
  /** `sinc_(Tensor(a!) self) -> Tensor(a!)` */
  sinc_(): Tensor
  /** `sinh(Tensor self) -> Tensor`; out may be given to write to. */
  sinh(named?: { out?: Tensor }): Tensor
  /** `sinh_(Tensor(a!) self) -> Tensor(a!)` */
  sinh_(): Tensor
  /** `size.int(Tensor self, int dim) -> int` */
  size(dim: number): number
  size(named: { dim: number }): number
  /** `slice_inverse(Tensor(a) self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)` */
  slice_inverse(src: Tensor, dim?: number, start?: number | null, end?: number | null, step?: number): Tensor
  slice_inverse(src: Tensor, named?: { dim?: number; start?: number | null; end?: number | null; step?: number }): Tensor
  /** `slice_scatter(Tensor self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor`; out may be given to write to. */
  slice_scatter(src: Tensor, dim?: number, start?: number | null, end?: number | null, step?: number, named?: { out?: Tensor }): Tensor
  slice_scatter(src: Tensor, named?: { dim?: number; start?: number | null; end?: number | null; step?: number; out?: Tensor }): Tensor
  /** `slogdet(Tensor self) -> (Tensor sign, Tensor logabsdet)`; sign, logabsdet may be given to write to. */
  slogdet(named?: { sign?: Tensor; logabsdet?: Tensor }): [sign: Tensor, logabsdet: Tensor]
  /** `slow_conv3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0]) -> Tensor`; out may be given to write to. */
  slow_conv3d(weight: Tensor, kernel_size: number | readonly number[], bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], named?: { out?: Tensor }): Tensor
  slow_conv3d(weight: Tensor, kernel_size: number | readonly number[], named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; out?: Tensor }): Tensor
  slow_conv3d(weight: Tensor, named: { kernel_size: number | readonly number[]; bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; out?: Tensor }): Tensor
  /** `slow_conv3d_forward(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias, SymInt[3] stride, SymInt[3] padding) -> Tensor`; output may be given to write to. */
  slow_conv3d_forward(weight: Tensor, kernel_size: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], named?: { output?: Tensor }): Tensor
  slow_conv3d_forward(weight: Tensor, named: { kernel_size: number | readonly number[]; bias: Tensor | null; stride: number | readonly number[]; padding: number | readonly number[]; output?: Tensor }): Tensor
  /** `slow_conv_dilated2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] dilation=[1, 1]) -> Tensor`; out may be given to write to. */
  slow_conv_dilated2d(weight: Tensor, kernel_size: number | readonly number[], bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], named?: { out?: Tensor }): Tensor
  slow_conv_dilated2d(weight: Tensor, kernel_size: number | readonly number[], named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  slow_conv_dilated2d(weight: Tensor, named: { kernel_size: number | readonly number[]; bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  /** `slow_conv_dilated3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1]) -> Tensor`; out may be given to write to. */
  slow_conv_dilated3d(weight: Tensor, kernel_size: number | readonly number[], bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], dilation?: number | readonly number[], named?: { out?: Tensor }): Tensor
  slow_conv_dilated3d(weight: Tensor, kernel_size: number | readonly number[], named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  slow_conv_dilated3d(weight: Tensor, named: { kernel_size: number | readonly number[]; bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  /** `slow_conv_transpose2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] output_padding=[0, 0], SymInt[2] dilation=[1, 1]) -> Tensor`; out may be given to write to. */
  slow_conv_transpose2d(weight: Tensor, kernel_size: number | readonly number[], bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], output_padding?: number | readonly number[], dilation?: number | readonly number[], named?: { out?: Tensor }): Tensor
  slow_conv_transpose2d(weight: Tensor, kernel_size: number | readonly number[], named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; output_padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  slow_conv_transpose2d(weight: Tensor, named: { kernel_size: number | readonly number[]; bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; output_padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  /** `slow_conv_transpose3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] output_padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1]) -> Tensor`; out may be given to write to. */
  slow_conv_transpose3d(weight: Tensor, kernel_size: number | readonly number[], bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], output_padding?: number | readonly number[], dilation?: number | readonly number[], named?: { out?: Tensor }): Tensor
  slow_conv_transpose3d(weight: Tensor, kernel_size: number | readonly number[], named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; output_padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  slow_conv_transpose3d(weight: Tensor, named: { kernel_size: number | readonly number[]; bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; output_padding?: number | readonly number[]; dilation?: number | readonly number[]; out?: Tensor }): Tensor
  /** `smm(Tensor self, Tensor mat2) -> Tensor` */
  smm(mat2: Tensor): Tensor
  /** `smooth_l1_loss(Tensor self, Tensor target, int reduction=1, float beta=1.) -> Tensor`; out may be given to write to. */
  smooth_l1_loss(target: Tensor, reduction?: number, beta?: number, named?: { out?: Tensor }): Tensor
  smooth_l1_loss(target: Tensor, named?: { reduction?: number; beta?: number; out?: Tensor }): Tensor
  /** `soft_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor`; out may be given to write to. */
  soft_margin_loss(target: Tensor, reduction?: number, named?: { out?: Tensor }): Tensor
  soft_margin_loss(target: Tensor, named?: { reduction?: number; out?: Tensor }): Tensor
  /** `softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  softmax(dim: number, dtype?: Dtype | null, named?: { out?: Tensor }): Tensor
  softmax(dim: number, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  softmax(named: { dim: number; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor`; out may be given to write to. */
  softplus(beta?: Scalar, threshold?: Scalar, named?: { out?: Tensor }): Tensor
  softplus(named?: { beta?: Scalar; threshold?: Scalar; out?: Tensor }): Tensor
  /** `softshrink(Tensor self, Scalar lambd=0.5) -> Tensor`; out may be given to write to. */
  softshrink(lambd?: Scalar, named?: { out?: Tensor }): Tensor
  softshrink(named?: { lambd?: Scalar; out?: Tensor }): Tensor
  /** `sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  sort(dim?: number, descending?: boolean, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  sort(named?: { dim?: number; descending?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `sort.stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  sort(named: { stable: boolean | null; dim?: number; descending?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `sparse_dim(Tensor self) -> int` */
  sparse_dim(): number
  /** `sparse_mask(Tensor self, Tensor mask) -> Tensor`; out may be given to write to. */
  sparse_mask(mask: Tensor, named?: { out?: Tensor }): Tensor
  /** `sparse_resize(Tensor self, int[] size, int sparse_dim, int dense_dim) -> Tensor`; out may be given to write to. */
  sparse_resize(size: readonly number[], sparse_dim: number, dense_dim: number, named?: { out?: Tensor }): Tensor
  sparse_resize(named: { size: readonly number[]; sparse_dim: number; dense_dim: number; out?: Tensor }): Tensor
  /** `sparse_resize_(Tensor(a!) self, int[] size, int sparse_dim, int dense_dim) -> Tensor(a!)` */
  sparse_resize_(size: readonly number[], sparse_dim: number, dense_dim: number): Tensor
  sparse_resize_(named: { size: readonly number[]; sparse_dim: number; dense_dim: number }): Tensor
  /** `sparse_resize_and_clear(Tensor self, int[] size, int sparse_dim, int dense_dim) -> Tensor`; out may be given to write to. */
  sparse_resize_and_clear(size: readonly number[], sparse_dim: number, dense_dim: number, named?: { out?: Tensor }): Tensor
  sparse_resize_and_clear(named: { size: readonly number[]; sparse_dim: number; dense_dim: number; out?: Tensor }): Tensor
  /** `sparse_resize_and_clear_(Tensor(a!) self, int[] size, int sparse_dim, int dense_dim) -> Tensor(a!)` */
  sparse_resize_and_clear_(size: readonly number[], sparse_dim: number, dense_dim: number): Tensor
  sparse_resize_and_clear_(named: { size: readonly number[]; sparse_dim: number; dense_dim: number }): Tensor
  /** `sparse_sampled_addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  sparse_sampled_addmm(mat1: Tensor, mat2: Tensor, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `special_bessel_j0(Tensor self) -> Tensor`; out may be given to write to. */
  special_bessel_j0(named?: { out?: Tensor }): Tensor
  /** `special_bessel_j1(Tensor self) -> Tensor`; out may be given to write to. */
  special_bessel_j1(named?: { out?: Tensor }): Tensor
  /** `special_bessel_y0(Tensor self) -> Tensor`; out may be given to write to. */
  special_bessel_y0(named?: { out?: Tensor }): Tensor
  /** `special_bessel_y1(Tensor self) -> Tensor`; out may be given to write to. */
  special_bessel_y1(named?: { out?: Tensor }): Tensor
  /** `special_digamma(Tensor self) -> Tensor`; out may be given to write to. */
  special_digamma(named?: { out?: Tensor }): Tensor
  /** `special_entr(Tensor self) -> Tensor`; out may be given to write to. */
  special_entr(named?: { out?: Tensor }): Tensor
  /** `special_erf(Tensor self) -> Tensor`; out may be given to write to. */
  special_erf(named?: { out?: Tensor }): Tensor
  /** `special_erfc(Tensor self) -> Tensor`; out may be given to write to. */
  special_erfc(named?: { out?: Tensor }): Tensor
  /** `special_erfcx(Tensor self) -> Tensor`; out may be given to write to. */
  special_erfcx(named?: { out?: Tensor }): Tensor
  /** `special_erfinv(Tensor self) -> Tensor`; out may be given to write to. */
  special_erfinv(named?: { out?: Tensor }): Tensor
  /** `special_exp2(Tensor self) -> Tensor`; out may be given to write to. */
  special_exp2(named?: { out?: Tensor }): Tensor
  /** `special_expit(Tensor self) -> Tensor`; out may be given to write to. */
  special_expit(named?: { out?: Tensor }): Tensor
  /** `special_expm1(Tensor self) -> Tensor`; out may be given to write to. */
  special_expm1(named?: { out?: Tensor }): Tensor
  /** `special_gammainc(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  special_gammainc(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_gammaincc(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  special_gammaincc(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_gammaln(Tensor self) -> Tensor`; out may be given to write to. */
  special_gammaln(named?: { out?: Tensor }): Tensor
  /** `special_i0(Tensor self) -> Tensor`; out may be given to write to. */
  special_i0(named?: { out?: Tensor }): Tensor
  /** `special_i0e(Tensor self) -> Tensor`; out may be given to write to. */
  special_i0e(named?: { out?: Tensor }): Tensor
  /** `special_i1(Tensor self) -> Tensor`; out may be given to write to. */
  special_i1(named?: { out?: Tensor }): Tensor
  /** `special_i1e(Tensor self) -> Tensor`; out may be given to write to. */
  special_i1e(named?: { out?: Tensor }): Tensor
  /** `special_log1p(Tensor self) -> Tensor`; out may be given to write to. */
  special_log1p(named?: { out?: Tensor }): Tensor
  /** `special_log_ndtr(Tensor self) -> Tensor`; out may be given to write to. */
  special_log_ndtr(named?: { out?: Tensor }): Tensor
  /** `special_log_softmax(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor` */
  special_log_softmax(dim: number, named?: { dtype?: Dtype | null }): Tensor
  special_log_softmax(named: { dim: number; dtype?: Dtype | null }): Tensor
  /** `special_logit(Tensor self, float? eps=None) -> Tensor`; out may be given to write to. */
  special_logit(eps?: number | null, named?: { out?: Tensor }): Tensor
  special_logit(named?: { eps?: number | null; out?: Tensor }): Tensor
  /** `special_logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor`; out may be given to write to. */
  special_logsumexp(dim: number | readonly number[], keepdim?: boolean, named?: { out?: Tensor }): Tensor
  special_logsumexp(dim: number | readonly number[], named?: { keepdim?: boolean; out?: Tensor }): Tensor
  special_logsumexp(named: { dim: number | readonly number[]; keepdim?: boolean; out?: Tensor }): Tensor
  /** `special_modified_bessel_i0(Tensor self) -> Tensor`; out may be given to write to. */
  special_modified_bessel_i0(named?: { out?: Tensor }): Tensor
  /** `special_modified_bessel_i1(Tensor self) -> Tensor`; out may be given to write to. */
  special_modified_bessel_i1(named?: { out?: Tensor }): Tensor
  /** `special_modified_bessel_k0(Tensor self) -> Tensor`; out may be given to write to. */
  special_modified_bessel_k0(named?: { out?: Tensor }): Tensor
  /** `special_modified_bessel_k1(Tensor self) -> Tensor`; out may be given to write to. */
  special_modified_bessel_k1(named?: { out?: Tensor }): Tensor
  /** `special_multigammaln(Tensor self, int p) -> Tensor`; out may be given to write to. */
  special_multigammaln(p: number, named?: { out?: Tensor }): Tensor
  special_multigammaln(named: { p: number; out?: Tensor }): Tensor
  /** `special_ndtr(Tensor self) -> Tensor`; out may be given to write to. */
  special_ndtr(named?: { out?: Tensor }): Tensor
  /** `special_ndtri(Tensor self) -> Tensor`; out may be given to write to. */
  special_ndtri(named?: { out?: Tensor }): Tensor
  /** `special_psi(Tensor self) -> Tensor`; out may be given to write to. */
  special_psi(named?: { out?: Tensor }): Tensor
  /** `special_round(Tensor self, *, int decimals=0) -> Tensor`; out may be given to write to. */
  special_round(named?: { decimals?: number; out?: Tensor }): Tensor
  /** `special_sinc(Tensor self) -> Tensor`; out may be given to write to. */
  special_sinc(named?: { out?: Tensor }): Tensor
  /** `special_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor` */
  special_softmax(dim: number, dtype?: Dtype | null): Tensor
  special_softmax(dim: number, named?: { dtype?: Dtype | null }): Tensor
  special_softmax(named: { dim: number; dtype?: Dtype | null }): Tensor
  /** `special_xlog1py(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  special_xlog1py(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_xlog1py.other_scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  special_xlog1py(other: Scalar, named?: { out?: Tensor }): Tensor
  special_xlog1py(named: { other: Scalar; out?: Tensor }): Tensor
  /** `special_xlogy(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  special_xlogy(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_xlogy.other_scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  special_xlogy(other: Scalar, named?: { out?: Tensor }): Tensor
  special_xlogy(named: { other: Scalar; out?: Tensor }): Tensor
  /** `special_zeta(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  special_zeta(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `special_zeta.other_scalar(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  special_zeta(other: Scalar, named?: { out?: Tensor }): Tensor
  special_zeta(named: { other: Scalar; out?: Tensor }): Tensor
  /** `split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]` */
  split(split_size: number, dim?: number): Tensor[]
  split(split_size: number, named?: { dim?: number }): Tensor[]
  split(named: { split_size: number; dim?: number }): Tensor[]
  /** `split.sizes(Tensor(a -> *) self, SymInt[] split_size, int dim=0) -> Tensor(a)[]` */
  split(split_size: readonly number[], dim?: number): Tensor[]
  split(split_size: readonly number[], named?: { dim?: number }): Tensor[]
  split(named: { split_size: readonly number[]; dim?: number }): Tensor[]
  /** `split_with_sizes(Tensor(a -> *) self, SymInt[] split_sizes, int dim=0) -> Tensor(a)[]` */
  split_with_sizes(split_sizes: readonly number[], dim?: number): Tensor[]
  split_with_sizes(split_sizes: readonly number[], named?: { dim?: number }): Tensor[]
  split_with_sizes(named: { split_sizes: readonly number[]; dim?: number }): Tensor[]
  /** `sqrt(Tensor self) -> Tensor`; out may be given to write to. */
  sqrt(named?: { out?: Tensor }): Tensor
  /** `sqrt_(Tensor(a!) self) -> Tensor(a!)` */
  sqrt_(): Tensor
  /** `square(Tensor self) -> Tensor`; out may be given to write to. */
  square(named?: { out?: Tensor }): Tensor
  /** `square_(Tensor(a!) self) -> Tensor(a!)` */
  square_(): Tensor
  /** `squeeze(Tensor(a) self) -> Tensor(a)` */
  squeeze(): Tensor
  /** `squeeze.dim(Tensor(a) self, int dim) -> Tensor(a)` */
  squeeze(dim: number): Tensor
  squeeze(named: { dim: number }): Tensor
  /** `squeeze.dims(Tensor(a) self, int[] dim) -> Tensor(a)` */
  squeeze(dim: readonly number[]): Tensor
  squeeze(named: { dim: readonly number[] }): Tensor
  /** `squeeze_(Tensor(a!) self) -> Tensor(a!)` */
  squeeze_(): Tensor
  /** `squeeze_.dim(Tensor(a!) self, int dim) -> Tensor(a!)` */
  squeeze_(dim: number): Tensor
  squeeze_(named: { dim: number }): Tensor
  /** `squeeze_.dims(Tensor(a!) self, int[] dim) -> Tensor(a!)` */
  squeeze_(dim: readonly number[]): Tensor
  squeeze_(named: { dim: readonly number[] }): Tensor
  /** `sspaddmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  sspaddmm(mat1: Tensor, mat2: Tensor, named?: { beta?: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `std(Tensor self, bool unbiased=True) -> Tensor` */
  std(unbiased?: boolean): Tensor
  std(named?: { unbiased?: boolean }): Tensor
  /** `std.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor`; out may be given to write to. */
  std(dim?: number | readonly number[] | null, named?: { correction?: Scalar | null; keepdim?: boolean; out?: Tensor }): Tensor
  std(named?: { dim?: number | readonly number[] | null; correction?: Scalar | null; keepdim?: boolean; out?: Tensor }): Tensor
  /** `std.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor`; out may be given to write to. */
  std(dim: number | readonly number[] | null, unbiased?: boolean, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  std(dim: number | readonly number[] | null, named?: { unbiased?: boolean; keepdim?: boolean; out?: Tensor }): Tensor
  std(named: { dim: number | readonly number[] | null; unbiased?: boolean; keepdim?: boolean; out?: Tensor }): Tensor
  /** `std_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)` */
  std_mean(unbiased?: boolean): [Tensor, Tensor]
  std_mean(named?: { unbiased?: boolean }): [Tensor, Tensor]
  /** `std_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)`; out0, out1 may be given to write to. */
  std_mean(dim?: number | readonly number[] | null, named?: { correction?: Scalar | null; keepdim?: boolean; out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  std_mean(named?: { dim?: number | readonly number[] | null; correction?: Scalar | null; keepdim?: boolean; out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  /** `std_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)` */
  std_mean(dim: number | readonly number[] | null, unbiased?: boolean, keepdim?: boolean): [Tensor, Tensor]
  std_mean(dim: number | readonly number[] | null, named?: { unbiased?: boolean; keepdim?: boolean }): [Tensor, Tensor]
  std_mean(named: { dim: number | readonly number[] | null; unbiased?: boolean; keepdim?: boolean }): [Tensor, Tensor]
  /** `stft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor` */
  stft(n_fft: number, hop_length?: number | null, win_length?: number | null, window?: Tensor | null, normalized?: boolean, onesided?: boolean | null, return_complex?: boolean | null, align_to_window?: boolean | null): Tensor
  stft(n_fft: number, named?: { hop_length?: number | null; win_length?: number | null; window?: Tensor | null; normalized?: boolean; onesided?: boolean | null; return_complex?: boolean | null; align_to_window?: boolean | null }): Tensor
  stft(named: { n_fft: number; hop_length?: number | null; win_length?: number | null; window?: Tensor | null; normalized?: boolean; onesided?: boolean | null; return_complex?: boolean | null; align_to_window?: boolean | null }): Tensor
  /** `stft.center(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, str pad_mode="reflect", bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor` */
  stft(n_fft: number, hop_length?: number | null, win_length?: number | null, window?: Tensor | null, center?: boolean, pad_mode?: string, normalized?: boolean, onesided?: boolean | null, return_complex?: boolean | null, align_to_window?: boolean | null): Tensor
  stft(n_fft: number, named?: { hop_length?: number | null; win_length?: number | null; window?: Tensor | null; center?: boolean; pad_mode?: string; normalized?: boolean; onesided?: boolean | null; return_complex?: boolean | null; align_to_window?: boolean | null }): Tensor
  stft(named: { n_fft: number; hop_length?: number | null; win_length?: number | null; window?: Tensor | null; center?: boolean; pad_mode?: string; normalized?: boolean; onesided?: boolean | null; return_complex?: boolean | null; align_to_window?: boolean | null }): Tensor
  /** `storage_offset(Tensor self) -> int` */
  storage_offset(): number
  /** `stride.int(Tensor self, int dim) -> int` */
  stride(dim: number): number
  stride(named: { dim: number }): number
  /** `sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  sub(other: Scalar, alpha?: Scalar, named?: { out?: Tensor }): Tensor
  sub(other: Scalar, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  sub(named: { other: Scalar; alpha?: Scalar; out?: Tensor }): Tensor
  /** `sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  sub(other: Tensor, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  /** `sub_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)` */
  sub_(other: Scalar, alpha?: Scalar): Tensor
  sub_(other: Scalar, named?: { alpha?: Scalar }): Tensor
  sub_(named: { other: Scalar; alpha?: Scalar }): Tensor
  /** `sub_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)` */
  sub_(other: Tensor, named?: { alpha?: Scalar }): Tensor
  /** `subtract.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor` */
  subtract(other: Scalar, alpha?: Scalar): Tensor
  subtract(other: Scalar, named?: { alpha?: Scalar }): Tensor
  subtract(named: { other: Scalar; alpha?: Scalar }): Tensor
  /** `subtract.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`; out may be given to write to. */
  subtract(other: Tensor, named?: { alpha?: Scalar; out?: Tensor }): Tensor
  /** `subtract_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)` */
  subtract_(other: Scalar, alpha?: Scalar): Tensor
  subtract_(other: Scalar, named?: { alpha?: Scalar }): Tensor
  subtract_(named: { other: Scalar; alpha?: Scalar }): Tensor
  /** `subtract_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)` */
  subtract_(other: Tensor, named?: { alpha?: Scalar }): Tensor
  /** `sum(Tensor self, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  sum(named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`; out may be given to write to. */
  sum(dim: number | readonly number[] | null, keepdim?: boolean, named?: { dtype?: Dtype | null; out?: Tensor }): Tensor
  sum(dim: number | readonly number[] | null, named?: { keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  sum(named: { dim: number | readonly number[] | null; keepdim?: boolean; dtype?: Dtype | null; out?: Tensor }): Tensor
  /** `sum_to_size(Tensor self, SymInt[] size) -> Tensor` */
  sum_to_size(size: readonly number[]): Tensor
  sum_to_size(named: { size: readonly number[] }): Tensor
  /** `svd(Tensor self, bool some=True, bool compute_uv=True) -> (Tensor U, Tensor S, Tensor V)`; U, S, V may be given to write to. */
  svd(some?: boolean, compute_uv?: boolean, named?: { U?: Tensor; S?: Tensor; V?: Tensor }): [U: Tensor, S: Tensor, V: Tensor]
  svd(named?: { some?: boolean; compute_uv?: boolean; U?: Tensor; S?: Tensor; V?: Tensor }): [U: Tensor, S: Tensor, V: Tensor]
  /** `swapaxes(Tensor(a) self, int axis0, int axis1) -> Tensor(a)` */
  swapaxes(axis0: number, axis1: number): Tensor
  swapaxes(named: { axis0: number; axis1: number }): Tensor
  /** `swapaxes_(Tensor(a!) self, int axis0, int axis1) -> Tensor(a!)` */
  swapaxes_(axis0: number, axis1: number): Tensor
  swapaxes_(named: { axis0: number; axis1: number }): Tensor
  /** `swapdims(Tensor(a) self, int dim0, int dim1) -> Tensor(a)` */
  swapdims(dim0: number, dim1: number): Tensor
  swapdims(named: { dim0: number; dim1: number }): Tensor
  /** `swapdims_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)` */
  swapdims_(dim0: number, dim1: number): Tensor
  swapdims_(named: { dim0: number; dim1: number }): Tensor
  /** `t(Tensor(a) self) -> Tensor(a)` */
  t(): Tensor
  /** `t_(Tensor(a!) self) -> Tensor(a!)` */
  t_(): Tensor
  /** `take(Tensor self, Tensor index) -> Tensor`; out may be given to write to. */
  take(index: Tensor, named?: { out?: Tensor }): Tensor
  /** `take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor`; out may be given to write to. */
  take_along_dim(indices: Tensor, dim?: number | null, named?: { out?: Tensor }): Tensor
  take_along_dim(indices: Tensor, named?: { dim?: number | null; out?: Tensor }): Tensor
  /** `tan(Tensor self) -> Tensor`; out may be given to write to. */
  tan(named?: { out?: Tensor }): Tensor
  /** `tan_(Tensor(a!) self) -> Tensor(a!)` */
  tan_(): Tensor
  /** `tanh(Tensor self) -> Tensor`; out may be given to write to. */
  tanh(named?: { out?: Tensor }): Tensor
  /** `tanh_(Tensor(a!) self) -> Tensor(a!)` */
  tanh_(): Tensor
  /** `tensor_split.indices(Tensor(a -> *) self, SymInt[] indices, int dim=0) -> Tensor(a)[]` */
  tensor_split(indices: readonly number[], dim?: number): Tensor[]
  tensor_split(indices: readonly number[], named?: { dim?: number }): Tensor[]
  tensor_split(named: { indices: readonly number[]; dim?: number }): Tensor[]
  /** `tensor_split.sections(Tensor(a -> *) self, SymInt sections, int dim=0) -> Tensor(a)[]` */
  tensor_split(sections: number, dim?: number): Tensor[]
  tensor_split(sections: number, named?: { dim?: number }): Tensor[]
  tensor_split(named: { sections: number; dim?: number }): Tensor[]
  /** `tensor_split.tensor_indices_or_sections(Tensor(a -> *) self, Tensor tensor_indices_or_sections, int dim=0) -> Tensor(a)[]` */
  tensor_split(tensor_indices_or_sections: Tensor, dim?: number): Tensor[]
  tensor_split(tensor_indices_or_sections: Tensor, named?: { dim?: number }): Tensor[]
  /** `tensordot(Tensor self, Tensor other, int[] dims_self, int[] dims_other) -> Tensor`; out may be given to write to. */
  tensordot(other: Tensor, dims_self: readonly number[], dims_other: readonly number[], named?: { out?: Tensor }): Tensor
  tensordot(other: Tensor, named: { dims_self: readonly number[]; dims_other: readonly number[]; out?: Tensor }): Tensor
  /** `thnn_conv2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0]) -> Tensor`; out may be given to write to. */
  thnn_conv2d(weight: Tensor, kernel_size: number | readonly number[], bias?: Tensor | null, stride?: number | readonly number[], padding?: number | readonly number[], named?: { out?: Tensor }): Tensor
  thnn_conv2d(weight: Tensor, kernel_size: number | readonly number[], named?: { bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; out?: Tensor }): Tensor
  thnn_conv2d(weight: Tensor, named: { kernel_size: number | readonly number[]; bias?: Tensor | null; stride?: number | readonly number[]; padding?: number | readonly number[]; out?: Tensor }): Tensor
  /** `threshold(Tensor self, Scalar threshold, Scalar value) -> Tensor`; out may be given to write to. */
  threshold(threshold: Scalar, value: Scalar, named?: { out?: Tensor }): Tensor
  threshold(named: { threshold: Scalar; value: Scalar; out?: Tensor }): Tensor
  /** `threshold_(Tensor(a!) self, Scalar threshold, Scalar value) -> Tensor(a!)` */
  threshold_(threshold: Scalar, value: Scalar): Tensor
  threshold_(named: { threshold: Scalar; value: Scalar }): Tensor
  /** `tile(Tensor self, SymInt[] dims) -> Tensor` */
  tile(dims: readonly number[]): Tensor
  tile(named: { dims: readonly number[] }): Tensor
  /** `to_dense(Tensor self, ScalarType? dtype=None, *, bool? masked_grad=None) -> Tensor` */
  to_dense(dtype?: Dtype | null, named?: { masked_grad?: boolean | null }): Tensor
  to_dense(named?: { dtype?: Dtype | null; masked_grad?: boolean | null }): Tensor
  /** `to_padded_tensor(Tensor self, float padding, SymInt[]? output_size=None) -> Tensor`; out may be given to write to. */
  to_padded_tensor(padding: number, output_size?: readonly number[] | null, named?: { out?: Tensor }): Tensor
  to_padded_tensor(padding: number, named?: { output_size?: readonly number[] | null; out?: Tensor }): Tensor
  to_padded_tensor(named: { padding: number; output_size?: readonly number[] | null; out?: Tensor }): Tensor
  /** `to_sparse(Tensor self, *, Layout? layout=None, int[2]? blocksize=None, int? dense_dim=None) -> Tensor` */
  to_sparse(named?: { layout?: Layout | null; blocksize?: number | readonly number[] | null; dense_dim?: number | null }): Tensor
  /** `to_sparse.sparse_dim(Tensor self, int sparse_dim) -> Tensor` */
  to_sparse(sparse_dim: number): Tensor
  to_sparse(named: { sparse_dim: number }): Tensor
  /** `to_sparse_bsc(Tensor self, int[2] blocksize, int? dense_dim=None) -> Tensor` */
  to_sparse_bsc(blocksize: number | readonly number[], dense_dim?: number | null): Tensor
  to_sparse_bsc(blocksize: number | readonly number[], named?: { dense_dim?: number | null }): Tensor
  to_sparse_bsc(named: { blocksize: number | readonly number[]; dense_dim?: number | null }): Tensor
  /** `to_sparse_bsr(Tensor self, int[2] blocksize, int? dense_dim=None) -> Tensor` */
  to_sparse_bsr(blocksize: number | readonly number[], dense_dim?: number | null): Tensor
  to_sparse_bsr(blocksize: number | readonly number[], named?: { dense_dim?: number | null }): Tensor
  to_sparse_bsr(named: { blocksize: number | readonly number[]; dense_dim?: number | null }): Tensor
  /** `to_sparse_csc(Tensor self, int? dense_dim=None) -> Tensor` */
  to_sparse_csc(dense_dim?: number | null): Tensor
  to_sparse_csc(named?: { dense_dim?: number | null }): Tensor
  /** `to_sparse_csr(Tensor self, int? dense_dim=None) -> Tensor` */
  to_sparse_csr(dense_dim?: number | null): Tensor
  to_sparse_csr(named?: { dense_dim?: number | null }): Tensor
  /** `topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)`; values, indices may be given to write to. */
  topk(k: number, dim?: number, largest?: boolean, sorted?: boolean, named?: { values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  topk(k: number, named?: { dim?: number; largest?: boolean; sorted?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  topk(named: { k: number; dim?: number; largest?: boolean; sorted?: boolean; values?: Tensor; indices?: Tensor }): [values: Tensor, indices: Tensor]
  /** `trace(Tensor self) -> Tensor`; out may be given to write to. */
  trace(named?: { out?: Tensor }): Tensor
  /** `transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)` */
  transpose(dim0: number, dim1: number): Tensor
  transpose(named: { dim0: number; dim1: number }): Tensor
  /** `transpose_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)` */
  transpose_(dim0: number, dim1: number): Tensor
  transpose_(named: { dim0: number; dim1: number }): Tensor
  /** `triangular_solve(Tensor self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False) -> (Tensor solution, Tensor cloned_coefficient)`; X, M may be given to write to. */
  triangular_solve(A: Tensor, upper?: boolean, transpose?: boolean, unitriangular?: boolean, named?: { X?: Tensor; M?: Tensor }): [solution: Tensor, cloned_coefficient: Tensor]
  triangular_solve(A: Tensor, named?: { upper?: boolean; transpose?: boolean; unitriangular?: boolean; X?: Tensor; M?: Tensor }): [solution: Tensor, cloned_coefficient: Tensor]
  /** `tril(Tensor self, SymInt diagonal=0) -> Tensor`; out may be given to write to. */
  tril(diagonal?: number, named?: { out?: Tensor }): Tensor
  tril(named?: { diagonal?: number; out?: Tensor }): Tensor
  /** `tril_(Tensor(a!) self, SymInt diagonal=0) -> Tensor(a!)` */
  tril_(diagonal?: number): Tensor
  tril_(named?: { diagonal?: number }): Tensor
  /** `triu(Tensor self, SymInt diagonal=0) -> Tensor`; out may be given to write to. */
  triu(diagonal?: number, named?: { out?: Tensor }): Tensor
  triu(named?: { diagonal?: number; out?: Tensor }): Tensor
  /** `triu_(Tensor(a!) self, SymInt diagonal=0) -> Tensor(a!)` */
  triu_(diagonal?: number): Tensor
  triu_(named?: { diagonal?: number }): Tensor
  /** `true_divide.Scalar(Tensor self, Scalar other) -> Tensor` */
  true_divide(other: Scalar): Tensor
  true_divide(named: { other: Scalar }): Tensor
  /** `true_divide.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  true_divide(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `true_divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  true_divide_(other: Scalar): Tensor
  true_divide_(named: { other: Scalar }): Tensor
  /** `true_divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  true_divide_(other: Tensor): Tensor
  /** `trunc(Tensor self) -> Tensor`; out may be given to write to. */
  trunc(named?: { out?: Tensor }): Tensor
  /** `trunc_(Tensor(a!) self) -> Tensor(a!)` */
  trunc_(): Tensor
  /** `type_as(Tensor self, Tensor other) -> Tensor` */
  type_as(other: Tensor): Tensor
  /** `unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]` */
  unbind(dim?: number): Tensor[]
  unbind(named?: { dim?: number }): Tensor[]
  /** `unflatten.int(Tensor(a) self, int dim, SymInt[] sizes) -> Tensor(a)` */
  unflatten(dim: number, sizes: readonly number[]): Tensor
  unflatten(named: { dim: number; sizes: readonly number[] }): Tensor
  /** `unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)` */
  unfold(dimension: number, size: number, step: number): Tensor
  unfold(named: { dimension: number; size: number; step: number }): Tensor
  /** `uniform(Tensor self, float from=0., float to=1., *, Generator? generator=None) -> Tensor`; out may be given to write to. */
  uniform(from?: number, to?: number, named?: { generator?: Generator | null; out?: Tensor }): Tensor
  uniform(named?: { from?: number; to?: number; generator?: Generator | null; out?: Tensor }): Tensor
  /** `uniform_(Tensor(a!) self, float from=0., float to=1., *, Generator? generator=None) -> Tensor(a!)` */
  uniform_(from?: number, to?: number, named?: { generator?: Generator | null }): Tensor
  uniform_(named?: { from?: number; to?: number; generator?: Generator | null }): Tensor
  /** `unique_consecutive(Tensor self, bool return_inverse=False, bool return_counts=False, int? dim=None) -> (Tensor, Tensor, Tensor)`; out0, out1, out2 may be given to write to. */
  unique_consecutive(return_inverse?: boolean, return_counts?: boolean, dim?: number | null, named?: { out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  unique_consecutive(named?: { return_inverse?: boolean; return_counts?: boolean; dim?: number | null; out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  /** `unique_dim(Tensor self, int dim, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)`; out0, out1, out2 may be given to write to. */
  unique_dim(dim: number, sorted?: boolean, return_inverse?: boolean, return_counts?: boolean, named?: { out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  unique_dim(dim: number, named?: { sorted?: boolean; return_inverse?: boolean; return_counts?: boolean; out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  unique_dim(named: { dim: number; sorted?: boolean; return_inverse?: boolean; return_counts?: boolean; out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  /** `unique_dim_consecutive(Tensor self, int dim, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)`; out0, out1, out2 may be given to write to. */
  unique_dim_consecutive(dim: number, return_inverse?: boolean, return_counts?: boolean, named?: { out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  unique_dim_consecutive(dim: number, named?: { return_inverse?: boolean; return_counts?: boolean; out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  unique_dim_consecutive(named: { dim: number; return_inverse?: boolean; return_counts?: boolean; out0?: Tensor; out1?: Tensor; out2?: Tensor }): [Tensor, Tensor, Tensor]
  /** `unsafe_chunk(Tensor self, int chunks, int dim=0) -> Tensor[]` */
  unsafe_chunk(chunks: number, dim?: number): Tensor[]
  unsafe_chunk(chunks: number, named?: { dim?: number }): Tensor[]
  unsafe_chunk(named: { chunks: number; dim?: number }): Tensor[]
  /** `unsafe_split.Tensor(Tensor self, SymInt split_size, int dim=0) -> Tensor[]`; out may be given to write to. */
  unsafe_split(split_size: number, dim?: number, named?: { out?: readonly Tensor[] }): Tensor[]
  unsafe_split(split_size: number, named?: { dim?: number; out?: readonly Tensor[] }): Tensor[]
  unsafe_split(named: { split_size: number; dim?: number; out?: readonly Tensor[] }): Tensor[]
  /** `unsafe_split_with_sizes(Tensor self, SymInt[] split_sizes, int dim=0) -> Tensor[]`; out may be given to write to. */
  unsafe_split_with_sizes(split_sizes: readonly number[], dim?: number, named?: { out?: readonly Tensor[] }): Tensor[]
  unsafe_split_with_sizes(split_sizes: readonly number[], named?: { dim?: number; out?: readonly Tensor[] }): Tensor[]
  unsafe_split_with_sizes(named: { split_sizes: readonly number[]; dim?: number; out?: readonly Tensor[] }): Tensor[]
  /** `unsqueeze(Tensor(a) self, int dim) -> Tensor(a)` */
  unsqueeze(dim: number): Tensor
  unsqueeze(named: { dim: number }): Tensor
  /** `unsqueeze_(Tensor(a!) self, int dim) -> Tensor(a!)` */
  unsqueeze_(dim: number): Tensor
  unsqueeze_(named: { dim: number }): Tensor
  /** `upsample_bicubic2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor`; out may be given to write to. */
  upsample_bicubic2d(output_size: number | readonly number[], align_corners: boolean, scales_h?: number | null, scales_w?: number | null, named?: { out?: Tensor }): Tensor
  upsample_bicubic2d(output_size: number | readonly number[], align_corners: boolean, named?: { scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  upsample_bicubic2d(named: { output_size: number | readonly number[]; align_corners: boolean; scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  /** `upsample_bilinear2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor`; out may be given to write to. */
  upsample_bilinear2d(output_size: number | readonly number[], align_corners: boolean, scales_h?: number | null, scales_w?: number | null, named?: { out?: Tensor }): Tensor
  upsample_bilinear2d(output_size: number | readonly number[], align_corners: boolean, named?: { scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  upsample_bilinear2d(named: { output_size: number | readonly number[]; align_corners: boolean; scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  /** `upsample_linear1d(Tensor self, SymInt[1] output_size, bool align_corners, float? scales=None) -> Tensor`; out may be given to write to. */
  upsample_linear1d(output_size: number | readonly number[], align_corners: boolean, scales?: number | null, named?: { out?: Tensor }): Tensor
  upsample_linear1d(output_size: number | readonly number[], align_corners: boolean, named?: { scales?: number | null; out?: Tensor }): Tensor
  upsample_linear1d(named: { output_size: number | readonly number[]; align_corners: boolean; scales?: number | null; out?: Tensor }): Tensor
  /** `upsample_nearest1d(Tensor self, SymInt[1] output_size, float? scales=None) -> Tensor`; out may be given to write to. */
  upsample_nearest1d(output_size: number | readonly number[], scales?: number | null, named?: { out?: Tensor }): Tensor
  upsample_nearest1d(output_size: number | readonly number[], named?: { scales?: number | null; out?: Tensor }): Tensor
  upsample_nearest1d(named: { output_size: number | readonly number[]; scales?: number | null; out?: Tensor }): Tensor
  /** `upsample_nearest2d(Tensor self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None) -> Tensor`; out may be given to write to. */
  upsample_nearest2d(output_size: number | readonly number[], scales_h?: number | null, scales_w?: number | null, named?: { out?: Tensor }): Tensor
  upsample_nearest2d(output_size: number | readonly number[], named?: { scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  upsample_nearest2d(named: { output_size: number | readonly number[]; scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  /** `upsample_nearest3d(Tensor self, SymInt[3] output_size, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor`; out may be given to write to. */
  upsample_nearest3d(output_size: number | readonly number[], scales_d?: number | null, scales_h?: number | null, scales_w?: number | null, named?: { out?: Tensor }): Tensor
  upsample_nearest3d(output_size: number | readonly number[], named?: { scales_d?: number | null; scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  upsample_nearest3d(named: { output_size: number | readonly number[]; scales_d?: number | null; scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  /** `upsample_trilinear3d(Tensor self, SymInt[3] output_size, bool align_corners, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor`; out may be given to write to. */
  upsample_trilinear3d(output_size: number | readonly number[], align_corners: boolean, scales_d?: number | null, scales_h?: number | null, scales_w?: number | null, named?: { out?: Tensor }): Tensor
  upsample_trilinear3d(output_size: number | readonly number[], align_corners: boolean, named?: { scales_d?: number | null; scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  upsample_trilinear3d(named: { output_size: number | readonly number[]; align_corners: boolean; scales_d?: number | null; scales_h?: number | null; scales_w?: number | null; out?: Tensor }): Tensor
  /** `values(Tensor(a) self) -> Tensor(a)` */
  values(): Tensor
  /** `var(Tensor self, bool unbiased=True) -> Tensor` */
  var(unbiased?: boolean): Tensor
  var(named?: { unbiased?: boolean }): Tensor
  /** `var.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor`; out may be given to write to. */
  var(dim?: number | readonly number[] | null, named?: { correction?: Scalar | null; keepdim?: boolean; out?: Tensor }): Tensor
  var(named?: { dim?: number | readonly number[] | null; correction?: Scalar | null; keepdim?: boolean; out?: Tensor }): Tensor
  /** `var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor`; out may be given to write to. */
  var(dim: number | readonly number[] | null, unbiased?: boolean, keepdim?: boolean, named?: { out?: Tensor }): Tensor
  var(dim: number | readonly number[] | null, named?: { unbiased?: boolean; keepdim?: boolean; out?: Tensor }): Tensor
  var(named: { dim: number | readonly number[] | null; unbiased?: boolean; keepdim?: boolean; out?: Tensor }): Tensor
  /** `var_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)` */
  var_mean(unbiased?: boolean): [Tensor, Tensor]
  var_mean(named?: { unbiased?: boolean }): [Tensor, Tensor]
  /** `var_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)`; out0, out1 may be given to write to. */
  var_mean(dim?: number | readonly number[] | null, named?: { correction?: Scalar | null; keepdim?: boolean; out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  var_mean(named?: { dim?: number | readonly number[] | null; correction?: Scalar | null; keepdim?: boolean; out0?: Tensor; out1?: Tensor }): [Tensor, Tensor]
  /** `var_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)` */
  var_mean(dim: number | readonly number[] | null, unbiased?: boolean, keepdim?: boolean): [Tensor, Tensor]
  var_mean(dim: number | readonly number[] | null, named?: { unbiased?: boolean; keepdim?: boolean }): [Tensor, Tensor]
  var_mean(named: { dim: number | readonly number[] | null; unbiased?: boolean; keepdim?: boolean }): [Tensor, Tensor]
  /** `vdot(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  vdot(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `view_as(Tensor(a) self, Tensor other) -> Tensor(a)` */
  view_as(other: Tensor): Tensor
  /** `view_as_complex(Tensor(a) self) -> Tensor(a)` */
  view_as_complex(): Tensor
  /** `view_as_real(Tensor(a) self) -> Tensor(a)` */
  view_as_real(): Tensor
  /** `vsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]` */
  vsplit(indices: readonly number[]): Tensor[]
  vsplit(named: { indices: readonly number[] }): Tensor[]
  /** `vsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]` */
  vsplit(sections: number): Tensor[]
  vsplit(named: { sections: number }): Tensor[]
  /** `xlogy.Scalar_Other(Tensor self, Scalar other) -> Tensor`; out may be given to write to. */
  xlogy(other: Scalar, named?: { out?: Tensor }): Tensor
  xlogy(named: { other: Scalar; out?: Tensor }): Tensor
  /** `xlogy.Tensor(Tensor self, Tensor other) -> Tensor`; out may be given to write to. */
  xlogy(other: Tensor, named?: { out?: Tensor }): Tensor
  /** `xlogy_.Scalar_Other(Tensor(a!) self, Scalar other) -> Tensor(a!)` */
  xlogy_(other: Scalar): Tensor
  xlogy_(named: { other: Scalar }): Tensor
  /** `xlogy_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  xlogy_(other: Tensor): Tensor
  /** `zero(Tensor self) -> Tensor`; out may be given to write to. */
  zero(named?: { out?: Tensor }): Tensor
  /** `zero_(Tensor(a!) self) -> Tensor(a!)` */
  zero_(): Tensor
  /** `zeros_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`; out may be given to write to. */
  zeros_like(named?: { dtype?: Dtype | null; layout?: Layout | null; device?: Device | null; pin_memory?: boolean | null; memory_format?: MemoryFormat | null; out?: Tensor }): Tensor
}
