// querl::adamw_ and querl::global_norm, over lists of tensors. No gradient flows through them.
#include <torch/library.h>

#include <cmath>
#include <string>
#include <vector>

#include "kernels/adamw.h"
#include "torch/packed_batch.h"
#include "torch/threads.h"

namespace querl {
namespace {

// They are written to, or too large to be copied on the way: contiguous float32 or nothing.
void check_flat(const at::Tensor& tensor, const char* name) {
  if (tensor.scalar_type() != at::kFloat)
    refuse(name, "float32", at::toString(tensor.scalar_type()));
  if (!tensor.is_contiguous()) refuse(name, "contiguous", "strides of a view");
}

void check_lists(at::TensorList weights, at::TensorList others, const char* name) {
  if (others.size() != weights.size())
    refuse(name, std::to_string(weights.size()) + " tensors, as weights",
           std::to_string(others.size()));
  for (size_t i = 0; i < weights.size(); ++i) {
    check_flat(others[i], name);
    check_same_shape(others[i], name, weights[i], "weights");
  }
}

void check_step(const AdamWStep& step) {
  const auto check = [](const char* name, float value, bool holds, const char* expected) {
    if (!holds || !std::isfinite(value)) refuse(name, expected, std::to_string(value));
  };
  if (step.step < 1) refuse("step", "1 or more", std::to_string(step.step));
  check("lr", step.lr, step.lr >= 0, "a finite number of at least 0");
  check("beta1", step.beta1, step.beta1 >= 0 && step.beta1 < 1, "in [0, 1)");
  check("beta2", step.beta2, step.beta2 >= 0 && step.beta2 < 1, "in [0, 1)");
  check("epsilon", step.epsilon, step.epsilon >= 0, "a finite number of at least 0");
  check("weight_decay", step.weight_decay, step.weight_decay >= 0, "a finite number of at least 0");
}

void adamw_cpu(at::TensorList weights, at::TensorList gradients, at::TensorList first_moments,
               at::TensorList second_moments, int64_t step, double lr, double beta1, double beta2,
               double epsilon, double weight_decay, double gradient_scale) {
  const AdamWStep options{static_cast<float>(lr),
                          static_cast<float>(beta1),
                          static_cast<float>(beta2),
                          static_cast<float>(epsilon),
                          static_cast<float>(weight_decay),
                          step,
                          static_cast<float>(gradient_scale)};
  check_step(options);
  for (const at::Tensor& tensor : weights) check_flat(tensor, "weights");
  check_lists(weights, gradients, "gradients");
  check_lists(weights, first_moments, "first_moments");
  check_lists(weights, second_moments, "second_moments");
  std::vector<AdamWTensor> tensors;
  for (size_t i = 0; i < weights.size(); ++i)
    tensors.push_back({weights[i].mutable_data_ptr<float>(), gradients[i].const_data_ptr<float>(),
                       first_moments[i].mutable_data_ptr<float>(),
                       second_moments[i].mutable_data_ptr<float>(), weights[i].numel()});
  LibtorchThreads threads;
  adamw(options, tensors, threads);
  // A graph that saved the weights before must not take these for them.
  for (const at::Tensor& tensor : weights)
    if (!tensor.is_inference()) tensor.unsafeGetTensorImpl()->bump_version();
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
