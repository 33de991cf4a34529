// An autograd function out of two callbacks, for languages in which torch::autograd::Function
// cannot be subclassed.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

namespace querl {

// What forward() makes. It runs without recording, and must not change its inputs in place.
struct CustomForward {
  std::vector<at::Tensor> outputs;
  // Handed to backward(). They are freed with the graph, or after its first backward() that does
  // not retain it, whatever then still lives outside of it.
  std::vector<at::Tensor> saved;
};

struct CustomGradients {
  std::vector<at::Tensor> of_outputs;  // zeros where none came
  std::vector<at::Tensor> saved;
  std::vector<bool> needed;  // per input
};

using CustomForwardCallback = std::function<CustomForward(at::TensorList inputs)>;
// One gradient per input; undefined for one that has none. Runs on the thread on which autograd
// reaches the node: for CPU tensors, that which called backward(). What it throws comes out there.
using CustomBackwardCallback = std::function<std::vector<at::Tensor>(const CustomGradients&)>;

// The outputs of `forward`, with `backward` behind them if any of `inputs` requires a gradient. The
// graph owns `backward`, and drops it on whatever thread frees it.
//
// Throws ERR_QUERL_ARGUMENT if forward changed an input, and what forward throws.
std::vector<at::Tensor> apply_custom_function(at::TensorList inputs,
                                              const CustomForwardCallback& forward,
                                              CustomBackwardCallback backward);

}  // namespace querl
