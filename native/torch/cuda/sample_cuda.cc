// querl::_sample on CUDA memory.
#include <torch/library.h>

#include "kernels/cuda/sample.cuh"
#include "torch/cuda/launch.h"

namespace querl {
namespace {

std::tuple<at::Tensor, at::Tensor> sample_on_cuda(const at::Tensor& logits, int64_t seed,
                                                  const at::Tensor& sessions,
                                                  const at::Tensor& positions, double temperature,
                                                  int64_t top_k, double top_p, double min_p,
                                                  const at::Tensor& banned,
                                                  bool truncated_logprobs) {
  const CudaLaunch launch(logits);
  at::Tensor ids = at::empty({logits.size(0)}, logits.options().dtype(at::kInt));
  at::Tensor logprobs = at::empty({logits.size(0)}, logits.options().dtype(at::kFloat));
  const bool floats = logits.scalar_type() == at::kFloat;
  const SampleRows rows{.logits = logits.const_data_ptr(),
                        .type = floats ? LogitsType::kFloat32 : LogitsType::kBfloat16,
                        .rows = logits.size(0),
                        .vocab = logits.size(1),
                        .stride = logits.stride(0),
                        .seed = static_cast<uint64_t>(seed),
                        .sessions = sessions.const_data_ptr<int64_t>(),
                        .positions = positions.const_data_ptr<int64_t>()};
  const SampleOptions options{.temperature = static_cast<float>(temperature),
                              .top_p = static_cast<float>(top_p),
                              .top_k = static_cast<int32_t>(top_k),
                              .min_p = static_cast<float>(min_p),
                              .banned = banned.const_data_ptr<int32_t>(),
                              .banned_count = banned.numel(),
                              .truncated_logprob = truncated_logprobs};
  const at::Tensor workspace = launch.scratch(sample_workspace_bytes(rows, options));
  CudaLaunch::check(sample_cuda(rows, options, ids.mutable_data_ptr<int32_t>(),
                                logprobs.mutable_data_ptr<float>(), workspace.mutable_data_ptr(),
                                launch.stream()),
                    "sample");
  return {ids, logprobs};
}

TORCH_LIBRARY_IMPL(querl, CUDA, m) { m.impl("_sample", &sample_on_cuda); }

}  // namespace
}  // namespace querl
