// Comparisons, choices and float64 sums over the vectors of simd.h, under the same rules.
#pragma once

#include "kernels/cpu/simd.h"

namespace {

// One truth value a lane. What compares a NaN is false.
#if defined(__AVX512F__)
typedef __mmask16 Mask;

inline Mask less(Vec a, Vec b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
inline Mask less(Mask where, Vec a, Vec b) {
  return _mm512_mask_cmp_ps_mask(where, a, b, _CMP_LT_OQ);
}
inline Mask differ(Vec a, Vec b) { return _mm512_cmp_ps_mask(a, b, _CMP_NEQ_OQ); }
inline Vec choose(Mask where, Vec a, Vec b) { return _mm512_mask_blend_ps(where, b, a); }
inline Vec add_where(Mask where, Vec v, Vec sum) { return _mm512_mask_add_ps(sum, where, sum, v); }
inline Vec max_where(Mask where, Vec v, Vec best) {
  return _mm512_mask_max_ps(best, where, v, best);
}
inline Vec min_where(Mask where, Vec v, Vec best) {
  return _mm512_mask_min_ps(best, where, v, best);
}
inline Vec keep(Mask where, Vec v) { return _mm512_maskz_mov_ps(where, v); }
inline Mask either(Mask a, Mask b) { return _kor_mask16(a, b); }
inline Mask without(Mask a, Mask b) { return _kandn_mask16(b, a); }
inline int64_t lanes_in(Mask m) { return __builtin_popcount(m); }

// Lanes whose byte is not 0, of the first `count` in [0, kLanes].
inline Mask mask_of(const uint8_t* bytes, int64_t count) {
  const __m128i some = _mm_maskz_loadu_epi8(static_cast<__mmask16>((1u << count) - 1u), bytes);
  return _mm_test_epi8_mask(some, some);
}

// Bytes that are not 0.
inline int64_t count_set(const uint8_t* bytes, int64_t count) {
  int64_t set = 0, i = 0;
  for (; i + 64 <= count; i += 64) {
    const __m512i some = _mm512_loadu_si512(bytes + i);
    set += __builtin_popcountll(_mm512_test_epi8_mask(some, some));
  }
  for (; i < count; ++i) set += bytes[i] != 0;
  return set;
}

// Zeros in the other lanes, whose memory is not read.
inline Vec load_where(const float* from, Mask where, int64_t) {
  return _mm512_maskz_loadu_ps(where, from);
}

#else
typedef IntVec Mask;  // 0 or -1

inline Mask less(Vec a, Vec b) { return a < b; }
inline Mask less(Mask where, Vec a, Vec b) { return where & (a < b); }
inline Mask differ(Vec a, Vec b) { return (a < b) | (b < a); }
inline Vec keep(Mask where, Vec v) {
  return reinterpret_cast<Vec>(reinterpret_cast<IntVec>(v) & where);
}
inline Vec choose(Mask where, Vec a, Vec b) {
#if defined(__AVX2__)
  return _mm256_blendv_ps(b, a, reinterpret_cast<Vec>(where));
#else
  return reinterpret_cast<Vec>((reinterpret_cast<IntVec>(a) & where) |
                               (reinterpret_cast<IntVec>(b) & ~where));
#endif
}
inline Vec add_where(Mask where, Vec v, Vec sum) { return sum + keep(where, v); }
inline Vec max_where(Mask where, Vec v, Vec best) { return choose(where, max(v, best), best); }
inline Vec min_where(Mask where, Vec v, Vec best) { return choose(where, min(v, best), best); }
inline Mask either(Mask a, Mask b) { return a | b; }
inline Mask without(Mask a, Mask b) { return a & ~b; }

#if defined(__AVX2__)
inline int64_t lanes_in(Mask m) {
  return __builtin_popcount(static_cast<unsigned>(_mm256_movemask_ps(reinterpret_cast<__m256>(m))));
}
inline Vec load_where(const float* from, Mask where, int64_t) {
  return _mm256_maskload_ps(from, reinterpret_cast<__m256i>(where));
}
#else
inline int64_t lanes_in(Mask m) {
  int64_t lanes = 0;
  for (int64_t i = 0; i < kLanes; ++i) lanes -= m[i];
  return lanes;
}
inline Vec load_where(const float* from, Mask where, int64_t count) {
  return keep(where, load_some(from, count));
}
#endif

inline Mask mask_of(const uint8_t* bytes, int64_t count) {
  typedef uint8_t Bytes __attribute__((vector_size(kLanes)));
  Bytes some{};
  if (count == kLanes)
    __builtin_memcpy(&some, bytes, sizeof some);
  else
    for (int64_t i = 0; i < count; ++i) some[i] = bytes[i];
  return __builtin_convertvector(some, IntVec) != 0;
}

inline int64_t count_set(const uint8_t* bytes, int64_t count) {
  int64_t set = 0;
  for (int64_t i = 0; i < count; ++i) set += bytes[i] != 0;
  return set;
}
#endif

inline Vec magnitude(Vec v) {
  return reinterpret_cast<Vec>(reinterpret_cast<IntVec>(v) & 0x7fffffff);
}

// The greater of best and |v|; best for a NaN.
inline Vec max_magnitude(Vec v, Vec best) {
#if defined(__AVX512F__)
  return _mm512_maskz_range_ps(kAllLanes, best, v, 0b1011);
#else
  return max(magnitude(v), best);
#endif
}

// Adds floats in float64, a few vectors at a time in float32 first: their rounding is that of the
// terms themselves, and conversion is what costs.
struct Sum {
  typedef double Half __attribute__((vector_size(kLanes * 4), may_alias));
  Half low{}, high{};
  Vec few{};

  void add(Vec v) { few += v; }
  void add_where(Mask where, Vec v) { few = ::add_where(where, v, few); }

  void flush() {
    const Vec v = few;
    few = Vec{};
#if defined(__AVX512F__)
    low += _mm512_maskz_cvtps_pd(0xff, _mm512_castps512_ps256(v));
    high += _mm512_maskz_cvtps_pd(0xff, _mm512_maskz_extractf32x8_ps(0xff, v, 1));
#elif defined(__AVX2__)
    low += _mm256_cvtps_pd(_mm256_castps256_ps128(v));
    high += _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1));
#else
    for (int64_t i = 0; i < kLanes / 2; ++i) {
      low[i] += static_cast<double>(v[i]);
      high[i] += static_cast<double>(v[i + kLanes / 2]);
    }
#endif
  }

  // Of what was flushed.
  double total() const {
    const Half all = low + high;
    double total = 0;
    for (int64_t i = 0; i < kLanes / 2; ++i) total += all[i];
    return total;
  }
};

template <class... Sums>
inline void flush_all(Sums&... sums) {
  (sums.flush(), ...);
}

// Calls step(t, lanes) for each vector of [begin, end), the last one partial; flush() after every
// eighth and after the last.
template <class Step, class Flush>
inline __attribute__((always_inline)) void for_each_vector(int64_t begin, int64_t end,
                                                           const Step& step, const Flush& flush) {
  int64_t t = begin;
  while (t + 8 * kLanes <= end) {
    for (int64_t i = 0; i < 8; ++i, t += kLanes) step(t, kLanes);
    flush();
  }
  for (; t + kLanes <= end; t += kLanes) step(t, kLanes);
  if (t < end) step(t, end - t);
  flush();
}

}  // namespace
