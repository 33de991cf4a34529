// The clipped PPO objective over the tokens that the policy wrote: the loss with its KL, entropy
// and value terms, its gradients and its statistics, in one pass. Prompt and retrieved tokens (mask
// 0) add nothing to any of them and are never read, whatever lies there.
//
//   x_t  = logprob_t - old_logprob_t, cut to +-limit
//   r_t  = exp(x_t), or of the sequence's mean x (GSPO)
//   p_t  = -min(r_t A_t, clip(r_t, 1 - low, 1 + high) A_t), and at most -c A_t where A_t < 0
//   loss = sum_t w_t (o_t p_t + kl k(logprob_t, reference_t) - entropy H_t
//                     + value max((v_t - R_t)^2, (clip(v_t, old_t +- range) - R_t)^2) / 2)
//
// w_t is the aggregation, o_t = exp(old_logprob_t - sampler_logprob_t), cut, the correction for a
// sampler whose numbers are not the trainer's.
//
// Schulman et al. 2017 (arXiv 1707.06347), eq. 7; Ye et al. 2020 (arXiv 1912.09729), eq. 5: c;
// Zheng et al. 2025, GSPO (arXiv 2507.18071), eq. 13 and 14; Liu et al. 2025, Dr. GRPO (arXiv
// 2503.20783): a constant length; Yu et al. 2025, DAPO (arXiv 2503.14476): high > low, the mean
// over all tokens; Search-R1 (arXiv 2503.09516): the mask. masked_ppo_token.h holds the maths of
// one token.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/host_device.h"
#include "kernels/isa.h"
#include "kernels/parallel.h"

namespace querl {

enum class PpoRatio : int32_t {
  kToken,
  // exp(mean of x over the sequence's tokens) for each of them. The gradient of a token is that of
  // its own log-prob alone, the rest of the ratio held fixed: GSPO's token form (eq. 14), which is
  // the plain derivative where the advantage is one number a sequence.
  kSequence,
};

// Of KL(policy || reference), with d = reference_logprob - logprob (Schulman 2020, "Approximating
// KL divergence").
enum class KlEstimator : int32_t {
  kK1,  // -d; its gradient, 1, is 0 in expectation: it does not pull the policy back
  kK2,  // d^2 / 2; gradient -d, in expectation that of the KL itself
  kK3,  // e^d - 1 - d; gradient 1 - e^d
};

// What becomes of an importance weight outside [floor, cap]: it is moved to the bound, or it is 0.
enum class PpoCorrection : int32_t {
  kNone,
  kTokenTruncate,
  kTokenMask,
  // One weight a sequence, the product of its tokens' weights.
  kSequenceTruncate,
  kSequenceMask,
};

// w_t, with n tokens of mask 1 in the token's own sequence or micro-batch. The denominator is the
// default one named here unless PpoOptions gives another, so that parts of a batch add up to it.
enum class PpoAggregation : int32_t {
  kTokens,        // 1 / denominator: the tokens of mask 1
  kSequences,     // 1 / (n denominator): the sequences with a token of mask 1
  kSequenceSums,  // 1 / denominator: the sequences with a token of mask 1
  kMicroBatches,  // 1 / (n denominator): the micro-batches, empty ones too
  kConstant,      // 1 / denominator, which must be given
};

struct PpoOptions {
  float clip_low = 0.2f;
  float clip_high = 0.2f;
  float dual_clip = 0.f;  // c, above 1; 0: none
  // Log-ratios are cut to +-this before exp(), and have no gradient beyond. In (0, 80], where e^80
  // times an advantage is still finite.
  float log_ratio_limit = 20.f;
  PpoRatio ratio = PpoRatio::kToken;

  PpoCorrection correction = PpoCorrection::kNone;
  float correction_floor = 0.f;
  float correction_cap = 2.f;

  float kl_coefficient = 0.f;
  KlEstimator kl_estimator = KlEstimator::kK3;
  KlEstimator kl_gradient = KlEstimator::kK3;  // whose gradient the KL term has
  float kl_limit = 0.f;  // a token's k3 is at most this, without gradient beyond; 0: no limit

  float entropy_coefficient = 0.f;

  float value_coefficient = 1.f;
  float value_clip = 0.f;  // the range around old_values; 0: not clipped

  PpoAggregation aggregation = PpoAggregation::kTokens;
  double denominator = 0.;  // 0: of this batch
};

// Packed sequences. A null pointer is an input that is not there, and so is its term.
struct PpoTokens {
  int64_t count = 0;                          // T
  const float* logprobs = nullptr;            // (T) under the policy being trained
  const float* old_logprobs = nullptr;        // (T) under the policy before its update
  const float* advantages = nullptr;          // (T)
  const uint8_t* mask = nullptr;              // (T) not 0 where the policy wrote the token
  const float* reference_logprobs = nullptr;  // (T)
  const float* sampler_logprobs = nullptr;    // (T) as the sampler reported them; for a correction
  const float* entropies = nullptr;           // (T) of the policy's distribution, >= 0
  const float* values = nullptr;              // (T) the critic's, now
  const float* old_values = nullptr;          // (T) where the values are clipped
  const float* returns = nullptr;             // (T) with values

  // For what is per sequence or per micro-batch; else both may be null.
  int64_t sequences = 0;                   // B
  const int64_t* offsets = nullptr;        // (B + 1) first token of each, from 0 to T
  int64_t micro_batches = 0;               // M
  const int64_t* batch_offsets = nullptr;  // (M + 1) first sequence of each, from 0 to B
};

// Where the loss's gradients go: each (T), 0 where the mask is; null where they are not wanted.
struct PpoGradients {
  float* logprobs = nullptr;
  float* entropies = nullptr;
  float* values = nullptr;
};

// Sums, never means: they add up over micro-batches and ranks, the last three by max and min.
// Numbers of one type only: also read as an array of kPpoSums.
template <typename Number>
struct PpoSumsOf {
  using Real = Number;

  // Terms of the loss, each with its coefficient and weights: the loss is their sum.
  Real policy_loss = 0;
  Real kl_loss = 0;
  Real entropy_loss = 0;
  Real value_loss = 0;
  Real magnitude = 0;  // the same four, each token's term taken without its sign

  // Over the tokens with mask 1, unweighted.
  Real tokens = 0;
  Real log_ratio = 0;                    // x: -k1 of KL(old || policy)
  Real squared_log_ratio = 0;            // x^2: 2 k2
  Real kl = 0;                           // k3: r - 1 - x
  Real ratio = 0;                        // as the loss uses it: the token's, or its sequence's
  Real clipped_low = 0;                  // A < 0, r < 1 - low: no gradient
  Real clipped_high = 0;                 // A > 0, r > 1 + high: no gradient
  Real clipped_dual = 0;                 // A < 0, r > c: no gradient
  Real importance = 0;                   // o as it was used
  Real importance_cut = 0;               // tokens whose o was outside [floor, cap]
  Real reference_log_ratio = 0;          // d: -k1 of KL(policy || reference)
  Real squared_reference_log_ratio = 0;  // d^2: 2 k2
  Real reference_kl = 0;                 // k3, without kl_limit
  Real entropy = 0;
  Real value_clipped = 0;  // tokens whose value has no gradient
  Real returns = 0;
  Real squared_returns = 0;
  Real value_errors = 0;  // R - v
  Real squared_value_errors = 0;

  Real ratio_max = 0;
  Real ratio_min = HUGE_VAL;
  Real importance_max = 0;  // of o before it was cut
};

using PpoSums = PpoSumsOf<double>;

inline constexpr int64_t kPpoSums = sizeof(PpoSums) / sizeof(double);

// Fills the gradients and returns the sums. The same bits for any number of threads. No token of
// mask 1: all sums are 0 (ratio_min excepted). A NaN in a token of mask 1 comes out as one; an
// infinite log-prob is a log-ratio beyond the limit.
PpoSums masked_ppo_cpu(const PpoTokens& in, const PpoOptions& options,
                       const PpoGradients& gradients, Parallel& parallel, Isa isa = best_isa());

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

// The surrogate alone, for one token.
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
