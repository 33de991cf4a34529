// querl::_logits_logprobs_forward and _backward on CUDA memory.
#include <torch/library.h>

#include "kernels/cuda/logits_logprobs.cuh"
#include "torch/cuda/launch.h"
#include "torch/logprobs_arguments.h"

namespace querl {
namespace {

LogitsShape shape_of(const at::Tensor& logits) { return {logits.size(0), logits.size(1)}; }

ScoreTensors forward_on_cuda(const at::Tensor& logits, const at::Tensor& targets,
                             double temperature) {
  check_same_device(targets, "targets", logits, "logits");
  const CudaLaunch launch(logits);
  const LogitsShape shape = shape_of(logits);
  const ScoreTensors scores = empty_scores(targets);
  const at::Tensor workspace = launch.scratch(logits_logprobs_workspace_bytes(shape));
  CudaLaunch::check(logits_logprobs_cuda(shape, rows_of(logits), targets.const_data_ptr<int64_t>(),
                                         static_cast<float>(temperature), scores_of(scores),
                                         workspace.mutable_data_ptr(), launch.stream()),
                    "logits_logprobs");
  return scores;
}

void backward_on_cuda(const at::Tensor& logits, const at::Tensor& targets,
                      const at::Tensor& entropies, const at::Tensor& maxima,
                      const at::Tensor& log_sums, const std::optional<at::Tensor>& d_logprobs,
                      const std::optional<at::Tensor>& d_entropies, double temperature,
                      at::Tensor& d_logits) {
  const CudaLaunch launch(logits);
  CudaLaunch::check(logits_logprobs_backward_cuda(
                        shape_of(logits), rows_of(logits), targets.const_data_ptr<int64_t>(),
                        static_cast<float>(temperature),
                        slopes_of(entropies, maxima, log_sums, d_logprobs, d_entropies),
                        writable_rows_of(d_logits), launch.stream()),
                    "logits_logprobs");
}

TORCH_LIBRARY_IMPL(querl, CUDA, m) {
  m.impl("_logits_logprobs_forward", &forward_on_cuda);
  m.impl("_logits_logprobs_backward", &backward_on_cuda);
}

}  // namespace
}  // namespace querl
