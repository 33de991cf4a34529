#include "lm/libtorch_operators.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/empty_like.h>

namespace querl::operators {
namespace {

template <class Signature>
auto operator_of(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

}  // namespace

void rms_norm(const at::Tensor& x, const Optional& added, const at::Tensor& gain, double epsilon,
              const at::Tensor& y, const Optional& sum, const Optional& inverse_rms) {
  static const auto op =
      operator_of<void(const at::Tensor&, const Optional&, const at::Tensor&, double,
                       const at::Tensor&, const Optional&, const Optional&)>("querl::rms_norm");
  op.call(x, added, gain, epsilon, y, sum, inverse_rms);
}

void rms_norm_backward(const at::Tensor& d_y, const at::Tensor& x, const Optional& added,
                       const at::Tensor& gain, const at::Tensor& inverse_rms, const at::Tensor& d_x,
                       const Optional& d_gain, bool accumulates) {
  static const auto op =
      operator_of<void(const at::Tensor&, const at::Tensor&, const Optional&, const at::Tensor&,
                       const at::Tensor&, const at::Tensor&, const Optional&, bool)>(
          "querl::rms_norm_backward");
  op.call(d_y, x, added, gain, inverse_rms, d_x, d_gain, accumulates);
}

void rope(const at::Tensor& x, const at::Tensor& positions, const at::Tensor& cos,
          const at::Tensor& sin, bool inverse) {
  static const auto op = operator_of<void(const at::Tensor&, const at::Tensor&, const at::Tensor&,
                                          const at::Tensor&, bool)>("querl::rope");
  op.call(x, positions, cos, sin, inverse);
}

void swiglu(const at::Tensor& gate_up, const at::Tensor& out) {
  static const auto op = operator_of<void(const at::Tensor&, const at::Tensor&)>("querl::swiglu");
  op.call(gate_up, out);
}

void swiglu_backward(const at::Tensor& d_out, const at::Tensor& gate_up,
                     const at::Tensor& d_gate_up, const Optional& out) {
  static const auto op =
      operator_of<void(const at::Tensor&, const at::Tensor&, const at::Tensor&, const Optional&)>(
          "querl::swiglu_backward");
  op.call(d_out, gate_up, d_gate_up, out);
}

void varlen_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                      const at::Tensor& query_offsets, const at::Tensor& key_offsets,
                      int64_t head_dim, int64_t window, double scale, const at::Tensor& out,
                      const at::Tensor& log_sums) {
  static const auto op =
      operator_of<void(const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
                       const at::Tensor&, int64_t, int64_t, double, at::Tensor&, at::Tensor&)>(
          "querl::_varlen_attention_out");
  at::Tensor result = out, sums = log_sums;
  op.call(q, k, v, query_offsets, key_offsets, head_dim, window, scale, result, sums);
}

void varlen_attention_backward(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                               const at::Tensor& out, const at::Tensor& d_out,
                               const at::Tensor& log_sums, const at::Tensor& query_offsets,
                               const at::Tensor& key_offsets, int64_t head_dim, int64_t window,
                               double scale, const at::Tensor& d_q, const at::Tensor& d_k,
                               const at::Tensor& d_v) {
  static const auto op =
      operator_of<void(const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
                       const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
                       int64_t, int64_t, double, at::Tensor&, at::Tensor&, at::Tensor&)>(
          "querl::_varlen_attention_backward_out");
  at::Tensor q_slope = d_q, k_slope = d_k, v_slope = d_v;
  op.call(q, k, v, out, d_out, log_sums, query_offsets, key_offsets, head_dim, window, scale,
          q_slope, k_slope, v_slope);
}

Scores linear_logprobs(const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets,
                       double temperature) {
  static const auto op =
      operator_of<Scores(const at::Tensor&, const at::Tensor&, const at::Tensor&, double)>(
          "querl::_linear_logprobs_forward");
  return op.call(hidden, head, targets, temperature);
}

void linear_logprobs_backward_into(const at::Tensor& hidden, const at::Tensor& head,
                                   const at::Tensor& targets, const Scores& scores,
                                   const Optional& d_logprobs, const Optional& d_entropies,
                                   double temperature, const Optional& d_hidden,
                                   const Optional& d_head) {
  static const auto op =
      operator_of<void(const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
                       const at::Tensor&, const at::Tensor&, const Optional&, const Optional&,
                       double, const Optional&, const Optional&)>(
          "querl::_linear_logprobs_backward_into");
  const auto& [logprobs, entropies, maxima, log_sums] = scores;
  op.call(hidden, head, targets, entropies, maxima, log_sums, d_logprobs, d_entropies, temperature,
          d_hidden, d_head);
}

Scores logits_logprobs(const at::Tensor& logits, const at::Tensor& targets, double temperature) {
  static const auto op = operator_of<Scores(const at::Tensor&, const at::Tensor&, double)>(
      "querl::_logits_logprobs_forward");
  return op.call(logits, targets, temperature);
}

void logits_logprobs_backward(const at::Tensor& logits, const at::Tensor& targets,
                              const Scores& scores, const Optional& d_logprobs,
                              const Optional& d_entropies, double temperature) {
  static const auto op =
      operator_of<void(const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
                       const at::Tensor&, const Optional&, const Optional&, double, at::Tensor&)>(
          "querl::_logits_logprobs_backward");
  const auto& [logprobs, entropies, maxima, log_sums] = scores;
  at::Tensor gradients = logits;
  op.call(logits, targets, entropies, maxima, log_sums, d_logprobs, d_entropies, temperature,
          gradients);
}

}  // namespace querl::operators
