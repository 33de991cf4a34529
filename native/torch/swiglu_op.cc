// querl::swiglu: silu(gate) * up, and its gradient.
#include <ATen/core/Tensor.h>
#include <torch/library.h>

#include <optional>

#include "torch/row_arguments.h"
#include "torch/threads.h"

namespace querl {
namespace {

void swiglu_cpu(const at::Tensor& gate_up, const at::Tensor& out) {
  LibtorchThreads threads;
  swiglu(swiglu_job(gate_up, out), threads);
}

void swiglu_backward_cpu(const at::Tensor& d_out, const at::Tensor& gate_up,
                         const at::Tensor& d_gate_up, const std::optional<at::Tensor>& out) {
  const Swiglu job = swiglu_backward_job(d_out, gate_up, d_gate_up, out);
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
