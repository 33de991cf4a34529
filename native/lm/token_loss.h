// The losses of training_engine.h, one token at a time.
#pragma once

#include <cstdint>

#include "lm/training_engine.h"

namespace querl {

// The gradient of the loss with respect to what a token's row came to.
struct TokenSlope {
  float logprob = 0.f;
  float entropy = 0.f;
};

// Adds token t, whose weight is not 0, to the sums.
TokenSlope add_token(const CrossEntropyLoss& loss, int64_t t, float logprob, float entropy,
                     LossSums& sums);
TokenSlope add_token(const PolicyLoss& loss, int64_t t, float logprob, float entropy,
                     LossSums& sums);

// As above for the value head; returns the gradient with respect to the value.
float add_token(const ValueLoss& loss, int64_t t, float value, LossSums& sums);

// Adds sums over other tokens.
void add(const LossSums& from, LossSums& to);

}  // namespace querl
