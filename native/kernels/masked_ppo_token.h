// The maths of masked_ppo.h for one sequence and one token, for any processor. The vector code of
// kernels/cpu/masked_ppo_kernels.inc is a second form of the same.
#pragma once

#include "kernels/masked_ppo.h"

namespace querl {

// e^x, e^x - 1 and e^x - 1 - x, each to a few units in its own last place: near 0 the last is x^2 /
// 2, of which e^x - 1 - x would keep no digit.
struct PpoExp {
  float value;
  float minus_one;
  float k3;
};

// 2^n for |n| <= 126. By bits on a GPU, whose ldexpf() takes a dozen instructions for other n.
QUERL_HOST_DEVICE inline float ppo_power_of_two(int n) {
#if defined(__CUDA_ARCH__)
  return __int_as_float((n + 127) << 23);
#else
  return ldexpf(1.f, n);
#endif
}

// For |x| <= 80, or a NaN. x = n ln 2 + r with |r| <= ln 2 / 2; the polynomial is the minimax one
// of (e^r - 1 - r) / r^2, to 7e-8 of it.
QUERL_HOST_DEVICE inline PpoExp ppo_exp(float x) {
  const float n = rintf(x * 1.44269504f);
  const float r = fmaf(n, 2.12194440e-4f, fmaf(n, -0.693359375f, x));
  float p = 1.985786803e-4f;
  p = fmaf(p, r, 1.393378363e-3f);
  p = fmaf(p, r, 8.333360776e-3f);
  p = fmaf(p, r, 4.166646302e-2f);
  p = fmaf(p, r, 1.666666716e-1f);
  p = fmaf(p, r, 0.5f);
  const float bend = r * r * p;  // e^r - 1 - r
  const float rise = r + bend;   // e^r - 1
  const float scale = ppo_power_of_two(static_cast<int>(n));
  const float above = scale - 1.f;
  return {fmaf(scale, rise, scale), fmaf(scale, rise, above),
          fmaf(scale, bend, fmaf(above, r, fmaf(n, -0.693147181f, above)))};
}

// x cut to +-limit; a NaN stays one.
QUERL_HOST_DEVICE inline float ppo_cut(float x, float limit) {
  return x > limit ? limit : x < -limit ? -limit : x;
}

// Whether x is cut, and so has no gradient; a NaN is not, and shows in the gradient.
QUERL_HOST_DEVICE inline bool ppo_is_cut(float x, float limit) { return fabsf(x) > limit; }

QUERL_HOST_DEVICE inline bool corrects_sequences(PpoCorrection correction) {
  return correction == PpoCorrection::kSequenceTruncate ||
         correction == PpoCorrection::kSequenceMask;
}

QUERL_HOST_DEVICE inline bool corrects_tokens(PpoCorrection correction) {
  return correction == PpoCorrection::kTokenTruncate || correction == PpoCorrection::kTokenMask;
}

// Whether a first pass over the sequences comes before that over the tokens.
QUERL_HOST_DEVICE inline bool needs_sequences(const PpoOptions& options) {
  return options.ratio == PpoRatio::kSequence || corrects_sequences(options.correction) ||
         options.aggregation == PpoAggregation::kSequences ||
         options.aggregation == PpoAggregation::kMicroBatches ||
         (options.aggregation == PpoAggregation::kSequenceSums && options.denominator == 0.);
}

// The importance weight that the loss uses.
QUERL_HOST_DEVICE inline float ppo_importance(float raw, const PpoOptions& options) {
  const bool masks = options.correction == PpoCorrection::kTokenMask ||
                     options.correction == PpoCorrection::kSequenceMask;
  if (raw > options.correction_cap) return masks ? 0.f : options.correction_cap;
  if (raw < options.correction_floor) return masks ? 0.f : options.correction_floor;
  return raw;
}

// What a first pass over a sequence adds up, over its tokens with mask 1.
struct PpoSequenceSums {
  double tokens = 0;
  double log_ratio = 0;       // logprob - old_logprob, for PpoRatio::kSequence
  double log_importance = 0;  // old_logprob - sampler_logprob, for the sequence corrections
};

// What all tokens of a sequence share.
struct PpoSequence {
  double weight = 0.;
  float ratio = 1.f;       // with PpoRatio::kSequence
  bool ratio_cut = false;  // its log was beyond the limit: no gradient
  float importance = 1.f;  // with a sequence correction, as above and before it was cut
  float raw_importance = 1.f;
};

// w_t. `tokens`: with mask 1 in the sequence, or in its micro-batch with kMicroBatches.
QUERL_HOST_DEVICE inline double ppo_weight(PpoAggregation aggregation, double tokens,
                                           double denominator) {
  const bool means =
      aggregation == PpoAggregation::kSequences || aggregation == PpoAggregation::kMicroBatches;
  const double divisor = means ? tokens * denominator : denominator;
  return divisor > 0. ? 1. / divisor : 0.;
}

QUERL_HOST_DEVICE inline PpoSequence ppo_sequence(const PpoSequenceSums& sums, double weight,
                                                  const PpoOptions& options) {
  PpoSequence sequence;
  sequence.weight = weight;
  if (sums.tokens == 0) return sequence;
  if (options.ratio == PpoRatio::kSequence) {
    const auto mean = static_cast<float>(sums.log_ratio / sums.tokens);
    sequence.ratio_cut = ppo_is_cut(mean, options.log_ratio_limit);
    sequence.ratio = ppo_exp(ppo_cut(mean, options.log_ratio_limit)).value;
  }
  if (corrects_sequences(options.correction)) {
    const float kept = ppo_cut(static_cast<float>(sums.log_importance), options.log_ratio_limit);
    sequence.raw_importance = ppo_exp(kept).value;
    sequence.importance = ppo_importance(sequence.raw_importance, options);
  }
  return sequence;
}

// Sums are those of a few tokens in float32, or of any number in float64.

// The surrogate and the correction: adds token t to the sums, returns d loss / d logprob.
template <typename Sums>
QUERL_HOST_DEVICE inline float add_ppo_policy(const PpoTokens& in, const PpoOptions& options,
                                              int64_t t, const PpoSequence& sequence, Sums& sums,
                                              float& magnitude) {
  using Real = typename Sums::Real;
  const float free_x = in.logprobs[t] - in.old_logprobs[t];
  const float x = ppo_cut(free_x, options.log_ratio_limit);
  const PpoExp exp = ppo_exp(x);
  const bool by_sequence = options.ratio == PpoRatio::kSequence;
  const float ratio = by_sequence ? sequence.ratio : exp.value;
  const bool ratio_cut =
      by_sequence ? sequence.ratio_cut : ppo_is_cut(free_x, options.log_ratio_limit);

  float importance = 1.f, raw = 1.f;
  if (corrects_sequences(options.correction)) {
    importance = sequence.importance;
    raw = sequence.raw_importance;
  } else if (corrects_tokens(options.correction)) {
    raw = ppo_exp(ppo_cut(in.old_logprobs[t] - in.sampler_logprobs[t], options.log_ratio_limit))
              .value;
    importance = ppo_importance(raw, options);
  }

  const float advantage = in.advantages[t];
  const float lowest = 1.f - options.clip_low, highest = 1.f + options.clip_high;
  // min() picks the clipped branch only where that branch is the worse one.
  const bool low = advantage < 0.f && ratio < lowest;
  const bool high = advantage > 0.f && ratio > highest;
  const bool dual = advantage < 0.f && options.dual_clip > 0.f && ratio > options.dual_clip;
  const float used = low ? lowest : high ? highest : dual ? options.dual_clip : ratio;
  const float loss = -used * advantage * importance;

  sums.policy_loss += static_cast<Real>(sequence.weight) * static_cast<Real>(loss);
  magnitude += fabsf(loss);
  sums.log_ratio += static_cast<Real>(x);
  sums.squared_log_ratio += static_cast<Real>(x) * static_cast<Real>(x);
  sums.kl += static_cast<Real>(exp.k3);
  sums.ratio += static_cast<Real>(ratio);
  sums.clipped_low += low ? 1 : 0;
  sums.clipped_high += high ? 1 : 0;
  sums.clipped_dual += dual ? 1 : 0;
  sums.importance += static_cast<Real>(importance);
  sums.importance_cut += importance < raw || raw < importance ? 1 : 0;
  sums.ratio_max = fmax(sums.ratio_max, static_cast<Real>(ratio));
  sums.ratio_min = fmin(sums.ratio_min, static_cast<Real>(ratio));
  sums.importance_max = fmax(sums.importance_max, static_cast<Real>(raw));
  return low || high || dual || ratio_cut ? 0.f : static_cast<float>(sequence.weight) * loss;
}

// The KL to the reference: adds token t to the sums, returns d loss / d logprob.
template <typename Sums>
QUERL_HOST_DEVICE inline float add_ppo_reference(const PpoTokens& in, const PpoOptions& options,
                                                 int64_t t, const PpoSequence& sequence, Sums& sums,
                                                 float& magnitude) {
  using Real = typename Sums::Real;
  const float d = in.reference_logprobs[t] - in.logprobs[t];
  const PpoExp exp = ppo_exp(ppo_cut(d, options.log_ratio_limit));
  const bool limited = options.kl_limit > 0.f && exp.k3 > options.kl_limit;
  const bool still = limited || ppo_is_cut(d, options.log_ratio_limit);
  const float k3 = limited ? options.kl_limit : exp.k3;
  const float estimate = options.kl_estimator == KlEstimator::kK1   ? -d
                         : options.kl_estimator == KlEstimator::kK2 ? 0.5f * d * d
                                                                    : k3;
  const float slope = options.kl_gradient == KlEstimator::kK1   ? 1.f
                      : options.kl_gradient == KlEstimator::kK2 ? -d
                      : still                                   ? 0.f
                                                                : -exp.minus_one;
  const float loss = options.kl_coefficient * estimate;
  sums.kl_loss += static_cast<Real>(sequence.weight) * static_cast<Real>(loss);
  magnitude += fabsf(loss);
  sums.reference_log_ratio += static_cast<Real>(d);
  sums.squared_reference_log_ratio += static_cast<Real>(d) * static_cast<Real>(d);
  sums.reference_kl += static_cast<Real>(exp.k3);
  return static_cast<float>(sequence.weight) * options.kl_coefficient * slope;
}

// The critic: adds token t to the sums, returns d loss / d value.
template <typename Sums>
QUERL_HOST_DEVICE inline float add_ppo_value(const PpoTokens& in, const PpoOptions& options,
                                             int64_t t, const PpoSequence& sequence, Sums& sums,
                                             float& magnitude) {
  using Real = typename Sums::Real;
  const float value = in.values[t], target = in.returns[t];
  const float error = target - value;
  float worst = error;
  bool clipped = false;
  if (options.value_clip > 0.f) {
    const float old = in.old_values[t];
    const float moved = value - old;
    const float kept = target - (old + ppo_cut(moved, options.value_clip));
    // The worse of both counts. Inside the range old + moved may round to another number than the
    // value.
    clipped = ppo_is_cut(moved, options.value_clip) && fabsf(kept) > fabsf(error);
    if (clipped) worst = kept;
  }
  const float loss = options.value_coefficient * 0.5f * worst * worst;
  sums.value_loss += static_cast<Real>(sequence.weight) * static_cast<Real>(loss);
  magnitude += fabsf(loss);
  sums.value_clipped += clipped ? 1 : 0;
  sums.returns += static_cast<Real>(target);
  sums.squared_returns += static_cast<Real>(target) * static_cast<Real>(target);
  sums.value_errors += static_cast<Real>(error);
  sums.squared_value_errors += static_cast<Real>(error) * static_cast<Real>(error);
  return clipped ? 0.f : -static_cast<float>(sequence.weight) * options.value_coefficient * error;
}

// Adds token t to the first pass's sums.
QUERL_HOST_DEVICE inline void add_ppo_sequence_token(const PpoTokens& in, const PpoOptions& options,
                                                     int64_t t, PpoSequenceSums& sums) {
  if (in.mask[t] == 0) return;
  sums.tokens += 1;
  if (options.ratio == PpoRatio::kSequence)
    sums.log_ratio += static_cast<double>(in.logprobs[t] - in.old_logprobs[t]);
  if (corrects_sequences(options.correction))
    sums.log_importance += static_cast<double>(in.old_logprobs[t] - in.sampler_logprobs[t]);
}

// Writes token t's gradients and, where its mask is 1, adds it to the sums.
template <typename Sums>
QUERL_HOST_DEVICE inline void add_ppo_token(const PpoTokens& in, const PpoOptions& options,
                                            int64_t t, const PpoSequence& sequence,
                                            const PpoGradients& gradients, Sums& sums) {
  using Real = typename Sums::Real;
  float logprob = 0.f, entropy = 0.f, value = 0.f;
  // A masked token is not read: a retrieved one has no log-prob, and NaN * 0 is NaN.
  if (in.mask[t] != 0) {
    float magnitude = 0.f;
    sums.tokens += 1;
    logprob = add_ppo_policy(in, options, t, sequence, sums, magnitude);
    if (in.reference_logprobs != nullptr)
      logprob += add_ppo_reference(in, options, t, sequence, sums, magnitude);
    if (in.entropies != nullptr) {
      const float loss = -options.entropy_coefficient * in.entropies[t];
      sums.entropy += static_cast<Real>(in.entropies[t]);
      sums.entropy_loss += static_cast<Real>(sequence.weight) * static_cast<Real>(loss);
      magnitude += fabsf(loss);
      entropy = -static_cast<float>(sequence.weight) * options.entropy_coefficient;
    }
    if (in.values != nullptr) value = add_ppo_value(in, options, t, sequence, sums, magnitude);
    sums.magnitude += static_cast<Real>(sequence.weight) * static_cast<Real>(magnitude);
  }
  if (gradients.logprobs != nullptr) gradients.logprobs[t] = logprob;
  if (gradients.entropies != nullptr) gradients.entropies[t] = entropy;
  if (gradients.values != nullptr) gradients.values[t] = value;
}

// Adds sums over other tokens.
QUERL_HOST_DEVICE inline void add(const PpoSums& from, PpoSums& to) {
  constexpr int64_t kAdded = kPpoSums - 3;
  const double* source = &from.policy_loss;
  double* target = &to.policy_loss;
  for (int64_t i = 0; i < kAdded; ++i) target[i] += source[i];
  to.ratio_max = fmax(to.ratio_max, from.ratio_max);
  to.ratio_min = fmin(to.ratio_min, from.ratio_min);
  to.importance_max = fmax(to.importance_max, from.importance_max);
}

}  // namespace querl
