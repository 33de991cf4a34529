// querl::_whiten on CUDA memory: mean and std stay there too, so that nobody waits for the device.
#include <ATen/ops/empty_like.h>
#include <torch/library.h>

#include "kernels/cuda/whiten.cuh"
#include "torch/cuda/launch.h"
#include "torch/packed_batch.h"

namespace querl {
namespace {

std::tuple<at::Tensor, at::Tensor, at::Tensor> whiten_on_cuda(const at::Tensor& values,
                                                              const std::optional<at::Tensor>& mask,
                                                              bool shift_mean, double epsilon) {
  const CudaLaunch launch(values);
  at::Tensor out = at::empty_like(values);
  const auto number = [&] { return at::empty({}, values.options().dtype(at::kDouble)); };
  at::Tensor mean = number(), deviation = number();
  const at::Tensor workspace = launch.scratch(whiten_workspace_bytes(values.numel()));
  CudaLaunch::check(
      whiten_cuda(values.const_data_ptr<float>(), mask_data(mask), values.numel(),
                  {epsilon, shift_mean}, out.mutable_data_ptr<float>(),
                  mean.mutable_data_ptr<double>(), deviation.mutable_data_ptr<double>(),
                  workspace.mutable_data_ptr(), launch.stream()),
      "whiten");
  return {out, mean, deviation};
}

TORCH_LIBRARY_IMPL(querl, CUDA, m) { m.impl("_whiten", &whiten_on_cuda); }

}  // namespace
}  // namespace querl
