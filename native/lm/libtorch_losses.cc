#include "lm/libtorch_losses.h"

#include <algorithm>
#include <limits>

#include "torch/external.h"

namespace querl {
namespace {

// The entries of a per-token array that `indices` names.
at::Tensor take(const float* array, const at::Tensor& indices) {
  at::Tensor out = at::empty({indices.numel()}, at::TensorOptions().dtype(at::kFloat));
  const int64_t* index = indices.const_data_ptr<int64_t>();
  float* to = out.mutable_data_ptr<float>();
  for (int64_t i = 0; i < indices.numel(); ++i) to[i] = array[index[i]];
  return out;
}

double total(const at::Tensor& x) { return x.detach().to(at::kDouble).sum().item<double>(); }

void add_scores(const PredictedTokens& tokens, LossSums& sums) {
  sums.tokens += static_cast<double>(tokens.indices.numel());
  sums.logprobs += total(tokens.logprobs);
  sums.entropy += total(tokens.entropies);
}

// The estimator k3 of KL(p || q) from samples of p, for log(q / p).
at::Tensor k3(const at::Tensor& log_ratio) { return at::expm1(log_ratio) - log_ratio; }

at::Tensor cross_entropy(const PredictedTokens& tokens, const CrossEntropyLoss& loss,
                         LossSums& sums) {
  add_scores(tokens, sums);
  return -(take(loss.weights, tokens.indices) * tokens.logprobs).sum();
}

at::Tensor policy(const PredictedTokens& tokens, const PolicyLoss& loss, LossSums& sums) {
  add_scores(tokens, sums);
  const at::Tensor advantages = take(loss.advantages, tokens.indices);
  const at::Tensor log_ratio = tokens.logprobs - take(loss.old_logprobs, tokens.indices);
  const at::Tensor ratio = log_ratio.exp();
  const at::Tensor kept = ratio.clamp(1.0 - loss.clip.low, 1.0 + loss.clip.high);
  const at::Tensor clipped = kept * advantages < ratio * advantages;
  at::Tensor terms = -at::where(clipped, kept, ratio) * advantages;
  if (loss.reference_logprobs != nullptr) {
    const at::Tensor kl = k3(take(loss.reference_logprobs, tokens.indices) - tokens.logprobs);
    sums.reference_kl += total(kl);
    terms = terms + loss.kl_coefficient * kl;
  }
  if (loss.entropy_coefficient != 0.f) terms = terms - loss.entropy_coefficient * tokens.entropies;

  const at::Tensor delta = log_ratio.detach().abs();
  sums.kl += total(k3(log_ratio.detach()));
  sums.clipped += total(clipped);
  sums.ratio_max = std::max(sums.ratio_max, ratio.detach().max().item<double>());
  sums.logprob_delta_sum += total(delta);
  sums.logprob_delta_max = std::max(sums.logprob_delta_max, delta.max().item<double>());
  return (take(loss.weights, tokens.indices) * terms).sum();
}

at::Tensor value(const PredictedTokens& tokens, const ValueLoss& loss, LossSums& sums) {
  const at::Tensor returns = take(loss.returns, tokens.indices);
  const at::Tensor old_values = take(loss.old_values, tokens.indices);
  const at::Tensor kept =
      at::minimum(at::maximum(tokens.values, old_values - loss.clip), old_values + loss.clip);
  const at::Tensor free_error = (tokens.values - returns).square();
  const at::Tensor kept_error = (kept - returns).square();
  const at::Tensor clipped = kept_error > free_error;

  sums.tokens += static_cast<double>(tokens.indices.numel());
  sums.values += total(tokens.values);
  sums.returns += total(returns);
  sums.squared_returns += total(returns.to(at::kDouble).square());
  sums.squared_errors += total(free_error);
  sums.clipped += total(clipped);
  const at::Tensor terms = 0.5 * at::where(clipped, kept_error, free_error);
  return (take(loss.weights, tokens.indices) * terms).sum();
}

}  // namespace

void score(const at::Tensor& logits, const at::Tensor& targets, const LogitOptions& options,
           PredictedTokens& tokens) {
  const at::Tensor banned =
      index_tensor(options.banned.data(), static_cast<int64_t>(options.banned.size()));
  const at::Tensor logprobs =
      at::log_softmax((logits / options.temperature)
                          .index_fill(1, banned, -std::numeric_limits<double>::infinity()),
                      -1);
  tokens.logprobs = logprobs.gather(1, targets.unsqueeze(1)).squeeze(1);
  // A banned id adds 0 to the entropy, not 0 * -inf.
  tokens.entropies = -(logprobs.exp() * logprobs.index_fill(1, banned, 0)).sum(-1);
}

at::Tensor loss_of(const PredictedTokens& tokens, const Loss& loss, LossSums& sums) {
  at::Tensor result;
  if (const auto* it = std::get_if<CrossEntropyLoss>(&loss))
    result = cross_entropy(tokens, *it, sums);
  if (const auto* it = std::get_if<PolicyLoss>(&loss)) result = policy(tokens, *it, sums);
  if (const auto* it = std::get_if<ValueLoss>(&loss)) result = value(tokens, *it, sums);
  sums.loss += total(result);
  return result;
}

const float* weights_of(const Loss& loss) {
  return std::visit([](const auto& it) { return it.weights; }, loss);
}

}  // namespace querl
