// Generalised advantage estimation over packed sequences: advantages and returns in one pass.
//
//   delta_t     = reward_t + gamma * value_next(t) - value_t
//   advantage_t = delta_t + gamma * lambda * advantage_next(t)
//   return_t    = advantage_t + value_t
//
// next(t) is the sequence's next token that takes part; behind the last one both value and
// advantage are 0 (an episode ends there: there is nothing to bootstrap from). Schulman et al. 2016
// (arXiv 1506.02438), eq. 16.
//
// Which tokens take part is the mask's to say. With the policy's own tokens a run of masked tokens
// is one step of the environment: the value behind it stands in for the value of its first token.
// Without a mask every token takes part, observations too, as in the original Search-R1.
#pragma once

#include <cstdint>

#include "kernels/host_device.h"
#include "kernels/isa.h"
#include "kernels/parallel.h"

namespace querl {

struct GaeBatch {
  const float* rewards;    // (T)
  const float* values;     // (T) the critic's estimate before each token
  const uint8_t* mask;     // (T) not 0 where a token takes part, else it is not read; null: all do
  const int64_t* offsets;  // (B + 1) where each sequence begins, ascending; offsets[B] = T
  int64_t sequences;       // B
};

struct GaeOptions {
  double gamma = 1;
  double lambda = 1;
};

// The recursion's state behind a token, in float64: with gamma = lambda = 1 it sums a whole
// sequence.
struct GaeState {
  double advantage = 0;
  double value = 0;
};

// Goes from the state behind a token to the state before it, whose advantage is the token's.
QUERL_HOST_DEVICE inline GaeState gae_step(const GaeState& next, float reward, float value,
                                           double gamma, double gamma_lambda) {
  const auto own = static_cast<double>(value);
  const double surprise = static_cast<double>(reward) + gamma * next.value - own;
  return {surprise + gamma_lambda * next.advantage, own};
}

// Writes advantages and returns (T), each 0 where the mask is 0; not whitened. A sequence's results
// depend on that sequence alone, bit for bit. The results must not overlap what is read.
void gae(const GaeBatch& batch, const GaeOptions& options, float* advantages, float* returns,
         Parallel& parallel, Isa isa = best_isa());

}  // namespace querl
