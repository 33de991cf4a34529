// The CUDA kernels of whitening, run on the host (emulated_cuda/emulator.h), against float64.
#include "kernels/cuda/whiten.cuh"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "tests/cases.h"

namespace querl {
namespace {

constexpr double kOneRounding = 1.2e-7;  // to float32, of what float64 has computed

struct Result {
  std::vector<float> out;
  double mean = 77, deviation = 77;
};

Result run(const std::vector<float>& values, const std::vector<uint8_t>& mask,
           const WhitenOptions& options) {
  const auto count = static_cast<int64_t>(values.size());
  Result result{std::vector<float>(values.size(), 77.f)};
  std::vector<char> workspace(whiten_workspace_bytes(count), '\x7f');
  REQUIRE(whiten_cuda(values.data(), mask.empty() ? nullptr : mask.data(), count, options,
                      result.out.data(), &result.mean, &result.deviation, workspace.data(),
                      nullptr) == cudaSuccess);
  return result;
}

void check(const std::vector<float>& values, const std::vector<uint8_t>& mask,
           const WhitenOptions& options) {
  const Result found = run(values, mask, options);
  const auto counts = [&](size_t i) { return mask.empty() || mask[i] != 0; };
  double n = 0, mean = 0, squares = 0;
  for (size_t i = 0; i < values.size(); ++i)
    if (counts(i)) n += 1, mean += values[i];
  mean = n > 0 ? mean / n : 0;
  for (size_t i = 0; i < values.size(); ++i)
    if (counts(i)) squares += (values[i] - mean) * (values[i] - mean);
  const double variance = n < 2 ? 0 : squares / (n - 1);
  CHECK(found.mean == doctest::Approx(mean).epsilon(1e-12));
  CHECK(found.deviation == doctest::Approx(std::sqrt(variance)).epsilon(1e-12));
  const double scale = n < 2 ? 0 : 1 / std::sqrt(variance + options.epsilon);
  double worst = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double x = (values[i] - mean) * scale + (options.shift_mean ? 0 : mean);
    const double expected = counts(i) ? x : 0;
    worst = std::max(worst, std::abs(found.out[i] - expected) / std::max(1., std::abs(expected)));
  }
  CHECK(worst <= kOneRounding);
}

std::vector<float> random_values(int64_t count) {
  std::mt19937 random(static_cast<unsigned>(count));
  std::normal_distribution<float> normal(3.f, 2.f);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& x : values) x = normal(random);
  return values;
}

TEST_CASE("CUDA whiten equals float64 at every size and mask") {
  std::vector<int64_t> sizes(std::begin(kSizes), std::end(kSizes));
  sizes.insert(sizes.end(), {4097, 3 * kMomentsChunk + 5});
  for (const int64_t count : sizes)
    for (const bool shift : {true, false}) {
      std::vector<float> values = random_values(count);
      check(values, {}, {1e-8, shift});
      std::vector<uint8_t> mask(values.size());
      if (count > 0) check(values, mask, {1e-8, shift});
      for (size_t i = 0; i < mask.size(); ++i) {
        mask[i] = i % 3 != 1;
        if (mask[i] == 0) values[i] = NAN;
      }
      if (count > 0) check(values, mask, {1e-3, shift});
    }
}

TEST_CASE("CUDA whiten of equal numbers is 0, far from 0 too") {
  const Result found = run(std::vector<float>(9001, 1e6f), {}, {1e-8, true});
  CHECK(found.deviation == 0);
  for (const float x : found.out) CHECK(x == 0.f);
}

TEST_CASE("CUDA whiten of more chunks than threads") {
  check(random_values(300 * kMomentsChunk + 1), {}, {1e-8, true});
}

}  // namespace
}  // namespace querl
