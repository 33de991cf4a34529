// The clipped PPO surrogate over the tokens that the policy wrote, with its gradient and its
// statistics, in one pass. Prompt and retrieved tokens (weight 0) add nothing to any of them and
// are never read.
//
//   r_t  = exp(logprob_t - old_logprob_t)
//   loss = -sum_t w_t min(r_t A_t, clip(r_t, 1 - low, 1 + high) A_t)
//
// Schulman et al. 2017 (arXiv 1707.06347), eq. 7, with the token mask of Search-R1 (arXiv
// 2503.09516). The weights hold the mask and the reduction: 1 / tokens, 1 / (tokens of the sequence
// * sequences)…
#pragma once

#include <cmath>

#if defined(__CUDACC__)
#define QUERL_HOST_DEVICE __host__ __device__
#else
#define QUERL_HOST_DEVICE
#endif

namespace querl {

struct ClipRange {
  float low = 0.2f;
  float high = 0.2f;
};

struct PpoTerm {
  float loss;
  float gradient;  // of the loss with respect to the log-prob
  float ratio;
  float kl;  // from the sampling policy, k3: r - 1 - log r
  bool clipped;
};

QUERL_HOST_DEVICE inline PpoTerm ppo_term(float logprob, float old_logprob, float advantage,
                                          ClipRange clip) {
  const float log_ratio = logprob - old_logprob;
  const float ratio = expf(log_ratio);
  const float kept = fminf(fmaxf(ratio, 1.f - clip.low), 1.f + clip.high);
  // min() picks the clipped branch only where that branch is the worse one.
  const bool clipped = kept * advantage < ratio * advantage;
  return {-(clipped ? kept : ratio) * advantage, clipped ? 0.f : -ratio * advantage, ratio,
          expm1f(log_ratio) - log_ratio, clipped};
}

}  // namespace querl
