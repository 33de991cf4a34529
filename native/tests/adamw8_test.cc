// AdamW with moments of one byte against a float64 twin, which finds its codes by searching the
// whole map, and against AdamW in fp32 on a problem to be solved.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "kernels/adamw8.h"
#include "kernels/cpu/adamw_tables.h"
#include "kernels/half.h"
#include "kernels/isa.h"
#include "kernels/moment_map.h"
#include "kernels/thread_pool.h"
#include "tests/adamw8_twin.h"

namespace querl {
namespace {

std::vector<float> random_floats(size_t count, uint32_t seed, float scale = 1.f) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.f, scale);
  std::vector<float> all(count);
  for (float& x : all) x = normal(random);
  return all;
}

TEST_CASE("the maps are those of the paper, entry by entry") {
  for (const bool is_signed : {true, false}) {
    const std::vector<double> want = paper_map(is_signed);
    const MomentMap& map = is_signed ? kFirstMomentMap : kSecondMomentMap;
    REQUIRE(want.size() == 256);
    for (size_t code = 0; code < 256; ++code)
      CHECK(map.entries[code] == doctest::Approx(want[code]).epsilon(1e-7));  // a rounding to fp32
  }
  CHECK(kFirstMomentMap.entries[kZeroFirstCode] == 0.f);
  CHECK(kSecondMomentMap.entries[kZeroSecondCode] == 0.f);
}

TEST_CASE("a code is that of the nearest entry, and a second moment above zero stays above it") {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> exponent(-9, 0);
  const std::vector<double> first = paper_map(true), second = paper_map(false);
  std::vector<double> magnitudes{0, 1, 0.1, 0.01, 1e-7};
  for (int i = 0; i < 20000; ++i) magnitudes.push_back(std::pow(10., exponent(random)));
  int wrong = 0;
  const auto count = [&](const std::vector<double>& map, uint8_t code, double y) {
    // Where two entries are equally near, up to fp32's roundings of y, either will do.
    const double best = std::abs(map[nearest_code(map, y)] - y);
    wrong += !(std::abs(map[code] - y) <= best + 1e-6 * std::abs(y));
  };
  for (const double y : magnitudes) {
    count(first, first_moment_code(kFirstMomentMap, float(y)), double(float(y)));
    count(first, first_moment_code(kFirstMomentMap, float(-y)), double(float(-y)));
    const uint8_t code = second_moment_code(kSecondMomentMap, float(y));
    if (y == 0) CHECK(code == 0);
    if (y > 0 && nearest_code(second, double(float(y))) == 0)
      CHECK(code == 1);
    else
      count(second, code, double(float(y)));
  }
  CHECK(wrong == 0);
}

struct State {
  std::vector<float> weights, first_scales, second_scales;
  std::vector<uint8_t> first_codes, second_codes;

  State(size_t count, uint32_t seed)
      : weights(random_floats(count, seed)),
        first_scales(size_t(moment_blocks(int64_t(count)))),
        second_scales(first_scales.size()),
        first_codes(count, kZeroFirstCode),
        second_codes(count, kZeroSecondCode) {}

  AdamW8Tensor view(const std::vector<float>& gradients, void* rounded = nullptr) {
    return {weights.data(),      gradients.data(),     first_codes.data(),      second_codes.data(),
            first_scales.data(), second_scales.data(), int64_t(weights.size()), rounded};
  }
};

TEST_CASE("8-bit AdamW follows the float64 twin over steps, on every instruction set") {
  std::vector<const AdamWKernels*> all{&kAdamWPortable};
#if defined(__x86_64__)
  if (best_isa() >= Isa::kAvx2) all.push_back(&kAdamWAvx2);
  if (best_isa() >= Isa::kAvx512) all.push_back(&kAdamWAvx512);
#endif
  for (const AdamWKernels* kernels : all)
    for (const size_t count : {size_t{1}, size_t{15}, size_t{17}, size_t{255}, size_t{256}}) {
      CAPTURE(count);
      State state(count, 1);
      AdamW8Twin twin(state.weights);
      for (int64_t t = 1; t <= 6; ++t) {
        const auto gradients = random_floats(count, uint32_t(t + 1), 0.01f);
        const AdamWStep step{0.01f, 0.9f, 0.98f, 1e-8f, 0.1f, t, 0.5f};
        kernels->update8(adamw_factors(step), state.view(gradients), FloatType::kBfloat16);
        // The twin goes on from the kernel's codes: near the middle of two entries the roundings of
        // fp32 decide, and either choice is right.
        const AdamW8Twin::Block want = twin.step(step, gradients, 0, count);
        CHECK(double(state.first_scales[0]) == doctest::Approx(want.first_scale).epsilon(1e-6));
        CHECK(double(state.second_scales[0]) == doctest::Approx(want.second_scale).epsilon(1e-6));
        int wrong = 0;
        for (size_t i = 0; i < count; ++i) {
          wrong += !(std::abs(double(state.weights[i]) - want.weights[i]) < 3e-7);
          wrong += !want.first_fits(i, state.first_codes[i]);
          wrong += !want.second_fits(i, state.second_codes[i]);
        }
        CHECK(wrong == 0);
        twin.take(state.weights, state.first_codes, state.second_codes, state.first_scales,
                  state.second_scales);
      }
    }
}

TEST_CASE("any number of threads, and a step cut at blocks, give the same bits") {
  const size_t count = 200001;
  State one(count, 2), three(count, 2);
  ThreadPool alone(1), pool(3);
  std::vector<uint16_t> rounded(count), rounded_too(count);
  for (int64_t t = 1; t <= 2; ++t) {
    const auto gradients = random_floats(count, uint32_t(t));
    const AdamWStep step{0.01f, 0.9f, 0.98f, 1e-8f, 0.1f, t, 1.f};
    const AdamW8Tensor whole = one.view(gradients, rounded.data());
    adamw8(step, std::span(&whole, 1), alone);
    const AdamW8Tensor all = three.view(gradients, rounded_too.data());
    const int64_t cut = 256 * 37;
    const AdamW8Tensor parts[] = {
        {all.weights, all.gradients, all.first_codes, all.second_codes, all.first_scales,
         all.second_scales, cut, all.rounded},
        {all.weights + cut, all.gradients + cut, all.first_codes + cut, all.second_codes + cut,
         all.first_scales + 37, all.second_scales + 37, all.count - cut, rounded_too.data() + cut}};
    adamw8(step, parts, pool);
  }
  CHECK(one.weights == three.weights);
  CHECK(one.first_codes == three.first_codes);
  CHECK(one.second_codes == three.second_codes);
  CHECK(one.first_scales == three.first_scales);
  CHECK(rounded == rounded_too);
}

TEST_CASE("masters keep what their rounded copies lose, in every type and instruction set") {
  std::vector<const AdamWKernels*> all{&kAdamWPortable};
#if defined(__x86_64__)
  if (best_isa() >= Isa::kAvx2) all.push_back(&kAdamWAvx2);
  if (best_isa() >= Isa::kAvx512) all.push_back(&kAdamWAvx512);
#endif
  const AdamWFactors factors = adamw_factors({1e-3f, 0.9f, 0.98f, 1e-8f, 0.f, 1, 1.f});
  for (const AdamWKernels* kernels : all)
    for (const FloatType type : {FloatType::kBfloat16, FloatType::kFloat16})
      for (const int64_t count : {1, 7, 16, 37}) {
        CAPTURE(count);
        auto weights = random_floats(size_t(count), 1, 100.f), first = weights, second = weights;
        std::fill(first.begin(), first.end(), 0.f);
        std::fill(second.begin(), second.end(), 0.f);
        weights[0] = 1e6f;  // infinite in float16
        const auto gradients = random_floats(size_t(count), 2);
        std::vector<uint16_t> rounded(size_t(count) + 1, 0x1234), want(rounded.size());
        kernels->update(
            factors,
            {weights.data(), gradients.data(), first.data(), second.data(), count, rounded.data()},
            type);
        from_floats(weights.data(), count, type, want.data());
        for (size_t i = 0; i < size_t(count); ++i) CHECK(rounded[i] == want[i]);
        CHECK(rounded[size_t(count)] == 0x1234);
      }
}

// The loss of a least-squares problem after `steps` steps of either optimiser.
double solved(bool bytes, int steps) {
  constexpr size_t kRows = 512, kColumns = 1000;
  const auto rows = random_floats(kRows * kColumns, 5), truth = random_floats(kColumns, 6);
  std::vector<float> want(kRows);
  for (size_t r = 0; r < kRows; ++r)
    for (size_t c = 0; c < kColumns; ++c) want[r] += rows[r * kColumns + c] * truth[c];
  State state(kColumns, 7);
  std::vector<float> first(kColumns), second(kColumns), gradients(kColumns);
  ThreadPool pool(1);
  double loss = 0;
  for (int64_t t = 1; t <= steps; ++t) {
    loss = 0;
    std::fill(gradients.begin(), gradients.end(), 0.f);
    for (size_t r = 0; r < kRows; ++r) {
      float error = -want[r];
      for (size_t c = 0; c < kColumns; ++c) error += rows[r * kColumns + c] * state.weights[c];
      loss += double(error) * double(error) / kRows;
      for (size_t c = 0; c < kColumns; ++c)
        gradients[c] += 2 * error * rows[r * kColumns + c] / float(kRows);
    }
    const AdamWStep step{0.02f, 0.9f, 0.999f, 1e-8f, 0.f, t, 1.f};
    const AdamW8Tensor tensor = state.view(gradients);
    if (bytes)
      adamw8(step, std::span(&tensor, 1), pool);
    else
      adamw(step, state.weights.data(), gradients.data(), first.data(), second.data(),
            int64_t(kColumns), pool);
  }
  return loss;
}

TEST_CASE("a problem is solved with moments of one byte about as fast as in fp32") {
  const double start = solved(false, 1), exact = solved(false, 150), coarse = solved(true, 150);
  CHECK(exact < start / 200);
  CHECK(coarse < 1.3 * exact);
}

TEST_CASE("no block of zeros, no tensor of no elements and no vanishing moment makes a NaN") {
  ThreadPool pool(1);
  std::vector<float> none;
  State empty(0, 1), still(300, 1), tiny(300, 1);
  const AdamWStep step{0.01f, 0.9f, 0.999f, 1e-8f, 0.f, 1, 1.f};
  const AdamW8Tensor nothing = empty.view(none);
  adamw8(step, std::span(&nothing, 1), pool);
  const auto before = still.weights;
  const std::vector<float> zeros(300);
  std::vector<float> vanishing(300, 1e-22f);  // whose square is zero
  vanishing[0] = 1e-3f;
  const AdamW8Tensor tensors[] = {still.view(zeros), tiny.view(vanishing)};
  adamw8(step, tensors, pool);
  CHECK(still.weights == before);
  CHECK(still.first_codes == std::vector<uint8_t>(300, kZeroFirstCode));
  for (const float weight : tiny.weights) CHECK(std::isfinite(weight));
}

}  // namespace
}  // namespace querl
