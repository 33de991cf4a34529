// Models of every family's flags and batches to train them on, for tests of engines.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "lm/adapter.h"
#include "lm/parameters.h"
#include "lm/training_engine.h"

namespace querl {

struct ModelCase {
  const char* name;
  DecoderConfig config;
};

// Sizes that fill no panel, no vector and no block evenly.
inline std::vector<ModelCase> model_cases() {
  DecoderConfig grouped;
  grouped.vocab_size = 101;
  grouped.hidden_size = 40;
  grouped.intermediate_size = 52;
  grouped.layers = 3;
  grouped.heads = 4;
  grouped.kv_heads = 2;
  grouped.head_dim = 10;
  grouped.max_positions = 128;
  DecoderConfig plain = grouped;
  plain.kv_heads = 4;
  plain.head_dim = 6;  // q_size is not hidden_size
  plain.qkv_bias = false;
  plain.tied_embeddings = false;
  plain.rope_theta = 1e6f;
  DecoderConfig critic = grouped;
  critic.kv_heads = 1;
  critic.value_head = true;
  DecoderConfig normed = grouped;
  normed.qkv_bias = false;
  normed.qk_norm = true;
  normed.head_dim = 16;
  DecoderConfig scaled = plain;
  scaled.rope_scaling = {RopeScaling::Kind::kLlama3, 8.f, 1.f, 4.f, 32};
  DecoderConfig window = plain;
  window.sliding_window = 9;
  window.full_attention_layers = 1;
  return {{"grouped heads, bias, tied", grouped}, {"plain heads, no bias, untied", plain},
          {"one key head, value head", critic},   {"QK norm", normed},
          {"scaled rotary embeddings", scaled},   {"sliding window in the upper layers", window}};
}

inline void randomise_weights(Parameters& parameters, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.f, 0.15f);
  for (const ParameterSpec& spec : parameters.layout().specs()) {
    const float mean = spec.name.find("norm") != std::string::npos ? 1.f : 0.f;
    std::vector<float> numbers(static_cast<size_t>(spec.count));
    std::generate(numbers.begin(), numbers.end(), [&] { return mean + normal(random); });
    parameters.write(spec.offset, spec.count, numbers.data());
  }
}

inline LoraConfig every_target() {
  return {4,
          6.f,
          {LoraTarget::kQ, LoraTarget::kK, LoraTarget::kV, LoraTarget::kO, LoraTarget::kGate,
           LoraTarget::kUp, LoraTarget::kDown}};
}

inline void randomise_adapter(Adapter& adapter) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0.f, 0.2f);
  std::vector<float> numbers(static_cast<size_t>(adapter.size()));
  std::generate(numbers.begin(), numbers.end(), [&] { return normal(random); });
  adapter.write(0, adapter.size(), numbers.data());
}

// A batch with everything that losses read. A third of the tokens have no weight; neither has the
// first of a sequence.
struct TrainingCase {
  TrainingCase(int64_t vocab, std::span<const int64_t> lengths, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<int32_t> token(0, static_cast<int32_t>(vocab) - 1);
    for (const int64_t length : lengths) {
      for (int64_t i = 0; i < length; ++i) tokens.push_back(token(random));
      offsets.push_back(static_cast<int64_t>(tokens.size()));
    }
    const auto drawn = [&](float mean, float spread) {
      std::normal_distribution<float> value(mean, spread);
      std::vector<float> array(tokens.size());
      std::generate(array.begin(), array.end(), [&] { return value(random); });
      return array;
    };
    weights = drawn(0.02f, 0.005f);
    for (float& weight : weights)
      if (random() % 3 == 0) weight = 0.f;
    for (const int64_t start : offsets)
      if (start < static_cast<int64_t>(tokens.size())) weights[static_cast<size_t>(start)] = 0.f;
    advantages = drawn(0.f, 1.f);
    returns = drawn(0.f, 1.f);
    old_values = drawn(0.f, 0.3f);
    // Ratios on both sides of the clip range, for a model whose logits are small.
    const float even = -std::log(static_cast<float>(vocab));
    old_logprobs = drawn(even, 0.5f);
    reference_logprobs = drawn(even, 0.5f);
  }

  TokenBatch batch() const {
    return {tokens.data(), offsets.data(), static_cast<int64_t>(offsets.size()) - 1};
  }
  CrossEntropyLoss cross_entropy() const { return {weights.data()}; }
  PolicyLoss policy() const {
    return {weights.data(),
            old_logprobs.data(),
            advantages.data(),
            reference_logprobs.data(),
            {0.2f, 0.28f},
            0.1f,
            0.05f};
  }
  ValueLoss value() const { return {weights.data(), returns.data(), old_values.data(), 0.2f}; }

  std::vector<int32_t> tokens;
  std::vector<int64_t> offsets{0};
  std::vector<float> weights, advantages, returns, old_values, old_logprobs, reference_logprobs;
};

// Two groups with prompts of their own, their sequences of several lengths, and one alone.
inline TrainingCase grouped_case(int64_t vocab) {
  const std::array<int64_t, 8> lengths{30, 25, 28, 40, 33, 37, 1, 20};
  TrainingCase data(vocab, lengths, 5);
  const auto share = [&](size_t first, size_t end, int64_t prompt) {
    for (size_t i = first; i < end; ++i) {
      const auto to = data.offsets[i];
      std::copy_n(data.tokens.begin() + data.offsets[first], prompt, data.tokens.begin() + to);
      std::fill_n(data.weights.begin() + to, prompt, 0.f);
    }
  };
  share(0, 3, 18);
  share(3, 6, 25);
  return data;
}

inline std::vector<Loss> losses_of(const DecoderConfig& config, const TrainingCase& data) {
  std::vector<Loss> losses{data.cross_entropy(), data.policy()};
  if (config.value_head) losses.emplace_back(data.value());
  return losses;
}

// Checks gradients parameter by parameter: the norm of the difference against that of `expected`.
template <class Number>
void check_gradients(const std::vector<ParameterSpec>& specs, std::span<const float> actual,
                     std::span<const Number> expected, double tolerance) {
  for (const ParameterSpec& spec : specs) {
    double difference = 0, norm = 0;
    for (int64_t i = spec.offset; i < spec.offset + spec.count; ++i) {
      const auto at = static_cast<size_t>(i);
      const auto right = static_cast<double>(expected[at]);
      difference += std::pow(static_cast<double>(actual[at]) - right, 2);
      norm += right * right;
    }
    CAPTURE(spec.name);
    CAPTURE(std::sqrt(norm));
    CAPTURE(std::sqrt(difference));
    // The gradient of a key's bias is 0 in exact arithmetic: softmax does not see a constant.
    CHECK(std::sqrt(difference) <= tolerance * (std::sqrt(norm) + 1e-3));
  }
}

}  // namespace querl
