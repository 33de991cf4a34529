// What stands on the hidden states of a block: the language model's head and the value head, with
// their losses and gradients. Logits exist for a few rows at a time.
#pragma once

#include <cstdint>
#include <stop_token>

#include "lm/backward_weights.h"
#include "lm/fused_block.h"
#include "lm/training_engine.h"

namespace querl {

class FusedHead {
 public:
  FusedHead(const FusedWeights& weights, const LogitOptions& options)
      : weights_(weights), options_(options) {}

  // Raw logits of the block's rows into `to` (n, V).
  void logits(const FusedBlock& block, const float* hidden, float* to) const;

  // Writes the log-probs and entropies (T), which may be null, of the tokens that the block
  // predicts.
  void score(FusedBlock& block, const TokenBatch& batch, const float* hidden, float* logprobs,
             float* entropies, const std::stop_token& stop) const;

  // Writes the values (T) before the tokens that the block predicts.
  void values(const FusedBlock& block, const float* hidden, float* values) const;

  // Adds the block's tokens to the sums and the head's gradient to `gradients`; fills d_hidden().
  void backward(FusedBlock& block, const TokenBatch& batch, const Loss& loss, const float* hidden,
                const BackwardWeights& transposed, float* gradients, LossSums& sums,
                const std::stop_token& stop) const;

 private:
  struct Scored;

  // Calls work(first row, rows) for runs of rows whose logits fit, with the logits computed.
  template <class Work>
  void for_chunks(FusedBlock& block, const float* hidden, const std::stop_token& stop,
                  const Work& work) const;
  Scored score_row(float* logits, int32_t target) const;
  template <class TokenLoss>
  void backward_row(const TokenLoss& loss, int64_t t, int32_t target, float* logits,
                    LossSums& sums) const;
  template <class TokenLoss>
  void backward_logits(FusedBlock& block, const TokenBatch& batch, const TokenLoss& loss,
                       const float* hidden, const BackwardWeights& transposed, float* gradients,
                       LossSums& sums, const std::stop_token& stop) const;
  void backward_values(FusedBlock& block, const ValueLoss& loss, const float* hidden,
                       float* gradients, LossSums& sums) const;
  float value_of(const float* hidden_row) const;

  const FusedWeights& weights_;
  const LogitOptions& options_;
  const DenseKernels& dense_ = dense_kernels();
};

}  // namespace querl
