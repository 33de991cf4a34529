// Masked PPO of every instruction set, and the maths that CUDA shares, against a float64 twin.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <vector>

#include "kernels/masked_ppo_token.h"
#include "kernels/thread_pool.h"
#include "tests/cases.h"
#include "tests/masked_ppo_batch.h"

namespace querl {
namespace {

// Of the sum of the terms without their signs: a term has some roundings of 6e-8 behind it.
constexpr double kFp32Sum = 1e-6;
// Of a token's gradient: a log-ratio of two log-probs below 8, then an exponential and 4 products.
constexpr double kFp32Gradient = 2e-6;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Result {
  PpoSums sums;
  std::vector<float> logprobs, entropies, values;

  // Gradients start as what must be overwritten.
  explicit Result(size_t count)
      : logprobs(count, kNaN), entropies(count, kNaN), values(count, kNaN) {}
  PpoGradients view() {
    return {.logprobs = logprobs.data(), .entropies = entropies.data(), .values = values.data()};
  }
};

Result run(const PpoTokens& in, const PpoOptions& options, Isa isa, int threads = 1) {
  Result result(static_cast<size_t>(in.count));
  ThreadPool pool(threads);
  result.sums = masked_ppo_cpu(in, options, result.view(), pool, isa);
  return result;
}

// What a CUDA kernel does, one thread of it.
Result run_by_token(const PpoTokens& in, const PpoOptions& options) {
  Result result(static_cast<size_t>(in.count));
  std::vector<PpoSequenceSums> sums(static_cast<size_t>(in.sequences));
  double all = 0, alive = 0;
  for (int64_t b = 0; b < in.sequences; ++b) {
    for (int64_t t = in.offsets[b]; t < in.offsets[b + 1]; ++t)
      add_ppo_sequence_token(in, options, t, sums[static_cast<size_t>(b)]);
    all += sums[static_cast<size_t>(b)].tokens;
    alive += sums[static_cast<size_t>(b)].tokens > 0 ? 1 : 0;
  }
  const bool by_batch = options.aggregation == PpoAggregation::kMicroBatches;
  const double usual = options.aggregation == PpoAggregation::kTokens ? all
                       : by_batch ? static_cast<double>(in.micro_batches)
                                  : alive;
  for (int64_t b = 0; b < in.sequences; ++b) {
    const PpoSequenceSums& own = sums[static_cast<size_t>(b)];
    double tokens = own.tokens;
    for (int64_t m = 0; by_batch && m < in.micro_batches; ++m) {
      if (b < in.batch_offsets[m] || b >= in.batch_offsets[m + 1]) continue;
      tokens = 0;
      for (int64_t other = in.batch_offsets[m]; other < in.batch_offsets[m + 1]; ++other)
        tokens += sums[static_cast<size_t>(other)].tokens;
    }
    const double denominator = options.denominator > 0 ? options.denominator : usual;
    const PpoSequence sequence =
        ppo_sequence(own, ppo_weight(options.aggregation, tokens, denominator), options);
    for (int64_t t = in.offsets[b]; t < in.offsets[b + 1]; ++t)
      add_ppo_token(in, options, t, sequence, result.view(), result.sums);
  }
  return result;
}

using Run = std::function<Result(const PpoTokens&, const PpoOptions&)>;

std::vector<std::pair<std::string, Run>> all_runs() {
  std::vector<std::pair<std::string, Run>> all{{"by token", run_by_token}};
  for (const Isa isa : available_isas())
    all.emplace_back(isa_name(isa), [isa](const PpoTokens& in, const PpoOptions& options) {
      return run(in, options, isa);
    });
  return all;
}

const double* numbers(const PpoSums& sums) { return &sums.policy_loss; }

bool same_bits(const Result& a, const Result& b) {
  const auto same = [](const std::vector<float>& x, const std::vector<float>& y) {
    return x.size() == y.size() &&
           (x.empty() || std::memcmp(x.data(), y.data(), x.size() * sizeof(float)) == 0);
  };
  return std::memcmp(&a.sums, &b.sums, sizeof a.sums) == 0 && same(a.logprobs, b.logprobs) &&
         same(a.entropies, b.entropies) && same(a.values, b.values);
}

TEST_CASE("every sum of masked PPO equals the float64 twin's, with garbage under the mask") {
  for (const auto& [name, options] : ppo_option_cases())
    for (const int64_t count : kSizes)
      for (const Masking masking : {Masking::kNone, Masking::kAll, Masking::kTurns}) {
        const PpoBatch batch = random_ppo_batch(count, masking, 5);
        const PpoTwin twin(batch, options);
        PpoSums expected, terms;
        for (size_t t = 0; t < batch.mask.size(); ++t)
          if (batch.mask[t] != 0) twin.token(t, 0, 0, 0, options.kl_estimator, &expected, &terms);
        for (const auto& [runner, work] : all_runs()) {
          CAPTURE(name);
          CAPTURE(count);
          CAPTURE(runner);
          const Result result = work(batch.view(), options);
          for (int64_t i = 0; i + 3 < kPpoSums; ++i) {
            CAPTURE(i);
            CHECK(std::abs(numbers(result.sums)[i] - numbers(expected)[i]) <=
                  kFp32Sum * numbers(terms)[i]);
          }
          if (expected.tokens == 0) continue;
          CHECK(result.sums.ratio_max == doctest::Approx(expected.ratio_max).epsilon(kFp32Sum));
          CHECK(result.sums.ratio_min == doctest::Approx(expected.ratio_min).epsilon(kFp32Sum));
          CHECK(result.sums.importance_max ==
                doctest::Approx(expected.importance_max).epsilon(2 * kFp32Sum));
        }
      }
}

TEST_CASE("the gradients of masked PPO equal central differences of the float64 twin") {
  const double h = 1e-5;  // the kinks are further than h from every sampled ratio and value
  for (const auto& [name, options] : ppo_option_cases())
    for (const int64_t count : {33, 1023}) {
      const PpoBatch batch = random_ppo_batch(count, Masking::kTurns, 8);
      const PpoTwin twin(batch, options);
      for (const auto& [runner, work] : all_runs()) {
        CAPTURE(name);
        CAPTURE(runner);
        const Result result = work(batch.view(), options);
        for (size_t t = 0; t < batch.mask.size(); ++t) {
          CAPTURE(t);
          if (batch.mask[t] == 0) {
            CHECK(result.logprobs[t] == 0.f);
            CHECK(result.entropies[t] == 0.f);
            CHECK(result.values[t] == 0.f);
            continue;
          }
          const auto slope = [&](double logprob, double entropy, double value) {
            const auto at = [&](double by) {
              return twin.token(t, by * logprob, by * entropy, by * value, options.kl_gradient);
            };
            return (at(h) - at(-h)) / (2 * h);
          };
          // Terms of opposite signs: a share of what one of size 1 has.
          const double tolerance = kFp32Gradient * twin.weight(t) * 4;
          CHECK(std::abs(double(result.logprobs[t]) - slope(1, 0, 0)) <= tolerance);
          CHECK(std::abs(double(result.entropies[t]) - slope(0, 1, 0)) <= tolerance);
          CHECK(std::abs(double(result.values[t]) - slope(0, 0, 1)) <= tolerance);
        }
      }
    }
}

TEST_CASE("masked PPO gives the same bits for any number of threads") {
  const PpoBatch batch = random_ppo_batch(30'000, Masking::kTurns, 3);
  for (const auto& [name, options] : ppo_option_cases())
    for (const Isa isa : available_isas()) {
      CAPTURE(name);
      const Result one = run(batch.view(), options, isa);
      for (int threads = 2; threads <= 5; ++threads)
        CHECK(same_bits(one, run(batch.view(), options, isa, threads)));
    }
}

TEST_CASE("what lies under the mask changes no bit of masked PPO") {
  PpoBatch batch = random_ppo_batch(1023, Masking::kTurns, 4);
  for (const auto& [name, options] : ppo_option_cases())
    for (const auto& [runner, work] : all_runs()) {
      CAPTURE(name);
      CAPTURE(runner);
      fill_masked(batch, {kNaN, kInfinity, -kInfinity});
      const Result garbage = work(batch.view(), options);
      fill_masked(batch, {0.f});
      CHECK(same_bits(garbage, work(batch.view(), options)));
      CHECK(std::isfinite(garbage.sums.policy_loss));
    }
}

TEST_CASE("without a policy token the loss of masked PPO is 0, not 0 / 0") {
  for (const auto& [name, options] : ppo_option_cases())
    for (const int64_t count : {0, 100})
      for (const auto& [runner, work] : all_runs()) {
        CAPTURE(name);
        CAPTURE(runner);
        const Result result = work(random_ppo_batch(count, Masking::kAll, 1).view(), options);
        for (int64_t i = 0; i < kPpoSums; ++i)
          if (&numbers(result.sums)[i] != &result.sums.ratio_min)
            CHECK(numbers(result.sums)[i] == 0);
        for (const float slope : result.logprobs) CHECK(slope == 0.f);
      }
}

// One sequence of policy tokens that differ in one thing.
PpoBatch tokens_with(const std::vector<float>& log_ratios, float advantage) {
  PpoBatch batch;
  const size_t count = log_ratios.size();
  for (auto* input : batch.inputs()) input->assign(count, 0.f);
  batch.logprobs = log_ratios;
  batch.advantages.assign(count, advantage);
  batch.mask.assign(count, 1);
  batch.offsets = {0, static_cast<int64_t>(count)};
  batch.batch_offsets = {0, 1};
  return batch;
}

TEST_CASE("extreme and infinite log-ratios are those of the limit, without gradient") {
  const std::vector<float> extremes{100.f, -100.f, kInfinity, -kInfinity, 20.f, -20.f};
  const double most = std::exp(20.);
  PpoOptions options;
  options.denominator = 1;
  for (const auto& [runner, work] : all_runs()) {
    CAPTURE(runner);
    const Result bad = work(tokens_with(extremes, -2.f).view(), options);
    CHECK(bad.sums.policy_loss == doctest::Approx(3 * 2 * most + 3 * 2 * 0.8).epsilon(kFp32Sum));
    CHECK(bad.sums.ratio_max == doctest::Approx(most).epsilon(kFp32Sum));
    CHECK(bad.sums.ratio_min == doctest::Approx(1 / most).epsilon(kFp32Sum));
    CHECK(std::isfinite(bad.sums.kl));
    for (const size_t t : {0, 1, 2, 3, 5}) CHECK(bad.logprobs[t] == 0.f);
    CHECK(double(bad.logprobs[4]) == doctest::Approx(2 * most).epsilon(kFp32Sum));
    const Result good = work(tokens_with(extremes, 2.f).view(), options);
    CHECK(good.sums.policy_loss == doctest::Approx(-3 * 2 * 1.2 - 3 * 2 / most).epsilon(kFp32Sum));
    options.dual_clip = 3.f;
    const Result dual = work(tokens_with(extremes, -2.f).view(), options);
    CHECK(dual.sums.policy_loss == doctest::Approx(3 * 2 * 3. + 3 * 2 * 0.8).epsilon(kFp32Sum));
    CHECK(dual.sums.clipped_dual == 3);
    CHECK(dual.logprobs[4] == 0.f);
    options.dual_clip = 0.f;
    // No advantage: neither inf * 0 nor a clipped token.
    const Result none = work(tokens_with(extremes, 0.f).view(), options);
    CHECK(none.sums.policy_loss == 0);
    CHECK(none.sums.clipped_high == 0);
  }
}

TEST_CASE("extremes are those of the policy tokens, not of the ratio 1 of nothing") {
  // Masked tokens between, whose lanes hold zeros.
  std::vector<float> log_ratios(40, -1.f);
  for (const float sign : {1.f, -1.f})
    for (const auto& [runner, work] : all_runs()) {
      CAPTURE(runner);
      PpoBatch batch = tokens_with(log_ratios, 1.f);
      for (size_t t = 0; t < 40; ++t) {
        batch.logprobs[t] *= sign;
        batch.sampler_logprobs[t] = sign;
        batch.mask[t] = t % 3 == 0 ? 1 : 0;
      }
      PpoOptions options;
      options.correction = PpoCorrection::kTokenTruncate;
      options.correction_cap = 100.f;
      const Result result = work(batch.view(), options);
      const double only = std::exp(-double(sign));
      CHECK(result.sums.ratio_max == doctest::Approx(only).epsilon(kFp32Sum));
      CHECK(result.sums.ratio_min == doctest::Approx(only).epsilon(kFp32Sum));
      CHECK(result.sums.importance_max == doctest::Approx(only).epsilon(kFp32Sum));
      CHECK(result.sums.importance == doctest::Approx(14 * only).epsilon(kFp32Sum));
      CHECK(result.sums.importance_cut == 0);
    }
}

TEST_CASE("a reference far above the policy stays finite, and k2 still pulls") {
  PpoBatch batch = tokens_with({-1.f, -1.f}, 1.f);
  batch.old_logprobs = batch.logprobs;
  batch.reference_logprobs = {99.f, -101.f};
  PpoOptions options;
  options.denominator = 1;
  options.kl_coefficient = 1.f;
  for (const auto& [runner, work] : all_runs()) {
    CAPTURE(runner);
    options.kl_estimator = options.kl_gradient = KlEstimator::kK3;
    const Result third = work(batch.view(), options);
    CHECK(third.sums.kl_loss == doctest::Approx(std::exp(20.) - 21 + 19).epsilon(kFp32Sum));
    CHECK(third.logprobs == std::vector<float>{-1.f, -1.f});  // the surrogate's alone
    options.kl_estimator = options.kl_gradient = KlEstimator::kK2;
    const Result second = work(batch.view(), options);
    CHECK(second.sums.kl_loss == doctest::Approx(1e4));
    CHECK(second.logprobs == std::vector<float>{-101.f, 99.f});
  }
}

TEST_CASE("a NaN in a policy token shows in the loss and in that token's gradient") {
  for (const auto& [runner, work] : all_runs())
    for (const size_t place : {size_t{0}, size_t{20}, size_t{39}}) {
      CAPTURE(runner);
      std::vector<float> log_ratios(40, 0.1f);
      log_ratios[place] = kNaN;
      const Result result = work(tokens_with(log_ratios, 1.f).view(), {});
      CHECK(std::isnan(result.sums.policy_loss));
      for (size_t t = 0; t < 40; ++t) CHECK(std::isnan(result.logprobs[t]) == (t == place));
    }
}

TEST_CASE("k3 keeps its digits near 0") {
  for (const auto& [runner, work] : all_runs())
    for (const float x : {1e-7f, -1e-5f, 1e-3f, -0.02f, 0.3f, 0.4f, -0.5f, 1.1f, -3.f, 12.f}) {
      CAPTURE(runner);
      CAPTURE(x);
      const double exact = double(x),
                   series = exact * exact *
                            (1. / 2 + exact / 6 + exact * exact / 24 + exact * exact * exact / 120);
      const double expected = std::abs(x) < 0.03f ? series : std::expm1(exact) - exact;
      const Result result = work(tokens_with({x}, 1.f).view(), {});
      CHECK(result.sums.kl == doctest::Approx(expected).epsilon(3e-7));  // 2.5 units
    }
}

TEST_CASE("parts of a batch with its denominator add up to the batch") {
  const PpoBatch batch = random_ppo_batch(4096, Masking::kTurns, 6);
  const PpoTokens whole = batch.view();
  for (auto [name, options] : ppo_option_cases()) {
    if (options.aggregation == PpoAggregation::kMicroBatches) continue;
    CAPTURE(name);
    if (options.denominator == 0) {
      double alive = 0, tokens = 0;
      for (size_t b = 0; b + 1 < batch.offsets.size(); ++b) {
        double own = 0;
        for (int64_t t = batch.offsets[b]; t < batch.offsets[b + 1]; ++t)
          own += batch.mask[size_t(t)] != 0 ? 1 : 0;
        tokens += own;
        alive += own > 0 ? 1 : 0;
      }
      options.denominator = options.aggregation == PpoAggregation::kTokens ? tokens : alive;
    }
    const Result all = run(whole, options, best_isa());
    PpoSums sums;
    std::vector<float> gradients;
    const size_t cuts[] = {0, 7, 40, batch.offsets.size() - 1};
    for (size_t part = 0; part < 3; ++part) {
      const int64_t first = batch.offsets[cuts[part]], last = batch.offsets[cuts[part + 1]];
      PpoTokens in = whole;
      in.count = last - first;
      for (const float** input :
           {&in.logprobs, &in.old_logprobs, &in.advantages, &in.reference_logprobs,
            &in.sampler_logprobs, &in.entropies, &in.values, &in.old_values, &in.returns})
        *input += first;
      in.mask += first;
      std::vector<int64_t> offsets;
      for (size_t b = cuts[part]; b <= cuts[part + 1]; ++b)
        offsets.push_back(batch.offsets[b] - first);
      in.offsets = offsets.data();
      in.sequences = static_cast<int64_t>(offsets.size()) - 1;
      const Result own = run(in, options, best_isa());
      add(own.sums, sums);
      gradients.insert(gradients.end(), own.logprobs.begin(), own.logprobs.end());
    }
    CHECK(gradients == all.logprobs);
    // Float64 sums in another order, of vectors that begin elsewhere.
    CHECK(sums.policy_loss == doctest::Approx(all.sums.policy_loss).epsilon(1e-6));
    CHECK(sums.tokens == all.sums.tokens);
    CHECK(sums.ratio_max == all.sums.ratio_max);
    CHECK(sums.squared_value_errors == doctest::Approx(all.sums.squared_value_errors));
  }
}

TEST_CASE("a value inside the range around the old one keeps its gradient, however that rounds") {
  // Here old + (value - old) rounds to a number that is further from the return than the value.
  PpoBatch batch = tokens_with(std::vector<float>(3, 0.f), 0.f);
  batch.old_values = {0.23238209f, -0.27574810f, 0.33840039f};
  batch.values = {0.07926614f, -0.09487843f, 0.12210358f};
  batch.returns = {1.41403699f, 4.38332510f, 3.72372270f};
  PpoOptions options;
  options.value_clip = 0.25f;
  for (const auto& [runner, work] : all_runs()) {
    CAPTURE(runner);
    const Result result = work(batch.view(), options);
    CHECK(result.sums.value_clipped == 0);
    for (size_t t = 0; t < 3; ++t)
      CHECK(result.values[t] == doctest::Approx((batch.values[t] - batch.returns[t]) / 3));
  }
}

TEST_CASE("terms whose inputs are not there add nothing, and gradients may be left out") {
  PpoBatch batch = random_ppo_batch(1023, Masking::kTurns, 9);
  PpoTokens in = batch.view();
  const Result full = run(in, {}, best_isa());
  in.reference_logprobs = in.sampler_logprobs = in.entropies = nullptr;
  in.values = in.old_values = in.returns = nullptr;
  in.offsets = in.batch_offsets = nullptr;
  in.sequences = in.micro_batches = 0;
  for (const Isa isa : available_isas()) {
    ThreadPool pool(1);
    std::vector<float> logprobs(1023, kNaN);
    const PpoSums sums = masked_ppo_cpu(in, {}, {.logprobs = logprobs.data()}, pool, isa);
    CHECK(sums.policy_loss == doctest::Approx(full.sums.policy_loss).epsilon(kFp32Sum));
    CHECK(sums.value_loss == 0);
    CHECK(sums.entropy == 0);
    CHECK(sums.reference_kl == 0);
    const PpoSums alone = masked_ppo_cpu(in, {}, {}, pool, isa);
    CHECK(std::memcmp(&alone, &sums, sizeof sums) == 0);
  }
}

}  // namespace
}  // namespace querl
