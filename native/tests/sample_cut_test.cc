// Where sampling cuts a row off, against sorting it.
#include "kernels/cpu/sample_cut.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "kernels/cpu/sample_tables.h"
#include "tests/cases.h"

namespace querl {
namespace {

// The cut of find_cut() by sorting all weights, in float64.
struct SortedCut {
  float least;
  int64_t ties;
};

SortedCut sorted_cut(const std::vector<float>& weights, double target, bool counted) {
  std::vector<float> sorted = weights;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  while (sorted.back() == 0) sorted.pop_back();
  double passed = 0;
  size_t kept = 0;
  while (kept < sorted.size() && passed < target) passed += counted ? 1. : double{sorted[kept++]};
  if (counted) kept = std::min(sorted.size(), static_cast<size_t>(target));
  const float least = sorted[kept - 1];
  const auto first = std::find(sorted.begin(), sorted.end(), least) - sorted.begin();
  return {least, static_cast<int64_t>(kept) - first};
}

std::vector<float> random_weights(int64_t size, float spread, bool coarse, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.f, spread > 0 ? spread : 1.f);
  std::vector<float> logits(static_cast<size_t>(size));
  for (float& x : logits) x = spread > 0 ? normal(random) : 0.f;
  const float top = *std::max_element(logits.begin(), logits.end());
  for (float& x : logits) {
    x = std::exp(x - top);
    if (x < std::numeric_limits<float>::min()) x = 0;  // as DecodeKernels::exponentials()
    // As few bits as bfloat16 has: many weights are equal.
    if (coarse) x = std::bit_cast<float>(std::bit_cast<uint32_t>(x) & 0xffff0000);
  }
  return logits;
}

TEST_CASE("the threshold search finds the cut that sorting finds, on every instruction set") {
  std::vector<float> left;
  for (const Isa isa : available_isas())
    for (const int64_t size : {1, 31, 32, 33, 129, 1023, 4096, 50000})
      for (const float spread : {0.f, 0.1f, 1.f, 5.f, 30.f})
        for (const bool is_coarse : {false, true}) {
          CAPTURE(std::string(isa_name(isa)));
          CAPTURE(size);
          CAPTURE(spread);
          CAPTURE(is_coarse);
          const auto weights = random_weights(size, spread, is_coarse, uint32_t(size));
          const SampleKernels& kernels = sample_kernels(isa);
          double total = 0;
          for (const float w : weights) total += double{w};
          for (const double share : {1e-6, 0.3, 0.9, 0.999}) {
            const Cut cut = find_cut(kernels, weights.data(), size, share * total, false,
                                     std::numeric_limits<float>::min(), left);
            const SortedCut want = sorted_cut(weights, share * total, false);
            CHECK(cut.least == want.least);
            CHECK(cut.ties == want.ties);
          }
          for (const int64_t count : {int64_t{1}, size / 3, size - 1}) {
            if (count < 1) continue;
            const Cut cut = find_cut(kernels, weights.data(), size, double(count), true,
                                     std::numeric_limits<float>::min(), left);
            const SortedCut want = sorted_cut(weights, double(count), true);
            CHECK(cut.least == want.least);
            CHECK(cut.ties == want.ties);
          }
        }
}

TEST_CASE("a share that rounding puts out of reach keeps all weights above 0") {
  std::vector<float> weights = random_weights(5000, 1.f, false, 3), left;
  weights[17] = 0;
  for (const Isa isa : available_isas()) {
    const Cut cut = find_cut(sample_kernels(isa), weights.data(), 5000, 1e9, false,
                             std::numeric_limits<float>::min(), left);
    int64_t kept = 0;
    for (const float w : weights) kept += w >= cut.least;
    CHECK(kept == 4999);
    CHECK(cut.least > 0);
  }
}

}  // namespace
}  // namespace querl
