// The sampler's decoder over tensors: weights, keys and values stay on the model's device, rows of
// all sessions go through the layers together, and tokens are drawn there; ids and log-probs come
// back.
//
// A pass that only decodes is captured as a CUDA graph for each shape that it is filled up to, and
// started as one from then on.
//
// On a device a row's bits may depend on how many rows are multiplied with it, unlike decoder.h
// asks for: cuBLAS chooses by the shape. Attention, norms and draws depend on the row alone.
#pragma once

#include <memory>

#include "lm/adapter.h"
#include "lm/decoder.h"
#include "lm/parameters.h"

namespace querl {

struct TensorDecoderOptions {
  const Adapter* adapter = nullptr;  // null: off
  int64_t max_rows = 2048;           // of a pass
  bool graphs = true;                // on CUDA
  int threads = 0;                   // of LibTorch on the CPU; 0: as they are
};

class TensorDecoder final : public Decoder {
 public:
  // Keeps references.
  explicit TensorDecoder(const Parameters& parameters, const TensorDecoderOptions& options = {});
  ~TensorDecoder() override;

  int64_t pass_rows() const override;
  // The memory of all pages at once. Throws ERR_QUERL_OUT_OF_MEMORY. Of one store at a time.
  std::unique_ptr<KvStore> make_store(int64_t pages) override;
  void run(std::span<const DecodeRow> rows, std::span<RowResult> results) override;

  // Passes that were captured, for tests.
  int64_t graphs() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace querl
