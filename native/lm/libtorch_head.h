// What stands on the hidden states of the training engine: log-probs and entropies by the language
// model's head, values by the value head, and the losses. No (T, V) tensor exists.
#pragma once

#include <ATen/core/Tensor.h>

#include <stop_token>
#include <vector>

#include "lm/libtorch_buffers.h"
#include "lm/libtorch_linear.h"
#include "lm/libtorch_pass.h"
#include "lm/libtorch_weights.h"
#include "lm/training_engine.h"

namespace querl {

// What a loss is computed of, for the tokens of a micro-batch that are predicted.
struct PredictedTokens {
  const std::vector<int64_t>& targets;  // (r): their places in the batch
  at::Tensor ids;                       // (r) int64, on the model's device
};

class LibtorchHead {
 public:
  // head (V, D) in the storage type; the value head may be undefined.
  struct Weights {
    at::Tensor head, value_weight, value_bias;
  };
  // float32; undefined: frozen.
  using Gradients = Weights;

  explicit LibtorchHead(const LogitOptions& options) : options_(options) {}

  // Log-probs and entropies, float32 (r) on the host, of the tokens behind `states` (r, D).
  std::pair<at::Tensor, at::Tensor> score(const Weights& weights, const at::Tensor& states,
                                          const PredictedTokens& tokens,
                                          const std::stop_token& stop);

  // Adds the tokens to the sums and the head's gradient to `gradients`, and writes d_states (r, D),
  // float32.
  LossSums backward(const Weights& weights, const Gradients& gradients, const at::Tensor& states,
                    const PredictedTokens& tokens, const Loss& loss, const at::Tensor& d_states,
                    const std::stop_token& stop);

  // Raw logits (r, V) of states (r, D), float32 on the host, to `to`.
  void logits(const Weights& weights, const at::Tensor& states, float* to);

  // Values, float32 (r), of states (r, D) in float32.
  static at::Tensor values(const Weights& weights, const at::Tensor& states);

 private:
  bool is_fused(const at::Tensor& states) const;
  template <class Work>
  void for_chunks(const Weights& weights, const at::Tensor& states, const PredictedTokens& tokens,
                  const std::stop_token& stop, const Work& work);
  at::Tensor logits(const Weights& weights, const at::Tensor& rows);

  const LogitOptions& options_;
};

}  // namespace querl
