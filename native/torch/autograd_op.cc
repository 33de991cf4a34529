// What C++ and Python do with tensors by methods, as operators: the generic binding then reaches
// it, on whichever thread it calls operators. Schemas document the arguments.
#include <ATen/core/List.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/library.h>

#include <optional>
#include <utility>
#include <vector>

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

void backward(at::TensorList tensors, const OptionalTensors& gradients,
              std::optional<bool> retain_graph, bool create_graph, at::TensorList inputs) {
  torch::autograd::backward(tensors.vec(), with_undefined(gradients), retain_graph, create_graph,
                            inputs.vec());
}

// Undefined where an output does not depend on an input.
std::vector<at::Tensor> grad(at::TensorList outputs, at::TensorList inputs,
                             const OptionalTensors& gradients, std::optional<bool> retain_graph,
                             bool create_graph, bool allow_unused) {
  return torch::autograd::grad(outputs.vec(), inputs.vec(), with_undefined(gradients), retain_graph,
                               create_graph, allow_unused);
}

bool requires_grad(const at::Tensor& self) { return self.requires_grad(); }

at::Tensor gradient_of(const at::Tensor& self) { return self.grad(); }

void set_gradient_of(const at::Tensor& self, const std::optional<at::Tensor>& gradient) {
  self.mutable_grad() = gradient.value_or(at::Tensor());
}

void set_grad_enabled(bool enabled) { at::GradMode::set_enabled(enabled); }

bool is_grad_enabled() { return at::GradMode::is_enabled(); }

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
  m.def("set_grad_enabled(bool enabled) -> ()", set_grad_enabled);
  m.def("is_grad_enabled() -> bool", is_grad_enabled);
}

}  // namespace querl
