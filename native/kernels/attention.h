// Causal attention of some rows of one sequence, with grouped keys, and its gradient, on the CPU in
// fp32. Single-threaded. Scores exist for kQueryTile rows at a time: memory is linear in the
// length.
#pragma once

#include <cstdint>

namespace querl {

// One sequence of a layer. Query i, which may be any row of the sequence, sees the last `window` of
// keys [0, limits[i]).
struct AttentionRows {
  int64_t heads = 0;  // a multiple of kv_heads
  int64_t kv_heads = 0;
  int64_t head_dim = 0;
  int64_t queries = 0;
  const int32_t* limits = nullptr;  // (queries), at least 1, never falling
  int64_t window = 0;               // 0: all
  const float* q = nullptr;         // (queries, heads * head_dim), rows q_stride apart
  int64_t q_stride = 0;
  const float* k =
      nullptr;  // (limits of the last query, kv_heads * head_dim), rows kv_stride apart
  const float* v = nullptr;
  int64_t kv_stride = 0;
};

// Floats of scratch that either function needs.
int64_t attention_scratch(int64_t keys, int64_t head_dim);

// out (queries, heads * head_dim) = softmax(q k^T / sqrt(head_dim)) v; log_sums (heads, queries) is
// what the gradient needs.
void causal_attention(const AttentionRows& rows, float* out, float* log_sums, float* scratch);

// d_q (as q) =, d_k and d_v (as k and v, rows d_kv_stride apart) +=.
void causal_attention_backward(const AttentionRows& rows, const float* d_out, const float* log_sums,
                               float* d_q, int64_t d_q_stride, float* d_k, float* d_v,
                               int64_t d_kv_stride, float* scratch);

}  // namespace querl
