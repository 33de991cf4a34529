// The models that the native benchmarks run.
#pragma once

#include <cstdint>
#include <random>
#include <string>

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

inline void randomise(Parameters& parameters, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.f, 0.1f);
  for (const ParameterSpec& spec : parameters.layout().specs())
    for (int64_t i = 0; i < spec.count; ++i)
      parameters.data()[spec.offset + i] =
          spec.name.find("norm") == std::string::npos ? normal(random) : 1.f;
}

}  // namespace querl
