// querl::linear_logprobs: log-probs of tokens and entropies from hidden states and a language
// model's head, with autograd and without the logits.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <array>

#include "base/errors.h"
#include "kernels/linear_logprobs.h"
#include "torch/logprobs_arguments.h"
#include "torch/threads.h"

namespace querl {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

ScoreTensors forward(const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets,
                     double temperature) {
  static const auto op =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("querl::_linear_logprobs_forward", "")
          .typed<ScoreTensors(const at::Tensor&, const at::Tensor&, const at::Tensor&, double)>();
  return op.call(hidden, head, targets, temperature);
}

using Wanted = std::array<bool, 2>;

std::tuple<at::Tensor, at::Tensor> backward(const variable_list& saved,
                                            const std::optional<at::Tensor>& d_logprobs,
                                            const std::optional<at::Tensor>& d_entropies,
                                            double temperature, Wanted wanted) {
  static const auto op =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("querl::_linear_logprobs_backward", "")
          .typed<std::tuple<at::Tensor, at::Tensor>(
              const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
              const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&,
              const std::optional<at::Tensor>&, double, std::array<bool, 2>)>();
  return op.call(saved[0], saved[1], saved[2], saved[3], saved[4], saved[5], d_logprobs,
                 d_entropies, temperature, wanted);
}

struct LinearLogprobs : torch::autograd::Function<LinearLogprobs> {
  // hidden (T, D), head (V, D), targets (T)
  static variable_list forward(AutogradContext* context, const at::Tensor& hidden,
                               const at::Tensor& head, const at::Tensor& targets,
                               double temperature) {
    const at::AutoDispatchBelowADInplaceOrView raw;
    const auto [logprobs, entropies, maxima, log_sums] =
        querl::forward(hidden, head, targets, temperature);
    context->save_for_backward({hidden, head, targets, entropies, maxima, log_sums});
    context->saved_data["temperature"] = temperature;
    return {logprobs, entropies};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    refuse_second_derivative("linear_logprobs");
    const at::AutoDispatchBelowADInplaceOrView raw;
    const auto [d_hidden, d_head] =
        querl::backward(context->get_saved_variables(), slope_of(gradients[0]),
                        slope_of(gradients[1]), context->saved_data["temperature"].toDouble(),
                        {context->needs_input_grad(0), context->needs_input_grad(1)});
    return {d_hidden, d_head, at::Tensor(), at::Tensor()};
  }
};

void check(const at::Tensor& hidden, const at::Tensor& head) {
  float_type(hidden, "hidden");
  if (head.scalar_type() != hidden.scalar_type())
    throw Error("ERR_QUERL_ARGUMENT", std::string("Expected head to be ") +
                                          at::toString(hidden.scalar_type()) + " as hidden, but " +
                                          "got " + at::toString(head.scalar_type()) + ".");
  if (hidden.dim() == 0 || head.dim() != 2 || head.size(1) != hidden.size(-1) || head.numel() == 0)
    throw Error("ERR_QUERL_ARGUMENT",
                "Expected hidden (…, D) and head (V, D) with V and D one or more, but got " +
                    c10::str(hidden.sizes()) + " and " + c10::str(head.sizes()) + ".");
  if (head.device() != hidden.device())
    throw Error("ERR_QUERL_ARGUMENT", "Expected hidden and head on one device, but got " +
                                          hidden.device().str() + " and " + head.device().str() +
                                          ".");
}

std::tuple<at::Tensor, at::Tensor> linear_logprobs_op(const at::Tensor& hidden,
                                                      const at::Tensor& head,
                                                      const at::Tensor& targets,
                                                      double temperature) {
  check(hidden, head);
  check_temperature(temperature);
  const at::IntArrayRef leading = hidden.sizes().slice(0, static_cast<size_t>(hidden.dim() - 1));
  const at::Tensor flat = flat_targets(targets, leading);
  const variable_list scores =
      LinearLogprobs::apply(with_contiguous_rows(hidden.reshape({flat.numel(), hidden.size(-1)})),
                            with_contiguous_rows(head), flat, temperature);
  return {scores[0].reshape(leading), scores[1].reshape(leading)};
}

LinearInputs inputs_of(const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets,
                       double temperature) {
  return {{hidden.size(0), hidden.size(1), head.size(0)},
          rows_of(hidden),
          rows_of(head),
          targets.const_data_ptr<int64_t>(),
          static_cast<float>(temperature)};
}

ScoreTensors forward_cpu(const at::Tensor& hidden, const at::Tensor& head,
                         const at::Tensor& targets, double temperature) {
  check_targets(targets, head.size(0));
  const ScoreTensors scores = empty_scores(targets);
  LibtorchThreads threads;
  linear_logprobs(inputs_of(hidden, head, targets, temperature), scores_of(scores), threads);
  return scores;
}

std::tuple<at::Tensor, at::Tensor> backward_cpu(
    const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets,
    const at::Tensor& entropies, const at::Tensor& maxima, const at::Tensor& log_sums,
    const std::optional<at::Tensor>& d_logprobs, const std::optional<at::Tensor>& d_entropies,
    double temperature, Wanted wanted) {
  const auto make = [](bool is_wanted, const at::Tensor& like) {
    return is_wanted ? at::empty(like.sizes(), like.options()) : at::Tensor();
  };
  const auto rows = [](const at::Tensor& tensor) {
    return tensor.defined() ? writable_rows_of(tensor) : Rows{};
  };
  const at::Tensor d_hidden = make(wanted[0], hidden), d_head = make(wanted[1], head);
  LibtorchThreads threads;
  linear_logprobs_backward(inputs_of(hidden, head, targets, temperature),
                           slopes_of(entropies, maxima, log_sums, d_logprobs, d_entropies),
                           {rows(d_hidden), rows(d_head)}, threads);
  return {d_hidden, d_head};
}

void backward_into_cpu(const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets,
                       const at::Tensor& entropies, const at::Tensor& maxima,
                       const at::Tensor& log_sums, const std::optional<at::Tensor>& d_logprobs,
                       const std::optional<at::Tensor>& d_entropies, double temperature,
                       const std::optional<at::Tensor>& d_hidden,
                       const std::optional<at::Tensor>& d_head) {
  const auto rows = [](const std::optional<at::Tensor>& tensor) {
    return tensor ? writable_rows_of(*tensor) : Rows{};
  };
  LibtorchThreads threads;
  linear_logprobs_backward(inputs_of(hidden, head, targets, temperature),
                           slopes_of(entropies, maxima, log_sums, d_logprobs, d_entropies),
                           {rows(d_hidden), rows(d_head), /*accumulates=*/true}, threads);
}

// On other devices: through results of the inputs' type.
void backward_into(const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets,
                   const at::Tensor& entropies, const at::Tensor& maxima,
                   const at::Tensor& log_sums, const std::optional<at::Tensor>& d_logprobs,
                   const std::optional<at::Tensor>& d_entropies, double temperature,
                   const std::optional<at::Tensor>& d_hidden,
                   const std::optional<at::Tensor>& d_head) {
  const auto [hidden_result, head_result] =
      backward({hidden, head, targets, entropies, maxima, log_sums}, d_logprobs, d_entropies,
               temperature, {d_hidden.has_value(), d_head.has_value()});
  if (d_hidden) at::Tensor(*d_hidden).copy_(hidden_result);
  if (d_head) at::Tensor(*d_head).add_(head_result);
}

TORCH_LIBRARY_FRAGMENT(querl, m) {
  m.def(
      "linear_logprobs(Tensor hidden, Tensor head, Tensor targets, *, float temperature=1.) -> "
      "(Tensor logprobs, Tensor entropies)");
  // hidden (T, D) and head (V, D) of one type, float32 or bfloat16, rows contiguous; targets (T)
  // int64, negative: ignored; results (T) float32.
  m.def(
      "_linear_logprobs_forward(Tensor hidden, Tensor head, Tensor targets, float temperature) -> "
      "(Tensor logprobs, Tensor entropies, Tensor maxima, Tensor log_sums)");
  // wanted: whether d_hidden and d_head are; one that is not is returned undefined. They are of
  // the inputs' type.
  m.def(
      "_linear_logprobs_backward(Tensor hidden, Tensor head, Tensor targets, Tensor entropies, "
      "Tensor maxima, Tensor log_sums, Tensor? d_logprobs, Tensor? d_entropies, "
      "float temperature, bool[2] wanted) -> (Tensor d_hidden, Tensor d_head)");
  // d_hidden, of any type, is overwritten; d_head is added to, in float32 without rounding on the
  // way where the kernel can.
  m.def(
      "_linear_logprobs_backward_into(Tensor hidden, Tensor head, Tensor targets, "
      "Tensor entropies, Tensor maxima, Tensor log_sums, Tensor? d_logprobs, Tensor? d_entropies, "
      "float temperature, Tensor(a!)? d_hidden, Tensor(b!)? d_head) -> ()");
}

TORCH_LIBRARY_IMPL(querl, CPU, m) {
  m.impl("_linear_logprobs_forward", &forward_cpu);
  m.impl("_linear_logprobs_backward", &backward_cpu);
  m.impl("_linear_logprobs_backward_into", &backward_into_cpu);
}

TORCH_LIBRARY_IMPL(querl, CompositeExplicitAutograd, m) {
  m.impl("_linear_logprobs_backward_into", &backward_into);
}

TORCH_LIBRARY_IMPL(querl, CompositeImplicitAutograd, m) {
  m.impl("linear_logprobs", &linear_logprobs_op);
}

}  // namespace
}  // namespace querl
