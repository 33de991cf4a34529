// Advantages within groups against their formulas, written out member by member in float64.
#include "kernels/group_advantages.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "kernels/thread_pool.h"
#include "tests/cases.h"

namespace querl {
namespace {

std::vector<double> advantages_of(const std::vector<double>& rewards,
                                  const std::vector<int32_t>& groups, GroupOptions options) {
  std::vector<double> out(rewards.size(), 77);
  group_advantages(rewards.data(), groups.data(), int64_t(rewards.size()), options, out.data());
  return out;
}

// For each row anew, over the rows that it is compared with.
double defined(const std::vector<double>& rewards, const std::vector<int32_t>& groups, size_t row,
               GroupOptions options) {
  const bool leaves_out = options.baseline == GroupBaseline::kLeaveOneOut;
  std::vector<long double> over;
  for (size_t other = 0; other < rewards.size(); ++other)
    if (groups[other] == groups[row] && !(leaves_out && other == row))
      over.push_back(rewards[other]);
  const auto size = std::count(groups.begin(), groups.end(), groups[row]);
  if (options.baseline == GroupBaseline::kNone || size == 1) return rewards[row];
  const auto n = static_cast<long double>(over.size());
  const long double mean = std::accumulate(over.begin(), over.end(), 0.L) / n;
  long double squares = 0;
  for (const long double r : over) squares += (r - mean) * (r - mean);
  const bool all_equal = std::equal(over.begin() + 1, over.end(), over.begin());
  if (!options.divide_by_std || all_equal) return double(rewards[row] - mean);
  return double((rewards[row] - mean) / (std::sqrt(squares / (n - 1)) + options.epsilon));
}

const GroupOptions kAllOptions[] = {
    {GroupBaseline::kNone, true, 1e-6},        {GroupBaseline::kGroup, true, 1e-6},
    {GroupBaseline::kGroup, false, 1e-6},      {GroupBaseline::kLeaveOneOut, true, 1e-6},
    {GroupBaseline::kLeaveOneOut, false, 0.5},
};

TEST_CASE("advantages equal the formulas, whatever the number and the order of the groups") {
  for (const int64_t size : kSizes)
    for (const int32_t group_count : {1, 3, 200})
      for (const GroupOptions& options : kAllOptions) {
        if (size > 1023 && group_count < 200) continue;  // the twin takes size^2 / groups steps
        CAPTURE(size);
        CAPTURE(group_count);
        std::mt19937 random(uint32_t(size + group_count));
        std::normal_distribution<double> normal;
        std::vector<double> rewards;
        std::vector<int32_t> groups;
        for (int64_t i = 0; i < size; ++i) {
          // Real rewards are few values, many of them equal.
          rewards.push_back(i % 2 ? 0.1 * double(random() % 4) : normal(random));
          groups.push_back((int32_t(random()) % group_count) * 1000003 - 50);
        }
        const auto got = advantages_of(rewards, groups, options);
        int wrong = 0;
        for (size_t i = 0; i < rewards.size(); ++i) {
          const double want = defined(rewards, groups, i, options);
          // float64 sums of up to 1023 numbers, against those in long double.
          wrong += !(std::abs(got[i] - want) <= 1e-11 * (1 + std::abs(want)));
        }
        CHECK(wrong == 0);
      }
}

TEST_CASE("equal rewards have advantages of exactly 0, also those that binary cannot hold") {
  for (const size_t size : {size_t{2}, size_t{3}, size_t{7}, size_t{1000}})
    for (const GroupOptions& options : kAllOptions) {
      if (options.baseline == GroupBaseline::kNone) continue;
      const auto got =
          advantages_of(std::vector<double>(size, 0.1), std::vector<int32_t>(size, 4), options);
      CHECK(got == std::vector<double>(size, 0.));
    }
}

TEST_CASE("a group of one keeps its reward") {
  for (const GroupOptions& options : kAllOptions)
    CHECK(advantages_of({0.5, 1, -2}, {7, -1, 3}, options) == std::vector<double>{0.5, 1, -2});
}

TEST_CASE("one that is left out of equal others keeps the plain difference") {
  // The others of the last are all 0.1: their deviation is 0, not a rounding error of it.
  const auto got =
      advantages_of({0.1, 0.1, 0.1, 0.1, 1.1}, {2, 2, 2, 2, 2}, {GroupBaseline::kLeaveOneOut});
  CHECK(got[4] == doctest::Approx(1.).epsilon(1e-15));
}

TEST_CASE("an outlier does not drown the deviation of the others") {
  // The sum of squares of the whole group is 1e12 times that of the others: taking the outlier's
  // share off again would leave noise.
  std::vector<double> rewards{1e6, 0, 1, 2};
  const auto got = advantages_of(rewards, {0, 0, 0, 0}, {GroupBaseline::kLeaveOneOut, true, 0});
  CHECK(got[0] == doctest::Approx(1e6 - 1).epsilon(1e-14));  // mean 1, deviation 1
}

TEST_CASE("a NaN stays in its group") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto got = advantages_of({nan, 1, 2, 3}, {0, 0, 1, 1}, {});
  CHECK(std::isnan(got[1]));
  CHECK(got[2] < 0);
  CHECK(got[3] == -got[2]);
}

TEST_CASE("each token gets its sequence's number, a masked one 0") {
  const std::vector<float> own{1.5f, std::numeric_limits<float>::quiet_NaN(), -2.f};
  const std::vector<int64_t> offsets{0, 2, 2, 5};
  const std::vector<uint8_t> mask{1, 0, 0, 1, 2};
  std::vector<float> out(5, 9.f);
  for (const int threads : {1, 3}) {
    ThreadPool pool(threads);
    spread_to_tokens(own.data(), offsets.data(), 3, mask.data(), out.data(), pool);
    CHECK(out == std::vector<float>{1.5f, 0.f, 0.f, -2.f, -2.f});
    spread_to_tokens(own.data(), offsets.data(), 3, nullptr, out.data(), pool);
    CHECK(out == std::vector<float>{1.5f, 1.5f, -2.f, -2.f, -2.f});
    spread_to_tokens(nullptr, offsets.data(), 0, nullptr, nullptr, pool);
  }
}

}  // namespace
}  // namespace querl
