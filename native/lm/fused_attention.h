// One sequence's part in the attention of a block's layer. For fused_forward.cc and
// fused_backward.cc.
#pragma once

#include "kernels/attention.h"
#include "lm/fused_block.h"

namespace querl {

struct FusedBlock::SequenceAttention {
  AttentionRows rows;
  int64_t first;  // query, among the rows behind the layer's attention
};

inline FusedBlock::SequenceAttention FusedBlock::attention_of(int64_t layer,
                                                              const BlockSequence& sequence) {
  const DecoderConfig& shape = config();
  const LayerState& s = state(layer);
  const bool last = is_last(layer);
  SequenceAttention at{};
  at.first = last ? sequence.selected : sequence.row;
  at.rows.heads = shape.heads;
  at.rows.kv_heads = shape.kv_heads;
  at.rows.head_dim = shape.head_dim;
  at.rows.queries = last ? sequence.selections : sequence.rows;
  at.rows.limits = (last ? rows_.selected_limits : rows_.limits).data() + at.first;
  at.rows.window = shape.window(layer);
  at.rows.q_stride = query_stride(layer);
  at.rows.q = s.q + at.first * at.rows.q_stride;
  at.rows.kv_stride = shape.qkv_size();
  at.rows.k = s.qkv + sequence.row * shape.qkv_size() + shape.q_size();
  at.rows.v = at.rows.k + shape.kv_size();
  return at;
}

}  // namespace querl
