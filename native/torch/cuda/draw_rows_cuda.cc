// querl::draw_rows on CUDA memory.
#include <torch/library.h>

#include "kernels/cuda/sample.cuh"
#include "torch/cuda/launch.h"
#include "torch/draw_rows_arguments.h"

namespace querl {
namespace {

void draw_rows_on_cuda(const at::Tensor& logits, const at::Tensor& draws, const at::Tensor& bans,
                       const at::Tensor& out) {
  const RowDraws rows = row_draws(logits, draws, bans, out);
  const CudaLaunch launch(logits);
  CudaLaunch::check(
      draw_rows_cuda(rows, static_cast<DrawnRow*>(out.mutable_data_ptr()), launch.stream()),
      "draw_rows");
}

TORCH_LIBRARY_IMPL(querl, CUDA, m) { m.impl("draw_rows", &draw_rows_on_cuda); }

}  // namespace
}  // namespace querl
