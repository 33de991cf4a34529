// Products of int8 codes with many queries at once: queries in panels of 16, as the tiles of AMX
// take them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "retrieval/dense/dot_kernels.h"

namespace querl {

inline constexpr int64_t kPanelQueries = 16;

// Codes of queries, (Q, D), zeros where a panel has no query and a step no dimension:
//
//   [panel][step of 64 dimensions][16 fours of dimensions][16 queries][4]
class CodePanels {
 public:
  CodePanels(std::span<const int8_t> codes, size_t queries, size_t dimensions);

  int64_t panels() const { return panels_; }
  const int8_t* panel(int64_t index) const { return packed_.data() + index * panel_bytes_; }

 private:
  int64_t panels_, panel_bytes_;
  std::vector<int8_t> packed_;
};

// What rows are scored with, and what a panel's queries want.
struct PanelFilter {
  const float* row_scale;    // of the rows of the block
  const float* row_bias;     // the same, or null
  const float* query_scale;  // 16 for each panel
  const float* query_offset;
  const float* limits;  // +infinity where there is no query
};

// A ScoreCodePanels: for each panel p and row r scores[(p * kRowBlock + r) * 16 + q] is
// float(product) * (row_scale * query_scale) + query_offset + row_bias, where the first sum is
// fused, as in DotKernels::scale_codes and select; and bit q of above[p * kRowBlock + r] says
// whether that is above the query's limit. Rows behind `rows` have no bits. `packed` are the
// panels' codes one behind another.
#if defined(__x86_64__)
void score_code_panels_amx(const int8_t* data, int64_t rows, const int8_t* packed, int64_t panels,
                           int64_t dimensions, const PanelFilter& filter, float* scores,
                           uint16_t* above, Ahead ahead);
#endif

}  // namespace querl
