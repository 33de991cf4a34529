#include "torch/custom_function.h"

#include <torch/csrc/autograd/custom_function.h>

#include <memory>
#include <string>
#include <utility>

#include "base/errors.h"

namespace querl {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr const char* kBackward = "backward";
constexpr const char* kInputs = "inputs";

// Carries the callback in the node's context, which holds IValues only.
struct Callback : torch::CustomClassHolder {
  explicit Callback(CustomBackwardCallback given) : call(std::move(given)) {}
  CustomBackwardCallback call;
};

void check_unchanged(at::TensorList inputs, const std::vector<uint32_t>& versions) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i]._version() == versions[i]) continue;
    throw Error("ERR_QUERL_ARGUMENT", "The custom function's forward() changed its input " +
                                          std::to_string(i) + " in place. Work on a clone().");
  }
}

struct CallbackFunction : torch::autograd::Function<CallbackFunction> {
  static variable_list forward(AutogradContext* context, at::TensorList inputs,
                               const CustomForwardCallback& forward,
                               const c10::intrusive_ptr<Callback>& backward) {
    std::vector<uint32_t> versions;
    for (const at::Tensor& input : inputs) versions.push_back(input._version());
    CustomForward made = forward(inputs);
    check_unchanged(inputs, versions);
    context->saved_data[kBackward] = c10::IValue::make_capsule(backward);
    context->saved_data[kInputs] = static_cast<int64_t>(inputs.size());
    context->save_for_backward(std::move(made.saved));
    return std::move(made.outputs);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto inputs = static_cast<size_t>(context->saved_data[kInputs].toInt());
    CustomGradients given{std::move(gradients), context->get_saved_variables(), {}};
    for (size_t i = 0; i < inputs; ++i) given.needed.push_back(context->needs_input_grad(i));
    const auto callback = context->saved_data[kBackward].toCapsule();
    variable_list results = static_cast<Callback&>(*callback).call(given);
    if (results.size() != inputs)
      throw Error("ERR_QUERL_ARGUMENT", "Expected the custom function's backward() to return " +
                                            std::to_string(inputs) +
                                            " gradients, one for each input, but got " +
                                            std::to_string(results.size()) + ".");
    results.resize(inputs + 2);  // the two arguments of forward() that are no tensors
    return results;
  }
};

}  // namespace

std::vector<at::Tensor> apply_custom_function(at::TensorList inputs,
                                              const CustomForwardCallback& forward,
                                              CustomBackwardCallback backward) {
  return CallbackFunction::apply(inputs, forward,
                                 c10::make_intrusive<Callback>(std::move(backward)));
}

}  // namespace querl
