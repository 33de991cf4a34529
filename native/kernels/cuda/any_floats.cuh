// Numbers whose type is known at run time alone: four at a time where all addresses allow it. The
// branch is the same for all threads of a launch, which read memory for much longer than it takes.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/cuda/float16.cuh"
#include "kernels/float_type.h"

namespace querl {

inline constexpr int kFour = 4;

// What a run-time type stands for: work(Element*), once.
template <class Work>
__device__ inline void as_element(const void* data, FloatType type, const Work& work) {
  if (type == FloatType::kFloat32) {
    work(static_cast<const float*>(data));
  } else if (type == FloatType::kBfloat16) {
    work(static_cast<const Bfloat16*>(data));
  } else {
    work(static_cast<const Float16*>(data));
  }
}
template <class Work>
__device__ inline void as_element(void* data, FloatType type, const Work& work) {
  if (type == FloatType::kFloat32) {
    work(static_cast<float*>(data));
  } else if (type == FloatType::kBfloat16) {
    work(static_cast<Bfloat16*>(data));
  } else {
    work(static_cast<Float16*>(data));
  }
}

struct alignas(8) FourHalves {
  uint16_t bits[kFour];
};

__device__ inline void load_four(const float* from, float (&to)[kFour]) {
  const float4 four = *reinterpret_cast<const float4*>(from);
  to[0] = four.x;
  to[1] = four.y;
  to[2] = four.z;
  to[3] = four.w;
}
template <class Half>
__device__ inline void load_four(const Half* from, float (&to)[kFour]) {
  const FourHalves four = *reinterpret_cast<const FourHalves*>(from);
#pragma unroll
  for (int i = 0; i < kFour; ++i) to[i] = widened(Half{four.bits[i]});
}
__device__ inline void store_four(const float (&from)[kFour], float* to) {
  *reinterpret_cast<float4*>(to) = make_float4(from[0], from[1], from[2], from[3]);
}
template <class Half>
__device__ inline void store_four(const float (&from)[kFour], Half* to) {
  FourHalves four;
#pragma unroll
  for (int i = 0; i < kFour; ++i) {
    Half half;
    narrow(from[i], half);
    four.bits[i] = half.bits;
  }
  *reinterpret_cast<FourHalves*>(to) = four;
}

// Numbers [at, at + 4) behind `data`, 0 from `end` on. kWide: data + at is aligned to four numbers,
// and `end` is a multiple of four.
template <bool kWide>
__device__ inline void load(const void* data, FloatType type, int64_t at, int64_t end,
                            float (&to)[kFour]) {
  as_element(data, type, [&](const auto* numbers) {
    if constexpr (kWide) {
      load_four(numbers + at, to);
    } else {
#pragma unroll
      for (int i = 0; i < kFour; ++i) to[i] = at + i < end ? widened(numbers[at + i]) : 0.f;
    }
  });
}
template <bool kWide>
__device__ inline void store(const float (&from)[kFour], void* data, FloatType type, int64_t at,
                             int64_t end) {
  as_element(data, type, [&](auto* numbers) {
    if constexpr (kWide) {
      store_four(from, numbers + at);
    } else {
#pragma unroll
      for (int i = 0; i < kFour; ++i)
        if (at + i < end) narrow(from[i], numbers[at + i]);
    }
  });
}

// The address of number `at`, for pointers of an unknown type.
__host__ __device__ inline const void* moved(const void* data, FloatType type, int64_t at) {
  return static_cast<const char*>(data) + at * (type == FloatType::kFloat32 ? 4 : 2);
}
__host__ __device__ inline void* moved(void* data, FloatType type, int64_t at) {
  return static_cast<char*>(data) + at * (type == FloatType::kFloat32 ? 4 : 2);
}

// Whether four numbers may be read at once wherever a row, or a part of it, begins.
inline bool allows_four(const void* data, FloatType type, int64_t stride, int64_t part_stride) {
  const uintptr_t bytes = type == FloatType::kFloat32 ? 16 : 8;
  return data == nullptr || (reinterpret_cast<uintptr_t>(data) % bytes == 0 &&
                             stride % kFour == 0 && part_stride % kFour == 0);
}

}  // namespace querl
