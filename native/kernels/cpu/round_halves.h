// Vectors of fp32 rounded to 16 bits, to nearest, ties to even. Included as simd.h is.
#pragma once

#include "kernels/cpu/simd.h"
#include "kernels/half.h"

namespace {

typedef uint32_t UintVec __attribute__((vector_size(kLanes * 4), may_alias));
typedef uint16_t HalfVec __attribute__((vector_size(kLanes * 2), may_alias));

inline HalfVec to_bfloat16(Vec v) {
  const UintVec bits = reinterpret_cast<UintVec>(v);
  const UintVec rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  // A NaN's fraction could be rounded away, or into the sign.
  const UintVec nan = (bits >> 16) | 0x40u;
  return __builtin_convertvector(v == v ? rounded : nan, HalfVec);
}

inline HalfVec to_float16(Vec v) {
#if defined(__AVX512F__)
  return reinterpret_cast<HalfVec>(
      _mm512_maskz_cvtps_ph(kAllLanes, v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
#else
  HalfVec halves;
  for (int64_t i = 0; i < kLanes; ++i) halves[i] = querl::to_float16(v[i]);
  return halves;
#endif
}

// The first `count` lanes to numbers `at` and on of a buffer of 16-bit floats.
inline void store_rounded(void* to, querl::FloatType type, int64_t at, Vec v, int64_t count) {
  const HalfVec halves = type == querl::FloatType::kBfloat16 ? to_bfloat16(v) : to_float16(v);
  auto* place = static_cast<uint16_t*>(to) + at;
  if (count == kLanes) {
    __builtin_memcpy(place, &halves, sizeof halves);
    return;
  }
  for (int64_t i = 0; i < count; ++i) place[i] = halves[i];
}

}  // namespace
