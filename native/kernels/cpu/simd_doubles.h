// Vectors of half as many doubles as simd.h has floats, which floats are read into and rounded
// from.
#pragma once

#include "kernels/cpu/simd.h"

namespace {

constexpr int64_t kDoubles = kLanes / 2;
typedef double DoubleVec __attribute__((vector_size(kDoubles * 8), may_alias));
typedef int64_t LongVec __attribute__((vector_size(kDoubles * 8), may_alias));
typedef float HalfVec __attribute__((vector_size(kDoubles * 4), may_alias));

inline DoubleVec load_doubles(const float* from) {
  HalfVec floats;
  __builtin_memcpy(&floats, from, sizeof floats);
  return __builtin_convertvector(floats, DoubleVec);
}

inline void store_doubles(float* to, DoubleVec v) {
  const HalfVec rounded = __builtin_convertvector(v, HalfVec);
  __builtin_memcpy(to, &rounded, sizeof rounded);
}

}  // namespace
