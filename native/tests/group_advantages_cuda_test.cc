// The CUDA kernels of group advantages, run on the host (emulated_cuda/emulator.h), against the
// formulas in float64.
#include "kernels/cuda/group_advantages.cuh"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

namespace querl {
namespace {

constexpr double kFloat64 = 1e-12;  // sums of at most hundreds of numbers of size 1

std::vector<double> run(const std::vector<double>& rewards, const std::vector<int32_t>& groups,
                        const GroupOptions& options) {
  std::vector<double> out(rewards.size(), 77.);
  REQUIRE(group_advantages_cuda(rewards.data(), groups.data(), static_cast<int64_t>(rewards.size()),
                                options, out.data(), nullptr) == cudaSuccess);
  return out;
}

double expected(const std::vector<double>& rewards, const std::vector<int32_t>& groups, size_t row,
                const GroupOptions& options) {
  std::vector<double> over;
  size_t members = 0;
  for (size_t i = 0; i < rewards.size(); ++i) {
    members += groups[i] == groups[row];
    if (groups[i] == groups[row] && (options.baseline == GroupBaseline::kGroup || i != row))
      over.push_back(rewards[i]);
  }
  if (options.baseline == GroupBaseline::kNone || members < 2) return rewards[row];
  double mean = 0, squares = 0;
  for (const double r : over) mean += r / static_cast<double>(over.size());
  for (const double r : over) squares += (r - mean) * (r - mean);
  const double n = static_cast<double>(over.size());
  const double deviation = over.size() < 2 ? 0 : std::sqrt(squares / (n - 1));
  const double apart = rewards[row] - mean;
  return options.divide_by_std && deviation > 0 ? apart / (deviation + options.epsilon) : apart;
}

TEST_CASE("CUDA group_advantages equals the formulas in every mode") {
  std::mt19937 random(5);
  for (const size_t rows : {0u, 1u, 2u, 31u, 128u, 129u, 300u})
    for (const int32_t groups : {1, 7, 1000}) {
      std::vector<double> rewards(rows);
      std::vector<int32_t> of(rows);
      for (size_t i = 0; i < rows; ++i) {
        rewards[i] = std::normal_distribution<double>()(random);
        of[i] = static_cast<int32_t>(random() % static_cast<unsigned>(groups)) * 2000003 - 5;
      }
      for (const auto baseline :
           {GroupBaseline::kNone, GroupBaseline::kGroup, GroupBaseline::kLeaveOneOut})
        for (const bool divides : {true, false}) {
          const GroupOptions options{baseline, divides, 1e-6};
          const std::vector<double> found = run(rewards, of, options);
          double worst = 0;
          for (size_t i = 0; i < rows; ++i) {
            const double right = expected(rewards, of, i, options);
            worst = std::max(worst, std::abs(found[i] - right) / std::max(1., std::abs(right)));
          }
          CHECK(worst <= kFloat64);
        }
    }
}

TEST_CASE("CUDA group_advantages of equal rewards are 0, not noise divided by noise") {
  const std::vector<double> found = run(std::vector<double>(5, .1), {4, 4, 4, 4, 4}, {});
  for (const double advantage : found) CHECK(advantage == 0);
}

TEST_CASE("CUDA spread_to_tokens writes each token its sequence's number") {
  const std::vector<int64_t> lengths{0, 1, 5, 9000, 0, 300};
  std::vector<int64_t> offsets{0};
  for (const int64_t length : lengths) offsets.push_back(offsets.back() + length);
  const std::vector<float> per_sequence{1.f, 2.f, 3.f, 4.f, 5.f, 6.f};
  std::vector<uint8_t> mask(static_cast<size_t>(offsets.back()));
  for (size_t t = 0; t < mask.size(); ++t) mask[t] = t % 3 != 0;
  for (const bool is_masked : {false, true}) {
    std::vector<float> out(mask.size(), 77.f);
    REQUIRE(spread_to_tokens_cuda(per_sequence.data(), offsets.data(), 6, offsets.back(),
                                  is_masked ? mask.data() : nullptr, out.data(),
                                  nullptr) == cudaSuccess);
    int64_t wrong = 0;
    for (size_t b = 0; b < lengths.size(); ++b)
      for (int64_t t = offsets[b]; t < offsets[b + 1]; ++t)
        wrong += out[t] != (is_masked && mask[t] == 0 ? 0.f : per_sequence[b]);
    CHECK(wrong == 0);
  }
}

}  // namespace
}  // namespace querl
