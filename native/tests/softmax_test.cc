// Softmax over rows of every instruction set against scalar float64 twins.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "kernels/softmax.h"
#include "tests/cases.h"

namespace querl {
namespace {

// exp() is good to 2 units in the last place, of sums of positive terms.
constexpr double kFp32Exp = 3e-6;

std::vector<float> random_floats(size_t count, uint32_t seed, float scale) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.f, scale);
  std::vector<float> all(count);
  for (float& x : all) x = normal(random);
  return all;
}

// Float64 probabilities of scale * x, and their log.
std::vector<double> logprobs_of(const float* x, size_t count, double scale) {
  double top = -1e300, total = 0;
  for (size_t i = 0; i < count; ++i) top = std::max(top, scale * double(x[i]));
  for (size_t i = 0; i < count; ++i) total += std::exp(scale * double(x[i]) - top);
  std::vector<double> all(count);
  for (size_t i = 0; i < count; ++i) all[i] = scale * double(x[i]) - top - std::log(total);
  return all;
}

const size_t kCounts[] = {1, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 100, 608, 1023};

TEST_CASE(
    "a row of logits comes to the float64 log-probs and entropy, and its slopes to the formula") {
  for (const Isa isa : available_isas())
    for (const size_t count : kCounts)
      for (const float spread : {1.f, 30.f}) {
        CAPTURE(isa_name(isa));
        CAPTURE(count);
        const SoftmaxKernels& softmax = softmax_kernels(isa);
        auto x = random_floats(count, 1, spread);
        const float scale = 1.f / 0.8f;
        const auto expected = logprobs_of(x.data(), count, double(scale));
        const SoftmaxRow row = softmax.row(x.data(), int64_t(count), scale);
        double entropy = 0;
        for (const double logprob : expected) entropy -= std::exp(logprob) * logprob;
        CHECK(std::abs(double(row.entropy) - entropy) < 1e-5 * (1 + double(spread)));
        // Differences of logits of some spreads, each rounded to 6e-8.
        for (size_t i = 0; i < count; ++i)
          CHECK(std::abs(double(x[i] * scale - row.max - row.log_sum) - expected[i]) <
                1e-6 * (4 + double(spread)));
        softmax.row_slopes(x.data(), int64_t(count), scale, row, -0.7f, 0.3f);
        for (size_t i = 0; i < count; ++i)
          CHECK(std::abs(double(x[i]) - std::exp(expected[i]) * (-0.7 + 0.3 * expected[i])) <
                10 * kFp32Exp * double(spread));
      }
}

TEST_CASE("a very low logit has probability 0, and a NaN is not hidden") {
  for (const Isa isa : available_isas())
    for (const size_t count : {5, 16, 40}) {
      const SoftmaxKernels& softmax = softmax_kernels(isa);
      auto x = random_floats(count, 2, 1.f);
      x[0] = -1e30f;
      const SoftmaxRow row = softmax.row(x.data(), int64_t(count), 1.f);
      CHECK(std::isfinite(row.entropy));
      softmax.row_slopes(x.data(), int64_t(count), 1.f, row, 1.f, 1.f);
      CHECK(x[0] == 0.f);
      x = random_floats(count, 2, 1.f);
      for (const size_t place : {size_t{0}, count - 1}) {
        auto broken = x;
        broken[place] = std::numeric_limits<float>::quiet_NaN();
        const SoftmaxRow other = softmax.row(broken.data(), int64_t(count), 1.f);
        CHECK(std::isnan(other.log_sum));
        CHECK(std::isnan(other.entropy));
      }
    }
}

TEST_CASE(
    "causal softmax and its gradient equal the float64 formulas, with zeros behind the limit") {
  for (const Isa isa : available_isas())
    for (const int32_t columns : {1, 5, 16, 33, 100}) {
      CAPTURE(isa_name(isa));
      CAPTURE(columns);
      const SoftmaxKernels& softmax = softmax_kernels(isa);
      const int64_t m = 3, stride = columns + 4;
      const std::vector<int32_t> limits{1, (columns + 1) / 2, columns};
      const auto before = random_floats(size_t(m * stride), 3, 4.f);
      const auto slopes_before = random_floats(size_t(m * stride), 4, 1.f);
      auto forward = before, again = before, slopes = slopes_before;
      std::vector<float> log_sums(3);
      softmax.causal(forward.data(), stride, m, limits.data(), columns, 0.25f, log_sums.data());
      softmax.causal_slopes(again.data(), slopes.data(), stride, m, limits.data(), columns, 0.25f,
                            log_sums.data());
      for (int64_t r = 0; r < m; ++r) {
        const auto limit = size_t(limits[size_t(r)]), start = size_t(r * stride);
        const auto expected = logprobs_of(before.data() + start, limit, 0.25);
        double along = 0;
        for (size_t i = 0; i < limit; ++i)
          along += std::exp(expected[i]) * double(slopes_before[start + i]);
        for (size_t i = 0; i < size_t(stride); ++i) {
          const bool behind = i >= limit, outside = i >= size_t(columns);
          const double p = behind ? 0 : std::exp(expected[i]);
          const double slope = p * 0.25 * (double(slopes_before[start + i]) - along);
          CHECK(std::abs(double(forward[start + i]) - (outside ? double(before[start + i]) : p)) <
                kFp32Exp);
          CHECK(std::abs(double(again[start + i]) - (outside ? double(before[start + i]) : p)) <
                kFp32Exp);
          CHECK(std::abs(double(slopes[start + i]) -
                         (outside ? double(slopes_before[start + i]) : slope)) < kFp32Exp);
        }
      }
    }
}

}  // namespace
}  // namespace querl
