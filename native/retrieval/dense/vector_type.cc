#include "retrieval/dense/vector_type.h"

#include <cstring>

namespace querl {

uint16_t to_bfloat16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<uint16_t>((bits >> 16) | 0x40u);
  return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

float row_from_float16(uint16_t bits) {
  const uint32_t sign = (bits & 0x8000u) << 16;
  const uint32_t rest = (bits & 0x7fffu) << 13;
  if ((bits & 0x7c00u) == 0x7c00u) return std::bit_cast<float>(sign | 0x7f800000u | rest);
  // The exponent's bias grows by 112; as a product this is right for subnormal numbers too.
  const float scaled = std::bit_cast<float>(rest) * 0x1p112f;
  return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(scaled));
}

uint16_t row_to_float16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const uint32_t sign = (bits >> 16) & 0x8000u;
  const uint32_t rest = bits & 0x7fffffffu;
  if (rest > 0x7f800000u) return static_cast<uint16_t>(sign | 0x7e00u);
  if (rest >= 0x47800000u) return static_cast<uint16_t>(sign | 0x7c00u);  // 2^16 and above
  if (rest < 0x38800000u) {                                               // below 2^-14: subnormal
    // Adding 0.5 leaves units of 2^-24, the smallest subnormal, and rounds as it should.
    const float shifted = std::bit_cast<float>(rest) + 0.5f;
    return static_cast<uint16_t>(sign | (std::bit_cast<uint32_t>(shifted) - 0x3f000000u));
  }
  // Rounding may carry into the exponent, up to infinity, which is what it should do.
  const uint32_t rounded = rest + 0xfffu + ((rest >> 13) & 1u);
  return static_cast<uint16_t>(sign | ((rounded - 0x38000000u) >> 13));
}

void to_floats(const void* from, VectorType type, size_t count, float* to) {
  if (type == VectorType::kFloat32) {
    std::memcpy(to, from, count * sizeof *to);
    return;
  }
  const auto* bytes = static_cast<const std::byte*>(from);
  for (size_t i = 0; i < count; ++i) {
    uint16_t bits = 0;
    std::memcpy(&bits, bytes + 2 * i, sizeof bits);
    to[i] = type == VectorType::kFloat16 ? row_from_float16(bits) : from_bfloat16(bits);
  }
}

void from_floats(const float* from, size_t count, VectorType type, void* to) {
  if (type == VectorType::kFloat32) {
    std::memcpy(to, from, count * sizeof *from);
    return;
  }
  auto* bytes = static_cast<std::byte*>(to);
  for (size_t i = 0; i < count; ++i) {
    const uint16_t bits =
        type == VectorType::kFloat16 ? row_to_float16(from[i]) : to_bfloat16(from[i]);
    std::memcpy(bytes + 2 * i, &bits, sizeof bits);
  }
}

}  // namespace querl
