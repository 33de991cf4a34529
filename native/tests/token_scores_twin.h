// Log-probs, entropies and their gradients in float64, straight from the formulas, for the tests of
// logits_logprobs and linear_logprobs. Shares no code with the kernels.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace querl {

struct TwinScore {
  double logprob = 0, entropy = 0;
};

// Log p of every logit of a row. A NaN makes all of them NaN.
inline std::vector<double> twin_logprobs(const std::vector<double>& logits, double temperature) {
  double top = -std::numeric_limits<double>::infinity(), total = 0;
  for (const double x : logits) top = std::max(top, x / temperature);
  for (const double x : logits) total += std::exp(x / temperature - top);
  std::vector<double> all;
  for (const double x : logits) all.push_back(x / temperature - top - std::log(total));
  return all;
}

inline TwinScore twin_score(const std::vector<double>& logits, int64_t target, double temperature) {
  if (target < 0) return {};
  const std::vector<double> logprobs = twin_logprobs(logits, temperature);
  double entropy = 0;
  for (const double x : logprobs)
    if (std::exp(x) != 0) entropy -= std::exp(x) * x;
  return {logprobs[static_cast<size_t>(target)], entropy};
}

// The gradient of d_logprob * logprob + d_entropy * entropy by the logits.
inline std::vector<double> twin_slopes(const std::vector<double>& logits, int64_t target,
                                       double temperature, double d_logprob, double d_entropy) {
  std::vector<double> slopes(logits.size(), 0.);
  if (target < 0) return slopes;
  const std::vector<double> logprobs = twin_logprobs(logits, temperature);
  const double entropy = twin_score(logits, target, temperature).entropy;
  for (size_t i = 0; i < logits.size(); ++i) {
    const double p = std::exp(logprobs[i]);
    if (p != 0) slopes[i] = -p * (d_logprob + d_entropy * (logprobs[i] + entropy)) / temperature;
  }
  slopes[static_cast<size_t>(target)] += d_logprob / temperature;
  return slopes;
}

inline std::vector<float> random_floats(int64_t count, uint32_t seed, float scale) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.f, scale);
  std::vector<float> all(static_cast<size_t>(count));
  for (float& x : all) x = normal(random);
  return all;
}

// Every fifth is ignored.
inline std::vector<int64_t> random_targets(int64_t count, int64_t vocab, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<int64_t> all;
  for (int64_t t = 0; t < count; ++t)
    all.push_back(t % 5 == 3 ? -1 : static_cast<int64_t>(random() % static_cast<uint64_t>(vocab)));
  return all;
}

}  // namespace querl
