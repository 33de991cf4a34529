// The maths of adamw.h for one element, for any processor. kernels/cpu/adamw_kernels.inc is a
// second form of the same, over vectors.
#pragma once

#include <cmath>

#include "kernels/adamw.h"
#include "kernels/host_device.h"

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

inline AdamWFactors adamw_factors(const AdamWStep& step) {
  const double beta1 = step.beta1, beta2 = step.beta2, lr = step.lr;
  const auto power = static_cast<double>(step.step);
  AdamWFactors factors{};
  factors.keep = static_cast<float>(1 - lr * static_cast<double>(step.weight_decay));
  factors.beta1 = step.beta1;
  factors.beta2 = step.beta2;
  factors.fresh1 = static_cast<float>(1 - beta1);
  factors.fresh2 = static_cast<float>(1 - beta2);
  factors.gradient_scale = step.gradient_scale;
  factors.rate = static_cast<float>(lr / (1 - std::pow(beta1, power)));
  factors.correction = static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, power)));
  factors.epsilon = step.epsilon;
  return factors;
}

QUERL_HOST_DEVICE inline void adamw_element(const AdamWFactors& f, float gradient, float& weight,
                                            float& first_moment, float& second_moment) {
  gradient *= f.gradient_scale;
  first_moment = fmaf(gradient, f.fresh1, first_moment * f.beta1);
  second_moment = fmaf(gradient * gradient, f.fresh2, second_moment * f.beta2);
  const float change = first_moment * f.rate / (sqrtf(second_moment) * f.correction + f.epsilon);
  weight = weight * f.keep - change;
}

}  // namespace querl
