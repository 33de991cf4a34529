// Bfloat16 numbers by their bits, which are the upper half of a float32's.
#pragma once

#include <cstdint>

#if defined(__CUDACC__)
#include <cuda_bf16.h>
#endif

#include "kernels/host_device.h"

namespace querl {

struct Bfloat16 {
  uint16_t bits;
};

union FloatBits {
  uint32_t bits;
  float value;
};

QUERL_HOST_DEVICE inline float widened(float x) { return x; }
QUERL_HOST_DEVICE inline float widened(Bfloat16 x) {
  FloatBits wide;
  wide.bits = uint32_t{x.bits} << 16;
  return wide.value;
}

// Rounds to nearest, ties to even; a NaN stays one.
QUERL_HOST_DEVICE inline void narrow(float from, float& to) { to = from; }
QUERL_HOST_DEVICE inline void narrow(float from, Bfloat16& to) {
#if defined(__CUDA_ARCH__)
  to.bits = __bfloat16_as_ushort(__float2bfloat16_rn(from));
#else
  FloatBits wide;
  wide.value = from;
  const uint32_t bits = wide.bits;
  to.bits = from != from ? uint16_t{0x7FFF}
                         : static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
#endif
}

}  // namespace querl
