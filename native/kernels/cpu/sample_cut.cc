#include "kernels/cpu/sample_cut.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "kernels/cpu/sample_tables.h"

namespace querl {
namespace {

// So few are sorted; of more the range that the cut lies in is narrowed first.
constexpr int64_t kFew = 128;

// Numbers of at least 0 have the order of their bits.
int32_t bits_of(float x) { return std::bit_cast<int32_t>(x); }
float number_of(int32_t bits) { return std::bit_cast<float>(bits); }

// The cut is at a number in [low, high), in bits; `above` is the sum, or count, of what is at least
// `high`.
struct Range {
  int32_t low, high;
  double above;
};

// One pass over the numbers of the range, which ends up about a ninth as wide.
void narrow(const SampleKernels& kernels, const float* numbers, int64_t n, double target,
            bool counted, Range& range) {
  float bounds[kSampleBounds];
  double above[kSampleBounds];
  const int64_t low = range.low, width = range.high - low;
  for (int64_t b = 0; b < kSampleBounds; ++b)
    bounds[b] = number_of(static_cast<int32_t>(low + width * (b + 1) / (kSampleBounds + 1)));
  kernels.above(numbers, n, bounds, counted, above);
  const double behind = range.above;
  for (int64_t b = 0; b < kSampleBounds; ++b) {
    if (behind + above[b] >= target) {
      range.low = bits_of(bounds[b]);
    } else {
      range.high = bits_of(bounds[b]);
      range.above = behind + above[b];
      return;
    }
  }
}

// As find_cut(), of a few numbers that come after `above`. Sorts them.
Cut cut_of_few(std::vector<float>& numbers, int64_t n, double above, double target, bool counted) {
  const auto end = numbers.begin() + n;
  std::sort(numbers.begin(), end, std::greater<>());
  auto at = numbers.begin();
  while (at + 1 < end && (above += counted ? 1. : static_cast<double>(*at)) < target) ++at;
  return {*at, at + 1 - std::find(numbers.begin(), at, *at)};
}

}  // namespace

const SampleKernels& sample_kernels(Isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case Isa::kAvx512:
      return kSampleAvx512;
    case Isa::kAvx2:
      return kSampleAvx2;
#endif
    default:
      return kSamplePortable;
  }
}

Cut find_cut(const SampleKernels& kernels, const float* weights, int64_t n, double target,
             bool counted, float bound, std::vector<float>& left) {
  // Room for the whole vector with which between() may store its last number.
  constexpr int64_t kRoom = 16;
  if (static_cast<int64_t>(left.size()) < n + kRoom) left.resize(static_cast<size_t>(n + kRoom));
  constexpr float kAll = INFINITY;
  Range range{bits_of(bound), bits_of(kAll), 0};
  if (n > kFew) {
    range.high = bits_of(1.f) + 1;
    narrow(kernels, weights, n, target, counted, range);
  }
  int64_t count =
      kernels.between(weights, n, number_of(range.low), number_of(range.high), left.data());
  while (count > kFew && range.high - range.low > 1) {
    narrow(kernels, left.data(), count, target, counted, range);
    count = kernels.between(left.data(), count, number_of(range.low), number_of(range.high),
                            left.data());
  }
  if (count == 0) return {number_of(range.high), n};  // rounding: all above the range, then
  if (count <= kFew) return cut_of_few(left, count, range.above, target, counted);
  // All are equal.
  const auto one = counted ? 1. : static_cast<double>(number_of(range.low));
  const double missing = std::ceil((target - range.above) / one);
  return {number_of(range.low), std::clamp(static_cast<int64_t>(missing), int64_t{1}, count)};
}

}  // namespace querl
