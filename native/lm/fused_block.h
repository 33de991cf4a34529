// The decoder over one block of sequences: forward pass, and backward pass right behind it, on one
// thread. fused_forward.cc and fused_backward.cc hold the two passes, fused_qk_norm.cc what Qwen3
// has besides.
#pragma once

#include <cstdint>
#include <stop_token>
#include <utility>
#include <vector>

#include "kernels/dense.h"
#include "lm/arena.h"
#include "lm/backward_weights.h"
#include "lm/batch_plan.h"
#include "lm/fused_weights.h"

namespace querl {

// What a layer leaves for its backward pass. In the last layer the rows behind the keys and values
// are the n that are read; in the others they are all m.
struct LayerState {
  float* x;        // (m, D), the layer's input
  float* normed;   // (m, D)
  float* inverse;  // (m), of the first norm
  float* qkv;      // (m, qkv_size), rotated
  // With QK norm, else null: queries and keys before it, and 1 / rms of each head.
  float* raw_heads;      // (m, q_size + kv_size)
  float* inverse_heads;  // (m, heads + kv_heads)
  float* q;              // the queries: within qkv, or (n, q_size) in the last layer
  float* log_sums;       // (heads, rows) for each sequence
  float* attended;       // (rows, q_size)
  float* middle;         // (rows, D), after attention
  float* normed2;        // (rows, D)
  float* inverse2;       // (rows)
  float* gate_up;        // (rows, 2 F)
  float* activated;      // (rows, F)
};

class FusedBlock {
 public:
  explicit FusedBlock(const FusedWeights& weights) : weights_(weights) {}

  // Above this many floats of activations a block keeps only the inputs of its layers: 256 MiB.
  static constexpr int64_t kKeptFloats = int64_t{1} << 26;

  // Takes a block of the batch; makes room for the backward pass too where `trains`. Layers whose
  // activations exceed `kept_floats` together are computed again on the way back, to the same bits.
  void assign(const TokenBatch& batch, const BlockRange& range, const RowSelection& selection,
              bool trains, int64_t kept_floats = kKeptFloats);

  const BlockRows& rows() const { return rows_; }

  // The normed states of the rows that are read, (n, D), valid until the next assign().
  const float* forward(const std::stop_token& stop);

  // Where the gradient of forward()'s result goes, (n, D).
  float* d_hidden() { return d_hidden_; }

  // After forward() and a filled d_hidden(): adds to `gradients`, laid out as the parameters.
  void backward(const BackwardWeights& transposed, float* gradients, const std::stop_token& stop);

  // Room for at least one row of logits and `head_rows()` of them at once, (head_rows, V).
  float* logits() { return logits_; }
  int64_t head_rows() const;

 private:
  bool is_last(int64_t layer) const { return layer == config().layers - 1; }
  const DecoderConfig& config() const { return weights_.config(); }
  int64_t rows_behind_attention(int64_t layer) const {
    return is_last(layer) ? rows_.selected_count() : rows_.count();
  }
  int64_t query_stride(int64_t layer) const {
    return is_last(layer) ? config().q_size() : config().qkv_size();
  }
  LayerState& state(int64_t layer) { return states_[static_cast<size_t>(layer)]; }
  float* output(int64_t layer) { return is_last(layer) ? top_ : state(layer + 1).x; }

  void lay_out(Arena& arena, bool trains);
  LayerState lay_out_layer(Arena& arena, int64_t rows, bool last);
  void lay_out_gradients(Arena& arena);
  int64_t layer_floats() const;

  void forward_layer(int64_t layer);
  void attend(int64_t layer);
  void norm_heads(int64_t layer);
  void forward_mlp(int64_t layer);

  void backward_mlp(int64_t layer, const BackwardWeights& transposed, float* gradients);
  void backward_attention(int64_t layer, const BackwardWeights& transposed, float* gradients);
  void backward_heads(int64_t layer);
  void norm_heads_backward(int64_t layer, float* gradients);
  void backward_embedding(float* gradients);

  struct SequenceAttention;
  SequenceAttention attention_of(int64_t layer, const BlockSequence& sequence);

  const FusedWeights& weights_;
  const DenseKernels& dense_ = dense_kernels();
  BlockRows rows_;
  Arena arena_;
  bool recomputes_ =
      false;  // the layers share one state, and each is computed again on the way back
  std::vector<LayerState> states_;
  float* top_ = nullptr;      // (n, D), the last layer's output
  float* hidden_ = nullptr;   // (n, D), normed
  float* inverse_ = nullptr;  // (n)
  float* logits_ = nullptr;
  float* attention_ = nullptr;  // scratch
  // Gradients of what their names say.
  float* d_hidden_ = nullptr;     // (n, D)
  float* d_x_ = nullptr;          // (m, D), of the residual stream
  float* d_other_ = nullptr;      // (m, D), changes places with d_x_ where rows are scattered
  float* d_normed_ = nullptr;     // (m, D)
  float* d_activated_ = nullptr;  // (m, F)
  float* d_attended_ = nullptr;   // (m, q_size)
  float* d_qkv_ = nullptr;        // (m, qkv_size)
  float* d_q_ = nullptr;          // (n, q_size), the last layer's
  float* d_raw_heads_ = nullptr;  // (q_size + kv_size), with QK norm
};

}  // namespace querl
