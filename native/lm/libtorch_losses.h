// The losses of training_engine.h as autograd sees them: the plain formulas, sharing no code with
// the fused engine, which is checked against them.
#pragma once

#include <ATen/ATen.h>

#include "lm/training_engine.h"

namespace querl {

// What a loss is made of, for n predicted tokens; all (n).
struct PredictedTokens {
  at::Tensor indices;    // of the tokens in the batch, int64
  at::Tensor logprobs;   // policy and cross entropy
  at::Tensor entropies;  // policy and cross entropy
  at::Tensor values;     // value loss
};

// Log-probs and entropies of `targets` (n) under the rows of logits (n, V).
void score(const at::Tensor& logits, const at::Tensor& targets, const LogitOptions& options,
           PredictedTokens& tokens);

// Adds to `sums` and returns the loss, a scalar with a graph behind it.
at::Tensor loss_of(const PredictedTokens& tokens, const Loss& loss, LossSums& sums);

// weights of any of the losses.
const float* weights_of(const Loss& loss);

}  // namespace querl
