// querl::rms_norm and its gradient, raw: they write into tensors that the caller keeps.
#include <ATen/core/Tensor.h>
#include <torch/library.h>

#include <optional>

#include "torch/row_arguments.h"
#include "torch/threads.h"

namespace querl {
namespace {

void rms_norm_cpu(const at::Tensor& x, const std::optional<at::Tensor>& added,
                  const at::Tensor& gain, double epsilon, const at::Tensor& y,
                  const std::optional<at::Tensor>& sum,
                  const std::optional<at::Tensor>& inverse_rms) {
  const RmsNorm job = rms_norm_job(x, added, gain, epsilon, y, sum, inverse_rms);
  LibtorchThreads threads;
  rms_norm(job, threads);
}

void rms_norm_backward_cpu(const at::Tensor& d_y, const at::Tensor& x,
                           const std::optional<at::Tensor>& added, const at::Tensor& gain,
                           const at::Tensor& inverse_rms, const at::Tensor& d_x,
                           const std::optional<at::Tensor>& d_gain, bool accumulates) {
  const RmsNormBackward job =
      rms_norm_backward_job(d_y, x, added, gain, inverse_rms, d_x, d_gain, accumulates);
  LibtorchThreads threads;
  rms_norm_backward(job, threads);
}

TORCH_LIBRARY_FRAGMENT(querl, m) {
  // x, added, y, sum (n, d) or (n, heads, d), each float32, bfloat16 or float16 with its last axis
  // contiguous; gain (d); inverse_rms float32 (n) or (n, heads). s = x + added in fp32 goes to sum,
  // y = s / rms(s) * gain. y and sum may be x.
  m.def(
      "rms_norm(Tensor x, Tensor? added, Tensor gain, float epsilon, Tensor(a!) y, "
      "Tensor(b!)? sum=None, Tensor(c!)? inverse_rms=None) -> ()");
  // d_x = or += the gradient by s; d_gain float32 (d) is added to. d_x may be d_y.
  m.def(
      "rms_norm_backward(Tensor d_y, Tensor x, Tensor? added, Tensor gain, Tensor inverse_rms, "
      "Tensor(a!) d_x, Tensor(b!)? d_gain=None, bool accumulates=False) -> ()");
}

TORCH_LIBRARY_IMPL(querl, CPU, m) {
  m.impl("rms_norm", &rms_norm_cpu);
  m.impl("rms_norm_backward", &rms_norm_backward_cpu);
}

}  // namespace
}  // namespace querl
