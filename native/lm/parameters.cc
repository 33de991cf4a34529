#include "lm/parameters.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

namespace querl {

ParameterLayout::ParameterLayout(const DecoderConfig& config) {
  const int64_t hidden = config.hidden_size;
  embedding_ = add("model.embed_tokens.weight", {config.vocab_size, hidden});
  for (int64_t index = 0; index < config.layers; ++index) {
    const std::string layer = "model.layers." + std::to_string(index) + ".";
    Layer at{};
    at.input_norm = add(layer + "input_layernorm.weight", {hidden});
    at.qkv = add(layer + "self_attn.q_proj.weight", {config.q_size(), hidden});
    add(layer + "self_attn.k_proj.weight", {config.kv_size(), hidden});
    add(layer + "self_attn.v_proj.weight", {config.kv_size(), hidden});
    at.qkv_bias = -1;
    if (config.qkv_bias) {
      at.qkv_bias = add(layer + "self_attn.q_proj.bias", {config.q_size()});
      add(layer + "self_attn.k_proj.bias", {config.kv_size()});
      add(layer + "self_attn.v_proj.bias", {config.kv_size()});
    }
    at.o = add(layer + "self_attn.o_proj.weight", {hidden, config.q_size()});
    at.post_norm = add(layer + "post_attention_layernorm.weight", {hidden});
    at.gate_up = add(layer + "mlp.gate_proj.weight", {config.intermediate_size, hidden});
    add(layer + "mlp.up_proj.weight", {config.intermediate_size, hidden});
    at.down = add(layer + "mlp.down_proj.weight", {hidden, config.intermediate_size});
    layers_.push_back(at);
  }
  final_norm_ = add("model.norm.weight", {hidden});
  head_ = config.tied_embeddings ? embedding_ : add("lm_head.weight", {config.vocab_size, hidden});
  if (config.value_head) {
    value_head_ = add("value_head.weight", {1, hidden});
    value_bias_ = add("value_head.bias", {1});
  }
}

int64_t ParameterLayout::add(std::string name, std::vector<int64_t> shape) {
  int64_t count = 1;
  for (const int64_t axis : shape) count *= axis;
  const int64_t offset = size_;
  specs_.push_back({std::move(name), std::move(shape), offset, count});
  size_ += count;
  return offset;
}

void Parameters::Free::operator()(float* data) const { std::free(data); }

Parameters::Parameters(const DecoderConfig& config) : config_(config), layout_(config) {
  constexpr size_t kAlignment = 64;
  const auto count = static_cast<size_t>(layout_.size());
  const size_t bytes = (count * sizeof(float) + kAlignment - 1) / kAlignment * kAlignment;
  data_.reset(static_cast<float*>(std::aligned_alloc(kAlignment, std::max(bytes, kAlignment))));
  if (data_ == nullptr) throw std::bad_alloc();
  std::fill_n(data_.get(), count, 0.f);
}

}  // namespace querl
