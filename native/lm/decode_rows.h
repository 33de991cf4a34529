// The decoder's passes on the CPU: prefill and decoding are the same thing.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernels/isa.h"
#include "kernels/team.h"
#include "lm/decode_block.h"
#include "lm/decoder.h"
#include "lm/decoder_weights.h"

namespace querl {

struct RowDecoderOptions {
  int threads = 1;                   // the caller of run() is one of them
  const Adapter* adapter = nullptr;  // null: the model is computed without one
  Isa isa = best_isa();
  Bf16Isa bf16 = best_bf16_isa();
};

class RowDecoder final : public Decoder {
 public:
  // Of weights in fp32. Keeps references to all.
  explicit RowDecoder(const FusedWeights& weights, const RowDecoderOptions& options = {});
  // Of weights in 16 bits, which are used as they lie.
  explicit RowDecoder(const Parameters& parameters, const RowDecoderOptions& options = {});

  int64_t pass_rows() const override;
  std::unique_ptr<KvStore> make_store(int64_t pages) override;
  void run(std::span<const DecodeRow> rows, std::span<RowResult> results) override;

  // Whether the weights stay in the cache of the thread that reads them, so that threads should
  // have sessions of their own and share nothing.
  static bool is_small(const Parameters& parameters);

 private:
  void set_up(const RowDecoderOptions& options);
  bool run_apart(std::span<const DecodeRow> rows, std::span<RowResult> results);

  DecoderWeights weights_;
  DecoderKernels kernels_;
  PageShape shape_;
  int64_t block_rows_ = 0;
  std::unique_ptr<Team> team_;  // null: one thread
  std::unique_ptr<DecodeBlock> shared_;
  std::vector<std::unique_ptr<DecodeBlock>> own_;  // of each thread; none where weights are large
};

// The shape of a KV page of `config`'s decoder.
PageShape page_shape(const DecoderConfig& config, FloatType type = FloatType::kFloat32);

}  // namespace querl
