// Matrix products of the training engine. They run in the weights' storage type and sum in fp32
// inside a product (oneDNN with AMX on the CPU, cuBLAS on CUDA).
#pragma once

#include <ATen/core/Tensor.h>

#include "lm/libtorch_buffers.h"
#include "lm/libtorch_weights.h"

namespace querl {

// out (n, o) = x (n, i) w^T + bias, for w (o, i); bias may be undefined.
void linear(const at::Tensor& x, const at::Tensor& w, const at::Tensor& bias,
            const at::Tensor& out);

// d_x (n, i) = d_y (n, o) w
void linear_backward(const at::Tensor& d_y, const at::Tensor& w, const at::Tensor& d_x);

// gradient (o, i), float32, += d_y^T x. With bfloat16 on the CPU by a kernel of our own, whose sums
// stay in fp32: LibTorch's result would be rounded to bfloat16 for each micro-batch, and its
// product of two transposed operands takes 1.6 times as long. Elsewhere a 16-bit product is rounded
// once before it is added, as PyTorch's is.
void add_weight_gradient(const at::Tensor& d_y, const at::Tensor& x, const at::Tensor& gradient,
                         Slot& scratch);

// One target of a low-rank adapter: y += scale (x a^T) b^T.
class LoraLinear {
 public:
  LoraLinear() = default;
  // a and b as the model's storage type; d_a and d_b float32, undefined if they are not wanted.
  LoraLinear(const LoraPair& weights, const LoraPair& gradients, float scale, at::ScalarType type);

  bool active() const { return weights_.a.defined(); }
  // y (n, out) may be columns of a wider matrix.
  void add(const at::Tensor& x, const at::Tensor& y, Slot& scratch) const;
  // Adds to the gradients of a and b, and to d_x (n, in) if it is defined.
  void add_backward(const at::Tensor& d_y, const at::Tensor& x, const at::Tensor& d_x,
                    Slot& scratch, Slot& slope_scratch, Slot& gradient_scratch) const;

 private:
  LoraPair weights_, gradients_;
  float scale_ = 0.f;
};

}  // namespace querl
