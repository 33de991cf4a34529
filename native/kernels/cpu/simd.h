// Vectors of floats in the width that the including file is compiled for.
//
// Only the files of kernels/cpu that are compiled once per instruction set include this. Everything
// here and in those files has internal linkage, and they call no inline function of the standard
// library: the linker keeps one copy of such a function, and it might be the AVX-512 one.
#pragma once

#include <cstdint>

namespace {

#if defined(__AVX512F__)
constexpr int64_t kLanes = 16;
#elif defined(__AVX2__)
constexpr int64_t kLanes = 8;
#else
constexpr int64_t kLanes = 4;
#endif

typedef float Vec __attribute__((vector_size(kLanes * 4), may_alias));
typedef int32_t IntVec __attribute__((vector_size(kLanes * 4), may_alias));

inline Vec load(const float* from) {
  Vec v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

inline void store(float* to, Vec v) { __builtin_memcpy(to, &v, sizeof v); }

inline Vec splat(float x) { return x - Vec{}; }

// Contracted to one instruction where the target has it (-ffp-contract=fast is GCC's default).
inline Vec fma(Vec a, Vec b, Vec c) { return a * b + c; }

inline Vec max(Vec a, Vec b) { return a > b ? a : b; }
inline Vec min(Vec a, Vec b) { return a < b ? a : b; }

inline float sum(Vec v) {
  float total = 0.f;
  for (int64_t i = 0; i < kLanes; ++i) total += v[i];
  return total;
}

inline float max(Vec v) {
  float best = v[0];
  for (int64_t i = 1; i < kLanes; ++i) best = v[i] > best ? v[i] : best;
  return best;
}

// e^x to 2 units in the last place for x in [-87, 88]; clamped outside, so it yields neither 0 nor
// infinity. A NaN comes out as NaN.
inline Vec exp(Vec x) {
  const Vec limited = x < splat(-87.f) ? splat(-87.f) : (x > splat(88.f) ? splat(88.f) : x);
  const Vec magic = splat(12582912.f);  // 1.5 * 2^23: adding it rounds to an integer
  const Vec n = fma(limited, splat(1.44269504f), magic) - magic;
  const Vec r = fma(n, splat(2.12194440e-4f), fma(n, splat(-0.693359375f), limited));
  Vec p = splat(1.9875691500e-4f);
  p = fma(p, r, splat(1.3981999507e-3f));
  p = fma(p, r, splat(8.3334519073e-3f));
  p = fma(p, r, splat(4.1665795894e-2f));
  p = fma(p, r, splat(1.6666665459e-1f));
  p = fma(p, r, splat(5.0000001201e-1f));
  p = fma(p * r, r, r) + 1.f;
  const IntVec exponent = (__builtin_convertvector(n, IntVec) + 127) << 23;
  return p * reinterpret_cast<const Vec&>(exponent);
}

}  // namespace
