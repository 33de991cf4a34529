// querl::_group_advantages and querl::_spread_to_tokens on CUDA memory.
#include <ATen/ops/empty_like.h>
#include <torch/library.h>

#include "kernels/cuda/group_advantages.cuh"
#include "torch/cuda/launch.h"
#include "torch/packed_batch.h"

namespace querl {
namespace {

at::Tensor group_advantages_on_cuda(const at::Tensor& rewards, const at::Tensor& groups,
                                    int64_t baseline, bool divide_by_std, double epsilon) {
  const CudaLaunch launch(rewards);
  at::Tensor advantages = at::empty_like(rewards);
  CudaLaunch::check(
      group_advantages_cuda(rewards.const_data_ptr<double>(), groups.const_data_ptr<int32_t>(),
                            rewards.numel(),
                            {static_cast<GroupBaseline>(baseline), divide_by_std, epsilon},
                            advantages.mutable_data_ptr<double>(), launch.stream()),
      "group_advantages");
  return advantages;
}

at::Tensor spread_to_tokens_on_cuda(const at::Tensor& per_sequence, const at::Tensor& offsets,
                                    int64_t tokens, const std::optional<at::Tensor>& mask) {
  const CudaLaunch launch(per_sequence);
  at::Tensor out = at::empty({tokens}, per_sequence.options());
  CudaLaunch::check(
      spread_to_tokens_cuda(per_sequence.const_data_ptr<float>(), offsets.const_data_ptr<int64_t>(),
                            offsets.numel() - 1, tokens, mask_data(mask),
                            out.mutable_data_ptr<float>(), launch.stream()),
      "spread_to_tokens");
  return out;
}

TORCH_LIBRARY_IMPL(querl, CUDA, m) {
  m.impl("_group_advantages", &group_advantages_on_cuda);
  m.impl("_spread_to_tokens", &spread_to_tokens_on_cuda);
}

}  // namespace
}  // namespace querl
