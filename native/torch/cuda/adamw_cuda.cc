// querl::adamw_ and querl::global_norm on CUDA memory.
#include <torch/library.h>

#include <vector>

#include "kernels/cuda/adamw.cuh"
#include "kernels/cuda/norm.cuh"
#include "torch/adamw_call.h"
#include "torch/cuda/launch.h"
#include "torch/packed_batch.h"

namespace querl {
namespace {

void adamw_on_cuda(at::TensorList weights, at::TensorList gradients, at::TensorList first_moments,
                   at::TensorList second_moments, int64_t step, double lr, double beta1,
                   double beta2, double epsilon, double weight_decay, double gradient_scale) {
  const AdamWStep options =
      adamw_step(step, lr, beta1, beta2, epsilon, weight_decay, gradient_scale);
  const std::vector<AdamWTensor> tensors =
      adamw_tensors({weights, gradients, first_moments, second_moments});
  if (tensors.empty()) return;
  const CudaLaunch launch(weights[0]);
  CudaLaunch::check(adamw_cuda(options, tensors, launch.stream()), "adamw_");
  mark_as_changed(weights);
}

at::Tensor global_norm_on_cuda(at::TensorList tensors) {
  const CudaLaunch launch(tensors[0]);
  std::vector<at::Tensor> kept;
  std::vector<NormTensor> views;
  for (const at::Tensor& tensor : tensors) {
    if (tensor.device() != tensors[0].device())
      refuse("tensors", "on one device", tensor.device().str());
    kept.push_back(plain_floats(tensor, "tensors"));
    views.push_back({kept.back().const_data_ptr<float>(), kept.back().numel()});
  }
  const at::Tensor norm =
      at::empty({}, at::TensorOptions().dtype(at::kDouble).device(tensors[0].device()));
  const at::Tensor workspace = launch.scratch(norm_workspace_bytes(views));
  CudaLaunch::check(norm_cuda(views, norm.mutable_data_ptr<double>(), workspace.mutable_data_ptr(),
                              launch.stream()),
                    "global_norm");
  return norm;
}

TORCH_LIBRARY_IMPL(querl, CUDA, m) {
  m.impl("adamw_", &adamw_on_cuda);
  m.impl("global_norm", &global_norm_on_cuda);
}

}  // namespace
}  // namespace querl
