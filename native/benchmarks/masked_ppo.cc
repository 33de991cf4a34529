// Microseconds of masked PPO, forward and backward, and the share of the copy bandwidth that it
// reaches: bytes that it must read and write over time, against a copy of as many bytes by the same
// threads, in turns. querl_benchmark_masked_ppo [threads] [tokens]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "kernels/masked_ppo.h"
#include "kernels/thread_pool.h"

namespace querl {
namespace {

constexpr int kRounds = 41;

struct Case {
  std::string name;
  PpoTokens tokens;
  PpoOptions options;
  PpoGradients gradients;
  int64_t bytes_per_token;
};

double microseconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
      .count();
}

double median(std::vector<double> all) {
  std::nth_element(all.begin(), all.begin() + kRounds / 2, all.end());
  return all[kRounds / 2];
}

void report(const Case& one, Isa isa, Parallel& parallel) {
  const int64_t bytes = one.tokens.count * one.bytes_per_token / 2;
  std::vector<char> from(static_cast<size_t>(bytes), 1), to(from);
  constexpr int64_t kPart = 1 << 18;
  const auto copy = [&] {
    parallel.run((bytes + kPart - 1) / kPart, [&](int64_t part, int) {
      const int64_t begin = part * kPart;
      std::memcpy(to.data() + begin, from.data() + begin,
                  static_cast<size_t>(std::min(kPart, bytes - begin)));
    });
  };
  const auto ours = [&] { masked_ppo_cpu(one.tokens, one.options, one.gradients, parallel, isa); };
  std::vector<double> copies, runs;
  for (int round = 0; round < kRounds; ++round) {
    copies.push_back(microseconds(copy));
    runs.push_back(microseconds(ours));
  }
  const double run = median(runs), least = *std::min_element(runs.begin(), runs.end());
  const double copied = *std::min_element(copies.begin(), copies.end());
  std::printf("%-10s %-34s %8.0f us (least %8.0f)  %5.1f GB/s  %4.0f %% of copy\n", isa_name(isa),
              one.name.c_str(), run, least, 2e-3 * static_cast<double>(bytes) / run,
              100 * median(copies) / run);
  std::fprintf(stderr, "copy: %.1f GB/s\n", 2e-3 * static_cast<double>(bytes) / copied);
}

std::vector<float> random_floats(int64_t count, float mean, float spread) {
  static std::mt19937 random(1);
  std::normal_distribution<float> normal(mean, spread);
  std::vector<float> all(static_cast<size_t>(count));
  for (float& x : all) x = normal(random);
  return all;
}

}  // namespace
}  // namespace querl

int main(int argc, char** argv) {
  using namespace querl;
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  const int64_t count = argc > 2 ? std::atoll(argv[2]) : 1 << 20;
  const int64_t sequences = count / 1024;
  ThreadPool pool(threads);

  const auto old = random_floats(count, -2.f, 1.f), advantages = random_floats(count, 0.f, 1.f);
  const auto noise = random_floats(count, 0.f, 0.2f), entropies = random_floats(count, 2.f, 0.1f);
  auto logprobs = old, reference = old, sampler = old;
  for (size_t t = 0; t < logprobs.size(); ++t) {
    logprobs[t] += noise[t];
    reference[t] -= noise[t];
    sampler[t] += 0.1f * noise[t];
  }
  // Turns and documents of some 100 tokens.
  std::vector<uint8_t> mask(logprobs.size());
  for (size_t t = 0; t < mask.size(); ++t) mask[t] = t / 128 % 2 == 0;
  std::vector<int64_t> offsets;
  for (int64_t b = 0; b <= sequences; ++b) offsets.push_back(b * count / sequences);
  std::vector<float> d_logprobs(logprobs.size()), d_entropies(logprobs.size());

  PpoTokens tokens{.count = count,
                   .logprobs = logprobs.data(),
                   .old_logprobs = old.data(),
                   .advantages = advantages.data(),
                   .mask = mask.data(),
                   .sequences = sequences,
                   .offsets = offsets.data()};
  const PpoGradients gradients{.logprobs = d_logprobs.data()};
  const Case policy{"policy", tokens, {}, gradients, 17};
  Case given = policy, means = policy, sequence = policy, all = policy;
  given.name = "policy, tokens known";
  given.options.denominator = static_cast<double>(count);
  means.name = "policy, mean of sequence means";
  means.options.aggregation = PpoAggregation::kSequences;
  sequence.name = "policy, sequence ratio";
  sequence.options.ratio = PpoRatio::kSequence;
  all.name = "policy, KL, entropy, correction";
  all.tokens.reference_logprobs = reference.data();
  all.tokens.sampler_logprobs = sampler.data();
  all.tokens.entropies = entropies.data();
  all.options.kl_coefficient = 0.001f;
  all.options.entropy_coefficient = 0.001f;
  all.options.correction = PpoCorrection::kTokenTruncate;
  all.gradients.entropies = d_entropies.data();
  all.bytes_per_token = 33;
  for (const Isa isa : {Isa::kAvx512, Isa::kAvx2, Isa::kPortable}) {
    if (isa > best_isa()) continue;
    for (const Case& one : {policy, given, means, sequence, all}) report(one, isa, pool);
  }
}
