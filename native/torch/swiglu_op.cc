// querl::swiglu: silu(gate) * up, and its gradient.
#include <ATen/core/Tensor.h>
#include <torch/library.h>

#include <optional>

#include "torch/packed_batch.h"
#include "torch/row_arguments.h"
#include "torch/threads.h"

namespace querl {
namespace {

// gate_up (n, 2 f), contiguous; out is filled in by the callers.
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

void swiglu_cpu(const at::Tensor& gate_up, const at::Tensor& out) {
  Swiglu job = job_of(gate_up);
  check_like(out, "out", gate_up, job.size);
  job.out = out.mutable_data_ptr();
  LibtorchThreads threads;
  swiglu(job, threads);
}

void swiglu_backward_cpu(const at::Tensor& d_out, const at::Tensor& gate_up,
                         const at::Tensor& d_gate_up, const std::optional<at::Tensor>& out) {
  Swiglu job = job_of(gate_up);
  check_like(d_out, "d_out", gate_up, job.size);
  check_like(d_gate_up, "d_gate_up", gate_up, 2 * job.size);
  if (out) {
    check_like(*out, "out", gate_up, job.size);
    job.out = out->mutable_data_ptr();
  }
  LibtorchThreads threads;
  swiglu_backward(job, d_out.const_data_ptr(), d_gate_up.mutable_data_ptr(), threads);
}

TORCH_LIBRARY_FRAGMENT(querl, m) {
  // gate_up (n, 2 f), gate in the left half; out (n, f) = silu(gate) * up. All contiguous and of
  // one type: float32, bfloat16 or float16.
  m.def("swiglu(Tensor gate_up, Tensor(a!) out) -> ()");
  // d_gate_up may be gate_up; `out`, if given, becomes silu(gate) * up again.
  m.def(
      "swiglu_backward(Tensor d_out, Tensor gate_up, Tensor(a!) d_gate_up, "
      "Tensor(b!)? out=None) -> ()");
}

TORCH_LIBRARY_IMPL(querl, CPU, m) {
  m.impl("swiglu", &swiglu_cpu);
  m.impl("swiglu_backward", &swiglu_backward_cpu);
}

}  // namespace
}  // namespace querl
