// querl::rope: rotary position embeddings, in place.
#include <ATen/core/Tensor.h>
#include <torch/library.h>

#include "torch/packed_batch.h"
#include "torch/row_arguments.h"
#include "torch/threads.h"

namespace querl {
namespace {

void rope_cpu(const at::Tensor& x, const at::Tensor& positions, const at::Tensor& cos,
              const at::Tensor& sin, bool inverse) {
  const Rope job = rope_job(x, positions, cos, sin, inverse);
  if (x.dim() == 3 && x.size(1) > 1 && x.stride(1) != x.size(2))
    refuse("x", "(n, heads, d) with its heads side by side",
           "a stride of " + std::to_string(x.stride(1)));
  for (int64_t i = 0; i < x.size(0); ++i)
    if (job.positions[i] < 0 || job.positions[i] >= cos.size(0))
      refuse("positions", "in [0, " + std::to_string(cos.size(0)) + ")",
             std::to_string(job.positions[i]) + " at " + std::to_string(i));
  LibtorchThreads threads;
  rope(job, threads);
}

TORCH_LIBRARY_FRAGMENT(querl, m) {
  // x (n, heads, d), heads side by side, float32, bfloat16 or float16, in place, halves against
  // halves; positions int32 (n), rows of cos and sin, float32 (P, d / 2). `inverse` undoes it,
  // which is its gradient.
  m.def("rope(Tensor(a!) x, Tensor positions, Tensor cos, Tensor sin, bool inverse=False) -> ()");
}

TORCH_LIBRARY_IMPL(querl, CPU, m) { m.impl("rope", &rope_cpu); }

}  // namespace
}  // namespace querl
