// querl::rms_norm and its gradient, raw: they write into tensors that the caller keeps.
#include <ATen/core/Tensor.h>
#include <torch/library.h>

#include <optional>

#include "torch/packed_batch.h"
#include "torch/row_arguments.h"
#include "torch/threads.h"

namespace querl {
namespace {

NormGain gain_of(const at::Tensor& gain, const at::Tensor& x) {
  check_plain(gain, "gain", gain.scalar_type(), {x.size(-1)}, x);
  return {gain.const_data_ptr(), storage_type(gain, "gain")};
}

const float* inverse_of(const at::Tensor& inverse_rms, const at::Tensor& x) {
  check_plain(inverse_rms, "inverse_rms", at::kFloat, x.sizes().slice(0, x.dim() - 1), x);
  return inverse_rms.const_data_ptr<float>();
}

void rms_norm_cpu(const at::Tensor& x, const std::optional<at::Tensor>& added,
                  const at::Tensor& gain, double epsilon, const at::Tensor& y,
                  const std::optional<at::Tensor>& sum,
                  const std::optional<at::Tensor>& inverse_rms) {
  RmsNorm job;
  job.shape = row_shape(x, "x");
  job.x = const_rows(x, "x", x);
  if (added) job.added = const_rows(*added, "added", x);
  job.gain = gain_of(gain, x);
  job.epsilon = static_cast<float>(epsilon);
  job.y = mutable_rows(y, "y", x);
  if (sum) job.sum = mutable_rows(*sum, "sum", x);
  if (inverse_rms) job.inverse_rms = const_cast<float*>(inverse_of(*inverse_rms, x));
  LibtorchThreads threads;
  rms_norm(job, threads);
}

void rms_norm_backward_cpu(const at::Tensor& d_y, const at::Tensor& x,
                           const std::optional<at::Tensor>& added, const at::Tensor& gain,
                           const at::Tensor& inverse_rms, const at::Tensor& d_x,
                           const std::optional<at::Tensor>& d_gain, bool accumulates) {
  RmsNormBackward job;
  job.shape = row_shape(x, "x");
  job.d_y = const_rows(d_y, "d_y", x);
  job.x = const_rows(x, "x", x);
  if (added) job.added = const_rows(*added, "added", x);
  job.gain = gain_of(gain, x);
  job.inverse_rms = inverse_of(inverse_rms, x);
  job.d_x = mutable_rows(d_x, "d_x", x);
  if (d_gain) {
    check_plain(*d_gain, "d_gain", at::kFloat, {x.size(-1)}, x);
    job.d_gain = d_gain->mutable_data_ptr<float>();
  }
  job.accumulates = accumulates;
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
