// What decoding needs beside dense layers, on the CPU: attention of rows over the KV pages of their
// session, and reductions over a row of logits. One table of functions per instruction set;
// single-threaded.
//
// Every result depends on its own row alone, bit for bit: all sums run in an order that the
// positions of its tokens fix, whatever rows are computed beside it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/float_type.h"
#include "kernels/isa.h"

namespace querl {

// Tokens of one KV page.
inline constexpr int64_t kPageTokens = 32;
// Logits of which exponentials() writes one sum.
inline constexpr int64_t kSumBlock = 64;

// The heads of a layer, and where they lie in a page. A page holds, for each layer, the keys and
// then the values. In fp32 keys are [kv_head][head_dim][kPageTokens], so that a vector holds one
// coordinate of many tokens, and values [kv_head][kPageTokens][head_dim]. In 16 bits two numbers
// that follow each other along the second axis share a word, as the tiles of AMX want them: keys
// [kv_head][head_dim / 2][kPageTokens][2], values [kv_head][kPageTokens / 2][head_dim][2].
struct PageShape {
  int64_t layers = 0;
  int64_t heads = 0;  // of queries, a multiple of kv_heads
  int64_t kv_heads = 0;
  int64_t head_dim = 0;  // even
  FloatType type = FloatType::kFloat32;

  int64_t keys_size() const { return kv_heads * head_dim * kPageTokens; }  // in numbers
  // Where a layer's keys and its values begin in a page, and what a page takes, in bytes.
  int64_t keys_offset(int64_t layer) const { return 2 * layer * keys_size() * float_bytes(type); }
  int64_t values_offset(int64_t layer) const {
    return (2 * layer + 1) * keys_size() * float_bytes(type);
  }
  int64_t page_bytes() const { return keys_offset(layers); }
};

// Rows of one session, at positions that follow each other. Keys and values of all of them, and of
// the tokens before them, are in the pages.
struct PageRows {
  const float* query = nullptr;  // (rows, heads * head_dim), rows query_stride apart
  int64_t query_stride = 0;
  float* out = nullptr;  // (rows, heads * head_dim), rows out_stride apart
  int64_t out_stride = 0;
  int64_t position = 0;  // of the first row
  int64_t rows = 0;
  int64_t layer = 0;
  int64_t window = 0;                 // keys that a row sees, its own among them; 0: all
  std::byte* const* pages = nullptr;  // of the session, the first token's first
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
  // Writes the key and the value (kv_heads, head_dim) of the token at `position` to its page.
  void (*store_kv)(const PageShape& shape, const float* key, const float* value, int64_t layer,
                   int64_t position, std::byte* const* pages);

  // out = softmax(q k^T / sqrt(head_dim)) v for the heads of the queries of KV heads [first, end),
  // which read nothing of the others. Pages wholly before the window are not touched, and what lies
  // behind the last row's token is not read as a number. `scratch`: attend_scratch() floats.
  void (*attend)(const PageShape& shape, const PageRows& rows, int64_t first, int64_t end,
                 float* scratch);

  // The largest of n > 0 numbers and the first place where it stands; NaNs are passed over.
  ArgMax (*argmax)(const float* x, int64_t n);

  // x = exp((x - max(x)) * scale) in place, with the sums of blocks of kSumBlock in `sums`. The
  // total is NaN if one is NaN or plus infinity, or all are minus infinity.
  Exponentials (*exponentials)(float* x, int64_t n, float scale, float* sums);
};

// Floats of scratch that attend() needs, whatever the rows.
int64_t attend_scratch(const PageShape& shape);

// Functions for `isa`, which the processor must have. With AVX-512 and AMX, attention over pages in
// bfloat16 rounds queries and weights to it where head_dim is a multiple of 64.
const DecodeKernels& decode_kernels(Isa isa = best_isa(), Bf16Isa bf16 = best_bf16_isa());

}  // namespace querl
