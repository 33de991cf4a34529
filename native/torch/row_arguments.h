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

// The arguments of the operators, checked, as the kernels of every device take them.
RmsNorm rms_norm_job(const at::Tensor& x, const std::optional<at::Tensor>& added,
                     const at::Tensor& gain, double epsilon, const at::Tensor& y,
                     const std::optional<at::Tensor>& sum,
                     const std::optional<at::Tensor>& inverse_rms);
RmsNormBackward rms_norm_backward_job(const at::Tensor& d_y, const at::Tensor& x,
                                      const std::optional<at::Tensor>& added,
                                      const at::Tensor& gain, const at::Tensor& inverse_rms,
                                      const at::Tensor& d_x,
                                      const std::optional<at::Tensor>& d_gain, bool accumulates);
// Positions are not looked at: on a device that would wait for it.
Rope rope_job(const at::Tensor& x, const at::Tensor& positions, const at::Tensor& cos,
              const at::Tensor& sin, bool inverse);
Swiglu swiglu_job(const at::Tensor& gate_up, const at::Tensor& out);
Swiglu swiglu_backward_job(const at::Tensor& d_out, const at::Tensor& gate_up,
                           const at::Tensor& d_gate_up, const std::optional<at::Tensor>& out);

}  // namespace querl
