// The decoder's passes on the CPU: prefill and decoding are the same thing. Single-threaded.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/decode.h"
#include "kernels/dense.h"
#include "lm/decoder.h"
#include "lm/fused_weights.h"

namespace querl {

class RowDecoder final : public Decoder {
 public:
  explicit RowDecoder(const FusedWeights& weights, Isa isa = best_isa());

  int64_t pass_rows() const override;
  std::unique_ptr<KvStore> make_store(int64_t pages) override;
  void run(std::span<const DecodeRow> rows, std::span<RowResult> results) override;

 private:
  void run_block(std::span<const DecodeRow> rows, std::span<RowResult> results);
  void embed(std::span<const DecodeRow> rows);
  void attend(std::span<const DecodeRow> rows, int64_t layer);
  int64_t keep_wanted(std::span<const DecodeRow> rows);
  void feed_forward(int64_t layer, int64_t m);
  void emit(std::span<const DecodeRow> rows, int64_t wanted, std::span<RowResult> results);

  const FusedWeights& weights_;
  const DenseKernels& dense_;
  const DecodeKernels& decode_;
  Isa isa_;
  PageShape shape_;
  int64_t block_rows_, logits_rows_;
  std::vector<int32_t> positions_;
  std::vector<float> hidden_, normed_, qkv_, mixed_, gate_up_, activated_, scores_, logits_;
  SampleScratch scratch_;
};

// The shape of a KV page of `config`'s decoder.
PageShape page_shape(const DecoderConfig& config);

}  // namespace querl
