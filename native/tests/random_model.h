// Random weights for tests, and what the float64 twin makes of them.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "lm/parameters.h"
#include "tests/reference_decoder.h"

namespace querl {

// Normal weights whose logits spread over a few units, norms near 1, rounded to how they are
// stored.
inline void randomise(Parameters& parameters, uint32_t seed, float scale = 0.25f) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.f, 1.f);
  for (const ParameterSpec& spec : parameters.layout().specs()) {
    const bool is_norm = spec.name.find("norm") != std::string::npos;
    std::vector<float> numbers(static_cast<size_t>(spec.count));
    for (float& number : numbers)
      number = is_norm ? 1.f + 0.1f * normal(random) : scale * normal(random);
    parameters.write(spec.offset, spec.count, numbers.data());
  }
}

// Logits (V) behind the last token, from the whole sequence anew.
inline std::vector<double> last_logits(const ReferenceDecoder& reference,
                                       const std::vector<int32_t>& tokens) {
  return reference.logits(
      reference.hidden(tokens.data(), static_cast<int64_t>(tokens.size())).back());
}

}  // namespace querl
