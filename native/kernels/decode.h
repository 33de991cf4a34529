// What decoding needs beside dense layers, on the CPU in fp32: attention of one row over the KV
// pages of its session, and reductions over a row of logits. One table of functions per instruction
// set; single-threaded.
//
// Every result depends on its own row alone, bit for bit: all sums run in an order that the row's
// length fixes.
#pragma once

#include <cstdint>

#include "kernels/isa.h"

namespace querl {

// Tokens of one KV page.
inline constexpr int64_t kPageTokens = 32;
// Logits of which exponentials() writes one sum.
inline constexpr int64_t kSumBlock = 64;

// The heads of a layer, and where they lie in a page. A page holds, for each layer, the keys and
// then the values: keys [kv_head][head_dim][kPageTokens], so that a vector holds one coordinate of
// many tokens, and values [kv_head][kPageTokens][head_dim].
struct PageShape {
  int64_t layers = 0;
  int64_t heads = 0;  // of queries, a multiple of kv_heads
  int64_t kv_heads = 0;
  int64_t head_dim = 0;  // even

  int64_t keys_size() const { return kv_heads * head_dim * kPageTokens; }
  int64_t layer_offset(int64_t layer) const { return layer * 2 * keys_size(); }  // in floats
  int64_t page_size() const { return layer_offset(layers); }                     // in floats
};

struct ArgMax {
  int64_t index;
  float value;
};

// `total` is the sum of the block sums, in order.
struct Exponentials {
  float max;
  double total;
};

struct DecodeKernels {
  // Writes the key and the value (kv_heads, head_dim) of one token to `slot` of a page's layer.
  void (*store_kv)(const PageShape& shape, const float* key, const float* value, int64_t slot,
                   float* page_layer);

  // out (heads, head_dim) = softmax(q k^T / sqrt(head_dim)) v over the first `tokens` tokens of the
  // pages, whose layer begins `layer_offset` floats into each. What lies behind the last token is
  // not read as a number. `scores`: 4 times the tokens, rounded up to whole pages, floats of
  // scratch.
  void (*attend)(const PageShape& shape, const float* query, float* const* pages,
                 int64_t layer_offset, int64_t tokens, float* scores, float* out);

  // log(sum(exp(x))) of n > 0 numbers; NaN if one is NaN or plus infinity, or all are minus
  // infinity.
  float (*log_sum_exp)(const float* x, int64_t n);

  // The largest of n > 0 numbers and the first place where it stands; NaNs are passed over.
  ArgMax (*argmax)(const float* x, int64_t n);

  // x = exp((x - max(x)) * scale) in place, with the sums of blocks of kSumBlock in `sums`. The
  // total is NaN under the conditions of log_sum_exp.
  Exponentials (*exponentials)(float* x, int64_t n, float scale, float* sums);
};

// Functions for `isa`, which the processor must have.
const DecodeKernels& decode_kernels(Isa isa = best_isa());

}  // namespace querl
