#include "lm/token_loss.h"

#include <algorithm>
#include <cmath>

namespace querl {
namespace {

void add_scores(float logprob, float entropy, LossSums& sums) {
  sums.tokens += 1;
  sums.logprobs += static_cast<double>(logprob);
  sums.entropy += static_cast<double>(entropy);
}

}  // namespace

TokenSlope add_token(const CrossEntropyLoss& loss, int64_t t, float logprob, float entropy,
                     LossSums& sums) {
  add_scores(logprob, entropy, sums);
  sums.loss -= static_cast<double>(loss.weights[t]) * static_cast<double>(logprob);
  return {-loss.weights[t], 0.f};
}

TokenSlope add_token(const PolicyLoss& loss, int64_t t, float logprob, float entropy,
                     LossSums& sums) {
  if (loss.exact_logprobs != nullptr) logprob = loss.exact_logprobs[t];
  const PpoTerm term = ppo_term(logprob, loss.old_logprobs[t], loss.advantages[t], loss.clip);
  const float weight = loss.weights[t];
  float value = term.loss - loss.entropy_coefficient * entropy;
  TokenSlope slope{term.gradient, -loss.entropy_coefficient};
  if (loss.reference_logprobs != nullptr) {
    const float log_ratio = loss.reference_logprobs[t] - logprob;
    const float kl = std::expm1(log_ratio) - log_ratio;
    sums.reference_kl += static_cast<double>(kl);
    value += loss.kl_coefficient * kl;
    slope.logprob -= loss.kl_coefficient * std::expm1(log_ratio);
  }
  const auto delta = static_cast<double>(std::abs(logprob - loss.old_logprobs[t]));
  add_scores(logprob, entropy, sums);
  sums.loss += static_cast<double>(weight) * static_cast<double>(value);
  sums.kl += static_cast<double>(term.kl);
  sums.clipped += term.clipped ? 1 : 0;
  sums.ratio_max = std::max(sums.ratio_max, static_cast<double>(term.ratio));
  sums.logprob_delta_sum += delta;
  sums.logprob_delta_max = std::max(sums.logprob_delta_max, delta);
  return {weight * slope.logprob, weight * slope.entropy};
}

float add_token(const ValueLoss& loss, int64_t t, float value, LossSums& sums) {
  const float target = loss.returns[t], old = loss.old_values[t];
  const float kept = std::min(std::max(value, old - loss.clip), old + loss.clip);
  const float free_error = (value - target) * (value - target);
  const float kept_error = (kept - target) * (kept - target);
  // The worse of both counts. Where that is the clipped one the value is outside the range, and the
  // gradient is 0. A NaN compares false and stays in the loss.
  const bool clipped = kept_error > free_error;
  const auto exact_target = static_cast<double>(target);
  sums.tokens += 1;
  sums.loss += 0.5 * static_cast<double>(loss.weights[t]) *
               static_cast<double>(clipped ? kept_error : free_error);
  sums.clipped += clipped ? 1 : 0;
  sums.values += static_cast<double>(value);
  sums.returns += exact_target;
  sums.squared_returns += exact_target * exact_target;
  sums.squared_errors += static_cast<double>(free_error);
  return clipped ? 0.f : loss.weights[t] * (value - target);
}

void add(const LossSums& from, LossSums& to) {
  to.loss += from.loss;
  to.tokens += from.tokens;
  to.logprobs += from.logprobs;
  to.entropy += from.entropy;
  to.kl += from.kl;
  to.reference_kl += from.reference_kl;
  to.clipped += from.clipped;
  to.ratio_max = std::max(to.ratio_max, from.ratio_max);
  to.logprob_delta_sum += from.logprob_delta_sum;
  to.logprob_delta_max = std::max(to.logprob_delta_max, from.logprob_delta_max);
  to.values += from.values;
  to.returns += from.returns;
  to.squared_returns += from.squared_returns;
  to.squared_errors += from.squared_errors;
}

}  // namespace querl
