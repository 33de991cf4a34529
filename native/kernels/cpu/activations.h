// Activations of encoders, of vectors.
#pragma once

#include "kernels/cpu/simd.h"
#include "kernels/dense.h"

namespace {

// To 1 unit in the last place, of what is between 2^-126 and 2^126: several times as fast as to
// divide, where there is an estimate to begin with that is good enough for one step of Newton's.
inline Vec reciprocal(Vec x) {
#if defined(__AVX512F__)
  const Vec y = _mm512_maskz_rcp14_ps(kAllLanes, x);
  return fma(y, splat(1.f) - x * y, y);
#else
  return splat(1.f) / x;
#endif
}

// To 4e-7, by a ratio of polynomials whose coefficients minimise the largest error on [-3.92,
// 3.92]; beyond it the result is 1 to fp32. A NaN comes out as NaN.
inline Vec erf(Vec x) {
  const Vec y = min(splat(3.92f), max(splat(-3.92f), x));
  const Vec s = y * y;
  Vec above = splat(2.034854333e-6f);
  above = fma(above, s, splat(2.874685445e-4f));
  above = fma(above, s, splat(3.867775667e-3f));
  above = fma(above, s, splat(5.305878446e-2f));
  above = fma(above, s, splat(1.927509308e-1f));
  above = fma(above, s, splat(1.128378987f));
  Vec below = splat(3.807131725e-5f);
  below = fma(below, s, splat(1.187984366e-3f));
  below = fma(below, s, splat(1.517119072e-2f));
  below = fma(below, s, splat(1.150792241e-1f));
  below = fma(below, s, splat(5.041527152e-1f));
  below = fma(below, s, splat(1.f));
  return y * above * reciprocal(below);
}

// Below -6, where the result is less than 1e-8, x is taken for -6: the rounding of erf, times x,
// would be more.
inline Vec gelu(Vec x) {
  const Vec kept = max(splat(-6.f), x);
  return kept * fma(erf(kept * 0.70710678f), splat(0.5f), splat(0.5f));
}

// With 1 + tanh(u) = 2 / (1 + e^-2u).
inline Vec gelu_tanh(Vec x) {
  return x / (exp(x * fma(x * x, splat(-0.07135481f), splat(-1.5957691f))) + 1.f);
}

inline Vec tanh(Vec x) { return splat(1.f) - splat(2.f) / (exp(x * 2.f) + 1.f); }

// use(function of a vector), for the activation that is asked for.
template <class Use>
inline __attribute__((always_inline)) void with_activation(querl::Activation activation,
                                                           const Use& use) {
  switch (activation) {
    case querl::Activation::kGelu:
      return use([](Vec v) __attribute__((always_inline)) { return gelu(v); });
    case querl::Activation::kGeluTanh:
      return use([](Vec v) __attribute__((always_inline)) { return gelu_tanh(v); });
    case querl::Activation::kRelu:
      return use([](Vec v) __attribute__((always_inline)) { return max(splat(0.f), v); });
    case querl::Activation::kTanh:
      return use([](Vec v) __attribute__((always_inline)) { return tanh(v); });
  }
}

}  // namespace
