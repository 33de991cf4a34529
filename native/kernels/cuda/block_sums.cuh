// Sums over the threads of a warp and of a block, in float64 and in an order that depends on
// nothing but the thread's place: the same input gives the same bits on every run and on every
// device.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace querl {

inline constexpr int kWarp = 32;
inline constexpr unsigned kFullWarp = 0xffffffffu;

// The warp's sum, in every lane.
__device__ inline double warp_sum(double value) {
  for (int width = kWarp / 2; width > 0; width /= 2)
    value += __shfl_xor_sync(kFullWarp, value, width);
  return value;
}

// The block's sum, in every thread. All threads must call it; kThreads is a multiple of 32.
template <int kThreads>
__device__ inline double block_sum(double value) {
  __shared__ double sums[kThreads / kWarp];
  value = warp_sum(value);
  __syncthreads();  // an earlier call's sums may still be read
  if (threadIdx.x % kWarp == 0) sums[threadIdx.x / kWarp] = value;
  __syncthreads();
  double total = 0;
  for (int warp = 0; warp < kThreads / kWarp; ++warp) total += sums[warp];
  return total;
}

// The warp's sums of 32 values at once: lane i gets that of values[i], and `values` is used up.
// Each step halves what a lane holds, so it takes 31 exchanges, where 32 calls of warp_sum take
// 160.
__device__ inline double warp_sums(double (&values)[kWarp]) {
#pragma unroll
  for (int step = 0; step < 5; ++step) {
    const int width = kWarp / 2 >> step;
    const bool upper = (threadIdx.x & width) != 0;
#pragma unroll
    for (int i = 0; i < kWarp / 2; ++i) {
      if (i >= width) break;
      const double given = upper ? values[i] : values[i + width];
      const double kept = upper ? values[i + width] : values[i];
      values[i] = kept + __shfl_xor_sync(kFullWarp, given, width);
    }
  }
  return values[0];
}

}  // namespace querl
