// querl::logits_logprobs: log-probs of tokens and entropies from logits, with autograd.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "base/errors.h"
#include "kernels/logits_logprobs.h"
#include "torch/logprobs_arguments.h"
#include "torch/threads.h"

namespace querl {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

ScoreTensors forward(const at::Tensor& logits, const at::Tensor& targets, double temperature) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("querl::_logits_logprobs_forward", "")
                             .typed<ScoreTensors(const at::Tensor&, const at::Tensor&, double)>();
  return op.call(logits, targets, temperature);
}

void backward(const at::Tensor& logits, const at::Tensor& targets, const at::Tensor& entropies,
              const at::Tensor& maxima, const at::Tensor& log_sums,
              const std::optional<at::Tensor>& d_logprobs,
              const std::optional<at::Tensor>& d_entropies, double temperature,
              at::Tensor d_logits) {
  static const auto op =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("querl::_logits_logprobs_backward", "")
          .typed<void(const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
                      const at::Tensor&, const std::optional<at::Tensor>&,
                      const std::optional<at::Tensor>&, double, at::Tensor&)>();
  op.call(logits, targets, entropies, maxima, log_sums, d_logprobs, d_entropies, temperature,
          d_logits);
}

struct LogitsLogprobs : torch::autograd::Function<LogitsLogprobs> {
  // logits (T, V), targets (T)
  static variable_list forward(AutogradContext* context, const at::Tensor& logits,
                               const at::Tensor& targets, double temperature, bool in_place) {
    const at::AutoDispatchBelowADInplaceOrView raw;
    const auto [logprobs, entropies, maxima, log_sums] =
        querl::forward(logits, targets, temperature);
    context->save_for_backward({logits, targets, entropies, maxima, log_sums});
    context->saved_data["temperature"] = temperature;
    context->saved_data["in_place"] = in_place;
    return {logprobs, entropies};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    refuse_second_derivative("logits_logprobs");
    const at::AutoDispatchBelowADInplaceOrView raw;
    // Throws if the logits were changed since, also by an earlier backward pass in place.
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& logits = saved[0];
    const bool in_place = context->saved_data["in_place"].toBool();
    at::Tensor d_logits = in_place ? logits.detach() : at::empty_like(logits);
    querl::backward(logits, saved[1], saved[2], saved[3], saved[4], slope_of(gradients[0]),
                    slope_of(gradients[1]), context->saved_data["temperature"].toDouble(),
                    d_logits);
    // Whoever else saved the logits must not take the gradient for them.
    if (in_place) logits.unsafeGetTensorImpl()->bump_version();
    return {d_logits, at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

std::tuple<at::Tensor, at::Tensor> logits_logprobs_op(const at::Tensor& logits,
                                                      const at::Tensor& targets, double temperature,
                                                      bool in_place) {
  float_type(logits, "logits");
  check_temperature(temperature);
  if (logits.dim() == 0 || logits.size(-1) == 0)
    throw Error("ERR_QUERL_ARGUMENT", "Expected logits to have a last axis of one or more.");
  // The gradient of a leaf lives beside it; here it would be the leaf itself.
  if (in_place && logits.is_leaf() && logits.requires_grad())
    throw Error("ERR_QUERL_ARGUMENT",
                "Expected logits that some operator computed, since in_place overwrites them with "
                "their gradient, but got a leaf that requires a gradient.");
  const at::IntArrayRef leading = logits.sizes().slice(0, static_cast<size_t>(logits.dim() - 1));
  const at::Tensor flat = flat_targets(targets, leading);
  const at::Tensor rows = with_contiguous_rows(logits.reshape({flat.numel(), logits.size(-1)}));
  const variable_list scores = LogitsLogprobs::apply(rows, flat, temperature, in_place);
  return {scores[0].reshape(leading), scores[1].reshape(leading)};
}

LogitsShape shape_of(const at::Tensor& logits) { return {logits.size(0), logits.size(1)}; }

ScoreTensors forward_cpu(const at::Tensor& logits, const at::Tensor& targets, double temperature) {
  check_targets(targets, logits.size(1));
  const ScoreTensors scores = empty_scores(targets);
  LibtorchThreads threads;
  logits_logprobs(shape_of(logits), rows_of(logits), targets.const_data_ptr<int64_t>(),
                  static_cast<float>(temperature), scores_of(scores), threads);
  return scores;
}

void backward_cpu(const at::Tensor& logits, const at::Tensor& targets, const at::Tensor& entropies,
                  const at::Tensor& maxima, const at::Tensor& log_sums,
                  const std::optional<at::Tensor>& d_logprobs,
                  const std::optional<at::Tensor>& d_entropies, double temperature,
                  at::Tensor& d_logits) {
  LibtorchThreads threads;
  logits_logprobs_backward(shape_of(logits), rows_of(logits), targets.const_data_ptr<int64_t>(),
                           static_cast<float>(temperature),
                           slopes_of(entropies, maxima, log_sums, d_logprobs, d_entropies),
                           writable_rows_of(d_logits), threads);
}

TORCH_LIBRARY_FRAGMENT(querl, m) {
  m.def(
      "logits_logprobs(Tensor logits, Tensor targets, *, float temperature=1., "
      "bool in_place=False) -> (Tensor logprobs, Tensor entropies)");
  // logits (T, V) float32 or bfloat16, rows contiguous; targets (T) int64, negative: ignored;
  // results (T) float32.
  m.def(
      "_logits_logprobs_forward(Tensor logits, Tensor targets, float temperature) -> "
      "(Tensor logprobs, Tensor entropies, Tensor maxima, Tensor log_sums)");
  // d_logits is of the logits' type and may be the logits themselves.
  m.def(
      "_logits_logprobs_backward(Tensor logits, Tensor targets, Tensor entropies, Tensor maxima, "
      "Tensor log_sums, Tensor? d_logprobs, Tensor? d_entropies, float temperature, "
      "Tensor(a!) d_logits) -> ()");
}

TORCH_LIBRARY_IMPL(querl, CPU, m) {
  m.impl("_logits_logprobs_forward", &forward_cpu);
  m.impl("_logits_logprobs_backward", &backward_cpu);
}

TORCH_LIBRARY_IMPL(querl, CompositeImplicitAutograd, m) {
  m.impl("logits_logprobs", &logits_logprobs_op);
}

}  // namespace
}  // namespace querl
