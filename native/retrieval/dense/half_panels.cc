#include "retrieval/dense/half_panels.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace querl {
namespace {

constexpr size_t kStep = 32, kQueries = kHalfPanelQueries;

// As tiles see it: they take numbers too small for a whole exponent for zeros.
float rounded(float value, uint16_t& bits) {
  bits = to_bfloat16(value);
  if ((bits & 0x7f80u) == 0) bits &= 0x8000u;
  return from_bfloat16(bits);
}

float above(double value) {
  return std::nextafter(static_cast<float>(value), std::numeric_limits<float>::infinity());
}

}  // namespace

HalfPanels::HalfPanels(std::span<const float> queries, size_t dimensions)
    : panel_lines_(half_steps(static_cast<int64_t>(dimensions)) * kHalfPanelQueries) {
  const size_t count = queries.size() / dimensions, panels = (count + kQueries - 1) / kQueries;
  packed_.resize(panels * static_cast<size_t>(panel_lines_));
  length_.resize(panels * kQueries);
  error_.resize(panels * kQueries);
  // Twice D roundings, and some of the bound's own: no order of a sum has more in a row. The sums
  // of both sides are off by this share of the sum of the products' sizes, which is at most |x|
  // |q|.
  const double share = 1.02 * (2. * static_cast<double>(dimensions) + 64) * 0x1p-24;
  const double least = kLeastNorm * std::sqrt(static_cast<double>(dimensions));
  for (size_t q = 0; q < count; ++q) {
    HalfLine* const panel = packed_.data() + q / kQueries * static_cast<size_t>(panel_lines_);
    double squared = 0, squared_error = 0;
    for (size_t i = 0; i < dimensions; ++i) {
      const float value = queries[q * dimensions + i];
      // Steps are as many pairs as a panel has queries, so pairs alone give the place.
      const size_t place = (i / 2 * kQueries + q % kQueries) * 2 + i % 2;
      const double error =
          double{value} - rounded(value, panel[place / kStep].numbers[place % kStep]);
      squared += double{value} * value;
      squared_error += error * error;
    }
    const double length = std::sqrt(squared) * 1.001 + least;
    const double error = std::sqrt(squared_error) * 1.001 + least;
    const bool is_bounded = length <= kLargestNorm;  // not so if a number is none
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    // |rounded x| ≤ |x| + |x - rounded x|, and the same of q.
    length_[q] = is_bounded ? above((length + error) * (1 + share)) : kInfinity;
    error_[q] = is_bounded ? above(error + 2 * share * (length + error)) : kInfinity;
  }
}

}  // namespace querl
