// Softmax of a row that is read once, piece by piece: what is known of a piece, of two pieces
// together, and of the whole row. Shared by the CUDA kernels and their tests.
//
//   z = scale * x, relative to the piece's own maximum, so that nothing overflows.
//
// Milakov and Gimelshein 2018 (arXiv 1805.02867), with the entropy's sum beside the normaliser's.
#pragma once

#include <cfloat>
#include <cmath>
#include <cstdint>

#include "kernels/host_device.h"

namespace querl {

// Below this exp() is 0 in fp32. Where a difference is multiplied by an exponential it is cut here:
// a logit of -infinity has the share 0, and 0 * infinity is NaN. A NaN among the logits is cut too,
// but stays in `sum`.
inline constexpr float kNoShare = -200.f;

struct SoftmaxPiece {
  float max = -FLT_MAX;      // of z; finite, so that differences of two are
  float sum = 0.f;           // of exp(z - max)
  float weighted = 0.f;      // of exp(z - max) (z - max)
  float target = -INFINITY;  // the target's logit x where the piece holds it
};

// exp(x) to about 1e-7 of the result, denormal results as 0: two instructions.
QUERL_HOST_DEVICE inline float fast_exp(float x) {
#if defined(__CUDA_ARCH__)
  float result;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x * 1.44269504f));
  return result;
#else
  return expf(x);
#endif
}

// Makes `max` the larger of itself and `bound`, which is at least every z to come.
QUERL_HOST_DEVICE inline void raise(SoftmaxPiece& piece, float bound) {
  if (!(bound > piece.max)) return;
  const float apart = piece.max - bound;
  const float share = fast_exp(apart);
  piece.weighted = (piece.weighted + piece.sum * fmaxf(apart, kNoShare)) * share;
  piece.sum *= share;
  piece.max = bound;
}

// Adds one logit; raise() must have been called with scale * x or more.
QUERL_HOST_DEVICE inline void add_logit(SoftmaxPiece& piece, float x, float scale) {
  // Fused: what `max` lost when it was rounded is the same in every term, and cancels.
  const float below = fmaf(x, scale, -piece.max);
  const float share = fast_exp(below);
  piece.sum += share;
  piece.weighted = fmaf(share, fmaxf(below, kNoShare), piece.weighted);
}

// Both pieces together. At most one holds the target.
QUERL_HOST_DEVICE inline SoftmaxPiece merge(SoftmaxPiece a, SoftmaxPiece b) {
  const float max = fmaxf(a.max, b.max);
  raise(a, max);
  raise(b, max);
  return {max, a.sum + b.sum, a.weighted + b.weighted, fmaxf(a.target, b.target)};
}

struct TokenScore {
  float logprob;
  float entropy;
  float log_sum;  // of exp(z - max)
};

QUERL_HOST_DEVICE inline TokenScore score_of(const SoftmaxPiece& row, float scale) {
  const float log_sum = logf(row.sum);
  return {fmaf(row.target, scale, -row.max) - log_sum, log_sum - row.weighted / row.sum, log_sum};
}

// The gradient of a token's logits: of each by slope_at(), to which the target's own adds `target`.
struct LogitSlopes {
  float scale;
  float max;
  float log_sum;
  float constant;  // p (constant + factor log p)
  float factor;
  float target;

  QUERL_HOST_DEVICE LogitSlopes(float scale, float max, float log_sum, float entropy,
                                float d_logprob, float d_entropy)
      : scale(scale),
        max(max),
        log_sum(log_sum),
        constant(-scale * fmaf(d_entropy, entropy, d_logprob)),
        factor(-scale * d_entropy),
        target(scale * d_logprob) {}

  QUERL_HOST_DEVICE float slope_at(float x) const {
    const float log_p = fmaf(x, scale, -max) - log_sum;
    return fast_exp(log_p) * fmaf(factor, fmaxf(log_p, kNoShare), constant);
  }
};

}  // namespace querl
