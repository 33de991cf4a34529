#include "kernels/adamw.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/cpu/adamw_tables.h"
#include "kernels/isa.h"

namespace querl {
namespace {

// Elements of one task: large enough to be worth a wake-up, and the unit of the norm's fixed order.
constexpr int64_t kChunk = int64_t{1} << 16;

int64_t chunks(int64_t count) { return (count + kChunk - 1) / kChunk; }

const AdamWKernels& kernels() {
#if defined(__x86_64__)
  static const Isa isa = best_isa();
  if (isa == Isa::kAvx512) return kAdamWAvx512;
  if (isa == Isa::kAvx2) return kAdamWAvx2;
#endif
  return kAdamWPortable;
}

AdamWFactors factors_of(const AdamWStep& step) {
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

}  // namespace

void adamw(const AdamWStep& step, float* weights, const float* gradients, float* first_moment,
           float* second_moment, int64_t count, Parallel& parallel) {
  const AdamWFactors factors = factors_of(step);
  parallel.run(chunks(count), [&](int64_t chunk, int) {
    const int64_t at = chunk * kChunk;
    kernels().update(factors, weights + at, gradients + at, first_moment + at, second_moment + at,
                     std::min(kChunk, count - at));
  });
}

double squared_norm(const float* values, int64_t count, Parallel& parallel) {
  std::vector<double> parts(static_cast<size_t>(chunks(count)));
  parallel.run(chunks(count), [&](int64_t chunk, int) {
    const int64_t at = chunk * kChunk;
    parts[static_cast<size_t>(chunk)] =
        kernels().squares(values + at, std::min(kChunk, count - at));
  });
  double total = 0;
  for (const double part : parts) total += part;
  return total;
}

}  // namespace querl
