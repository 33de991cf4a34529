// Masked whitening against float64 sums, on every instruction set.
#include "kernels/whiten.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "kernels/cpu/whiten_tables.h"
#include "kernels/thread_pool.h"
#include "tests/cases.h"

namespace querl {
namespace {

// One rounding to float32 of what float64 computed.
constexpr double kOneRounding = 1.2e-7;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<float> random_floats(int64_t count, uint32_t seed, float mean = 0, float spread = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(mean, spread);
  std::vector<float> all(static_cast<size_t>(count));
  for (float& x : all) x = normal(random);
  return all;
}

// Every share-th number counts, the others are NaN. 0: none counts.
std::vector<uint8_t> masked(std::vector<float>& values, int share) {
  std::vector<uint8_t> mask(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    mask[i] = share > 0 && i % size_t(share) == 0 ? uint8_t(1 + i % 255) : 0;
    if (!mask[i]) values[i] = kNan;
  }
  return mask;
}

// By the textbook, over all numbers at once and in long double.
struct Twin {
  int64_t count = 0;
  long double mean = 0, squares = 0;
};

Twin twin(const std::vector<float>& values, const std::vector<uint8_t>& mask) {
  Twin out;
  for (size_t i = 0; i < values.size(); ++i)
    if (mask[i]) {
      ++out.count;
      out.mean += values[i];
    }
  if (out.count > 0) out.mean /= static_cast<long double>(out.count);
  for (size_t i = 0; i < values.size(); ++i)
    if (mask[i]) out.squares += (values[i] - out.mean) * (values[i] - out.mean);
  return out;
}

TEST_CASE("every instruction set finds the moments and rescales as the long double twin") {
  for (const Isa isa : available_isas())
    for (const int64_t size : kSizes)
      for (const int share : {0, 1, 3}) {
        CAPTURE(std::string(isa_name(isa)));
        CAPTURE(size);
        auto values = random_floats(size, uint32_t(size), 3.f, 0.5f);
        const auto mask = masked(values, share);
        const Twin want = twin(values, mask);
        const WhitenKernels& kernels = whiten_kernels(isa);
        const Moments got = kernels.moments(values.data(), mask.data(), size);
        CHECK(got.count == double(want.count));
        CHECK(got.mean == doctest::Approx(double(want.mean)).epsilon(1e-13));
        CHECK(got.squares == doctest::Approx(double(want.squares)).epsilon(1e-12));
        std::vector<float> out(values.size(), 9.f);
        kernels.rescale(values.data(), mask.data(), size, 3., 2., 0.25, out.data());
        int wrong = 0;
        for (size_t i = 0; i < out.size(); ++i) {
          const double expected = mask[i] ? (double(values[i]) - 3) * 2 + 0.25 : 0;
          wrong += !(std::abs(double(out[i]) - expected) <= kOneRounding * std::abs(expected));
        }
        CHECK(wrong == 0);
        if (share != 1) continue;
        const Moments unmasked = kernels.moments(values.data(), nullptr, size);
        CHECK(unmasked.mean == got.mean);
        CHECK(unmasked.squares == got.squares);
      }
}

TEST_CASE("masked-in numbers get mean 0 and unbiased variance 1, masked ones 0") {
  for (const int64_t size : {31, 1023, 4096, 4097, 100000})
    for (const int share : {1, 2, 7}) {
      CAPTURE(size);
      CAPTURE(share);
      ThreadPool pool(1);
      auto values = random_floats(size, 2, 1e4f, 1e-2f);  // float32 sums would lose the spread
      const auto mask = masked(values, share);
      const Twin want = twin(values, mask);
      std::vector<float> out(values.size(), 9.f);
      const Moments moments = whiten(values.data(), mask.data(), size, {}, out.data(), pool);
      CHECK(moments.count == double(want.count));
      CHECK(moments.mean == doctest::Approx(double(want.mean)).epsilon(1e-14));
      CHECK(moments.squares == doctest::Approx(double(want.squares)).epsilon(1e-9));
      const long double scale =
          1 / std::sqrt(want.squares / static_cast<long double>(want.count - 1) + 1e-8L);
      int wrong = 0;
      for (size_t i = 0; i < out.size(); ++i) {
        const auto expected = mask[i] ? double((values[i] - want.mean) * scale) : 0.;
        wrong +=
            !(std::abs(double(out[i]) - expected) <= 2 * kOneRounding * std::abs(expected) + 1e-9);
      }
      CHECK(wrong == 0);
    }
}

TEST_CASE("the mean stays where it is not shifted") {
  ThreadPool pool(1);
  std::vector<float> values{1, 2, 3}, out(3);
  whiten(values.data(), nullptr, 3, {.epsilon = 0, .shift_mean = false}, out.data(), pool);
  CHECK(out == std::vector<float>{1, 2, 3});  // variance 1
  whiten(values.data(), nullptr, 3, {.epsilon = 3, .shift_mean = false}, out.data(), pool);
  CHECK(out == std::vector<float>{1.5, 2, 2.5});  // standard deviation 2
}

TEST_CASE("equal numbers, one number and none come to 0 and not to infinity") {
  ThreadPool pool(1);
  for (const size_t count : {size_t{1}, size_t{2}, size_t{9000}}) {
    const std::vector<float> values(count, 0.1f);
    std::vector<float> out(count, 9.f);
    const Moments moments = whiten(values.data(), nullptr, int64_t(count), {}, out.data(), pool);
    CHECK(moments.mean == double(0.1f));
    CHECK(moments.squares == 0);
    CHECK(out == std::vector<float>(count, 0.f));
  }
  auto values = random_floats(40, 1);
  const auto mask = masked(values, 0);
  std::vector<float> out(40, 9.f);
  CHECK(whiten(values.data(), mask.data(), 40, {}, out.data(), pool).count == 0);
  CHECK(out == std::vector<float>(40, 0.f));
  CHECK(whiten(nullptr, nullptr, 0, {}, nullptr, pool).count == 0);
}

TEST_CASE("any number of threads, and in place, gives the same bits") {
  auto values = random_floats(200001, 3);
  const auto mask = masked(values, 2);
  ThreadPool one(1), five(5);
  std::vector<float> want(values.size()), got(values.size());
  const auto count = int64_t(values.size());
  const Moments a = whiten(values.data(), mask.data(), count, {}, want.data(), one);
  const Moments b = whiten(values.data(), mask.data(), count, {}, got.data(), five);
  CHECK(a.mean == b.mean);
  CHECK(a.squares == b.squares);
  CHECK(got == want);
  whiten(values.data(), mask.data(), count, {}, values.data(), five);
  CHECK(values == want);
}

TEST_CASE("a NaN that counts is not hidden") {
  ThreadPool pool(1);
  auto values = random_floats(100, 5);
  values[40] = kNan;
  std::vector<float> out(100);
  CHECK(std::isnan(whiten(values.data(), nullptr, 100, {}, out.data(), pool).mean));
  CHECK(std::isnan(out[0]));
}

}  // namespace
}  // namespace querl
