// Attention over packed sequences of several lengths, causal or not, with grouped keys, a sliding
// window and more keys than queries, and its gradient, on the CPU: scores exist for a tile at a
// time. (Flash attention: Dao et al. 2022, arXiv 2205.14135.)
//
// Sequence s has queries [query_offsets[s], query_offsets[s + 1]) and keys [key_offsets[s],
// key_offsets[s + 1]), of which it has at least as many. Causal, its last query sees its last key:
// query i of it sees the keys up to i + (keys - queries), and of those the last `window` ones. More
// keys than queries are those of a prompt that several sequences share, copied before each. Where
// it is not causal every query sees all keys of its sequence, and there is no window.
//
// bfloat16 runs on AMX or AVX512-BF16 where the processor has them, with weights and their slopes
// rounded to bfloat16 before they are multiplied, and on fp32 elsewhere, as float16 always does;
// sums and softmax are in fp32. Any number of threads gives the same bits: the gradients of a
// sequence's keys are summed by one thread for each KV head, so a single sequence on many threads
// has a backward pass of kv_heads tasks.
#pragma once

#include <cstdint>

#include "kernels/float_type.h"
#include "kernels/isa.h"
#include "kernels/parallel.h"

namespace querl {

struct VarlenShape {
  int64_t sequences = 0;
  const int64_t* query_offsets = nullptr;  // (sequences + 1), from 0
  const int64_t* key_offsets = nullptr;    // (sequences + 1), from 0
  int64_t heads = 0;                       // a multiple of kv_heads
  int64_t kv_heads = 0;
  int64_t head_dim = 0;
  int64_t window = 0;  // keys that a query sees, its own among them; 0: all before it
  float scale = 0.f;   // of q k^T; usually 1 / sqrt(head_dim)
  bool causal = true;
};

// Rows of heads * head_dim (queries) or kv_heads * head_dim (keys, values), each row contiguous and
// `stride` numbers after the one before. All of one type.
struct VarlenRows {
  const void* data = nullptr;
  int64_t stride = 0;
};
struct VarlenOutput {
  void* data = nullptr;
  int64_t stride = 0;
};

// out (queries) = softmax(scale q k^T) v; log_sums (heads, queries), log sum exp of a query's
// scores, is what the gradient needs; null: not wanted.
void varlen_attention(const VarlenShape& shape, FloatType type, const VarlenRows& q,
                      const VarlenRows& k, const VarlenRows& v, const VarlenOutput& out,
                      float* log_sums, Parallel& parallel, const LinearIsa& isa = {});

// Overwrites d_q, d_k and d_v, of the same type.
void varlen_attention_backward(const VarlenShape& shape, FloatType type, const VarlenRows& q,
                               const VarlenRows& k, const VarlenRows& v, const VarlenRows& out,
                               const VarlenRows& d_out, const float* log_sums,
                               const VarlenOutput& d_q, const VarlenOutput& d_k,
                               const VarlenOutput& d_v, Parallel& parallel,
                               const LinearIsa& isa = {});

}  // namespace querl
