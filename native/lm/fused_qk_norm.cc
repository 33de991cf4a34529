// The norm of each head's queries and keys that Qwen3 has before RoPE, and its gradient.

#include <algorithm>

#include "lm/fused_block.h"

namespace querl {
namespace {

// The part of a row of qkv that is normed, and the gains of its heads.
struct NormedHeads {
  NormedHeads(const Parameters& parameters, int64_t layer)
      : shape(parameters.config()), at(parameters.layout().layer(layer)) {}

  int64_t size() const { return shape.q_size() + shape.kv_size(); }
  int64_t heads() const { return shape.heads + shape.kv_heads; }

  const DecoderConfig& shape;
  const ParameterLayout::Layer& at;
};

}  // namespace

// qkv keeps the normed heads; what they were before stays for the gradient.
void FusedBlock::norm_heads(int64_t layer) {
  const Parameters& parameters = weights_.parameters();
  const NormedHeads part(parameters, layer);
  const DecoderConfig& shape = config();
  const LayerState& s = state(layer);
  const float* q_gain = parameters.data() + part.at.q_norm;
  const float* k_gain = parameters.data() + part.at.k_norm;
  for (int64_t row = 0; row < rows_.count(); ++row) {
    float* heads = s.qkv + row * shape.qkv_size();
    float* raw = s.raw_heads + row * part.size();
    float* inverse = s.inverse_heads + row * part.heads();
    std::copy_n(heads, part.size(), raw);
    dense_.rms_norm(raw, q_gain, shape.heads, shape.head_dim, shape.rms_norm_epsilon, heads,
                    inverse);
    dense_.rms_norm(raw + shape.q_size(), k_gain, shape.kv_heads, shape.head_dim,
                    shape.rms_norm_epsilon, heads + shape.q_size(), inverse + shape.heads);
  }
}

// d_qkv_ is the gradient of the normed heads and becomes that of those before.
void FusedBlock::norm_heads_backward(int64_t layer, float* gradients) {
  const Parameters& parameters = weights_.parameters();
  const NormedHeads part(parameters, layer);
  const DecoderConfig& shape = config();
  const LayerState& s = state(layer);
  const float* q_gain = parameters.data() + part.at.q_norm;
  const float* k_gain = parameters.data() + part.at.k_norm;
  for (int64_t row = 0; row < rows_.count(); ++row) {
    float* d_heads = d_qkv_ + row * shape.qkv_size();
    const float* raw = s.raw_heads + row * part.size();
    const float* inverse = s.inverse_heads + row * part.heads();
    std::fill_n(d_raw_heads_, part.size(), 0.f);
    dense_.rms_norm_backward(d_heads, raw, q_gain, inverse, shape.heads, shape.head_dim,
                             d_raw_heads_, gradients + part.at.q_norm);
    dense_.rms_norm_backward(d_heads + shape.q_size(), raw + shape.q_size(), k_gain,
                             inverse + shape.heads, shape.kv_heads, shape.head_dim,
                             d_raw_heads_ + shape.q_size(), gradients + part.at.k_norm);
    std::copy_n(d_raw_heads_, part.size(), d_heads);
  }
}

}  // namespace querl
