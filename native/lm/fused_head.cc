#include "lm/fused_head.h"

#include <algorithm>
#include <limits>

#include "kernels/softmax.h"
#include "lm/errors.h"
#include "lm/token_loss.h"

namespace querl {
namespace {

// Stands for a banned id's -infinity: its probability is 0 as well, but 0 times it is no NaN.
constexpr float kBanned = -1e30f;

}  // namespace

struct FusedHead::Scored {
  SoftmaxRow row;
  float logprob;
};

template <class Work>
void FusedHead::for_chunks(FusedBlock& block, const float* hidden, const std::stop_token& stop,
                           const Work& work) const {
  const int64_t width = weights_.config().hidden_size, vocab = weights_.config().vocab_size;
  const int64_t count = block.rows().selected_count(), most = block.head_rows();
  for (int64_t first = 0; first < count; first += most) {
    if (stop.stop_requested()) throw Cancelled();
    const int64_t rows = std::min(most, count - first);
    dense_.gemm(hidden + first * width, width, rows, weights_.head(), vocab, width, nullptr, false,
                block.logits(), vocab);
    work(first, rows);
  }
}

void FusedHead::logits(const FusedBlock& block, const float* hidden, float* to) const {
  const int64_t width = weights_.config().hidden_size, vocab = weights_.config().vocab_size;
  dense_.gemm(hidden, width, block.rows().selected_count(), weights_.head(), vocab, width, nullptr,
              false, to, vocab);
}

FusedHead::Scored FusedHead::score_row(float* logits, int32_t target) const {
  const float scale = 1.f / options_.temperature;
  bool is_banned = false;
  for (const int32_t id : options_.banned) {
    logits[id] = kBanned;
    is_banned |= id == target;
  }
  const SoftmaxRow row = softmax_kernels().row(logits, weights_.config().vocab_size, scale);
  const float logprob = is_banned ? -std::numeric_limits<float>::infinity()
                                  : logits[target] * scale - row.max - row.log_sum;
  return {row, logprob};
}

void FusedHead::score(FusedBlock& block, const TokenBatch& batch, const float* hidden,
                      float* logprobs, float* entropies, const std::stop_token& stop) const {
  for_chunks(block, hidden, stop, [&](int64_t first, int64_t rows) {
    for (int64_t i = 0; i < rows; ++i) {
      const int64_t t = block.rows().targets[static_cast<size_t>(first + i)];
      const Scored scored =
          score_row(block.logits() + i * weights_.config().vocab_size, batch.tokens[t]);
      logprobs[t] = scored.logprob;
      if (entropies != nullptr) entropies[t] = scored.row.entropy;
    }
  });
}

// dlogprob/dz = [is target] - p and dentropy/dz = -p (log p + entropy), with z = logits /
// temperature.
template <class TokenLoss>
void FusedHead::backward_row(const TokenLoss& loss, int64_t t, int32_t target, float* logits,
                             LossSums& sums) const {
  const float scale = 1.f / options_.temperature;
  const Scored scored = score_row(logits, target);
  const TokenSlope slope = add_token(loss, t, scored.logprob, scored.row.entropy, sums);
  softmax_kernels().row_slopes(logits, weights_.config().vocab_size, scale, scored.row,
                               -scale * (slope.logprob + slope.entropy * scored.row.entropy),
                               -scale * slope.entropy);
  logits[target] += scale * slope.logprob;
}

template <class TokenLoss>
void FusedHead::backward_logits(FusedBlock& block, const TokenBatch& batch, const TokenLoss& loss,
                                const float* hidden, const BackwardWeights& transposed,
                                float* gradients, LossSums& sums,
                                const std::stop_token& stop) const {
  const int64_t width = weights_.config().hidden_size, vocab = weights_.config().vocab_size;
  float* d_head = gradients + weights_.parameters().layout().head();
  for_chunks(block, hidden, stop, [&](int64_t first, int64_t rows) {
    float* logits = block.logits();
    for (int64_t i = 0; i < rows; ++i) {
      const int64_t t = block.rows().targets[static_cast<size_t>(first + i)];
      backward_row(loss, t, batch.tokens[t], logits + i * vocab, sums);
    }
    dense_.gemm(logits, vocab, rows, transposed.head(), width, vocab, nullptr, false,
                block.d_hidden() + first * width, width);
    dense_.gemm_outer(logits, vocab, hidden + first * width, width, rows, vocab, width, d_head,
                      width);
  });
}

float FusedHead::value_of(const float* hidden_row) const {
  const ParameterLayout& layout = weights_.parameters().layout();
  const float* weight = weights_.parameters().data() + layout.value_head();
  float value = weights_.parameters().data()[layout.value_bias()];
  for (int64_t i = 0; i < weights_.config().hidden_size; ++i) value += weight[i] * hidden_row[i];
  return value;
}

void FusedHead::values(const FusedBlock& block, const float* hidden, float* values) const {
  for (size_t i = 0; i < block.rows().targets.size(); ++i)
    values[block.rows().targets[i]] =
        value_of(hidden + static_cast<int64_t>(i) * weights_.config().hidden_size);
}

void FusedHead::backward_values(FusedBlock& block, const ValueLoss& loss, const float* hidden,
                                float* gradients, LossSums& sums) const {
  const ParameterLayout& layout = weights_.parameters().layout();
  const int64_t width = weights_.config().hidden_size;
  const float* weight = weights_.parameters().data() + layout.value_head();
  float* d_weight = gradients + layout.value_head();
  for (size_t row = 0; row < block.rows().targets.size(); ++row) {
    const float* state = hidden + static_cast<int64_t>(row) * width;
    float* d_state = block.d_hidden() + static_cast<int64_t>(row) * width;
    const float slope = add_token(loss, block.rows().targets[row], value_of(state), sums);
    for (int64_t i = 0; i < width; ++i) {
      d_state[i] = slope * weight[i];
      d_weight[i] += slope * state[i];
    }
    gradients[layout.value_bias()] += slope;
  }
}

void FusedHead::backward(FusedBlock& block, const TokenBatch& batch, const Loss& loss,
                         const float* hidden, const BackwardWeights& transposed, float* gradients,
                         LossSums& sums, const std::stop_token& stop) const {
  if (const auto* value = std::get_if<ValueLoss>(&loss))
    backward_values(block, *value, hidden, gradients, sums);
  else if (const auto* policy = std::get_if<PolicyLoss>(&loss))
    backward_logits(block, batch, *policy, hidden, transposed, gradients, sums, stop);
  else
    backward_logits(block, batch, std::get<CrossEntropyLoss>(loss), hidden, transposed, gradients,
                    sums, stop);
}

}  // namespace querl
