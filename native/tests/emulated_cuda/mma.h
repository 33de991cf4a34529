// The tensor cores' m16n8k16 product of a warp whose lanes are fibers: every lane fetches the rows
// of a and the columns of b that its four results need. The places of the numbers are those of the
// PTX ISA, which kernels/cuda/mma.cuh cites.
#pragma once

#include <cstdint>

#include "emulator.h"

namespace querl::emulated {

template <class Widened>
void multiply_add(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2], Widened widened) {
  struct alignas(16) RowsOfA {
    uint32_t words[4];
  };
  struct ColumnOfB {
    uint32_t words[2];
  };
  const int g = lane() / 4, c = lane() % 4;
  for (int from = 0; from < 4; ++from) {
    const RowsOfA rows = exchange(RowsOfA{{a[0], a[1], a[2], a[3]}}, 4 * g + from);
    const ColumnOfB left = exchange(ColumnOfB{{b[0], b[1]}}, 8 * c + from);
    const ColumnOfB right = exchange(ColumnOfB{{b[0], b[1]}}, 8 * c + 4 + from);
    for (int step = 0; step < 2; ++step)
      for (int half = 0; half < 2; ++half) {
        const float upper = widened(rows.words[2 * step], half);
        const float lower = widened(rows.words[2 * step + 1], half);
        d[0] += upper * widened(left.words[step], half);
        d[1] += upper * widened(right.words[step], half);
        d[2] += lower * widened(left.words[step], half);
        d[3] += lower * widened(right.words[step], half);
      }
  }
}

}  // namespace querl::emulated
