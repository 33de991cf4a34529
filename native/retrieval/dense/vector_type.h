// How the numbers of stored vectors are kept.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace querl {

// The values are those of index files: they are added, never renumbered.
enum class VectorType : uint32_t { kFloat32 = 0, kFloat16 = 1, kBfloat16 = 2, kInt8 = 3 };

inline size_t bytes_of(VectorType type) {
  if (type == VectorType::kFloat32) return 4;
  return type == VectorType::kInt8 ? 1 : 2;
}

inline float from_bfloat16(uint16_t bits) { return std::bit_cast<float>(uint32_t{bits} << 16); }

// To nearest, ties to even; a NaN stays one.
uint16_t to_bfloat16(float value);
uint16_t row_to_float16(float value);  // too large becomes infinite
float row_from_float16(uint16_t bits);

// Numbers that lie anywhere (files have headers of any length). Not for kInt8.
void to_floats(const void* from, VectorType type, size_t count, float* to);
void from_floats(const float* from, size_t count, VectorType type, void* to);

}  // namespace querl
