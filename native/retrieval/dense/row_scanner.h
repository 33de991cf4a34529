// What one thread does with a block of rows: scores them against a group of queries and keeps what
// is good enough.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "retrieval/dense/code_centres.h"
#include "retrieval/dense/code_panels.h"
#include "retrieval/dense/dot_kernels.h"
#include "retrieval/dense/half_panels.h"
#include "retrieval/dense/top_rows.h"
#include "retrieval/dense/vector_table.h"

namespace querl {

// Rows of a table, at most kRowBlock.
struct RowsToScan {
  const std::byte* data;
  uint32_t first_row;
  uint32_t rows;
  uint64_t allowed;  // bit r: row first_row + r may be a hit; none above `rows`
  Ahead ahead;       // what will be scanned next
};

// All that threads share while they scan.
struct ScanPlan {
  const VectorTable* vectors;
  std::span<const float> queries;  // (Q, D), as they are to be multiplied
  size_t query_count;
  size_t top_k;
  const DotKernels* kernels;
  // A row's score is <row, query> * scale + bias. Null: 1 and 0. Readable for kRowBlock numbers
  // from any row on.
  const float* row_scale = nullptr;
  const float* row_bias = nullptr;
  // Codes of the queries and what they are to be multiplied with, if the vectors are codes.
  std::span<const int8_t> query_codes = {};
  std::span<const float> query_scale = {};
  // Each centre's product with each query, (C, Q).
  std::span<const float> query_offset = {};
  const CodeCentres* centres = nullptr;
  // The same codes for kernels->code_panels, if that is to be used.
  const CodePanels* query_panels = nullptr;
  // The queries for kernels->find_candidates, if that is to be used.
  const HalfPanels* half_panels = nullptr;
};

class RowScanner {
 public:
  virtual ~RowScanner() = default;

  // Rows come in ascending order. `hits` has an entry for each query; those of queries
  // [begin, end) are offered what they may want. They are the same ones in every call, and offered
  // nothing by others in between.
  virtual void scan(const RowsToScan& rows, size_t begin, size_t end, TopRows* hits) = 0;
};

// Queries of a group: their part of the work stays in the second-level cache.
inline constexpr size_t kQueryGroup = 256;

// The one that suits the plan; the plan must outlive it.
std::unique_ptr<RowScanner> make_scanner(const ScanPlan& plan);

}  // namespace querl
