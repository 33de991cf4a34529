// Generalised advantage estimation against its definition in float64, and the laws that it obeys.
#include "kernels/gae.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "kernels/thread_pool.h"
#include "tests/cases.h"

namespace querl {
namespace {

// One rounding to float32 of a number that float64 has summed.
constexpr double kOneRounding = 1.2e-7;

struct Batch {
  std::vector<float> rewards, values;
  std::vector<uint8_t> mask;
  std::vector<int64_t> offsets{0};

  size_t tokens() const { return rewards.size(); }
  GaeBatch view(bool is_masked = true) const {
    return {rewards.data(), values.data(), is_masked ? mask.data() : nullptr, offsets.data(),
            static_cast<int64_t>(offsets.size()) - 1};
  }
};

enum class Masking { kNone, kAll, kRuns, kBits };

// Sequences of the given lengths; masked tokens hold NaN and infinities.
Batch random_batch(const std::vector<int64_t>& lengths, Masking masking, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Batch batch;
  uint8_t bit = 1;
  for (const int64_t length : lengths) {
    for (int64_t t = 0; t < length; ++t) {
      if (masking == Masking::kBits || random() % 20 == 0) bit = random() % 2;
      const uint8_t kept = masking == Masking::kNone ? 1 : masking == Masking::kAll ? 0 : bit;
      const float poison = random() % 2 ? std::numeric_limits<float>::quiet_NaN()
                                        : -std::numeric_limits<float>::infinity();
      batch.mask.push_back(kept);
      batch.rewards.push_back(kept ? normal(random) : poison);
      batch.values.push_back(kept ? normal(random) : poison);
    }
    batch.offsets.push_back(static_cast<int64_t>(batch.tokens()));
  }
  return batch;
}

struct Estimate {
  std::vector<float> advantages, returns;
  bool operator==(const Estimate&) const = default;
};

Estimate estimate(const Batch& batch, GaeOptions options, int threads = 1, bool is_masked = true,
                  Isa isa = best_isa()) {
  ThreadPool pool(threads);
  Estimate out{std::vector<float>(batch.tokens(), 77.f), std::vector<float>(batch.tokens(), 77.f)};
  gae(batch.view(is_masked), options, out.advantages.data(), out.returns.data(), pool, isa);
  return out;
}

// Eq. 16 as it is written: a sum over the steps to come, weighted by powers. Not a recursion.
double defined(const std::vector<size_t>& own, size_t from, const Batch& batch,
               GaeOptions options) {
  double total = 0, weight = 1;
  for (size_t k = from; k < own.size() && weight > 1e-30;
       ++k, weight *= options.gamma * options.lambda) {
    const double next = k + 1 < own.size() ? double(batch.values[own[k + 1]]) : 0.;
    total += weight *
             (double(batch.rewards[own[k]]) + options.gamma * next - double(batch.values[own[k]]));
  }
  return total;
}

void check_against_definition(const Batch& batch, GaeOptions options, bool is_masked) {
  std::vector<Estimate> all;
  for (const Isa isa : available_isas()) all.push_back(estimate(batch, options, 1, is_masked, isa));
  int wrong = 0;
  for (size_t b = 0; b + 1 < batch.offsets.size(); ++b) {
    std::vector<size_t> own;
    for (auto t = size_t(batch.offsets[b]); t < size_t(batch.offsets[b + 1]); ++t)
      if (!is_masked || batch.mask[t])
        own.push_back(t);
      else
        for (const Estimate& got : all) wrong += got.advantages[t] != 0.f || got.returns[t] != 0.f;
    for (size_t k = 0; k < own.size(); ++k) {
      const double advantage = defined(own, k, batch, options);
      const double to_come = advantage + double(batch.values[own[k]]);
      // Sums of up to 4096 numbers of magnitude 1 in float64, then one rounding.
      const auto differs = [](float x, double want) {
        return !(std::abs(double(x) - want) <= kOneRounding * std::abs(want) + 1e-10);
      };
      for (const Estimate& got : all)
        wrong += differs(got.advantages[own[k]], advantage) + differs(got.returns[own[k]], to_come);
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE(
    "on every instruction set advantages and returns equal eq. 16 in float64, whatever the length "
    "and the mask") {
  for (const int64_t size : kSizes)
    for (const Masking masking : {Masking::kNone, Masking::kAll, Masking::kRuns, Masking::kBits})
      for (const GaeOptions options : {GaeOptions{1, 1}, GaeOptions{0.99, 0.95}, GaeOptions{0, 1},
                                       GaeOptions{1, 0}, GaeOptions{0.9, 1}}) {
        CAPTURE(size);
        CAPTURE(int(masking));
        check_against_definition(random_batch({size}, masking, uint32_t(size) + 1), options, true);
      }
}

TEST_CASE("without a mask every token takes part") {
  for (const int64_t size : kSizes)
    check_against_definition(random_batch({size, 5, 0, size}, Masking::kNone, 3), {0.97, 0.9},
                             false);
}

TEST_CASE("sequences of very different lengths, and empty ones, do not touch each other") {
  const std::vector<int64_t> lengths{0, 1, 700, 0, 3, 3, 0, 1023, 1, 1, 0};
  for (const Masking masking : {Masking::kRuns, Masking::kBits})
    check_against_definition(random_batch(lengths, masking, 5), {0.99, 0.9}, true);
  CHECK(estimate(Batch{}, {}).advantages.empty());
}

TEST_CASE("with gamma = lambda = 1 a return is the sum of the rewards to come") {
  const Batch batch = random_batch({4096}, Masking::kRuns, 7);
  const Estimate got = estimate(batch, {1, 1});
  double to_come = 0;
  for (size_t t = 4096; t-- > 0;) {
    if (!batch.mask[t]) continue;
    to_come += double(batch.rewards[t]);
    REQUIRE(std::abs(double(got.returns[t]) - to_come) <= kOneRounding * std::abs(to_come) + 1e-10);
  }
}

TEST_CASE("a sequence has the same bits alone, in another order, and on any number of threads") {
  const std::vector<int64_t> lengths{31, 900, 0, 33, 4096, 2, 1, 1023, 64, 5000, 17, 8};
  const Batch batch = random_batch(lengths, Masking::kRuns, 11);
  const GaeOptions options{0.995, 0.97};
  const Estimate whole = estimate(batch, options);
  for (const int threads : {2, 5}) CHECK(estimate(batch, options, threads) == whole);

  Batch backward;
  std::vector<size_t> came_from;
  for (size_t b = lengths.size(); b-- > 0;) {
    for (auto t = size_t(batch.offsets[b]); t < size_t(batch.offsets[b + 1]); ++t) {
      came_from.push_back(t);
      backward.rewards.push_back(batch.rewards[t]);
      backward.values.push_back(batch.values[t]);
      backward.mask.push_back(batch.mask[t]);
    }
    backward.offsets.push_back(int64_t(backward.tokens()));
  }
  const Estimate turned = estimate(backward, options);
  int differing = 0;
  for (size_t t = 0; t < came_from.size(); ++t)
    differing += turned.advantages[t] != whole.advantages[came_from[t]] ||
                 turned.returns[t] != whole.returns[came_from[t]];
  CHECK(differing == 0);
}

TEST_CASE("thousands of short sequences equal one by one") {
  const Batch batch = random_batch(std::vector<int64_t>(5000, 3), Masking::kNone, 13);
  check_against_definition(batch, {0.9, 0.8}, true);
  CHECK(estimate(batch, {0.9, 0.8}, 3) == estimate(batch, {0.9, 0.8}));
}

TEST_CASE("a document of any length between two tokens changes no bit of theirs") {
  const Batch own = random_batch({6}, Masking::kNone, 17);
  Batch apart = own;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  apart.rewards.insert(apart.rewards.begin() + 2, 300, nan);
  apart.values.insert(apart.values.begin() + 2, 300, nan);
  apart.mask.insert(apart.mask.begin() + 2, 300, 0);
  apart.offsets[1] += 300;
  const Estimate want = estimate(own, {0.9, 0.8}), got = estimate(apart, {0.9, 0.8});
  for (size_t t = 0; t < 6; ++t) {
    CHECK(got.advantages[t < 2 ? t : t + 300] == want.advantages[t]);
    CHECK(got.returns[t < 2 ? t : t + 300] == want.returns[t]);
  }
}

TEST_CASE("a NaN of a token that takes part is not hidden") {
  Batch batch = random_batch({5}, Masking::kNone, 19);
  batch.rewards[2] = std::numeric_limits<float>::quiet_NaN();
  const Estimate got = estimate(batch, {});
  for (size_t t = 0; t < 5; ++t) CHECK(std::isnan(got.advantages[t]) == (t <= 2));
}

}  // namespace
}  // namespace querl
