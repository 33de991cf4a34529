// Rows of float32 or bfloat16, eight elements at a time where their addresses allow it.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/cuda/bfloat16.cuh"
#include "kernels/host_device.h"

namespace querl {

inline constexpr int kVector = 8;
inline constexpr uintptr_t kVectorBytes = 16;

// `from` is aligned to kVectorBytes.
__device__ inline void load_vector(const float* from, float (&to)[kVector]) {
  uint4 words[2];
  words[0] = reinterpret_cast<const uint4*>(from)[0];
  words[1] = reinterpret_cast<const uint4*>(from)[1];
  const uint32_t bits[kVector] = {words[0].x, words[0].y, words[0].z, words[0].w,
                                  words[1].x, words[1].y, words[1].z, words[1].w};
#pragma unroll
  for (int i = 0; i < kVector; ++i) {
    FloatBits lane;
    lane.bits = bits[i];
    to[i] = lane.value;
  }
}
__device__ inline void load_vector(const Bfloat16* from, float (&to)[kVector]) {
  const uint4 words = *reinterpret_cast<const uint4*>(from);
  const uint32_t pairs[kVector / 2] = {words.x, words.y, words.z, words.w};
#pragma unroll
  for (int i = 0; i < kVector; ++i) {
    FloatBits lane;
    lane.bits = i % 2 == 0 ? pairs[i / 2] << 16 : pairs[i / 2] & 0xFFFF0000u;
    to[i] = lane.value;
  }
}

__device__ inline void store_vector(const float (&from)[kVector], float* to) {
  uint32_t bits[kVector];
#pragma unroll
  for (int i = 0; i < kVector; ++i) {
    FloatBits lane;
    lane.value = from[i];
    bits[i] = lane.bits;
  }
  reinterpret_cast<uint4*>(to)[0] = {bits[0], bits[1], bits[2], bits[3]};
  reinterpret_cast<uint4*>(to)[1] = {bits[4], bits[5], bits[6], bits[7]};
}
__device__ inline void store_vector(const float (&from)[kVector], Bfloat16* to) {
  uint32_t pairs[kVector / 2];
#pragma unroll
  for (int i = 0; i < kVector / 2; ++i) {
    Bfloat16 low, high;
    narrow(from[2 * i], low);
    narrow(from[2 * i + 1], high);
    pairs[i] = uint32_t{low.bits} | uint32_t{high.bits} << 16;
  }
  *reinterpret_cast<uint4*>(to) = {pairs[0], pairs[1], pairs[2], pairs[3]};
}

// How `count` elements fall into single ones before an aligned address, vectors, and single ones
// behind them.
struct VectorSpan {
  int64_t lead;
  int64_t vectors;

  template <class Element>
  QUERL_HOST_DEVICE static VectorSpan of(const Element* data, int64_t count) {
    const uintptr_t past = reinterpret_cast<uintptr_t>(data) % kVectorBytes;
    const auto lead = static_cast<int64_t>((kVectorBytes - past) % kVectorBytes / sizeof(Element));
    if (lead >= count) return {count, 0};
    return {lead, (count - lead) / kVector};
  }

  // The first element behind the vectors.
  QUERL_HOST_DEVICE int64_t tail() const { return lead + vectors * kVector; }
};

}  // namespace querl
