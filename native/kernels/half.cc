#include "kernels/half.h"

#include <algorithm>

namespace querl {

float from_float16(uint16_t bits) {
  const uint32_t sign = uint32_t{bits & 0x8000u} << 16;
  const uint32_t exponent = (bits >> 10) & 0x1f, fraction = bits & 0x3ff;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000u | (fraction << 13));
  if (exponent == 0) {  // zero and subnormals: fraction * 2^-24, which fp32 holds exactly
    const float value = static_cast<float>(fraction) * 0x1p-24f;
    return sign != 0 ? -value : value;
  }
  return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
}

uint16_t to_float16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const auto sign = static_cast<uint16_t>((bits >> 16) & 0x8000u);
  const uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) return static_cast<uint16_t>(sign | 0x7e00u);   // NaN
  if (magnitude >= 0x477ff000u) return static_cast<uint16_t>(sign | 0x7c00u);  // 65520 and above
  if (magnitude < 0x38800000u) {  // below 2^-14: a multiple of 2^-24
    // Adding 0.5 leaves the number's multiples of 2^-24 in the last bits, rounded by the addition.
    const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
    return static_cast<uint16_t>(sign | (std::bit_cast<uint32_t>(shifted) - 0x3f000000u));
  }
  const uint32_t rounded = magnitude + 0xfffu + ((magnitude >> 13) & 1u);
  return static_cast<uint16_t>(sign | ((rounded - 0x38000000u) >> 13));
}

void to_floats(const void* from, FloatType type, int64_t count, float* to) {
  if (type == FloatType::kFloat32) {
    std::copy_n(static_cast<const float*>(from), count, to);
    return;
  }
  const auto* halves = static_cast<const uint16_t*>(from);
  if (type == FloatType::kBfloat16)
    std::transform(halves, halves + count, to, from_bfloat16);
  else
    std::transform(halves, halves + count, to, from_float16);
}

void from_floats(const float* from, int64_t count, FloatType type, void* to) {
  if (type == FloatType::kFloat32) {
    std::copy_n(from, count, static_cast<float*>(to));
    return;
  }
  auto* halves = static_cast<uint16_t*>(to);
  if (type == FloatType::kBfloat16)
    std::transform(from, from + count, halves, to_bfloat16);
  else
    std::transform(from, from + count, halves, to_float16);
}

}  // namespace querl
