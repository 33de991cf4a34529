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

void check_part(const at::Tensor& x) {
  if (x.size(-1) > kLongestPart)
    refuse("x", "of at most " + std::to_string(kLongestPart) + " numbers along its last axis",
           shown(x.sizes()));
}

void rms_norm_on_cuda(const at::Tensor& x, const std::optional<at::Tensor>& added,
                      const at::Tensor& gain, double epsilon, const at::Tensor& y,
                      const std::optional<at::Tensor>& sum,
                      const std::optional<at::Tensor>& inverse_rms) {
  const RmsNorm job = rms_norm_job(x, added, gain, epsilon, y, sum, inverse_rms);
  check_part(x);
  const CudaLaunch launch(x);
  CudaLaunch::check(rms_norm_cuda(job, launch.stream()), "rms_norm");
}

void rms_norm_backward_on_cuda(const at::Tensor& d_y, const at::Tensor& x,
                               const std::optional<at::Tensor>& added, const at::Tensor& gain,
                               const at::Tensor& inverse_rms, const at::Tensor& d_x,
                               const std::optional<at::Tensor>& d_gain, bool accumulates) {
  const RmsNormBackward job =
      rms_norm_backward_job(d_y, x, added, gain, inverse_rms, d_x, d_gain, accumulates);
  check_part(x);
  const CudaLaunch launch(x);
  const at::Tensor workspace = launch.scratch(rms_norm_backward_workspace_bytes(job));
  CudaLaunch::check(rms_norm_backward_cuda(job, workspace.mutable_data_ptr(), launch.stream()),
                    "rms_norm_backward");
}

void rope_on_cuda(const at::Tensor& x, const at::Tensor& positions, const at::Tensor& cos,
                  const at::Tensor& sin, bool inverse) {
  const Rope job = rope_job(x, positions, cos, sin, inverse);
  const CudaLaunch launch(x);
  CudaLaunch::check(rope_cuda(job, launch.stream()), "rope");
}

void swiglu_on_cuda(const at::Tensor& gate_up, const at::Tensor& out) {
  const Swiglu job = swiglu_job(gate_up, out);
  const CudaLaunch launch(gate_up);
  CudaLaunch::check(swiglu_cuda(job, launch.stream()), "swiglu");
}

void swiglu_backward_on_cuda(const at::Tensor& d_out, const at::Tensor& gate_up,
                             const at::Tensor& d_gate_up, const std::optional<at::Tensor>& out) {
  const Swiglu job = swiglu_backward_job(d_out, gate_up, d_gate_up, out);
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
