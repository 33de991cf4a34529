// The inner loops of varlen_attention(): a block of 32 queries of one head against blocks of 32
// keys, as operand blocks of linear_tables.h. Scores are computed transposed, queries along the
// vectors: a softmax over the keys then needs no sum within a vector, and a tile of weights is an
// operand as it is.
#pragma once

#include <cstdint>

#include "kernels/cpu/linear_tables.h"

namespace querl {

// Blocks of keys whose weights exist at a time, forward.
inline constexpr int64_t kVarlenChunk = 4;

// Which keys a block of queries sees. Positions count from the sequence's first key.
struct VarlenSight {
  int64_t first_query;  // the first query's position
  int64_t first_key;    // of the first block
  int64_t window;       // 0: none
  int64_t keys;         // not causal: all of these are seen; 0: causal
};

struct VarlenForward {
  const char* keys;    // a left panel along head_dim for each block of keys
  const char* values;  // for each block of coordinates a left panel along the keys
  int64_t values_stride;
  const char* queries;  // a right panel along head_dim
  int64_t key_blocks;
  int64_t depth;  // blocks of head_dim
  VarlenSight sight;
  float scale;
  float* scores;  // 2 kVarlenChunk blocks of sums to work in
  char* weights;  // kVarlenChunk operand blocks to work in
  float* maxima;  // (32) of scaled scores; written, as are the sums of exp(score - maximum)
  float* sums;    // (32)
  float* out;     // `depth` blocks of sums, transposed; not yet divided by the sums
};

struct VarlenBackward {
  const char* keys;
  const char* values;  // as the keys
  const char* queries;
  const char* slopes;  // d_out, as the queries
  int64_t key_blocks, depth;
  VarlenSight sight;
  float scale;
  const float* log_sums;  // (32)
  const float* means;     // (32) out . d_out
  float* scores;          // 4 blocks of sums to work in
  // Weights and slopes of scores as left operands with the queries as depth, `stride` bytes from a
  // block of keys to the next; and the latter as a right panel with the keys as depth.
  char* left_weights;
  char* left_slopes;
  int64_t left_stride;
  char* right_slopes;
};

// Rows that are written from the columns of blocks of sums, of which there is one for every 32
// numbers of a row.
struct VarlenColumns {
  const float* sums;
  const float* factors;  // (32) of the columns; null: 1
  int64_t columns;       // that are written, at most 32
  int64_t width;
  bool is_bf16;
  char* to;
  int64_t stride;  // bytes from a row to the next
};

}  // namespace querl
