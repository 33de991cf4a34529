// Products of int8 codes with many queries at once: queries in panels of 16, as the tiles of AMX
// take them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "retrieval/dense/dot_kernels.h"

namespace querl {

inline constexpr int64_t kPanelQueries = 16;

// Codes of a tile's row. Tiles load lines of the cache: those that straddle two take twice as long.
struct alignas(64) CodeLine {
  int8_t codes[64];
};

// Codes of queries, (Q, D), zeros where a panel has no query and a step no dimension:
//
//   [panel][step of 64 dimensions][16 fours of dimensions][16 queries][4]
class CodePanels {
 public:
  CodePanels(std::span<const int8_t> codes, size_t queries, size_t dimensions);

  const CodeLine* panel(int64_t index) const { return packed_.data() + index * panel_lines_; }

 private:
  int64_t panel_lines_;
  std::vector<CodeLine> packed_;
};

// What rows are scored with, and what a panel's queries want.
struct PanelFilter {
  const float* row_scale;    // of the rows of the block
  const float* row_bias;     // the same, or null
  uint64_t allowed;          // bit r: row r may be a hit
  const float* query_scale;  // 16 for each panel, none below 0
  const float* query_offset;
  const float* limits;  // +infinity where there is no query
};

// Scores of a query with 16 rows from `row` on: bit r of `above` says that scores[r] is above the
// query's limit and its row allowed.
struct PanelHits {
  uint32_t query, row, above;
  float scores[16];
};

// A ScoreCodePanels. A score is float(product) * (row_scale * query_scale) + query_offset +
// row_bias, where the first sum is fused, as in DotKernels::scale_codes and select. Writes what is
// above the limits to `found`, for each query by ascending rows, and returns how many there are: at
// most kRowBlock / 16 for each query, but there is room for one more. `packed` are the panels'
// codes one behind another.
#if defined(__x86_64__)
int64_t score_code_panels_amx(const int8_t* data, int64_t rows, const CodeLine* packed,
                              int64_t panels, int64_t dimensions, const PanelFilter& filter,
                              PanelHits* found, Ahead ahead);
#endif

}  // namespace querl
