// Masked whitening: shifts and scales the masked-in numbers of a batch to mean 0 and unbiased
// variance 1.
//
//   out = (x - mean) / sqrt(variance + epsilon)     (+ mean, where it is not shifted)
//
// The variance divides by count - 1. Which tokens the statistics run over is the mask's to say: the
// policy's own, or (the original Search-R1) the whole response with its observations.
#pragma once

#include <cstdint>

#include "kernels/host_device.h"
#include "kernels/parallel.h"

namespace querl {

struct WhitenOptions {
  double epsilon = 1e-8;   // added to the variance: keeps a batch of equal numbers finite
  bool shift_mean = true;  // false: the mean is kept
};

// Of `count` numbers: their mean and the sum of squared differences to it.
struct Moments {
  double count = 0;
  double mean = 0;
  double squares = 0;
};

// Of both sets together (Chan, Golub and LeVeque 1979); exact where all numbers are equal.
QUERL_HOST_DEVICE inline Moments merge(const Moments& a, const Moments& b) {
  if (a.count == 0) return b;
  if (b.count == 0) return a;
  const double count = a.count + b.count, apart = b.mean - a.mean;
  return {count, a.mean + apart * (b.count / count),
          a.squares + b.squares + apart * apart * (a.count * b.count / count)};
}

// Unbiased; 0 of fewer than two numbers.
QUERL_HOST_DEVICE inline double variance(const Moments& moments) {
  return moments.count < 2 ? 0 : moments.squares / (moments.count - 1);
}

// The moments are those of chunks of this many elements, merged in order: any number of threads
// gives the same bits.
inline constexpr int64_t kMomentsChunk = 4096;

// mask (count): not 0 where a number counts, else it is not read; null: all count.
Moments masked_moments(const float* values, const uint8_t* mask, int64_t count, Parallel& parallel);

// Writes out (count), 0 where the mask is 0, and returns the moments of what went in. With fewer
// than two numbers there is no variance, and each becomes the mean's part alone: 0, or itself.
// `out` may be `values`.
Moments whiten(const float* values, const uint8_t* mask, int64_t count,
               const WhitenOptions& options, float* out, Parallel& parallel);

}  // namespace querl
