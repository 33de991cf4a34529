#include "kernels/cpu/varlen_plan.h"

namespace querl {
namespace {

constexpr int64_t kTile = 16;

// As at_row() of the inner loops.
int64_t place(int64_t row, int64_t column) {
  return (row / kTile * 2 + column / kTile) * kTile * kTile + row % kTile * kTile + column % kTile;
}

}  // namespace

void write_sums_row(const float* blocks, int64_t row, int64_t width, FloatType type, void* to) {
  for (int64_t i = 0; i < width; i += kTile) {
    const float* from = blocks + i / kLinearBlock * kLinearSums + place(row, i % kLinearBlock);
    from_floats(from, std::min(kTile, width - i), type,
                static_cast<char*>(to) + i * float_bytes(type));
  }
}

WidenedRows::WidenedRows(const VarlenRows& rows, FloatType type, int64_t count, int64_t width)
    : floats_(static_cast<size_t>(count * width)), width_(width) {
  for (int64_t row = 0; row < count; ++row)
    to_floats(static_cast<const char*>(rows.data) + row * rows.stride * float_bytes(type), type,
              width, floats_.data() + row * width);
}

void RoundedRows::finish() const {
  for (int64_t row = 0; row < count_; ++row)
    from_floats(floats_.data() + row * width_, width_, type_,
                static_cast<char*>(to_.data) + row * to_.stride * float_bytes(type_));
}

}  // namespace querl
