#include "lm/parameters.h"

#include <utility>

#include "kernels/half.h"
#include "lm/errors.h"

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
    at.q_norm = at.k_norm = -1;
    if (config.qk_norm) {
      at.q_norm = add(layer + "self_attn.q_norm.weight", {config.head_dim});
      at.k_norm = add(layer + "self_attn.k_norm.weight", {config.head_dim});
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

Parameters::Parameters(const DecoderConfig& config, FloatType type, std::shared_ptr<Device> device)
    : config_(config),
      layout_(config),
      type_(type),
      device_(std::move(device)),
      data_(device_->allocate(bytes())) {}

const float* Parameters::data() const {
  if (!device_->is_host())
    throw Error(
        "ERR_QUERL_ARGUMENT",
        "Expected a model in this machine's memory, but this one is on " + device_->name() + ".");
  if (type_ != FloatType::kFloat32)
    throw Error("ERR_QUERL_ARGUMENT", std::string("Expected a model that is stored in float32, but "
                                                  "this one is in ") +
                                          float_name(type_) + ".");
  return reinterpret_cast<const float*>(data_.get());
}

float* Parameters::data() { return const_cast<float*>(std::as_const(*this).data()); }

void Parameters::read(int64_t offset, int64_t count, float* to) const {
  if (device_->is_host()) return to_floats(raw(offset), type_, count, to);
  std::vector<std::byte> stored(static_cast<size_t>(count * float_bytes(type_)));
  device_->copy(stored.data(), raw(offset), static_cast<int64_t>(stored.size()));
  to_floats(stored.data(), type_, count, to);
}

void Parameters::write(int64_t offset, int64_t count, const float* from) {
  auto* to = const_cast<void*>(raw(offset));
  if (device_->is_host()) return from_floats(from, count, type_, to);
  std::vector<std::byte> stored(static_cast<size_t>(count * float_bytes(type_)));
  from_floats(from, count, type_, stored.data());
  device_->copy(to, stored.data(), static_cast<int64_t>(stored.size()));
}

}  // namespace querl
