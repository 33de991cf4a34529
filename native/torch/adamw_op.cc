// querl::adamw_ and querl::global_norm, over lists of tensors. No gradient flows through them.
#include <torch/library.h>

#include <cmath>
#include <vector>

#include "kernels/adamw.h"
#include "torch/adamw_call.h"
#include "torch/packed_batch.h"
#include "torch/threads.h"

namespace querl {
namespace {

void adamw_cpu(at::TensorList weights, at::TensorList gradients, at::TensorList first_moments,
               at::TensorList second_moments, int64_t step, double lr, double beta1, double beta2,
               double epsilon, double weight_decay, double gradient_scale) {
  const AdamWStep options =
      adamw_step(step, lr, beta1, beta2, epsilon, weight_decay, gradient_scale);
  LibtorchThreads threads;
  adamw(options, adamw_tensors({weights, gradients, first_moments, second_moments}), threads);
  mark_as_changed(weights);
}

at::Tensor global_norm_cpu(at::TensorList tensors) {
  std::vector<at::Tensor> kept;
  std::vector<NormTensor> views;
  for (const at::Tensor& tensor : tensors) {
    kept.push_back(plain_floats(tensor, "tensors"));
    views.push_back({kept.back().const_data_ptr<float>(), kept.back().numel()});
  }
  LibtorchThreads threads;
  return at::scalar_tensor(std::sqrt(squared_norm(views, threads)), at::kDouble);
}

TORCH_LIBRARY_FRAGMENT(querl, m) {
  // Lists of equal length, float32, contiguous, of the shapes of the weights.
  m.def(
      "adamw_(Tensor(a!)[] weights, Tensor[] gradients, Tensor(b!)[] first_moments, "
      "Tensor(c!)[] second_moments, *, int step, float lr, float beta1=0.9, float beta2=0.999, "
      "float epsilon=1e-08, float weight_decay=0.01, float gradient_scale=1.) -> ()");
  // The norm of all elements of all tensors together, a float64 number.
  m.def("global_norm(Tensor[] tensors) -> Tensor");
}

TORCH_LIBRARY_IMPL(querl, CPU, m) {
  m.impl("adamw_", &adamw_cpu);
  m.impl("global_norm", &global_norm_cpu);
}

}  // namespace
}  // namespace querl
