// How a batch is cut into micro-batches without padding, which of its rows are computed, and which
// of them once for several sequences.
//
// A micro-batch is a list of runs: rows that follow each other in one sequence and attend to each
// other. A run may begin behind a prefix, the rows of another run whose keys it sees as well: the
// prompt that neighbouring sequences have in common.
#pragma once

#include <cstdint>
#include <vector>

#include "lm/batch_plan.h"
#include "lm/training_engine.h"

namespace querl {

struct PackedRows {
  int64_t count() const { return static_cast<int64_t>(tokens.size()); }     // n
  int64_t read_count() const { return static_cast<int64_t>(read.size()); }  // r
  int64_t runs() const { return static_cast<int64_t>(prefix_first.size()); }
  int64_t keys() const { return key_offsets.back(); }
  bool has_prefixes() const { return keys() != count(); }
  // Rows of the prefix of a run.
  int64_t prefix_rows(int64_t run) const {
    const auto i = static_cast<size_t>(run);
    return key_offsets[i + 1] - key_offsets[i] - (row_offsets[i + 1] - row_offsets[i]);
  }

  std::vector<int32_t> tokens, positions;  // (n)
  std::vector<int64_t> row_offsets{0};     // (runs + 1)
  std::vector<int64_t> key_offsets{0};     // (runs + 1): prefix and own rows, one after another
  std::vector<int64_t> prefix_first;       // (runs): the first row of the prefix
  std::vector<int64_t> read;               // (r): rows whose hidden states are read, ascending
  std::vector<int64_t> targets;            // (r): what they predict, in the batch
};

// Micro-batches of at most `most_rows` rows, or of one sequence, in the batch's order. With
// `shares_prompts` neighbouring sequences compute what they begin with in common once, up to the
// first row that is read of either. Sequences of which nothing is read are left out.
std::vector<PackedRows> pack_rows(const TokenBatch& batch, const RowSelection& selection,
                                  int64_t most_rows, bool shares_prompts);

}  // namespace querl
