// Stands in for CUDA's header of this name where kernels run on the host: see emulator.h. What is
// here is what our kernels use.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

#include "cuda_runtime_api.h"
#include "emulator.h"
#include "mma.h"

#define __global__
#define __device__
#define __host__
#define __grid_constant__
#define __launch_bounds__(...)
// Blocks run one after another, so that one copy for all is one for each.
#define __shared__ static

struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }

inline float __uint_as_float(unsigned bits) { return std::bit_cast<float>(bits); }
inline unsigned __float_as_uint(float value) { return std::bit_cast<unsigned>(value); }
inline int __popc(unsigned bits) { return std::popcount(bits); }
inline int __ffs(unsigned bits) { return bits == 0 ? 0 : std::countr_zero(bits) + 1; }
inline unsigned __vcmpeq4(unsigned a, unsigned b) {
  unsigned equal = 0;
  for (int byte = 0; byte < 32; byte += 8)
    if ((a >> byte & 0xff) == (b >> byte & 0xff)) equal |= 0xffu << byte;
  return equal;
}

inline void __syncthreads() { querl::emulated::sync_block(); }

template <typename T>
T __shfl_xor_sync(unsigned, T value, int lanes) {
  return querl::emulated::exchange(value, querl::emulated::lane() ^ lanes);
}

template <typename T>
T __shfl_up_sync(unsigned, T value, unsigned lanes) {
  const int from = querl::emulated::lane() - static_cast<int>(lanes);
  return querl::emulated::exchange(value, from < 0 ? querl::emulated::lane() : from);
}
template <typename T>
T __shfl_sync(unsigned, T value, int lane) {
  return querl::emulated::exchange(value, lane);
}
inline void __syncwarp() { querl::emulated::exchange(0, querl::emulated::lane()); }
// A vote costs one exchange for each lane: slow, and obviously right.
inline unsigned __ballot_sync(unsigned, bool vote) {
  unsigned votes = 0;
  for (int lane = 0; lane < 32; ++lane)
    votes |= querl::emulated::exchange(unsigned{vote}, lane) << lane;
  return votes;
}

// Fibers give way at barriers only, so that nothing comes between the two.
template <typename T>
T atomicAdd(T* to, T by) {
  return std::exchange(*to, *to + by);
}
template <typename T>
T atomicOr(T* to, T bits) {
  return std::exchange(*to, *to | bits);
}

inline unsigned __reduce_max_sync(unsigned, unsigned value) {
  for (int width = 16; width > 0; width /= 2) {
    const unsigned other = __shfl_xor_sync(~0u, value, width);
    value = value > other ? value : other;
  }
  return value;
}
inline unsigned __reduce_min_sync(unsigned mask, unsigned value) {
  return ~__reduce_max_sync(mask, ~value);
}
