// What sample.h does to a whole row of weights, one table per instruction set that this build has.
#pragma once

#include <cstdint>

namespace querl {

// Bounds that one pass of SampleKernels::above() compares with.
inline constexpr int64_t kSampleBounds = 8;

// All numbers are weights: at least 0, no NaN.
struct SampleKernels {
  // above[i] = the sum, or with `counted` the count, of the numbers that are at least bounds[i].
  void (*above)(const float* weights, int64_t n, const float* bounds, bool counted, double* above);

  // Copies the numbers in [low, high) to `out` (n), which may be `weights`, in order; returns how
  // many there are.
  int64_t (*between)(const float* weights, int64_t n, float low, float high, float* out);

  // One past the place of the count-th number that equals `value`; n if there are fewer.
  int64_t (*after_equal)(const float* weights, int64_t n, float value, int64_t count);

  // Sets to 0 what is below `least`, and what equals it from the place `ties_end` on. Writes the
  // sums of blocks of kSumBlock, as DecodeKernels::exponentials(), and returns their sum.
  double (*cut)(float* weights, int64_t n, float least, int64_t ties_end, float* sums);

  void (*widen_bfloat16)(const uint16_t* from, int64_t n, float* to);
};

extern const SampleKernels kSamplePortable;
#if defined(__x86_64__)
extern const SampleKernels kSampleAvx2;
extern const SampleKernels kSampleAvx512;
#endif

}  // namespace querl
