// The layers of a decoder over rows and their pages, in LibTorch's operators and querl's, into
// buffers that are there already: what can be captured in a graph. Any dtype, any device.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "lm/adapter.h"
#include "lm/libtorch_decode_pass.h"
#include "lm/libtorch_prefill.h"
#include "lm/libtorch_weights.h"

namespace querl {

class DecodeLayers {
 public:
  // Views of the weights, and buffers for `max_rows` rows. References are kept; `adapter` may be
  // null.
  DecodeLayers(const Parameters& parameters, const Adapter* adapter, int64_t max_rows);

  // Brings up to date what is a copy: the adapter in 16 bits.
  void refresh();

  // Through all layers: stores the rows' keys and values in `kv` (pages, layers, 2, kv_heads,
  // 32 head_dim). `prefill`: rows whose attention is done by the sequence.
  void run(const PassInputs& inputs, const PassShape& shape, const at::Tensor& kv,
           const PrefillRows* prefill = nullptr);

  // Logits, float32 (count, V), of the wanted rows [first, first + count): at most logit_rows()
  // at a time, valid until the next call.
  at::Tensor logits(const PassInputs& inputs, const PassShape& shape, int64_t first, int64_t count);
  int64_t logit_rows() const { return logits_.size(0); }

 private:
  // A product with its low-rank parts, each for some of its columns.
  struct Lora {
    at::Tensor a, b;  // (in, rank), (rank, out)
    int64_t column;
  };
  struct Product {
    at::Tensor weight, bias;  // (in, out), (out) or undefined
    std::vector<Lora> parts;
  };
  struct Layer {
    at::Tensor input_norm, post_norm, q_norm, k_norm;
    Product qkv, o, gate_up, down;
  };

  void set_adapter(const Parameters& parameters);
  void multiply(const at::Tensor& x, const Product& product, at::Tensor out) const;
  void attend(const PassInputs& inputs, const PassShape& shape, int64_t index, const at::Tensor& kv,
              const PrefillRows* prefill);

  const DecoderConfig& config_;
  const Adapter* adapter_;
  ModelTensors weights_;
  std::vector<Layer> layers_;
  at::Tensor head_;             // (D, V)
  at::Tensor adapter_numbers_;  // all of them, in the weights' type
  at::Tensor adapter_source_;   // in fp32, where the adapter lies
  at::Tensor cos_, sin_;        // (max_positions, head_dim / 2)
  // Of max_rows rows each: the residual stream in fp32, the others in the weights' type.
  at::Tensor residual_, embedded_, normed_, qkv_, mixed_, projected_, gate_up_, activated_;
  at::Tensor low_;                                       // (max_rows * rank)
  at::Tensor wanted_residual_, wanted_projected_, out_;  // of logit_rows() rows
  at::Tensor logits_;                                    // float32 (logit_rows(), V)
};

}  // namespace querl
