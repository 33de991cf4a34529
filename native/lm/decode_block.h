// Rows of many sessions on their way through the layers together, with their activations. One
// thread runs a block, or the threads of a team do: then rows are split where rows are worked on,
// outputs where weights are read, and sessions and heads where they attend.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernels/decode.h"
#include "kernels/dense.h"
#include "kernels/half_linear.h"
#include "kernels/sample.h"
#include "lm/decoder.h"
#include "lm/decoder_weights.h"
#include "lm/share.h"

namespace querl {

// The kernels of a decoder, for one instruction set.
struct DecoderKernels {
  DecoderKernels(FloatType type, Isa isa_of, Bf16Isa bf16);

  Isa isa;
  const DenseKernels& dense;
  const DecodeKernels& decode;
  const HalfLinearKernels* half;  // null for weights in fp32
};

class DecodeBlock {
 public:
  // Room for `rows` rows, and for the logits of `logits_rows` at a time. `threads` may run it.
  DecodeBlock(const DecoderWeights& weights, const DecoderKernels& kernels, const PageShape& shape,
              int64_t rows, int64_t logits_rows, int threads);

  // The rows that run() is about, 1 or more, and where their results go.
  void load(std::span<const DecodeRow> rows, std::span<RowResult> results);

  // Every thread of the team calls this with its share.
  void run(const Share& share);

 private:
  // Rows of one session that attend together, with some of the heads.
  struct Attention {
    int64_t row, rows;
    int64_t out;  // the first row of the result
    int64_t first_head, end_head;
  };
  struct Floats {
    explicit Floats(int64_t count);
    float* get() const { return data.get(); }

    struct Free {
      void operator()(float* floats) const;
    };
    std::unique_ptr<float[], Free> data;
  };
  // What one thread needs for itself.
  struct Scratch {
    std::vector<float> attention;
    SampleScratch sample;
  };

  void plan_attention();
  void add_attention(std::vector<Attention>& plan, int64_t row, int64_t rows, int64_t out);

  void norm(Share::Range rows, const float* gain);
  void prepare(Share::Range rows, int64_t m, const DecoderLinear& linear, const float* x);
  void multiply(const Share& share, int64_t m, const DecoderLinear& linear, const float* x,
                bool accumulate, float* y);
  void rotate_and_store(Share::Range rows, int64_t layer);
  void attend(const Share& share, int64_t layer);
  void keep_wanted();
  void feed_forward(const Share& share, const DecoderWeights::Layer& layer, int64_t m);
  void emit(const Share& share);

  bool is_prepared(const DecoderLinear& linear) const {
    return kernels_.half != nullptr || linear.rank > 0;
  }

  const DecoderWeights& weights_;
  const DecoderKernels& kernels_;
  const DecoderConfig& config_;
  PageShape shape_;
  int64_t logits_rows_;
  int64_t row_unit_;  // rows that one thread takes together
  int threads_;

  std::span<const DecodeRow> rows_;
  std::span<RowResult> results_;
  std::vector<int64_t> wanted_;  // rows that have a request
  std::vector<int32_t> positions_;
  std::vector<Attention> attention_, last_attention_;
  std::atomic<size_t> taken_{0};  // of attention_

  Floats hidden_, normed_, qkv_, mixed_, gate_up_, activated_, low_rank_, logits_;
  Floats packed_;  // activations as HalfLinearKernels wants them
  std::vector<Scratch> scratch_;
};

}  // namespace querl
