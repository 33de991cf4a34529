// querl::_gae on CUDA memory.
#include <ATen/ops/empty_like.h>
#include <torch/library.h>

#include "kernels/cuda/gae.cuh"
#include "torch/cuda/launch.h"
#include "torch/packed_batch.h"

namespace querl {
namespace {

std::tuple<at::Tensor, at::Tensor> gae_on_cuda(const at::Tensor& rewards, const at::Tensor& values,
                                               const std::optional<at::Tensor>& mask,
                                               const at::Tensor& offsets, double gamma,
                                               double lam) {
  const CudaLaunch launch(rewards);
  at::Tensor advantages = at::empty_like(rewards), returns = at::empty_like(rewards);
  const GaeBatch batch{rewards.const_data_ptr<float>(), values.const_data_ptr<float>(),
                       mask_data(mask), offsets.const_data_ptr<int64_t>(), offsets.numel() - 1};
  CudaLaunch::check(
      gae_cuda(batch, rewards.numel(), {gamma, lam}, advantages.mutable_data_ptr<float>(),
               returns.mutable_data_ptr<float>(), launch.stream()),
      "gae");
  return {advantages, returns};
}

TORCH_LIBRARY_IMPL(querl, CUDA, m) { m.impl("_gae", &gae_on_cuda); }

}  // namespace
}  // namespace querl
