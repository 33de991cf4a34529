// The models that the native benchmarks run.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "lm/parameters.h"

namespace querl {

// As @querl/tasks makes it; its vocabulary is the world's tokenizer's.
inline DecoderConfig quickstart_config() {
  DecoderConfig config;
  config.vocab_size = 544;
  config.hidden_size = 64;
  config.intermediate_size = 192;
  config.layers = 3;
  config.heads = 4;
  config.kv_heads = 2;
  config.head_dim = 16;
  config.max_positions = 256;
  return config;
}

// Qwen2.5-0.5B.
inline DecoderConfig half_billion_config() {
  DecoderConfig config;
  config.vocab_size = 151936;
  config.hidden_size = 896;
  config.intermediate_size = 4864;
  config.layers = 24;
  config.heads = 14;
  config.kv_heads = 2;
  config.head_dim = 64;
  config.max_positions = 4096;
  config.rope_theta = 1e6f;
  return config;
}

// A million numbers, over and over: normal ones, and 1 for norms.
inline void randomise(Parameters& parameters, uint32_t seed, float scale = 0.1f) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.f, scale);
  std::vector<float> numbers(1 << 20);
  for (float& number : numbers) number = normal(random);
  const std::vector<float> ones(1 << 16, 1.f);
  for (const ParameterSpec& spec : parameters.layout().specs()) {
    const bool is_norm = spec.name.find("norm") != std::string::npos;
    const std::vector<float>& from = is_norm ? ones : numbers;
    const auto most = static_cast<int64_t>(from.size());
    for (int64_t i = 0; i < spec.count; i += most)
      parameters.write(spec.offset + i, std::min(most, spec.count - i), from.data());
  }
}

}  // namespace querl
