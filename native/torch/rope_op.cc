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
  Rope job;
  job.shape = row_shape(x, "x");
  job.x = mutable_rows(x, "x", x);
  if (x.dim() == 3 && x.size(1) > 1 && x.stride(1) != x.size(2))
    refuse("x", "(n, heads, d) with its heads side by side",
           "a stride of " + std::to_string(x.stride(1)));
  if (x.size(-1) % 2 != 0) refuse("x", "of an even head size", shown(x.sizes()));
  check_plain(positions, "positions", at::kInt, {x.size(0)}, x);
  const int64_t known = cos.dim() == 2 ? cos.size(0) : 0;
  check_plain(cos, "cos", at::kFloat, {known, x.size(-1) / 2}, x);
  check_plain(sin, "sin", at::kFloat, {known, x.size(-1) / 2}, x);
  job.positions = positions.const_data_ptr<int32_t>();
  for (int64_t i = 0; i < x.size(0); ++i)
    if (job.positions[i] < 0 || job.positions[i] >= known)
      refuse("positions", "in [0, " + std::to_string(known) + ")",
             std::to_string(job.positions[i]) + " at " + std::to_string(i));
  job.cos = cos.const_data_ptr<float>();
  job.sin = sin.const_data_ptr<float>();
  job.inverse = inverse;
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
