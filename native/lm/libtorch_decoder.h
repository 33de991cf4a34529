// The decoder in LibTorch's operators, over views of the flat parameters: nothing is copied, and
// autograd adds its gradients straight to the flat gradient buffer.
#pragma once

#include <ATen/ATen.h>

#include <stop_token>
#include <vector>

#include "lm/parameters.h"
#include "lm/training_engine.h"

namespace querl {

// Whole sequences of a batch that go through the decoder together.
struct SequenceGroup {
  const int32_t* tokens = nullptr;  // of the first sequence
  std::vector<int64_t> bounds;      // (sequences + 1), bounds[0] = 0
  int64_t start = 0;                // index of tokens[0] in the batch

  int64_t count() const { return bounds.back(); }
};

// Cuts a batch into groups of about `max_tokens`, never within a sequence.
std::vector<SequenceGroup> sequence_groups(const TokenBatch& batch, int64_t max_tokens);

class LibtorchDecoder {
 public:
  // `gradients` is laid out as the parameters; without it nothing is recorded for a backward pass.
  explicit LibtorchDecoder(const Parameters& parameters, float* gradients = nullptr);

  // (n, D) behind the final norm. Polls `stop` between layers and throws Cancelled.
  at::Tensor hidden(const SequenceGroup& group, const std::stop_token& stop) const;

  const at::Tensor& head() const { return head_; }                  // (V, D)
  const at::Tensor& value_weight() const { return value_weight_; }  // (1, D), undefined without one
  const at::Tensor& value_bias() const { return value_bias_; }      // (1)

 private:
  struct Layer {
    at::Tensor input_norm, qkv, qkv_bias, o, post_norm, gate_up, down;
  };
  struct Rotation {
    at::Tensor cos, sin;  // (n, 1, head_dim / 2)
  };

  at::Tensor view(int64_t offset, at::IntArrayRef shape) const;
  Rotation rotation(const SequenceGroup& group) const;
  at::Tensor attention(const Layer& layer, const at::Tensor& x, const SequenceGroup& group,
                       const Rotation& rotation) const;

  const DecoderConfig& config_;
  const float* data_;
  float* gradients_;
  at::Tensor embedding_, final_norm_, head_, value_weight_, value_bias_;
  std::vector<Layer> layers_;
};

}  // namespace querl
