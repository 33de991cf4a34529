// What the operands of AMX's tiles are made with. For files that are compiled for it.
#pragma once

#include <cstdint>

#include <immintrin.h>

#include "kernels/cpu/simd.h"

namespace {

constexpr int64_t kLine = 64;  // bytes

// rows (16 x 16 words) become columns.
inline void transpose(__m512 (&rows)[16]) {
  __m512 pairs[16];
  QUERL_UNROLL for (int i = 0; i < 16; i += 2) {
    pairs[i] = _mm512_unpacklo_ps(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm512_unpackhi_ps(rows[i], rows[i + 1]);
  }
  const auto join = [](__m512 low, __m512 high, bool takes_high) __attribute__((always_inline)) {
    const auto a = _mm512_castps_pd(low), b = _mm512_castps_pd(high);
    return _mm512_castpd_ps(takes_high ? _mm512_unpackhi_pd(a, b) : _mm512_unpacklo_pd(a, b));
  };
  __m512 fours[16];  // [rows 4 i …][column mod 4]: four columns, one in each quarter
  QUERL_UNROLL for (int i = 0; i < 16; i += 4) {
    fours[i] = join(pairs[i], pairs[i + 2], false);
    fours[i + 1] = join(pairs[i], pairs[i + 2], true);
    fours[i + 2] = join(pairs[i + 1], pairs[i + 3], false);
    fours[i + 3] = join(pairs[i + 1], pairs[i + 3], true);
  }
  QUERL_UNROLL for (int i = 0; i < 4; ++i) {
    const __m512 a = _mm512_shuffle_f32x4(fours[i], fours[4 + i], 0x88);
    const __m512 b = _mm512_shuffle_f32x4(fours[8 + i], fours[12 + i], 0x88);
    const __m512 c = _mm512_shuffle_f32x4(fours[i], fours[4 + i], 0xdd);
    const __m512 d = _mm512_shuffle_f32x4(fours[8 + i], fours[12 + i], 0xdd);
    rows[i] = _mm512_shuffle_f32x4(a, b, 0x88);
    rows[4 + i] = _mm512_shuffle_f32x4(c, d, 0x88);
    rows[8 + i] = _mm512_shuffle_f32x4(a, b, 0xdd);
    rows[12 + i] = _mm512_shuffle_f32x4(c, d, 0xdd);
  }
}

// Asks for bytes of a range bit by bit, to be in the second-level cache soon.
class Ahead {
 public:
  Ahead(const char* from, int64_t bytes) : at_(from), end_(from + bytes) {}

  void fetch(int64_t lines) {
    for (; lines > 0 && at_ < end_; --lines, at_ += kLine) __builtin_prefetch(at_, 0, 2);
  }

 private:
  const char *at_, *end_;
};

}  // namespace
