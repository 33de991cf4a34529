// How a batch is cut into blocks, and which of its rows are computed at all.
#pragma once

#include <cstdint>
#include <vector>

#include "lm/decoder_config.h"
#include "lm/training_engine.h"

namespace querl {

// The rows whose hidden states are read: those before a token whose weight is not 0 (before every
// token if weights is null), or every row.
struct RowSelection {
  const float* weights = nullptr;  // (T)
  bool every_row = false;

  // Whether the row before token t of the batch is read; t is not the first of its sequence.
  bool reads_before(int64_t t) const { return weights == nullptr || weights[t] != 0.f; }
};

// Consecutive sequences [first, end) of a batch; `rows` is what is computed of them.
struct BlockRange {
  int64_t first = 0, end = 0, rows = 0;
};

// Throws ERR_QUERL_ARGUMENT or ERR_QUERL_WINDOW if the decoder cannot take the batch.
void check_batch(const TokenBatch& batch, const DecoderConfig& config);

// Throws ERR_QUERL_ARGUMENT if they make no probabilities of the decoder's logits.
void check_logit_options(const LogitOptions& options, const DecoderConfig& config);

// Rows of a sequence that are computed: none behind the last one that is read.
int64_t computed_rows(const TokenBatch& batch, int64_t sequence, const RowSelection& selection);

// Blocks of at most `most_rows` rows, or of one sequence, in order; without blocks of no rows.
std::vector<BlockRange> plan_blocks(const TokenBatch& batch, const RowSelection& selection,
                                    int64_t most_rows);

// Where each of `buckets` runs of blocks of about equal work begins: (buckets + 1), the last one
// blocks.size().
std::vector<int64_t> plan_buckets(const std::vector<BlockRange>& blocks, int64_t buckets);

// One sequence within a block.
struct BlockSequence {
  int64_t row = 0, rows = 0;             // computed rows, in the block
  int64_t selected = 0, selections = 0;  // of them read, in BlockRows::selected
};

// What a block computes, m rows, and what of it is read, n rows.
struct BlockRows {
  // Takes the block's part of the batch; keeps its memory between calls.
  void assign(const TokenBatch& batch, const BlockRange& range, const RowSelection& selection);

  int64_t count() const { return static_cast<int64_t>(tokens.size()); }             // m
  int64_t selected_count() const { return static_cast<int64_t>(selected.size()); }  // n

  std::vector<BlockSequence> sequences;
  std::vector<int32_t> tokens, positions, limits;  // (m); limits are positions + 1
  std::vector<int32_t> selected, selected_limits;  // (n); rows of the block
  std::vector<int64_t> targets;                    // (n); what is predicted, in the batch
};

}  // namespace querl
