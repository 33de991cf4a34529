// Rows of float32 or bfloat16, written from float32.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/half.h"
#include "kernels/logits_logprobs.h"

namespace querl {

// rows[row][column…] = values, or += where it accumulates.
inline void write_row(const Rows& rows, int64_t row, int64_t column, const float* values,
                      int64_t count, bool accumulates) {
  const int64_t at = row * rows.stride + column;
  if (rows.type == FloatType::kFloat32) {
    float* to = static_cast<float*>(rows.data) + at;
    if (accumulates)
      for (int64_t i = 0; i < count; ++i) to[i] += values[i];
    else
      std::memcpy(to, values, static_cast<size_t>(count) * sizeof(float));
    return;
  }
  auto* to = static_cast<uint16_t*>(rows.data) + at;
  for (int64_t i = 0; i < count; ++i)
    to[i] = to_bfloat16(accumulates ? from_bfloat16(to[i]) + values[i] : values[i]);
}

inline void clear_row(const Rows& rows, int64_t row, int64_t count) {
  const int64_t size = rows.type == FloatType::kFloat32 ? 4 : 2;
  std::memset(static_cast<char*>(rows.data) + row * rows.stride * size, 0,
              static_cast<size_t>(count * size));
}

}  // namespace querl
