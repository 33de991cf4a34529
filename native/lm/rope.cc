#include "lm/rope.h"

#include <cmath>
#include <numbers>

namespace querl {
namespace {

// Long wavelengths are stretched, short ones stay, and those between are interpolated.
// Llama 3.1 (Meta 2024); as transformers' _compute_llama3_parameters.
float llama3_frequency(float frequency, const RopeScaling& scaling) {
  const auto original = static_cast<float>(scaling.original_positions);
  const float wavelength = 2.f * std::numbers::pi_v<float> / frequency;
  if (wavelength < original / scaling.high_frequency_factor) return frequency;
  if (wavelength > original / scaling.low_frequency_factor) return frequency / scaling.factor;
  const float smooth = (original / wavelength - scaling.low_frequency_factor) /
                       (scaling.high_frequency_factor - scaling.low_frequency_factor);
  return (1.f - smooth) * frequency / scaling.factor + smooth * frequency;
}

}  // namespace

std::vector<float> rope_frequencies(const DecoderConfig& config) {
  const RopeScaling& scaling = config.rope_scaling;
  std::vector<float> frequencies(static_cast<size_t>(config.head_dim / 2));
  for (size_t i = 0; i < frequencies.size(); ++i) {
    const float power = static_cast<float>(2 * i) / static_cast<float>(config.head_dim);
    const float frequency = 1.f / std::pow(config.rope_theta, power);
    switch (scaling.kind) {
      case RopeScaling::Kind::kNone:
        frequencies[i] = frequency;
        break;
      case RopeScaling::Kind::kLinear:
        frequencies[i] = frequency / scaling.factor;
        break;
      case RopeScaling::Kind::kLlama3:
        frequencies[i] = llama3_frequency(frequency, scaling);
        break;
    }
  }
  return frequencies;
}

std::vector<float> rope_tables(const DecoderConfig& config) {
  const std::vector<float> frequencies = rope_frequencies(config);
  const size_t half = frequencies.size();
  const size_t count = static_cast<size_t>(config.max_positions) * half;
  std::vector<float> tables(2 * count);
  for (size_t at = 0; at < count; ++at) {
    const float angle = static_cast<float>(at / half) * frequencies[at % half];
    tables[at] = static_cast<float>(std::cos(static_cast<double>(angle)));
    tables[at + count] = static_cast<float>(std::sin(static_cast<double>(angle)));
  }
  return tables;
}

}  // namespace querl
