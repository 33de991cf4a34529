// The element-wise halves of adamw.h, one table per instruction set that this build has.
#pragma once

#include <cstdint>

namespace querl {

// What one element needs, with everything folded that is the same for all.
struct AdamWFactors {
  float keep;  // 1 - lr * weight_decay
  float beta1, beta2;
  float fresh1, fresh2;  // 1 - beta, rounded once
  float gradient_scale;
  float rate;        // lr / (1 - beta1^step)
  float correction;  // 1 / sqrt(1 - beta2^step)
  float epsilon;
};

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
