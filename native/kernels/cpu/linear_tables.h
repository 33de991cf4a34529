// The inner loops of linear_logprobs(), one table per instruction set and operand type.
//
// Everything is cut into blocks of 32 x 32. An operand block holds 32 rows (or columns) and 32
// steps of depth as one or two pairs of tiles, the unit of AMX: 16 rows of 16 words of 32 bits. A
// word is a float or two bfloat16 that follow each other in depth.
//
//   left  [tile of depth][tile of rows][16 rows][16 words of depth]
//   right [tile of depth][tile of columns][16 words of depth][16 columns]
//   sums  [tile of rows][tile of columns][16 rows][16 columns], fp32
//
// A panel is the blocks of one row of blocks, along the depth: both operands of a product are read
// from front to back. Logits are computed transposed, tokens along the vectors: sums over the
// vocabulary then need no sum within a vector, and a tile of gradients is an operand as it is.
#pragma once

#include <cstdint>

namespace querl {

struct VarlenForward;
struct VarlenBackward;
struct VarlenColumns;

inline constexpr int64_t kLinearBlock = 32;
inline constexpr int64_t kLinearSums = kLinearBlock * kLinearBlock;  // floats of a block of sums

// Rows to pack: row i is at data + (index ? index[i] : i) * stride bytes.
struct LinearSource {
  const char* data;
  int64_t stride;
  const int64_t* index;
  int64_t rows, columns;  // what is behind them is packed as zeros
  bool is_bf16;
};

// Tokens of a forward pass; all arrays are padded to whole blocks, targets with -1.
struct LinearForward {
  const char* left;   // v_blocks panels of the head
  const char* right;  // t_blocks panels of hidden states
  int64_t panel;      // bytes from one to the next
  int64_t v_blocks, t_blocks, depth;
  int64_t first_row, vocab;  // the panels' first row of the head; V
  float scale;
  const int32_t* targets;
  float* maxima;  // the running state: of z, sum exp(z - max), sum exp(z - max) (z - max)
  float* sums;
  float* weighted;
  float* picked;  // z of the target
  float* logits;  // (2 v_blocks) blocks of sums to work in
};

// d loss / d logit = p (constant + slope log p) + [target] direct
struct LinearTerms {
  const float* maxima;
  const float* log_sums;
  const float* constants;
  const float* slopes;
  const float* direct;
  const int32_t* targets;
};

struct LinearSlopes {
  const char* left;
  const char* right;
  int64_t panel;
  int64_t v_blocks, t_blocks, depth;
  int64_t first_row, vocab;
  float scale;
  LinearTerms terms;  // at the first token
  float* logits;      // as above
  // The gradients of the logits as operands, either may be null: panels along the tokens, for the
  // head's gradient, and along the vocabulary, for the hidden states'. Strides in bytes.
  char* left_out;
  int64_t left_out_stride;
  char* right_out;
  int64_t right_out_stride;
};

// sums (+)= left right, for every pair of panels. Strides in bytes, of the sums in floats.
struct LinearProduct {
  const char* left;
  int64_t left_stride, left_panels;
  const char* right;
  int64_t right_stride, right_panels;
  int64_t depth;
  bool accumulates;
  float* sums;
  int64_t sums_left_stride, sums_right_stride;
};

struct LinearKernels {
  int64_t block_bytes;  // of an operand block

  // Rows [first, first + 32) of the source as one panel, the columns being the depth.
  void (*pack_left)(const LinearSource& source, int64_t first, char* panel);
  void (*pack_right)(const LinearSource& source, int64_t first, char* panel);

  // The same rows being one block of depth and the columns the rows (or columns) of the operand:
  // block i goes to panels + i * stride.
  void (*pack_left_depth)(const LinearSource& source, int64_t first, char* panels, int64_t stride);
  void (*pack_right_depth)(const LinearSource& source, int64_t first, char* panels, int64_t stride);

  void (*forward)(const LinearForward& job);
  void (*slopes)(const LinearSlopes& job);
  void (*product)(const LinearProduct& job);

  // Steps of attention: varlen_tables.h.
  void (*attend)(const VarlenForward& job);
  void (*attend_backward)(const VarlenBackward& job);
  void (*write_columns)(const VarlenColumns& job);
  // means[i] = the product of rows first + i of two sources, for 32 of them; 0 behind the last.
  void (*multiply_rows)(const LinearSource& a, const LinearSource& b, int64_t first, float* means);
};

extern const LinearKernels kLinearPortable;
#if defined(__x86_64__)
extern const LinearKernels kLinearAvx2, kLinearAvx512, kLinearAvx512Bf16, kLinearAmx;
#endif

}  // namespace querl
