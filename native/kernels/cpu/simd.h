// Vectors of floats in the width that the including file is compiled for.
//
// Only the files of kernels/cpu that are compiled once per instruction set include this. Everything
// here and in those files has internal linkage, and they call no inline function of the standard
// library: the linker keeps one copy of such a function, and it might be the AVX-512 one.
// (Intrinsics are safe: they are always inlined.) Where GCC 12 makes good code from vector
// expressions they are used; the intrinsics are for what it turns into scalar code or into a
// compare and a blend.
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// For the loops over a register tile, which must vanish for the tile to stay in registers.
#define QUERL_UNROLL _Pragma("GCC unroll 32")

namespace {

#if defined(__AVX512F__)
constexpr int64_t kLanes = 16;
// Masked forms with every lane kept: GCC 12 warns of its own undefined value in the plain ones.
constexpr __mmask16 kAllLanes = 0xffff;
#elif defined(__AVX2__)
constexpr int64_t kLanes = 8;
#else
constexpr int64_t kLanes = 4;
#endif

typedef float Vec __attribute__((vector_size(kLanes * 4), may_alias));
typedef int32_t IntVec __attribute__((vector_size(kLanes * 4), may_alias));

inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

inline Vec load(const float* from) {
  Vec v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

inline void store(float* to, Vec v) { __builtin_memcpy(to, &v, sizeof v); }

// The first `count` lanes, in [0, kLanes], of what may end there; zeros behind them.
inline Vec load_partial(const float* from, int64_t count) {
#if defined(__AVX512F__)
  return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1u), from);
#else
  Vec v{};
  for (int64_t i = 0; i < count; ++i) v[i] = from[i];
  return v;
#endif
}

inline void store_partial(float* to, Vec v, int64_t count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1u << count) - 1u), v);
#else
  for (int64_t i = 0; i < count; ++i) to[i] = v[i];
#endif
}

// For loops whose last turn alone is partial.
inline Vec load_some(const float* from, int64_t count) {
  return count == kLanes ? load(from) : load_partial(from, count);
}

inline void store_some(float* to, Vec v, int64_t count) {
  if (count == kLanes)
    store(to, v);
  else
    store_partial(to, v, count);
}

inline Vec splat(float x) { return x - Vec{}; }

// Contracted to one instruction where the target has it (-ffp-contract=fast is GCC's default).
inline Vec fma(Vec a, Vec b, Vec c) { return a * b + c; }

// Where either is a NaN the result is b, as in the instruction: max(limit, x) keeps a NaN in x.
inline Vec max(Vec a, Vec b) {
#if defined(__AVX512F__)
  return _mm512_maskz_max_ps(kAllLanes, a, b);
#elif defined(__AVX2__)
  return _mm256_max_ps(a, b);
#elif defined(__x86_64__)
  return _mm_max_ps(a, b);
#else
  return a > b ? a : b;
#endif
}

inline Vec min(Vec a, Vec b) {
#if defined(__AVX512F__)
  return _mm512_maskz_min_ps(kAllLanes, a, b);
#elif defined(__AVX2__)
  return _mm256_min_ps(a, b);
#elif defined(__x86_64__)
  return _mm_min_ps(a, b);
#else
  return a < b ? a : b;
#endif
}

inline Vec sqrt(Vec v) {
#if defined(__AVX512F__)
  return _mm512_maskz_sqrt_ps(kAllLanes, v);
#elif defined(__AVX2__)
  return _mm256_sqrt_ps(v);
#elif defined(__x86_64__)
  return _mm_sqrt_ps(v);
#else
  for (int64_t i = 0; i < kLanes; ++i) v[i] = __builtin_sqrtf(v[i]);
  return v;
#endif
}

// Halves onto halves: the order of the sum depends on nothing but the width.
inline float sum(Vec v) {
#if defined(__AVX512F__)
  const __m256 eight =
      _mm512_maskz_extractf32x8_ps(0xff, v, 0) + _mm512_maskz_extractf32x8_ps(0xff, v, 1);
  const __m128 four = _mm256_castps256_ps128(eight) + _mm256_extractf128_ps(eight, 1);
  const __m128 two = four + _mm_movehl_ps(four, four);
  return two[0] + two[1];
#elif defined(__AVX2__)
  const __m128 four = _mm256_castps256_ps128(v) + _mm256_extractf128_ps(v, 1);
  const __m128 two = four + _mm_movehl_ps(four, four);
  return two[0] + two[1];
#else
  return (v[0] + v[2]) + (v[1] + v[3]);
#endif
}

inline float max(Vec v) {
#if defined(__AVX2__)
#if defined(__AVX512F__)
  const __m256 eight = _mm256_max_ps(_mm512_maskz_extractf32x8_ps(0xff, v, 0),
                                     _mm512_maskz_extractf32x8_ps(0xff, v, 1));
#else
  const __m256 eight = v;
#endif
  const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return two[0] > two[1] ? two[0] : two[1];
#else
  float best = v[0];
  for (int64_t i = 1; i < kLanes; ++i) best = v[i] > best ? v[i] : best;
  return best;
#endif
}

// The first `count` lanes of v, `other` in the rest.
inline Vec only(Vec v, int64_t count, float other) {
#if defined(__AVX512F__)
  return _mm512_mask_blend_ps(static_cast<__mmask16>((1u << count) - 1u), splat(other), v);
#else
  for (int64_t i = count; i < kLanes; ++i) v[i] = other;
  return v;
#endif
}

// e^x to 2 units in the last place; 0 below -87.3, where the result would be subnormal, and e^88
// above
// 88. A NaN comes out as NaN.
inline Vec exp(Vec x) {
  const Vec lowest = splat(-87.3f);
  const Vec limited = min(splat(88.f), max(lowest, x));
  const Vec magic = splat(12582912.f);  // 1.5 * 2^23: adding it rounds to an integer
  const Vec shifted = fma(limited, splat(1.44269504f), magic);
  const Vec n = shifted - magic;
  const Vec r = fma(n, splat(2.12194440e-4f), fma(n, splat(-0.693359375f), limited));
  Vec p = splat(1.9875691500e-4f);
  p = fma(p, r, splat(1.3981999507e-3f));
  p = fma(p, r, splat(8.3334519073e-3f));
  p = fma(p, r, splat(4.1665795894e-2f));
  p = fma(p, r, splat(1.6666665459e-1f));
  p = fma(p, r, splat(5.0000001201e-1f));
  p = fma(p * r, r, r) + 1.f;
#if defined(__AVX512F__)
  const __mmask16 kept = _mm512_cmp_ps_mask(x, lowest, _CMP_NLT_UQ);
  return _mm512_maskz_scalef_ps(kept, p, n);
#else
  // The low bits of `shifted` are n: moved to the exponent and added they scale by 2^n.
  const Vec scaled = reinterpret_cast<Vec>(reinterpret_cast<IntVec>(p) +
                                           (reinterpret_cast<IntVec>(shifted) << 23));
  return x < lowest ? Vec{} : (x == x ? scaled : x);
#endif
}

}  // namespace
