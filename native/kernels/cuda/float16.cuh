// IEEE half-precision numbers by their bits, beside those of bfloat16.cuh.
#pragma once

#include <cstdint>

#if defined(__CUDACC__)
#include <cuda_fp16.h>
#endif

#include "kernels/cuda/bfloat16.cuh"
#include "kernels/half.h"
#include "kernels/host_device.h"

namespace querl {

struct Float16 {
  uint16_t bits;
};

QUERL_HOST_DEVICE inline float widened(Float16 x) {
#if defined(__CUDA_ARCH__)
  return __half2float(__ushort_as_half(x.bits));
#else
  return from_float16(x.bits);
#endif
}

QUERL_HOST_DEVICE inline void narrow(float from, Float16& to) {
#if defined(__CUDA_ARCH__)
  to.bits = __half_as_ushort(__float2half_rn(from));
#else
  to.bits = to_float16(from);
#endif
}

}  // namespace querl
