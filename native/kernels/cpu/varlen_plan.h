// What both passes of varlen_attention() share: sequences in blocks, and rows as operands.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "kernels/cpu/linear_plan.h"
#include "kernels/cpu/varlen_tables.h"
#include "kernels/half.h"
#include "kernels/varlen_attention.h"

namespace querl {

struct VarlenSequence {
  int64_t first_query, queries, first_key, keys;

  int64_t query_blocks() const { return pieces(queries, kLinearBlock); }
  int64_t key_blocks() const { return pieces(keys, kLinearBlock); }
  int64_t position(int64_t query) const { return keys - queries + query; }
};

inline VarlenSequence sequence_of(const VarlenShape& shape, int64_t index) {
  const int64_t *q = shape.query_offsets + index, *k = shape.key_offsets + index;
  return {q[0], q[1] - q[0], k[0], k[1] - k[0]};
}

inline int64_t varlen_queries(const VarlenShape& shape) {
  return shape.sequences == 0 ? 0 : shape.query_offsets[shape.sequences];
}
inline int64_t varlen_keys(const VarlenShape& shape) {
  return shape.sequences == 0 ? 0 : shape.key_offsets[shape.sequences];
}

// Blocks of keys [first, end) that a block of queries sees.
struct KeyBlocks {
  KeyBlocks(const VarlenShape& shape, const VarlenSequence& sequence, const BlockRange& queries) {
    if (!shape.causal) {
      first = 0;
      end = sequence.key_blocks();
      return;
    }
    const int64_t low = sequence.position(queries.first) - shape.window + 1;
    first = shape.window == 0 || low < 0 ? 0 : low / kLinearBlock;
    end = sequence.position(queries.first + queries.count - 1) / kLinearBlock + 1;
  }

  int64_t first, end;
};

// What the block of queries that begins at `query` sees of the keys from block `key_block` on.
inline VarlenSight sight_of(const VarlenShape& shape, const VarlenSequence& sequence, int64_t query,
                            int64_t key_block) {
  return {sequence.position(query), key_block * kLinearBlock, shape.window,
          shape.causal ? 0 : sequence.keys};
}

// `count` rows of one head, as a source to pack. Never float16.
inline LinearSource head_rows(const VarlenRows& rows, FloatType type, int64_t first, int64_t count,
                              int64_t head, int64_t head_dim) {
  const int64_t size = float_bytes(type);
  return {static_cast<const char*>(rows.data) + (first * rows.stride + head * head_dim) * size,
          rows.stride * size,
          nullptr,
          count,
          head_dim,
          type == FloatType::kBfloat16};
}

inline void* head_row(const VarlenOutput& rows, FloatType type, int64_t row, int64_t head,
                      int64_t head_dim) {
  return static_cast<char*>(rows.data) + (row * rows.stride + head * head_dim) * float_bytes(type);
}

// What writes the columns of sums to `count` rows of one head.
inline VarlenColumns head_columns(const float* sums, const float* factors, const VarlenOutput& rows,
                                  FloatType type, int64_t first, int64_t count, int64_t head,
                                  int64_t head_dim) {
  return {.sums = sums,
          .factors = factors,
          .columns = count,
          .width = head_dim,
          .is_bf16 = type == FloatType::kBfloat16,
          .to = static_cast<char*>(head_row(rows, type, first, head, head_dim)),
          .stride = rows.stride * float_bytes(type)};
}

// Tasks in the order in which they are best started: the longest first, so that no thread is left
// with a long one at the end. cost(task) of all tasks.
inline std::vector<int64_t> longest_first(const std::vector<int64_t>& costs) {
  std::vector<int64_t> order(costs.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int64_t>(i);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return costs[static_cast<size_t>(a)] > costs[static_cast<size_t>(b)];
  });
  return order;
}

// Writes a row of `width` numbers that lie in `blocks` (of sums, 32 columns each): row `row` of
// each.
void write_sums_row(const float* blocks, int64_t row, int64_t width, FloatType type, void* to);

// float32 copies of rows that are next to each other, for types that are converted.
class WidenedRows {
 public:
  WidenedRows(const VarlenRows& rows, FloatType type, int64_t count, int64_t width);
  VarlenRows rows() const { return {floats_.data(), width_}; }

 private:
  std::vector<float> floats_;
  int64_t width_;
};

// float32 rows that are rounded into others at the end.
class RoundedRows {
 public:
  RoundedRows(const VarlenOutput& rows, FloatType type, int64_t count, int64_t width)
      : to_(rows),
        type_(type),
        count_(count),
        width_(width),
        floats_(static_cast<size_t>(count * width)) {}
  VarlenOutput rows() { return {floats_.data(), width_}; }
  void finish() const;

 private:
  VarlenOutput to_;
  FloatType type_;
  int64_t count_, width_;
  std::vector<float> floats_;
};

}  // namespace querl
