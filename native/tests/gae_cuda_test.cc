// The CUDA kernel of GAE, run on the host (emulated_cuda/emulator.h), against a float64 recursion
// over the tokens that take part.
#include "kernels/cuda/gae.cuh"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

namespace querl {
namespace {

constexpr double kOneRounding = 1.2e-7;  // to float32, of what float64 has summed

struct Batch {
  std::vector<float> rewards, values;
  std::vector<uint8_t> mask;
  std::vector<int64_t> offsets{0};
};

// Masked tokens hold NaN. `kept` of 100 tokens take part, in runs.
Batch random_batch(const std::vector<int64_t>& lengths, unsigned kept, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Batch batch;
  uint8_t bit = kept > 0;
  for (const int64_t length : lengths) {
    for (int64_t t = 0; t < length; ++t) {
      if (random() % 6 == 0) bit = random() % 100 < kept;
      batch.mask.push_back(bit);
      batch.rewards.push_back(bit ? normal(random) : NAN);
      batch.values.push_back(bit ? normal(random) : NAN);
    }
    batch.offsets.push_back(static_cast<int64_t>(batch.mask.size()));
  }
  return batch;
}

struct Estimate {
  std::vector<float> advantages, returns;
};

Estimate estimate(const Batch& batch, const GaeOptions& options, bool is_masked = true) {
  const size_t tokens = batch.mask.size();
  Estimate out{std::vector<float>(tokens, 77.f), std::vector<float>(tokens, 77.f)};
  const GaeBatch view{batch.rewards.data(), batch.values.data(),
                      is_masked ? batch.mask.data() : nullptr, batch.offsets.data(),
                      static_cast<int64_t>(batch.offsets.size()) - 1};
  REQUIRE(gae_cuda(view, static_cast<int64_t>(tokens), options, out.advantages.data(),
                   out.returns.data(), nullptr) == cudaSuccess);
  return out;
}

void check(const Batch& batch, const GaeOptions& options, bool is_masked = true) {
  const Estimate found = estimate(batch, options, is_masked);
  double worst = 0;
  for (size_t b = 0; b + 1 < batch.offsets.size(); ++b) {
    double advantage = 0, value = 0;
    for (int64_t t = batch.offsets[b + 1] - 1; t >= batch.offsets[b]; --t) {
      double expected_advantage = 0, expected_return = 0;
      if (!is_masked || batch.mask[t] != 0) {
        const double surprise = batch.rewards[t] + options.gamma * value - batch.values[t];
        advantage = surprise + options.gamma * options.lambda * advantage;
        value = batch.values[t];
        expected_advantage = advantage;
        expected_return = advantage + value;
      }
      const auto off = [&](float actual, double expected) {
        return std::abs(actual - expected) / std::max(1., std::abs(expected));
      };
      worst = std::max({worst, off(found.advantages[t], expected_advantage),
                        off(found.returns[t], expected_return)});
    }
  }
  CHECK(worst <= kOneRounding);
}

// A run of a thread is 8 tokens, a warp's 256, a tile's 2048.
const std::vector<int64_t> kLengths{0,   1,   7,   8,    9,    31,   32,   33,  0,
                                    255, 256, 257, 1023, 2047, 2048, 2049, 5000};

TEST_CASE("CUDA gae equals the float64 recursion at every length") {
  for (const unsigned kept : {0u, 1u, 50u, 100u}) {
    check(random_batch(kLengths, kept, 3), {1, 1});
    check(random_batch(kLengths, kept, 4), {.97, .9});
    check(random_batch(kLengths, kept, 5), {0, .5});
  }
  check(random_batch(kLengths, 100, 6), {.99, .95}, false);
  check(random_batch({}, 100, 7), {1, 1});
}

TEST_CASE("CUDA gae of a sequence is the same wherever it lies in the batch") {
  const Batch one = random_batch({5000}, 60, 8);
  Batch more = random_batch({3, 5000, 100}, 60, 9);
  for (size_t t = 0; t < 5000; ++t) {
    more.rewards[3 + t] = one.rewards[t];
    more.values[3 + t] = one.values[t];
    more.mask[3 + t] = one.mask[t];
  }
  const Estimate alone = estimate(one, {.98, .93}), among = estimate(more, {.98, .93});
  for (size_t t = 0; t < 5000; ++t) {
    CHECK(alone.advantages[t] == among.advantages[3 + t]);
    CHECK(alone.returns[t] == among.returns[3 + t]);
  }
}

}  // namespace
}  // namespace querl
