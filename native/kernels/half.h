// 16-bit floats to and from fp32, one number at a time and in runs. Portable: kernels that convert
// inside their loops have their own.
#pragma once

#include <bit>
#include <cstdint>

#include "kernels/float_type.h"

namespace querl {

inline float from_bfloat16(uint16_t bits) { return std::bit_cast<float>(uint32_t{bits} << 16); }

// Rounds to nearest, ties to even; a NaN stays one.
inline uint16_t to_bfloat16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<uint16_t>((bits >> 16) | 0x40u);
  return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

float from_float16(uint16_t bits);
uint16_t to_float16(float value);  // as to_bfloat16; too large becomes infinite

void to_floats(const void* from, FloatType type, int64_t count, float* to);
void from_floats(const float* from, int64_t count, FloatType type, void* to);

}  // namespace querl
