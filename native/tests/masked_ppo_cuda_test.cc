// The CUDA kernels of masked PPO, run on the host (emulated_cuda/emulator.h), against the float64
// twin: their indices, their plan and the order of their sums. What a device's own rounding adds is
// for gpu/parity to find.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "kernels/cuda/masked_ppo.cuh"
#include "kernels/thread_pool.h"
#include "tests/masked_ppo_batch.h"

namespace querl {
namespace {

// 16 tokens add up in float32 before float64 takes over, and the weight itself is rounded to
// float32: 1.2e-7 of each, beside what the maths of a token round.
constexpr double kFp32Sum = 2e-6;

struct Result {
  PpoSums sums;
  std::vector<float> logprobs, entropies, values;
};

// What a kernel leaves unwritten is NaN. `shift` floats lie before each output.
Result run_cuda(const PpoTokens& in, const PpoOptions& options, size_t shift = 0) {
  constexpr float kUnwritten = std::numeric_limits<float>::quiet_NaN();
  const size_t count = static_cast<size_t>(in.count) + shift;
  Result result;
  result.logprobs.assign(count, kUnwritten);
  result.entropies = result.values = result.logprobs;
  std::vector<double> workspace(masked_ppo_workspace_bytes(in, options) / sizeof(double) + 1,
                                std::numeric_limits<double>::quiet_NaN());
  REQUIRE(masked_ppo_cuda(in, options,
                          {result.logprobs.data() + shift, result.entropies.data() + shift,
                           result.values.data() + shift},
                          &result.sums, workspace.data(), nullptr) == cudaSuccess);
  for (auto* gradient : {&result.logprobs, &result.entropies, &result.values})
    gradient->erase(gradient->begin(), gradient->begin() + static_cast<int64_t>(shift));
  return result;
}

Result run_cpu(const PpoTokens& in, const PpoOptions& options) {
  ThreadPool pool(1);
  const std::vector<float> zeros(static_cast<size_t>(in.count));
  Result result{{}, zeros, zeros, zeros};
  result.sums = masked_ppo_cpu(
      in, options, {result.logprobs.data(), result.entropies.data(), result.values.data()}, pool);
  return result;
}

const double* numbers(const PpoSums& sums) { return &sums.policy_loss; }

// What was not computed alike: "" or the name of the first such thing.
std::string difference(const Result& actual, const Result& expected, const PpoSums& terms) {
  for (int64_t i = 0; i < kPpoSums; ++i) {
    const bool is_extreme = i >= kPpoSums - 3;
    const double scale = is_extreme ? std::abs(numbers(expected.sums)[i]) : numbers(terms)[i];
    const double error = std::abs(numbers(actual.sums)[i] - numbers(expected.sums)[i]);
    if (numbers(actual.sums)[i] != numbers(expected.sums)[i] && !(error <= kFp32Sum * scale))
      return "sum " + std::to_string(i);
  }
  const auto differ = [](const std::vector<float>& a, const std::vector<float>& b) {
    double largest = 0, worst = 0;
    for (size_t t = 0; t < a.size(); ++t) {
      largest = std::max(largest, std::abs(double(b[t])));
      const double error = std::abs(double(a[t]) - double(b[t]));
      worst = std::isnan(error) ? HUGE_VAL : std::max(worst, error);
    }
    return worst > kFp32Sum * largest;
  };
  if (differ(actual.logprobs, expected.logprobs)) return "d_logprobs";
  if (differ(actual.entropies, expected.entropies)) return "d_entropies";
  if (differ(actual.values, expected.values)) return "d_values";
  return "";
}

TEST_CASE("masked PPO's CUDA kernels give the float64 twin's sums and the CPU's gradients") {
  // The kernel's tile, 4096, and its ends beside the usual sizes.
  for (const auto& [name, options] : ppo_option_cases())
    for (const int64_t count : {0, 1, 31, 32, 33, 1023, 4096, 4097, 9001})
      for (const Masking masking : {Masking::kNone, Masking::kAll, Masking::kTurns}) {
        const bool is_usual = count == 1023 && masking == Masking::kTurns;
        if (name != "plain" && name != "GSPO" && !is_usual) continue;
        CAPTURE(name);
        CAPTURE(count);
        const PpoBatch batch = random_ppo_batch(count, masking, 15);
        const PpoTwin twin(batch, options);
        Result expected = run_cpu(batch.view(), options);
        PpoSums terms;
        expected.sums = {};
        for (size_t t = 0; t < batch.mask.size(); ++t)
          if (batch.mask[t] != 0)
            twin.token(t, 0, 0, 0, options.kl_estimator, &expected.sums, &terms);
        CHECK(difference(run_cuda(batch.view(), options), expected, terms) == "");
      }
}

TEST_CASE("inputs that are absent leave out their terms on CUDA as on the CPU") {
  const PpoBatch batch = random_ppo_batch(5000, Masking::kTurns, 2);
  for (int terms = 0; terms < 8; ++terms) {
    CAPTURE(terms);
    PpoTokens in = batch.view();
    if ((terms & 1) == 0) in.reference_logprobs = nullptr;
    if ((terms & 2) == 0) in.entropies = nullptr;
    if ((terms & 4) == 0) in.values = in.old_values = in.returns = nullptr;
    PpoOptions options;
    options.kl_coefficient = 0.1f;
    options.entropy_coefficient = 0.01f;
    const Result expected = run_cpu(in, options);
    PpoSums scale = expected.sums;
    for (double* sum = &scale.policy_loss; sum <= &scale.squared_value_errors; ++sum)
      *sum = std::abs(*sum) + scale.tokens;  // sums of terms of both signs
    scale.policy_loss = scale.kl_loss = scale.entropy_loss = scale.value_loss = scale.magnitude;
    CHECK(difference(run_cuda(in, options), expected, scale) == "");
  }
}

TEST_CASE("CUDA's vectors of four tokens and single ones give the same bits") {
  const int64_t count = 9001;
  const PpoBatch batch = random_ppo_batch(count, Masking::kTurns, 7);
  PpoOptions options;
  options.aggregation = PpoAggregation::kSequences;
  const Result aligned = run_cuda(batch.view(), options);
  const Result shifted = run_cuda(batch.view(), options, 1);
  CHECK(std::memcmp(&aligned.sums, &shifted.sums, sizeof aligned.sums) == 0);
  CHECK(aligned.logprobs == shifted.logprobs);
  CHECK(aligned.values == shifted.values);
}

TEST_CASE("one sequence that spans tiles, and thousands of empty ones, find their plan on CUDA") {
  PpoBatch batch = random_ppo_batch(9001, Masking::kTurns, 9);
  PpoOptions options;
  options.aggregation = PpoAggregation::kMicroBatches;
  for (const bool is_long : {true, false}) {
    if (is_long) {
      batch.offsets = {0, 9000, 9001};
      batch.batch_offsets = {0, 1, 2};
    } else {
      batch.offsets.assign(3000, 0);
      batch.offsets.insert(batch.offsets.end(), 3000, 4500);
      batch.offsets.push_back(9001);
      batch.batch_offsets = {0, 0, 3001, 6000};
    }
    const Result expected = run_cpu(batch.view(), options);
    PpoSums scale = expected.sums;
    for (double* sum = &scale.policy_loss; sum <= &scale.squared_value_errors; ++sum)
      *sum = std::abs(*sum) + scale.tokens;
    CHECK(difference(run_cuda(batch.view(), options), expected, scale) == "");
  }
}

TEST_CASE("what lies under the mask changes no bit of masked PPO on CUDA") {
  PpoBatch batch = random_ppo_batch(1023, Masking::kTurns, 4);
  for (const auto& [name, options] : ppo_option_cases()) {
    if (name.find("everything") != 0) continue;
    CAPTURE(name);
    const Result garbage = run_cuda(batch.view(), options);
    PpoBatch clean = batch;
    fill_masked(clean, {0.f});
    const Result zeros = run_cuda(clean.view(), options);
    CHECK(std::memcmp(&garbage.sums, &zeros.sums, sizeof garbage.sums) == 0);
    CHECK(garbage.logprobs == zeros.logprobs);
  }
}

}  // namespace
}  // namespace querl
