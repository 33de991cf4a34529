// What the operators over rows (rms_norm, rope, swiglu) share: tensors as the kernels' structs.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "kernels/row_ops.h"

namespace querl {

// float32, bfloat16 or float16, else an error that names the argument.
FloatType storage_type(const at::Tensor& tensor, const char* name);

// (n, d) or (n, heads, d), the last axis contiguous.
RowShape row_shape(const at::Tensor& x, const char* name);

// Of the shape of `like`, whose name the error tells; with the last axis contiguous.
ConstHeadRows const_rows(const at::Tensor& tensor, const char* name, const at::Tensor& like);
MutableHeadRows mutable_rows(const at::Tensor& tensor, const char* name, const at::Tensor& like);

// Contiguous, of `type` and of exactly these sizes, on the device of `like`.
void check_plain(const at::Tensor& tensor, const char* name, at::ScalarType type,
                 at::IntArrayRef sizes, const at::Tensor& like);

}  // namespace querl
