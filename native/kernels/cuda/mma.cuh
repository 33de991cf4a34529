// The tensor cores' product of 16-bit numbers, d (16, 8) += a (16, 16) b (16, 8) in fp32, by a
// warp.
//
// With g = lane / 4 and c = lane % 4, a lane holds (PTX ISA, "mma.m16n8k16"):
//   a: words (g; 2c, 2c + 1), (g + 8; 2c, 2c + 1), (g; 2c + 8, 2c + 9), (g + 8; 2c + 8, 2c + 9)
//   b: words (2c, 2c + 1; g), (2c + 8, 2c + 9; g)
//   d: (g; 2c), (g; 2c + 1), (g + 8; 2c), (g + 8; 2c + 1)
// The first number of a word is its lower half.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/cuda/float16.cuh"

namespace querl {

#if defined(__CUDACC__)

__device__ inline void multiply_add(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2],
                                    Bfloat16) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
__device__ inline void multiply_add(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2],
                                    Float16) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

#else

template <class Element>
inline float widened_half(uint32_t word, int half) {
  return widened(Element{static_cast<uint16_t>(word >> (16 * half))});
}

template <class Element>
inline void multiply_add(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2], Element) {
  emulated::multiply_add(d, a, b, &widened_half<Element>);
}

#endif

template <class Element>
__device__ inline uint32_t packed_pair(float low, float high) {
  Element first, second;
  narrow(low, first);
  narrow(high, second);
  return uint32_t{first.bits} | uint32_t{second.bits} << 16;
}

}  // namespace querl
