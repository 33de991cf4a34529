// The dynamic maps of adamw8.h, for any processor: what a code stands for, and the code that is
// nearest to a number.
//
// Of a moment that was divided by its block's scale, |y| <= 1. Decade i in [0, 7) reaches from
// 10^(i - 7) to 10^(i - 6) and is cut into cells of equal width, 2^i of a signed map, 2^(i + 1) of
// an unsigned one, whose entries are their middles. 0 and 1 are entries, too; -1 is not.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/host_device.h"

namespace querl {

inline constexpr int kDecades = 7;

// The magnitudes above zero are numbered from 1 on, in order; `ones` is the number of 1 itself.
struct MomentMap {
  float thresholds[kDecades + 1];  // where decade i begins to be nearest, and 1 itself
  float slopes[kDecades];          // in decade i the number of y is slope y + offset, cut to an
  float offsets[kDecades];         // integer of [first, last]
  float firsts[kDecades], lasts[kDecades];
  float ones;
  float entries[256];  // by code, rising
};

namespace moment_map_detail {

constexpr double power_of_ten(int exponent) {
  double result = 1;
  for (int i = 0; i < exponent; ++i) result *= 10;
  return result;
}

constexpr MomentMap make(bool is_signed) {
  MomentMap map{};
  double below = 0;  // the entry below a decade
  int first = 1;
  const int zero = is_signed ? 127 : 0;
  map.entries[zero] = 0.f;
  for (int i = 0; i < kDecades; ++i) {
    const int cells = (is_signed ? 1 : 2) << i;
    const double top = 1 / power_of_ten(kDecades - 1 - i);
    const auto entry = [&](int cell) { return top * (0.1 + 0.9 * (cell + 0.5) / cells); };
    map.thresholds[i] = static_cast<float>((below + entry(0)) / 2);
    map.slopes[i] = static_cast<float>(cells / (0.9 * top));
    map.offsets[i] = static_cast<float>(first - 0.1 * cells / 0.9);
    map.firsts[i] = static_cast<float>(first);
    map.lasts[i] = static_cast<float>(first + cells - 1);
    for (int cell = 0; cell < cells; ++cell) {
      map.entries[zero + first + cell] = static_cast<float>(entry(cell));
      if (is_signed) map.entries[zero - first - cell] = static_cast<float>(-entry(cell));
    }
    below = entry(cells - 1);
    first += cells;
  }
  map.thresholds[kDecades] = static_cast<float>((below + 1) / 2);
  map.ones = static_cast<float>(first);
  map.entries[zero + first] = 1.f;
  return map;
}

}  // namespace moment_map_detail

inline constexpr MomentMap kFirstMomentMap = moment_map_detail::make(true);
inline constexpr MomentMap kSecondMomentMap = moment_map_detail::make(false);

// The number of a magnitude in [0, 1] on a map: 0, or 1 and more.
QUERL_HOST_DEVICE inline float magnitude_number(const MomentMap& map, float y) {
  float slope = 0.f, offset = 0.f, first = 0.f, last = 0.f;
  for (int i = 0; i < kDecades; ++i) {
    if (!(y >= map.thresholds[i])) break;
    slope = map.slopes[i];
    offset = map.offsets[i];
    first = map.firsts[i];
    last = map.lasts[i];
  }
  if (y >= map.thresholds[kDecades]) return map.ones;
  const float number = fmaf(y, slope, offset);
  return floorf(fminf(fmaxf(number, first), last));
}

// Codes of moments divided by their scales.
QUERL_HOST_DEVICE inline uint8_t first_moment_code(const MomentMap& map, float y) {
  const float number = magnitude_number(map, fabsf(y));
  // The magnitude 1 has a code on the positive side alone.
  const float code = y < 0.f ? 127.f - fminf(number, map.ones - 1.f) : 127.f + number;
  return static_cast<uint8_t>(code);
}

QUERL_HOST_DEVICE inline uint8_t second_moment_code(const MomentMap& map, float y) {
  const float number = magnitude_number(map, y);
  return static_cast<uint8_t>(y > 0.f ? fmaxf(number, 1.f) : number);
}

}  // namespace querl
