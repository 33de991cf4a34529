// A forward pass of the decoder over a set of rows, with the keys and values in pages: prefill and
// decoding are the same thing. Single-threaded.
//
// What comes out for a row depends on its session's tokens alone, bit for bit, not on the other
// rows or on how the rows of its session were cut into passes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/decode.h"
#include "kernels/dense.h"
#include "lm/fused_weights.h"

namespace querl {

struct DecodeRow {
  int32_t token;
  int32_t position;     // tokens of its session before it; all of them have been through
  float* const* pages;  // of its session, with room for this token
  bool wants_logits;
};

// Receives the logits (V) of row `row`, which it may overwrite.
class LogitsSink {
 public:
  virtual void logits(size_t row, float* logits) = 0;

 protected:
  ~LogitsSink() = default;
};

class RowDecoder {
 public:
  explicit RowDecoder(const FusedWeights& weights, Isa isa = best_isa());

  // Rows of one session stand in the order of their positions. Calls the sink in the order of the
  // rows. The caller holds the parameters' mutex, at least shared.
  void run(std::span<const DecodeRow> rows, LogitsSink& sink);

  const PageShape& page_shape() const { return shape_; }

 private:
  void run_block(std::span<const DecodeRow> rows, size_t first, LogitsSink& sink);
  void embed(std::span<const DecodeRow> rows);
  void attend(std::span<const DecodeRow> rows, int64_t layer);
  int64_t keep_wanted(std::span<const DecodeRow> rows);
  void feed_forward(int64_t layer, int64_t m);
  void emit(std::span<const DecodeRow> rows, size_t first, int64_t wanted, LogitsSink& sink);

  const FusedWeights& weights_;
  const DenseKernels& dense_;
  const DecodeKernels& decode_;
  PageShape shape_;
  int64_t block_rows_, logits_rows_;
  std::vector<int32_t> positions_;
  std::vector<float> hidden_, normed_, qkv_, mixed_, gate_up_, activated_, scores_, logits_;
};

// The shape of a KV page of `config`'s decoder.
PageShape page_shape(const DecoderConfig& config);

}  // namespace querl
