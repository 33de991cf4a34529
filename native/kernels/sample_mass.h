// The weights of sample.h as whole numbers, whose sums do not depend on their order: what a draw on
// a device stands on, where thousands of threads add. Shared by the CUDA kernel and its tests.
#pragma once

#include <cstdint>

#include "kernels/host_device.h"

namespace querl {

// Of a weight of 1. The sum of `vocab` weights stays below 2^63; a weight below 1 / unit, at most
// 2^-31 and for 152 k tokens 2^-44, has no mass and is never drawn.
QUERL_HOST_DEVICE inline uint64_t mass_unit(int64_t vocab) {
  int bits = 62;
  while (bits > 31 && vocab > int64_t{1} << (62 - bits)) --bits;
  return uint64_t{1} << bits;
}

QUERL_HOST_DEVICE inline uint64_t mass_of(float weight, uint64_t unit) {
  return static_cast<uint64_t>(weight * static_cast<float>(unit));  // exact but for the truncation
}

// The least mass that is at least `share` of `total`; 1 or more, so that the largest weight stays.
QUERL_HOST_DEVICE inline uint64_t least_mass(double share, uint64_t total) {
  const double wanted = share * static_cast<double>(total);
  auto mass = static_cast<uint64_t>(wanted);
  if (static_cast<double>(mass) < wanted) ++mass;
  return mass < 1 ? 1 : mass > total ? total : mass;
}

// floor(uniform * total), below total: what a running sum must pass. `uniform` is a multiple of
// 2^-53 in [0, 1).
QUERL_HOST_DEVICE inline uint64_t mass_at(double uniform, uint64_t total) {
  const auto fraction = static_cast<uint64_t>(uniform * 0x1p53);
  // The product's 117 bits from 32-bit halves.
  const uint64_t a = fraction >> 32, b = fraction & 0xFFFFFFFFu;
  const uint64_t c = total >> 32, d = total & 0xFFFFFFFFu;
  const uint64_t low = b * d;
  const uint64_t middle = a * d + (low >> 32);
  const uint64_t other = b * c + (middle & 0xFFFFFFFFu);
  const uint64_t high = a * c + (middle >> 32) + (other >> 32);
  return high << 11 | (other & 0xFFFFFFFFu) >> 21;
}

// What a filter keeps: weights above `least`, and those that equal it before the id `ties_end`.
struct WeightCut {
  float least;
  uint32_t ties_end;
};

QUERL_HOST_DEVICE inline bool keeps(const WeightCut& cut, float weight, uint32_t id) {
  return weight > cut.least || (weight == cut.least && id < cut.ties_end);
}

// What both keep.
QUERL_HOST_DEVICE inline WeightCut both(const WeightCut& a, const WeightCut& b) {
  if (a.least != b.least) return a.least > b.least ? a : b;
  return {a.least, a.ties_end < b.ties_end ? a.ties_end : b.ties_end};
}

// A weight's bits, which are in the order of weights, in three digits, the highest first: a search
// counts how much there is of each value of a digit, and then looks at one value alone.
inline constexpr int kWeightDigits = 3;
inline constexpr int kMostDigitValues = 2048;

struct WeightDigit {
  int shift;
  uint32_t mask;
};

QUERL_HOST_DEVICE inline WeightDigit weight_digit(int digit) {
  return digit == 0   ? WeightDigit{19, 0x7FF}  // the exponent and 4 bits: 1.0 has 2032
         : digit == 1 ? WeightDigit{9, 0x3FF}
                      : WeightDigit{0, 0x1FF};
}

}  // namespace querl
