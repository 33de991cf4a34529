// One layer's attention while decoding: keys and values come from the projection into pages, and
// rows of many sessions attend to the pages of theirs. The layout is that of a device's tensor
// cores; the CPU's functions are plain and there for models whose tensors lie on the CPU, and for
// tests.
//
// A page of one layer holds kPageTokens tokens: keys [kv_head][token][head_dim] and behind them
// values [kv_head][head_dim][token]. Keys in rows and values in columns are what a product of 16 x
// 16 reads in whole vectors, without a transposition.
#pragma once

#include <cstdint>

#include "kernels/float_type.h"
#include "kernels/host_device.h"
#include "kernels/parallel.h"

namespace querl {

inline constexpr int64_t kPagedTokens = 32;  // as kPageTokens

// The pages of a layer, and which of them belong to whom.
struct PagedKv {
  void* data = nullptr;  // page p begins p * page_stride numbers behind it
  int64_t page_stride = 0;
  FloatType type = FloatType::kFloat32;
  int64_t kv_heads = 0;
  int64_t head_dim = 0;            // even, at most 256
  const int32_t* table = nullptr;  // row s: the pages of session s, in the order of its tokens
  int64_t table_stride = 0;

  QUERL_HOST_DEVICE int64_t head_size() const { return kPagedTokens * head_dim; }
};

// Where they are given, queries and keys are RMS normed first; then rotated by their positions, and
// keys and values stored. All in fp32 and rounded once.
struct StoreKv {
  PagedKv kv;
  // (rows, (heads + 2 kv_heads) head_dim) of kv.type: queries, keys, values. Afterwards queries and
  // keys are as attention wants them.
  void* qkv = nullptr;
  int64_t qkv_stride = 0, rows = 0, heads = 0;
  const int32_t* sessions = nullptr;   // (rows) rows of the table; -1: nothing is done
  const int32_t* positions = nullptr;  // (rows)
  const float* cos = nullptr;          // (positions, head_dim / 2)
  const float* sin = nullptr;
  const void* q_norm = nullptr;  // (head_dim) of kv.type, or null
  const void* k_norm = nullptr;
  float epsilon = 0.f;
};

// out = softmax(scale q k^T) v for each row and head, over the first `length` tokens of its
// session, and of those the last `window` ones.
struct PagedAttention {
  PagedKv kv;
  const void* q = nullptr;  // (rows, heads head_dim) of kv.type
  int64_t q_stride = 0, rows = 0, heads = 0;
  const int32_t* sessions = nullptr;  // (rows) rows of the table
  const int32_t* lengths = nullptr;   // (rows); 0: the row of `out` is 0
  int64_t max_length = 0;             // no length is above it
  int64_t window = 0;                 // 0: all
  float scale = 0.f;
  void* out = nullptr;  // (rows, heads head_dim) of kv.type, contiguous
};

void store_kv(const StoreKv& job, Parallel& parallel);
void paged_attention(const PagedAttention& job, Parallel& parallel);

}  // namespace querl
