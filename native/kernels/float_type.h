// How a number is stored. Kernels compute in fp32 whatever the storage.
#pragma once

#include <cstdint>

namespace querl {

enum class FloatType { kFloat32, kBfloat16, kFloat16 };

inline int64_t float_bytes(FloatType type) { return type == FloatType::kFloat32 ? 4 : 2; }

// "float32", "bfloat16" or "float16".
inline const char* float_name(FloatType type) {
  if (type == FloatType::kFloat32) return "float32";
  return type == FloatType::kBfloat16 ? "bfloat16" : "float16";
}

}  // namespace querl
