#include "lm/libtorch_linear.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/mm.h>

#include "kernels/outer_product.h"
#include "torch/threads.h"

namespace querl {

void linear(const at::Tensor& x, const at::Tensor& w, const at::Tensor& bias,
            const at::Tensor& out) {
  at::Tensor result = out;
  if (bias.defined())
    at::addmm_out(result, bias, x, w.t());
  else
    at::mm_out(result, x, w.t());
}

void linear_backward(const at::Tensor& d_y, const at::Tensor& w, const at::Tensor& d_x) {
  at::Tensor result = d_x;
  at::mm_out(result, d_y, w);
}

void add_weight_gradient(const at::Tensor& d_y, const at::Tensor& x, const at::Tensor& gradient,
                         Slot& scratch) {
  at::Tensor sum = gradient;
  if (x.scalar_type() == at::kBFloat16 && x.is_cpu()) {
    const auto rows = [](const at::Tensor& matrix) {
      return ConstRows{matrix.const_data_ptr(), matrix.stride(0), FloatType::kBfloat16};
    };
    const OuterProduct job{x.size(0),         gradient.size(0), gradient.size(1),
                           rows(d_y),         rows(x),          sum.mutable_data_ptr<float>(),
                           gradient.stride(0)};
    LibtorchThreads threads;
    const auto bytes = static_cast<int64_t>(outer_product_bytes(job, threads.threads()));
    outer_product(job, scratch.of({bytes}, at::kByte, x.device()).mutable_data_ptr(), threads);
    return;
  }
  if (x.scalar_type() == at::kFloat) {
    at::addmm_out(sum, sum, d_y.t(), x);
    return;
  }
  at::Tensor product = scratch.of(gradient.sizes(), x.scalar_type(), x.device());
  at::mm_out(product, d_y.t(), x);
  sum.add_(product);
}

LoraLinear::LoraLinear(const LoraPair& weights, const LoraPair& gradients, float scale,
                       at::ScalarType type)
    : gradients_(gradients), scale_(scale) {
  if (weights.a.defined()) weights_ = {weights.a.to(type), weights.b.to(type)};
}

void LoraLinear::add(const at::Tensor& x, const at::Tensor& y, Slot& scratch) const {
  at::Tensor low = scratch.of({x.size(0), weights_.a.size(0)}, x.scalar_type(), x.device());
  at::mm_out(low, x, weights_.a.t());
  at::Tensor out = y;
  at::addmm_out(out, out, low, weights_.b.t(), 1, scale_);
}

void LoraLinear::add_backward(const at::Tensor& d_y, const at::Tensor& x, const at::Tensor& d_x,
                              Slot& scratch, Slot& slope_scratch, Slot& gradient_scratch) const {
  const std::vector<int64_t> low_shape{x.size(0), weights_.a.size(0)};
  at::Tensor d_low = slope_scratch.of(low_shape, x.scalar_type(), x.device());
  at::mm_out(d_low, d_y, weights_.b);
  d_low.mul_(scale_);
  if (gradients_.a.defined()) {
    add_weight_gradient(d_low, x, gradients_.a, gradient_scratch);
    at::Tensor low = scratch.of(low_shape, x.scalar_type(), x.device());
    at::mm_out(low, x, weights_.a.t());
    // B's gradient is scale d_y^T low: the scale goes to the smaller of the two.
    low.mul_(scale_);
    add_weight_gradient(d_y, low, gradients_.b, gradient_scratch);
  }
  if (!d_x.defined()) return;
  at::Tensor out = d_x;
  at::addmm_out(out, out, d_low, weights_.a);
}

}  // namespace querl
