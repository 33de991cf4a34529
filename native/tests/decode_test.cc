// Reductions over a row of logits, against float64.
#include "kernels/decode.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "tests/cases.h"

namespace querl {
namespace {

std::vector<float> random_floats(size_t count, std::mt19937& random, float scale = 1.f) {
  std::normal_distribution<float> normal(0.f, scale);
  std::vector<float> floats(count);
  for (float& x : floats) x = normal(random);
  return floats;
}

TEST_CASE("argmax and exponentials equal float64 for every length") {
  std::mt19937 random(3);
  for (const Isa isa : available_isas())
    for (const int64_t n : {1, 2, 15, 16, 17, 63, 64, 65, 608, 1000, 4099}) {
      CAPTURE(std::string(isa_name(isa)));
      CAPTURE(n);
      const DecodeKernels& kernels = decode_kernels(isa);
      std::vector<float> x = random_floats(static_cast<size_t>(n), random, 4.f);
      if (n > 20) x[7] = x[static_cast<size_t>(n) - 1] = 30.f;  // a tie: the first is meant
      const auto best = std::max_element(x.begin(), x.end());
      CHECK(kernels.argmax(x.data(), n).index == best - x.begin());
      CHECK(kernels.argmax(x.data(), n).value == *best);

      const float top = *best;
      std::vector<float> y = x, sums(static_cast<size_t>(n / kSumBlock + 1));
      const Exponentials sum = kernels.exponentials(y.data(), n, 0.5f, sums.data());
      CHECK(sum.max == top);
      double scaled = 0;
      for (size_t i = 0; i < x.size(); ++i) {
        const double expected = std::exp((double{x[i]} - top) * 0.5);
        scaled += expected;
        REQUIRE(y[i] == doctest::Approx(expected).epsilon(1e-6));
      }
      CHECK(sum.total == doctest::Approx(scaled).epsilon(1e-6));
    }
}

}  // namespace
}  // namespace querl
