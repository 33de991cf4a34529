// Sums of whole numbers over a block of 1024 threads: exact, so in any order.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace querl {

inline constexpr int kLanesOfWarp = 32;
inline constexpr int kCountThreads = 1024;
inline constexpr int kCountWarps = kCountThreads / kLanesOfWarp;

// The warp's sum, in every lane.
__device__ inline uint64_t warp_count(uint64_t value) {
  for (int width = kLanesOfWarp / 2; width > 0; width /= 2)
    value += __shfl_xor_sync(~0u, value, width);
  return value;
}

// The sum of this lane's value and those of the lanes below.
__device__ inline uint64_t count_up_to_lane(uint64_t value) {
  const int lane = static_cast<int>(threadIdx.x) % kLanesOfWarp;
  for (int by = 1; by < kLanesOfWarp; by *= 2) {
    const uint64_t below = __shfl_up_sync(~0u, value, by);
    if (lane >= by) value += below;
  }
  return value;
}

// The sums of the block's warps, which every thread then reads. Not again before a barrier.
__device__ inline void publish_warp_count(uint64_t value, uint64_t (&of_warps)[kCountWarps]) {
  value = warp_count(value);
  if (threadIdx.x % kLanesOfWarp == 0) of_warps[threadIdx.x / kLanesOfWarp] = value;
  __syncthreads();
}

__device__ inline uint64_t total_of(const uint64_t (&of_warps)[kCountWarps]) {
  uint64_t total = 0;
#pragma unroll 4  // all 32 at once would take 64 registers
  for (int warp = 0; warp < kCountWarps; ++warp) total += of_warps[warp];
  return total;
}

}  // namespace querl
