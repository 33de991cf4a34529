#include "torch/adamw_call.h"

#include <cmath>
#include <string>

#include "torch/packed_batch.h"

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
    if (others[i].device() != weights[i].device())
      refuse(name, "on " + weights[i].device().str() + ", as weights", others[i].device().str());
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

}  // namespace

AdamWStep adamw_step(int64_t step, double lr, double beta1, double beta2, double epsilon,
                     double weight_decay, double gradient_scale) {
  const AdamWStep options{static_cast<float>(lr),
                          static_cast<float>(beta1),
                          static_cast<float>(beta2),
                          static_cast<float>(epsilon),
                          static_cast<float>(weight_decay),
                          step,
                          static_cast<float>(gradient_scale)};
  check_step(options);
  return options;
}

std::vector<AdamWTensor> adamw_tensors(const AdamWLists& lists) {
  const auto& [weights, gradients, first_moments, second_moments] = lists;
  for (const at::Tensor& tensor : weights) {
    check_flat(tensor, "weights");
    if (tensor.device() != weights[0].device())
      refuse("weights", "on one device", tensor.device().str());
  }
  check_lists(weights, gradients, "gradients");
  check_lists(weights, first_moments, "first_moments");
  check_lists(weights, second_moments, "second_moments");
  std::vector<AdamWTensor> tensors;
  for (size_t i = 0; i < weights.size(); ++i)
    tensors.push_back({weights[i].mutable_data_ptr<float>(), gradients[i].const_data_ptr<float>(),
                       first_moments[i].mutable_data_ptr<float>(),
                       second_moments[i].mutable_data_ptr<float>(), weights[i].numel()});
  return tensors;
}

void mark_as_changed(at::TensorList weights) {
  for (const at::Tensor& tensor : weights)
    if (!tensor.is_inference()) tensor.unsafeGetTensorImpl()->bump_version();
}

}  // namespace querl
