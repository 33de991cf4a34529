// What the kernels of paged attention share: how a row's context is cut, and how the results of the
// block's warps and then of the parts come together by their log-sum-exps.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/paged_attention.h"

namespace querl {

inline constexpr int kPageLanes = 32;
inline constexpr int kPartPages = 8;
inline constexpr int kPagedWarps = 4;
inline constexpr int kPagedThreads = kPagedWarps * kPageLanes;
inline constexpr float kLog2E = 1.44269504088896340736f;

// What a part knows of a head: the largest score (in powers of 2) and the sum of 2^(score - max).
struct PartSum {
  float max;
  float sum;
};

struct PartPlan {
  int64_t parts;    // of a row, at most; one part writes the output itself
  float* unscaled;  // (rows, heads, parts, head_dim), of more than one
  PartSum* sums;    // (rows, heads, parts)
};

// The pages that a part of a row looks at, [first, end), and the row's first visible token.
struct PartPages {
  int first, end;
  int first_token, length;
};

__device__ inline int row_parts(int length, int64_t window, int& first_page, int& first_token) {
  first_token = window > 0 && length > window ? length - static_cast<int>(window) : 0;
  first_page = first_token / kPageLanes;
  const int pages = (length + kPageLanes - 1) / kPageLanes - first_page;
  return (pages + kPartPages - 1) / kPartPages;
}

__device__ inline PartPages pages_of_part(int length, int64_t window, int part) {
  PartPages pages;
  pages.length = length;
  row_parts(length, window, pages.first, pages.first_token);
  pages.first += part * kPartPages;
  const int last = (length + kPageLanes - 1) / kPageLanes;
  pages.end = pages.first + kPartPages < last ? pages.first + kPartPages : last;
  return pages;
}

}  // namespace querl
