#include <algorithm>

#include "lm/errors.h"
#include "lm/fused_attention.h"
#include "lm/fused_block.h"

namespace querl {

void FusedBlock::backward(const BackwardWeights& transposed, float* gradients,
                          const std::stop_token& stop) {
  const int64_t n = rows_.selected_count(), width = config().hidden_size;
  std::fill_n(d_x_, n * width, 0.f);
  dense_.rms_norm_backward(d_hidden_, top_, weights_.final_norm(), inverse_, n, width, d_x_,
                           gradients + weights_.parameters().layout().final_norm());
  for (int64_t layer = config().layers - 1; layer >= 0; --layer) {
    if (stop.stop_requested()) throw Cancelled();
    if (recomputes_ && !is_last(layer)) forward_layer(layer);
    backward_mlp(layer, transposed, gradients);
    backward_attention(layer, transposed, gradients);
  }
  backward_embedding(gradients);
}

// d_x_ is the gradient of the layer's output and becomes that of `middle`.
void FusedBlock::backward_mlp(int64_t layer, const BackwardWeights& transposed, float* gradients) {
  const DecoderConfig& shape = config();
  const ParameterLayout::Layer& at = weights_.parameters().layout().layer(layer);
  const BackwardWeights::Layer& back = transposed.layer(layer);
  const LayerState& s = state(layer);
  const int64_t rows = rows_behind_attention(layer), width = shape.hidden_size;
  const int64_t inner = shape.intermediate_size;
  dense_.gemm_outer(d_x_, width, s.activated, inner, rows, width, inner, gradients + at.down,
                    inner);
  dense_.gemm(d_x_, width, rows, back.down, inner, width, nullptr, false, d_activated_, inner);
  dense_.swiglu_backward(d_activated_, s.gate_up, rows, inner, s.gate_up);
  dense_.gemm_outer(s.gate_up, 2 * inner, s.normed2, width, rows, 2 * inner, width,
                    gradients + at.gate_up, width);
  dense_.gemm(s.gate_up, 2 * inner, rows, back.gate_up, width, 2 * inner, nullptr, false, d_normed_,
              width);
  dense_.rms_norm_backward(d_normed_, s.middle, weights_.layer(layer).post_norm, s.inverse2, rows,
                           width, d_x_, gradients + at.post_norm);
}

// d_x_ is the gradient of `middle` and becomes that of the layer's input.
void FusedBlock::backward_attention(int64_t layer, const BackwardWeights& transposed,
                                    float* gradients) {
  const DecoderConfig& shape = config();
  const ParameterLayout::Layer& at = weights_.parameters().layout().layer(layer);
  const BackwardWeights::Layer& back = transposed.layer(layer);
  const LayerState& s = state(layer);
  const int64_t m = rows_.count(), rows = rows_behind_attention(layer);
  const int64_t width = shape.hidden_size, inner = shape.q_size(), stride = shape.qkv_size();
  dense_.gemm_outer(d_x_, width, s.attended, inner, rows, width, inner, gradients + at.o, inner);
  dense_.gemm(d_x_, width, rows, back.o, inner, width, nullptr, false, d_attended_, inner);
  backward_heads(layer);
  dense_.rope(d_qkv_, stride, m, shape.heads + shape.kv_heads, shape.head_dim,
              rows_.positions.data(), weights_.rope_cos(), weights_.rope_sin(), -1.f);
  if (shape.qk_norm) norm_heads_backward(layer, gradients);
  dense_.gemm_outer(d_qkv_, stride, s.normed, width, m, stride, width, gradients + at.qkv, width);
  if (at.qkv_bias >= 0) dense_.column_sums(d_qkv_, stride, m, stride, gradients + at.qkv_bias);
  dense_.gemm(d_qkv_, stride, m, back.qkv, width, stride, nullptr, false, d_normed_, width);
  dense_.rms_norm_backward(d_normed_, s.x, weights_.layer(layer).input_norm, s.inverse, m, width,
                           d_x_, gradients + at.input_norm);
}

// From d_attended_ to d_qkv_, still rotated. In the last layer the gradients of the queries and of
// the residual stream go from the rows that are read to their places among all.
void FusedBlock::backward_heads(int64_t layer) {
  const DecoderConfig& shape = config();
  const bool last = is_last(layer);
  const int64_t m = rows_.count(), stride = shape.qkv_size(), inner = shape.q_size();
  const int64_t width = shape.hidden_size;
  std::fill_n(d_qkv_, m * stride, 0.f);
  float* d_q = last ? d_q_ : d_qkv_;
  for (const BlockSequence& sequence : rows_.sequences) {
    const SequenceAttention at = attention_of(layer, sequence);
    float* d_k = d_qkv_ + sequence.row * stride + inner;
    causal_attention_backward(at.rows, d_attended_ + at.first * inner,
                              state(layer).log_sums + at.first * shape.heads,
                              d_q + at.first * at.rows.q_stride, at.rows.q_stride, d_k,
                              d_k + shape.kv_size(), stride, attention_);
  }
  if (!last) return;
  std::fill_n(d_other_, m * width, 0.f);
  for (size_t i = 0; i < rows_.selected.size(); ++i) {
    const int64_t row = rows_.selected[i], from = static_cast<int64_t>(i);
    std::copy_n(d_q_ + from * inner, inner, d_qkv_ + row * stride);
    std::copy_n(d_x_ + from * width, width, d_other_ + row * width);
  }
  std::swap(d_x_, d_other_);
}

void FusedBlock::backward_embedding(float* gradients) {
  const int64_t width = config().hidden_size;
  float* table = gradients + weights_.parameters().layout().embedding();
  for (int64_t row = 0; row < rows_.count(); ++row) {
    float* to = table + rows_.tokens[static_cast<size_t>(row)] * width;
    for (int64_t i = 0; i < width; ++i) to[i] += d_x_[row * width + i];
  }
}

}  // namespace querl
