#include "lm/libtorch_head.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "lm/errors.h"
#include "lm/libtorch_operators.h"
#include "lm/token_loss.h"

namespace querl {

using operators::if_defined;

namespace {

// Of the path that has logits: bounds those that exist at once (32 MB), and the rows of the head
// that are converted at once.
constexpr int64_t kLogitFloats = int64_t{8} << 20;
constexpr int64_t kHeadFloats = int64_t{4} << 20;

// Calls work(first row, rows as float32) for runs of rows of the head.
template <class Work>
void for_head_rows(const at::Tensor& head, const Work& work) {
  const int64_t step = std::max<int64_t>(1, kHeadFloats / head.size(1));
  for (int64_t first = 0; first < head.size(0); first += step) {
    const int64_t count = std::min(step, head.size(0) - first);
    work(first, count, head.narrow(0, first, count).to(at::kFloat));
  }
}

// What a loss of log-probs starts from on the way back, float32 (r) on the host.
struct Slopes {
  at::Tensor logprobs, entropies;
};

// Adds the tokens `from` and on to the sums; logprobs and entropies (r) on the host.
Slopes token_slopes(const Loss& loss, const std::vector<int64_t>& targets, int64_t from,
                    const at::Tensor& logprobs, const at::Tensor& entropies, LossSums& sums) {
  Slopes slopes{at::empty_like(logprobs), at::empty_like(entropies)};
  float* d_logprobs = slopes.logprobs.mutable_data_ptr<float>();
  float* d_entropies = slopes.entropies.mutable_data_ptr<float>();
  const float* logprob = logprobs.const_data_ptr<float>();
  const float* entropy = entropies.const_data_ptr<float>();
  for (int64_t i = 0; i < logprobs.numel(); ++i) {
    const int64_t t = targets[static_cast<size_t>(from + i)];
    TokenSlope slope;
    if (const auto* it = std::get_if<CrossEntropyLoss>(&loss))
      slope = add_token(*it, t, logprob[i], entropy[i], sums);
    if (const auto* it = std::get_if<PolicyLoss>(&loss))
      slope = add_token(*it, t, logprob[i], entropy[i], sums);
    d_logprobs[i] = slope.logprob;
    d_entropies[i] = slope.entropy;
  }
  return slopes;
}

}  // namespace

// Whether the kernel that never has logits can do it: not with banned ids, and not in float16.
bool LibtorchHead::is_fused(const at::Tensor& states) const {
  return options_.banned.empty() && states.scalar_type() != at::kHalf;
}

// Logits in float32: exact products of what is stored, so that they agree with the sampler's.
at::Tensor LibtorchHead::logits(const Weights& weights, const at::Tensor& rows) {
  const at::Tensor logits =
      at::empty({rows.size(0), weights.head.size(0)}, rows.options().dtype(at::kFloat));
  const at::Tensor exact = rows.to(at::kFloat);
  for_head_rows(weights.head, [&](int64_t first, int64_t count, const at::Tensor& head) {
    logits.narrow(1, first, count).copy_(at::mm(exact, head.t()));
  });
  return logits;
}

// Calls work(first, count, logits, scores) for runs of rows whose logits stay below kLogitFloats.
template <class Work>
void LibtorchHead::for_chunks(const Weights& weights, const at::Tensor& states,
                              const PredictedTokens& tokens, const std::stop_token& stop,
                              const Work& work) {
  const int64_t step = std::max<int64_t>(1, kLogitFloats / weights.head.size(0));
  const at::Tensor banned = at::empty({static_cast<int64_t>(options_.banned.size())}, at::kLong);
  std::copy(options_.banned.begin(), options_.banned.end(), banned.mutable_data_ptr<int64_t>());
  for (int64_t first = 0; first < states.size(0); first += step) {
    if (stop.stop_requested()) throw Cancelled();
    const int64_t count = std::min(step, states.size(0) - first);
    at::Tensor logits = this->logits(weights, states.narrow(0, first, count));
    logits.index_fill_(1, banned.to(logits.device()), -std::numeric_limits<double>::infinity());
    work(first, count, logits,
         operators::logits_logprobs(logits, tokens.ids.narrow(0, first, count),
                                    static_cast<double>(options_.temperature)));
  }
}

std::pair<at::Tensor, at::Tensor> LibtorchHead::score(const Weights& weights,
                                                      const at::Tensor& states,
                                                      const PredictedTokens& tokens,
                                                      const std::stop_token& stop) {
  if (is_fused(states)) {
    const operators::Scores scores = operators::linear_logprobs(
        states, weights.head, tokens.ids, static_cast<double>(options_.temperature));
    return {std::get<0>(scores).cpu(), std::get<1>(scores).cpu()};
  }
  const auto host = at::TensorOptions().dtype(at::kFloat);
  const at::Tensor logprobs = at::empty({states.size(0)}, host);
  const at::Tensor entropies = at::empty({states.size(0)}, host);
  for_chunks(weights, states, tokens, stop,
             [&](int64_t first, int64_t count, const at::Tensor&, const operators::Scores& scores) {
               logprobs.narrow(0, first, count).copy_(std::get<0>(scores));
               entropies.narrow(0, first, count).copy_(std::get<1>(scores));
             });
  return {logprobs, entropies};
}

LossSums LibtorchHead::backward(const Weights& weights, const Gradients& gradients,
                                const at::Tensor& states, const PredictedTokens& tokens,
                                const Loss& loss, const at::Tensor& d_states,
                                const std::stop_token& stop) {
  LossSums sums;
  if (const auto* value_loss = std::get_if<ValueLoss>(&loss)) {
    const at::Tensor values = this->values(weights, states).cpu();
    const at::Tensor slopes = at::empty_like(values);
    const float* value = values.const_data_ptr<float>();
    float* slope = slopes.mutable_data_ptr<float>();
    for (int64_t i = 0; i < values.numel(); ++i)
      slope[i] = add_token(*value_loss, tokens.targets[static_cast<size_t>(i)], value[i], sums);
    const at::Tensor d_values = slopes.to(states.device()).unsqueeze(1);
    at::Tensor out = d_states, d_weight = gradients.value_weight, d_bias = gradients.value_bias;
    at::mul_out(out, d_values, weights.value_weight.to(at::kFloat));
    if (d_weight.defined()) d_weight.addmm_(d_values.t(), states);
    if (d_bias.defined()) d_bias.add_(d_values.sum());
    return sums;
  }
  const auto temperature = static_cast<double>(options_.temperature);
  if (is_fused(states)) {
    const operators::Scores scores =
        operators::linear_logprobs(states, weights.head, tokens.ids, temperature);
    const Slopes slopes = token_slopes(loss, tokens.targets, 0, std::get<0>(scores).cpu(),
                                       std::get<1>(scores).cpu(), sums);
    if (stop.stop_requested()) throw Cancelled();
    operators::linear_logprobs_backward_into(
        states, weights.head, tokens.ids, scores, slopes.logprobs.to(states.device()),
        slopes.entropies.to(states.device()), temperature, d_states, if_defined(gradients.head));
    return sums;
  }
  for_chunks(
      weights, states, tokens, stop,
      [&](int64_t first, int64_t count, const at::Tensor& logits, const operators::Scores& scores) {
        const Slopes slopes = token_slopes(loss, tokens.targets, first, std::get<0>(scores).cpu(),
                                           std::get<1>(scores).cpu(), sums);
        operators::logits_logprobs_backward(logits, tokens.ids.narrow(0, first, count), scores,
                                            slopes.logprobs.to(states.device()),
                                            slopes.entropies.to(states.device()), temperature);
        const at::Tensor rows = states.narrow(0, first, count).to(at::kFloat);
        at::Tensor out = d_states.narrow(0, first, count).zero_();
        for_head_rows(weights.head, [&](int64_t row, int64_t head_rows, const at::Tensor& head) {
          const at::Tensor d_logits = logits.narrow(1, row, head_rows);
          out.addmm_(d_logits, head);
          if (gradients.head.defined())
            gradients.head.narrow(0, row, head_rows).addmm_(d_logits.t(), rows);
        });
      });
  return sums;
}

void LibtorchHead::logits(const Weights& weights, const at::Tensor& states, float* to) {
  const int64_t vocab = weights.head.size(0);
  const int64_t step = std::max<int64_t>(1, kLogitFloats / vocab);
  for (int64_t first = 0; first < states.size(0); first += step) {
    const int64_t count = std::min(step, states.size(0) - first);
    at::from_blob(to + first * vocab, {count, vocab}, at::kFloat)
        .copy_(logits(weights, states.narrow(0, first, count)));
  }
}

at::Tensor LibtorchHead::values(const Weights& weights, const at::Tensor& states) {
  return at::mv(states, weights.value_weight.to(at::kFloat).squeeze(0))
      .add_(weights.value_bias.to(at::kFloat));
}

}  // namespace querl
