// The layers of a decoder over the rows of a micro-batch, forward and backward by hand.
//
// Matrix products run in the weights' storage type; the residual stream and its gradient are fp32
// whatever that is, as the sampler's stream, with which log-probs must agree. Autograd in 16 bits,
// which rounds the stream as it does all else, has gradients 1.5 times as far from float64's
// (libtorch_engine_torch_test.cc). It costs 2 more bytes per number, row and layer.
//
// Kept for the way back are, per row and layer: the input (4 D bytes), q, k and v, the attention's
// output, the output projection's, and gate and up, all in the storage type. Norms and SwiGLU are
// computed again. With checkpoints the input alone is kept and the layer runs again, to the same
// bits.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <stop_token>
#include <vector>

#include "lm/adapter.h"
#include "lm/libtorch_attention.h"
#include "lm/libtorch_buffers.h"
#include "lm/libtorch_linear.h"
#include "lm/libtorch_pass.h"
#include "lm/libtorch_weights.h"

namespace querl {

// What the layers train and what they train it with, for one call of the engine.
struct LayerTraining {
  ModelTensors gradients;                                  // undefined tensors: frozen
  std::vector<std::array<LoraLinear, kLoraTargets>> lora;  // empty: no adapter, or it is off
};

class LibtorchLayers {
 public:
  LibtorchLayers(const Parameters& parameters, bool checkpoints);

  const ModelTensors& weights() const { return weights_; }

  // The residual stream behind the last layer, (r, D), float32, of the rows that are read; valid
  // until the next call. With `keeps`, a call of backward() for the same pass may follow.
  at::Tensor forward(const LibtorchPass& pass, const LayerTraining& training, bool keeps,
                     const std::stop_token& stop);

  // From d_out (r, D), float32, which it overwrites. Adds to the gradients.
  void backward(const LibtorchPass& pass, const LayerTraining& training, const at::Tensor& d_out,
                const std::stop_token& stop);

  int64_t bytes() const;

 private:
  // What a layer leaves for its way back.
  struct Kept {
    Slot input_inverse, qkv, rotated, q_inverse, k_inverse, attended, log_sums, projected,
        post_inverse, gate_up;
  };
  // A layer in work, and the tensors of its Kept.
  struct Layer;

  Layer layer(const LibtorchPass& pass, const LayerTraining& training, int64_t index, bool keeps);
  void run(const LibtorchPass& pass, Layer& layer, const at::Tensor& normed, const at::Tensor& sum);
  void gather(const LibtorchPass& pass, Layer& layer);
  HeadTensors heads(const at::Tensor& qk, const at::Tensor& qkv) const;
  void backward_mlp(Layer& layer, const at::Tensor& d_x);
  at::Tensor backward_output(Layer& layer, const at::Tensor& d_x);
  void backward_attention(const LibtorchPass& pass, Layer& layer, const at::Tensor& d_attended,
                          const at::Tensor& d_x);
  at::Tensor norm(const at::Tensor& x, const at::Tensor& added, const at::Tensor& gain,
                  const at::Tensor& sum, const at::Tensor& inverse, Slot& slot);
  at::Tensor narrowed(const at::Tensor& d_x);
  at::Tensor scratch(Slot& slot, at::IntArrayRef shape);

  const DecoderConfig& config_;
  const bool checkpoints_;
  const ModelTensors weights_;
  const at::ScalarType type_;
  const at::Device device_;
  LibtorchAttention attention_;
  std::vector<Slot> inputs_;  // of each layer, float32 (n, D)
  std::vector<Kept> kept_;    // of each layer, or one for all of them
  // Of any layer, in work.
  Slot stream_, middle_, added_, normed_, activated_, narrowed_, d_activated_, d_normed_,
      d_attended_, d_qkv_, read_input_, read_attended_, d_stream_, d_all_attended_;
  Slot low_, d_low_, product_;  // of adapters and of weights' gradients
};

}  // namespace querl
