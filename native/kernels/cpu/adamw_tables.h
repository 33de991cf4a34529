// The element-wise halves of adamw.h, one table per instruction set that this build has.
#pragma once

#include <cstdint>

#include "kernels/adamw8.h"
#include "kernels/adamw_element.h"

namespace querl {

struct AdamWKernels {
  void (*update)(const AdamWFactors& factors, const AdamWTensor& tensor, FloatType rounded_type);
  // One block of adamw8.h: its count is at most kMomentBlock, and it has one scale of each moment.
  void (*update8)(const AdamWFactors& factors, const AdamW8Tensor& block, FloatType rounded_type);
  double (*squares)(const float* values, int64_t count);
};

extern const AdamWKernels kAdamWPortable;
#if defined(__x86_64__)
extern const AdamWKernels kAdamWAvx2;
extern const AdamWKernels kAdamWAvx512;
#endif

}  // namespace querl
