// querl::rms_norm, querl::rope, querl::swiglu and their gradients on CUDA memory. Positions are not
// looked at: that would wait for the device.
#include <torch/library.h>

#include <optional>

#include "kernels/cuda/row_ops.cuh"
#include "torch/cuda/launch.h"
#include "torch/packed_batch.h"
#include "torch/row_arguments.h"

namespace querl {
namespace {

// What a thread's registers hold of 1024: see rms_norm.cu.
constexpr int64_t kLongestPart = 32768;

RowShape part_shape(const at::Tensor& x) {
  const RowShape shape = row_shape(x, "x");
  if (shape.size > kLongestPart)
    refuse("x", "of at most " + std::to_string(kLongestPart) + " numbers along its last axis",
           shown(x.sizes()));
  return shape;
}

NormGain gain_of(const at::Tensor& gain, const at::Tensor& x) {
  check_plain(gain, "gain", gain.scalar_type(), {x.size(-1)}, x);
  return {gain.const_data_ptr(), storage_type(gain, "gain")};
}

void check_inverse(const at::Tensor& inverse_rms, const at::Tensor& x) {
  check_plain(inverse_rms, "inverse_rms", at::kFloat, x.sizes().slice(0, x.dim() - 1), x);
}

void rms_norm_on_cuda(const at::Tensor& x, const std::optional<at::Tensor>& added,
                      const at::Tensor& gain, double epsilon, const at::Tensor& y,
                      const std::optional<at::Tensor>& sum,
                      const std::optional<at::Tensor>& inverse_rms) {
  RmsNorm job;
  job.shape = part_shape(x);
  job.x = const_rows(x, "x", x);
  if (added) job.added = const_rows(*added, "added", x);
  job.gain = gain_of(gain, x);
  job.epsilon = static_cast<float>(epsilon);
  job.y = mutable_rows(y, "y", x);
  if (sum) job.sum = mutable_rows(*sum, "sum", x);
  if (inverse_rms) {
    check_inverse(*inverse_rms, x);
    job.inverse_rms = inverse_rms->mutable_data_ptr<float>();
  }
  const CudaLaunch launch(x);
  CudaLaunch::check(rms_norm_cuda(job, launch.stream()), "rms_norm");
}

void rms_norm_backward_on_cuda(const at::Tensor& d_y, const at::Tensor& x,
                               const std::optional<at::Tensor>& added, const at::Tensor& gain,
                               const at::Tensor& inverse_rms, const at::Tensor& d_x,
                               const std::optional<at::Tensor>& d_gain, bool accumulates) {
  check_inverse(inverse_rms, x);
  RmsNormBackward job;
  job.shape = part_shape(x);
  job.d_y = const_rows(d_y, "d_y", x);
  job.x = const_rows(x, "x", x);
  if (added) job.added = const_rows(*added, "added", x);
  job.gain = gain_of(gain, x);
  job.inverse_rms = inverse_rms.const_data_ptr<float>();
  job.d_x = mutable_rows(d_x, "d_x", x);
  if (d_gain) {
    check_plain(*d_gain, "d_gain", at::kFloat, {x.size(-1)}, x);
    job.d_gain = d_gain->mutable_data_ptr<float>();
  }
  job.accumulates = accumulates;
  const CudaLaunch launch(x);
  const at::Tensor workspace = launch.scratch(rms_norm_backward_workspace_bytes(job));
  CudaLaunch::check(rms_norm_backward_cuda(job, workspace.mutable_data_ptr(), launch.stream()),
                    "rms_norm_backward");
}

void rope_on_cuda(const at::Tensor& x, const at::Tensor& positions, const at::Tensor& cos,
                  const at::Tensor& sin, bool inverse) {
  if (x.size(-1) % 2 != 0) refuse("x", "of an even head size", shown(x.sizes()));
  check_plain(positions, "positions", at::kInt, {x.size(0)}, x);
  const int64_t known = cos.dim() == 2 ? cos.size(0) : 0;
  check_plain(cos, "cos", at::kFloat, {known, x.size(-1) / 2}, x);
  check_plain(sin, "sin", at::kFloat, {known, x.size(-1) / 2}, x);
  const Rope job{
      row_shape(x, "x"),           mutable_rows(x, "x", x),     positions.const_data_ptr<int32_t>(),
      cos.const_data_ptr<float>(), sin.const_data_ptr<float>(), inverse};
  const CudaLaunch launch(x);
  CudaLaunch::check(rope_cuda(job, launch.stream()), "rope");
}

// gate_up (n, 2 f), contiguous.
Swiglu job_of(const at::Tensor& gate_up) {
  if (gate_up.dim() != 2 || gate_up.size(1) % 2 != 0)
    refuse("gate_up", "of shape (n, 2 f)", shown(gate_up.sizes()));
  check_plain(gate_up, "gate_up", gate_up.scalar_type(), gate_up.sizes(), gate_up);
  return {gate_up.size(0), gate_up.size(1) / 2, storage_type(gate_up, "gate_up"),
          gate_up.const_data_ptr(), nullptr};
}

void check_like(const at::Tensor& tensor, const char* name, const at::Tensor& gate_up,
                int64_t width) {
  check_plain(tensor, name, gate_up.scalar_type(), {gate_up.size(0), width}, gate_up);
}

void swiglu_on_cuda(const at::Tensor& gate_up, const at::Tensor& out) {
  Swiglu job = job_of(gate_up);
  check_like(out, "out", gate_up, job.size);
  job.out = out.mutable_data_ptr();
  const CudaLaunch launch(gate_up);
  CudaLaunch::check(swiglu_cuda(job, launch.stream()), "swiglu");
}

void swiglu_backward_on_cuda(const at::Tensor& d_out, const at::Tensor& gate_up,
                             const at::Tensor& d_gate_up, const std::optional<at::Tensor>& out) {
  Swiglu job = job_of(gate_up);
  check_like(d_out, "d_out", gate_up, job.size);
  check_like(d_gate_up, "d_gate_up", gate_up, 2 * job.size);
  if (out) {
    check_like(*out, "out", gate_up, job.size);
    job.out = out->mutable_data_ptr();
  }
  const CudaLaunch launch(gate_up);
  CudaLaunch::check(swiglu_backward_cuda(job, d_out.const_data_ptr(), d_gate_up.mutable_data_ptr(),
                                         launch.stream()),
                    "swiglu_backward");
}

TORCH_LIBRARY_IMPL(querl, CUDA, m) {
  m.impl("rms_norm", &rms_norm_on_cuda);
  m.impl("rms_norm_backward", &rms_norm_backward_on_cuda);
  m.impl("rope", &rope_on_cuda);
  m.impl("swiglu", &swiglu_on_cuda);
  m.impl("swiglu_backward", &swiglu_backward_on_cuda);
}

}  // namespace
}  // namespace querl
