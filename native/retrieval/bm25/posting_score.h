// The score of one posting, in units: the one definition that all kernels keep to, bit for bit.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace querl {

// Bounds exceed the real scores by this factor, since c / (c + norm) in float32 can fall by a unit
// in the last place where c grows.
inline constexpr float kBoundSlack = 1 + 1.0F / (1 << 20);

// To the nearest, halves to even. |x| is below 2^31.
inline int32_t rounded(float x) {
#if defined(__SSE2__)
  return _mm_cvtss_si32(_mm_set_ss(x));
#else
  return static_cast<int32_t>(std::lrint(x));
#endif
}

// count is from 1 to 2^31 - 1, gain below 2^31. No step could be fused with the next one.
inline int32_t posting_score(float gain, uint32_t count, float norm) {
  const auto c = static_cast<float>(static_cast<int32_t>(count));
  return std::max(1, rounded(gain * (c / (c + norm))));
}

// `ratio` is the greatest c / (c + norm) of the pairs that bound some postings.
inline int32_t score_bound(float gain, float ratio) {
  return rounded(gain * kBoundSlack * ratio) + 1;
}

}  // namespace querl
