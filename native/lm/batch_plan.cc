#include "lm/batch_plan.h"

#include <string>

#include "lm/errors.h"

namespace querl {

void check_batch(const TokenBatch& batch, const DecoderConfig& config) {
  const auto text = [](int64_t value) { return std::to_string(value); };
  if (batch.sequences > 0 && batch.offsets[0] != 0)
    throw Error("ERR_QUERL_ARGUMENT",
                "Expected offsets to start at 0, but got " + text(batch.offsets[0]) + ".");
  for (int64_t i = 0; i < batch.sequences; ++i) {
    const int64_t length = batch.offsets[i + 1] - batch.offsets[i];
    if (length < 0)
      throw Error("ERR_QUERL_ARGUMENT", "Expected offsets not to fall, but got " +
                                            text(batch.offsets[i + 1]) + " behind " +
                                            text(batch.offsets[i]) + ".");
    if (length > config.max_positions)
      throw Error("ERR_QUERL_WINDOW", "Sequence " + text(i) + " has " + text(length) +
                                          " tokens, and the window is " +
                                          text(config.max_positions) + ".");
  }
  for (int64_t t = 0; t < batch.count(); ++t)
    if (batch.tokens[t] < 0 || batch.tokens[t] >= config.vocab_size)
      throw Error("ERR_QUERL_ARGUMENT", "Expected token " + text(t) + " to be in [0, " +
                                            text(config.vocab_size) + "), but got " +
                                            text(batch.tokens[t]) + ".");
}

void check_logit_options(const LogitOptions& options, const DecoderConfig& config) {
  if (!(options.temperature > 0.f))
    throw Error("ERR_QUERL_ARGUMENT", "Expected temperature to be above 0, but got " +
                                          std::to_string(options.temperature) + ".");
  for (const int32_t id : options.banned)
    if (id < 0 || id >= config.vocab_size)
      throw Error("ERR_QUERL_ARGUMENT", "Expected banned ids to be in the vocabulary of " +
                                            std::to_string(config.vocab_size) + ", but got " +
                                            std::to_string(id) + ".");
}

int64_t computed_rows(const TokenBatch& batch, int64_t sequence, const RowSelection& selection) {
  const int64_t start = batch.offsets[sequence], end = batch.offsets[sequence + 1];
  if (selection.every_row) return end - start;
  for (int64_t t = end - 1; t > start; --t)
    if (selection.reads_before(t)) return t - start;
  return 0;
}

std::vector<BlockRange> plan_blocks(const TokenBatch& batch, const RowSelection& selection,
                                    int64_t most_rows) {
  std::vector<BlockRange> blocks;
  BlockRange block;
  const auto close = [&](int64_t next) {
    if (block.rows > 0) blocks.push_back(block);
    block = {next, next, 0};
  };
  for (int64_t i = 0; i < batch.sequences; ++i) {
    const int64_t rows = computed_rows(batch, i, selection);
    if (block.rows + rows > most_rows) close(i);
    block.end = i + 1;
    block.rows += rows;
  }
  close(batch.sequences);
  return blocks;
}

std::vector<int64_t> plan_buckets(const std::vector<BlockRange>& blocks, int64_t buckets) {
  int64_t total = 0, passed = 0;
  for (const BlockRange& block : blocks) total += block.rows;
  std::vector<int64_t> starts{0};
  for (size_t i = 0; i < blocks.size(); ++i) {
    // A block belongs to the bucket in whose share of the rows its middle lies.
    const int64_t middle = 2 * passed + blocks[i].rows;
    while (static_cast<int64_t>(starts.size()) < buckets &&
           middle * buckets >= 2 * total * static_cast<int64_t>(starts.size()))
      starts.push_back(static_cast<int64_t>(i));
    passed += blocks[i].rows;
  }
  starts.resize(static_cast<size_t>(buckets + 1), static_cast<int64_t>(blocks.size()));
  return starts;
}

void BlockRows::assign(const TokenBatch& batch, const BlockRange& range,
                       const RowSelection& selection) {
  sequences.clear();
  for (auto* list : {&tokens, &positions, &limits, &selected, &selected_limits}) list->clear();
  targets.clear();
  for (int64_t i = range.first; i < range.end; ++i) {
    const int64_t start = batch.offsets[i], rows = computed_rows(batch, i, selection);
    BlockSequence sequence{count(), rows, selected_count(), 0};
    for (int64_t position = 0; position < rows; ++position) {
      if (selection.every_row || selection.reads_before(start + position + 1)) {
        selected.push_back(static_cast<int32_t>(count()));
        selected_limits.push_back(static_cast<int32_t>(position + 1));
        targets.push_back(start + position + 1);
      }
      tokens.push_back(batch.tokens[start + position]);
      positions.push_back(static_cast<int32_t>(position));
      limits.push_back(static_cast<int32_t>(position + 1));
    }
    sequence.selections = selected_count() - sequence.selected;
    if (rows > 0) sequences.push_back(sequence);
  }
}

}  // namespace querl
