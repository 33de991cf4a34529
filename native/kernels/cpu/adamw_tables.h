// The element-wise halves of adamw.h, one table per instruction set that this build has.
#pragma once

#include <cstdint>

#include "kernels/adamw_element.h"

namespace querl {

struct AdamWKernels {
  void (*update)(const AdamWFactors& factors, float* weights, const float* gradients,
                 float* first_moment, float* second_moment, int64_t count);
  double (*squares)(const float* values, int64_t count);
};

extern const AdamWKernels kAdamWPortable;
#if defined(__x86_64__)
extern const AdamWKernels kAdamWAvx2;
extern const AdamWKernels kAdamWAvx512;
#endif

}  // namespace querl
