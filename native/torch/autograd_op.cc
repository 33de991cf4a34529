// What C++ and Python do with tensors by methods, as operators: the generic binding then reaches
// it, on whichever thread it calls operators. Schemas document the arguments.
#include <ATen/core/List.h>
#include <ATen/core/Tensor.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/library.h>

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/errors.h"

namespace querl {
namespace {

using OptionalTensors = c10::List<std::optional<at::Tensor>>;
using torch::autograd::variable_list;

variable_list with_undefined(const OptionalTensors& tensors) {
  variable_list result;
  for (size_t i = 0; i < tensors.size(); ++i)
    result.push_back(tensors.get(i).value_or(at::Tensor()));
  return result;
}

std::string shape_of(const at::Tensor& tensor) {
  std::ostringstream text;
  for (int64_t i = 0; i < tensor.dim(); ++i) text << (i == 0 ? "" : ", ") << tensor.sizes()[i];
  return "(" + text.str() + ")";
}

void check_recorded(const char* name, const at::Tensor& tensor) {
  if (tensor.requires_grad()) return;
  throw Error("ERR_QUERL_ARGUMENT",
              std::string("Expected ") + name +
                  " to require a gradient, but it has no history of "
                  "operators that record one.\nCall requiresGrad_() on what "
                  "is to be differentiated, and compute outside of noGrad().");
}

// LibTorch says the same in words that name no argument of ours.
void check_gradients(at::TensorList outputs, const OptionalTensors& gradients) {
  if (!gradients.empty() && gradients.size() != outputs.size())
    throw Error("ERR_QUERL_ARGUMENT", "Expected " + std::to_string(outputs.size()) +
                                          " gradients, one for each output, but got " +
                                          std::to_string(gradients.size()) + ".");
  for (size_t i = 0; i < outputs.size(); ++i) {
    const at::Tensor& output = outputs[i];
    const auto gradient = gradients.empty() ? std::nullopt : gradients.get(i);
    if (!gradient.has_value() && output.numel() != 1)
      throw Error("ERR_QUERL_ARGUMENT",
                  "Expected a gradient for a tensor of shape " + shape_of(output) +
                      "; only one of a single number has a gradient of 1.\nGive the gradient, or "
                      "differentiate the sum or the mean.");
    if (gradient.has_value() && gradient->sizes() != output.sizes())
      throw Error("ERR_QUERL_ARGUMENT", "Expected a gradient of shape " + shape_of(output) +
                                            ", as its output, but got " + shape_of(*gradient) +
                                            ".");
  }
}

void backward(at::TensorList tensors, const OptionalTensors& gradients,
              std::optional<bool> retain_graph, bool create_graph, at::TensorList inputs) {
  for (const at::Tensor& tensor : tensors) check_recorded("the tensor", tensor);
  check_gradients(tensors, gradients);
  torch::autograd::backward(tensors.vec(), with_undefined(gradients), retain_graph, create_graph,
                            inputs.vec());
}

// Undefined where an output does not depend on an input.
std::vector<at::Tensor> grad(at::TensorList outputs, at::TensorList inputs,
                             const OptionalTensors& gradients, std::optional<bool> retain_graph,
                             bool create_graph, bool allow_unused) {
  for (const at::Tensor& output : outputs) check_recorded("each of outputs", output);
  for (const at::Tensor& input : inputs) check_recorded("each of inputs", input);
  check_gradients(outputs, gradients);
  return torch::autograd::grad(outputs.vec(), inputs.vec(), with_undefined(gradients), retain_graph,
                               create_graph, allow_unused);
}

bool requires_grad(const at::Tensor& self) { return self.requires_grad(); }

at::Tensor gradient_of(const at::Tensor& self) { return self.grad(); }

void set_gradient_of(const at::Tensor& self, const std::optional<at::Tensor>& gradient) {
  self.mutable_grad() = gradient.value_or(at::Tensor());
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(querl, m) {
  m.def(
      "backward(Tensor[] tensors, Tensor?[] gradients, bool? retain_graph, bool create_graph, "
      "Tensor[] inputs) -> ()",
      backward);
  m.def(
      "grad(Tensor[] outputs, Tensor[] inputs, Tensor?[] gradients, bool? retain_graph, "
      "bool create_graph, bool allow_unused) -> Tensor[]",
      grad);
  m.def("requires_grad(Tensor self) -> bool", requires_grad);
  m.def("gradient_of(Tensor self) -> Tensor", gradient_of);
  m.def("set_gradient_of(Tensor self, Tensor? gradient) -> ()", set_gradient_of);
}

}  // namespace querl
