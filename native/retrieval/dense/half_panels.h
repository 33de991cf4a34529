// Which rows may be hits, found with products of numbers rounded to bfloat16: many queries at once,
// in panels of 16 as the tiles of AMX take them, with a bound of what the rounding may have
// changed.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "retrieval/dense/dot_kernels.h"

namespace querl {

inline constexpr int64_t kHalfPanelQueries = 16;

// Numbers of a tile's row.
struct alignas(64) HalfLine {
  uint16_t numbers[32];
};

// Queries, (Q, D), rounded, zeros where a panel has no query and a step no dimension:
//
//   [panel][step of 32 dimensions][16 pairs of dimensions][16 queries][2]
//
// For a row x and a query q the product of the rounded numbers, as tiles sum it up, and <x, q>, as
// DotKernels sums it up, differ by at most
//
//   |x - rounded x| * length(q) + |x| * error(q),
//
// where the norms are not too small: see kLeastNorm. The first factor stands for |q|, the second
// for |q - rounded q|; both have in them what fp32 sums of D products in any order may be off by.
class HalfPanels {
 public:
  HalfPanels(std::span<const float> queries, size_t dimensions);

  const HalfLine* panel(int64_t index) const { return packed_.data() + index * panel_lines_; }
  // By query, padded to whole panels. Infinite if the query's numbers are too large for a bound.
  const float* length() const { return length_.data(); }
  const float* error() const { return error_.data(); }

 private:
  int64_t panel_lines_;
  std::vector<HalfLine> packed_;
  std::vector<float> length_, error_;
};

// Norms are taken to be at least kLeastNorm * sqrt(D), since squares below 2^-126 and bfloat16s
// below that may count as zeros. Above kLargestNorm a sum might overflow: there is no bound, and
// everything is a candidate.
inline constexpr float kLeastNorm = 0x1p-60f, kLargestNorm = 0x1p62f;

inline int64_t half_steps(int64_t dimensions) { return (dimensions + 31) / 32; }

struct HalfRows {
  const void* data;  // `rows` ≤ kRowBlock one behind another at any address
  int64_t rows, dimensions;
  const float* scale;  // as DotKernels::select takes them
  const float* bias;
  uint64_t allowed;  // bit r: row r may be a candidate
  HalfLine* tiles;   // room for 32 rows: 32 * half_steps() lines
};

struct HalfQueries {
  const HalfLine* packed;  // of the first one's panel; the first one begins a panel
  const float* length;
  const float* error;
  const float* limits;  // padded to whole panels
  int64_t count;
};

// Bit q of candidates[p * kRowBlock + r] says that the score of row r might be above the limit of
// query p * 16 + q. Rows behind `rows` have no bits. Returns how many bits there are.
#if defined(__x86_64__)
int64_t find_candidates_amx_float32(const HalfRows& rows, const HalfQueries& queries,
                                    uint16_t* candidates);
int64_t find_candidates_amx_float16(const HalfRows& rows, const HalfQueries& queries,
                                    uint16_t* candidates);
int64_t find_candidates_amx_bfloat16(const HalfRows& rows, const HalfQueries& queries,
                                     uint16_t* candidates);
#endif

}  // namespace querl
