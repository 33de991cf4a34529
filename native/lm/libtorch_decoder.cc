#include "lm/libtorch_decoder.h"

#include "lm/errors.h"
#include "torch/external.h"

namespace querl {
namespace {

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& gain, double epsilon) {
  return x * at::rsqrt(x.square().mean(-1, /*keepdim=*/true) + epsilon) * gain;
}

// Halves against halves, as Hugging Face does; x (n, heads, head_dim).
at::Tensor rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
  const std::vector<at::Tensor> halves = x.chunk(2, -1);
  return at::cat({halves[0] * cos - halves[1] * sin, halves[1] * cos + halves[0] * sin}, -1);
}

}  // namespace

std::vector<SequenceGroup> sequence_groups(const TokenBatch& batch, int64_t max_tokens) {
  std::vector<SequenceGroup> groups;
  for (int64_t i = 0; i < batch.sequences; ++i) {
    const int64_t start = batch.offsets[i], end = batch.offsets[i + 1];
    if (start == end) continue;
    if (groups.empty() || end - groups.back().start > max_tokens)
      groups.push_back({batch.tokens + start, {0}, start});
    groups.back().bounds.push_back(end - groups.back().start);
  }
  return groups;
}

LibtorchDecoder::LibtorchDecoder(const Parameters& parameters, float* gradients)
    : config_(parameters.config()), data_(parameters.data()), gradients_(gradients) {
  const DecoderConfig& c = config_;
  const ParameterLayout& layout = parameters.layout();
  embedding_ = view(layout.embedding(), {c.vocab_size, c.hidden_size});
  final_norm_ = view(layout.final_norm(), {c.hidden_size});
  head_ = layout.head() == layout.embedding() ? embedding_
                                              : view(layout.head(), {c.vocab_size, c.hidden_size});
  if (layout.value_head() >= 0) {
    value_weight_ = view(layout.value_head(), {1, c.hidden_size});
    value_bias_ = view(layout.value_bias(), {1});
  }
  for (int64_t i = 0; i < c.layers; ++i) {
    const ParameterLayout::Layer& at = layout.layer(i);
    Layer layer;
    layer.input_norm = view(at.input_norm, {c.hidden_size});
    layer.qkv = view(at.qkv, {c.qkv_size(), c.hidden_size});
    if (at.qkv_bias >= 0) layer.qkv_bias = view(at.qkv_bias, {c.qkv_size()});
    layer.o = view(at.o, {c.hidden_size, c.q_size()});
    layer.post_norm = view(at.post_norm, {c.hidden_size});
    layer.gate_up = view(at.gate_up, {2 * c.intermediate_size, c.hidden_size});
    layer.down = view(at.down, {c.hidden_size, c.intermediate_size});
    layers_.push_back(std::move(layer));
  }
}

at::Tensor LibtorchDecoder::view(int64_t offset, at::IntArrayRef shape) const {
  // Operators only read it: autograd writes to the gradients, the optimiser goes another way.
  at::Tensor tensor = tensor_over(const_cast<float*>(data_) + offset, shape);
  if (gradients_ != nullptr) {
    tensor.set_requires_grad(true);
    // A gradient that is there already is added to in place, so this view receives it.
    tensor.mutable_grad() = tensor_over(gradients_ + offset, shape);
  }
  return tensor;
}

LibtorchDecoder::Rotation LibtorchDecoder::rotation(const SequenceGroup& group) const {
  const int64_t half = config_.head_dim / 2;
  std::vector<at::Tensor> positions;
  for (size_t i = 0; i + 1 < group.bounds.size(); ++i)
    positions.push_back(at::arange(group.bounds[i + 1] - group.bounds[i], at::kFloat));
  const at::Tensor exponents = at::arange(half, at::kFloat) * 2 / config_.head_dim;
  const at::Tensor frequencies = at::pow(at::Scalar(config_.rope_theta), exponents).reciprocal();
  const at::Tensor angles = at::outer(at::cat(positions), frequencies).unsqueeze(1);
  return {angles.cos(), angles.sin()};
}

at::Tensor LibtorchDecoder::attention(const Layer& layer, const at::Tensor& x,
                                      const SequenceGroup& group, const Rotation& rotation) const {
  const DecoderConfig& c = config_;
  const int64_t n = group.count();
  const at::Tensor qkv = at::linear(x, layer.qkv, layer.qkv_bias);
  const std::vector<at::Tensor> parts =
      qkv.split_with_sizes({c.q_size(), c.kv_size(), c.kv_size()}, -1);
  const at::Tensor q = rotate(parts[0].view({n, c.heads, c.head_dim}), rotation.cos, rotation.sin);
  const int64_t queries_per_key = c.heads / c.kv_heads;
  const at::Tensor k =
      rotate(parts[1].view({n, c.kv_heads, c.head_dim}), rotation.cos, rotation.sin)
          .repeat_interleave(queries_per_key, 1);
  const at::Tensor v =
      parts[2].view({n, c.kv_heads, c.head_dim}).repeat_interleave(queries_per_key, 1);

  std::vector<at::Tensor> outputs;
  for (size_t i = 0; i + 1 < group.bounds.size(); ++i) {
    const int64_t start = group.bounds[i], length = group.bounds[i + 1] - start;
    const auto heads_first = [&](const at::Tensor& all) {  // (1, H, length, head_dim)
      return all.narrow(0, start, length).transpose(0, 1).unsqueeze(0);
    };
    const at::Tensor out = at::scaled_dot_product_attention(
        heads_first(q), heads_first(k), heads_first(v), /*attn_mask=*/{}, /*dropout_p=*/0.0,
        /*is_causal=*/true);
    outputs.push_back(out.squeeze(0).transpose(0, 1).reshape({length, c.q_size()}));
  }
  return at::linear(at::cat(outputs), layer.o);
}

at::Tensor LibtorchDecoder::hidden(const SequenceGroup& group, const std::stop_token& stop) const {
  const double epsilon = config_.rms_norm_epsilon;
  const Rotation rotation = this->rotation(group);
  at::Tensor x = at::embedding(embedding_, index_tensor(group.tokens, group.count()));  // (n, D)
  for (const Layer& layer : layers_) {
    if (stop.stop_requested()) throw Cancelled();
    x = x + attention(layer, rms_norm(x, layer.input_norm, epsilon), group, rotation);
    const std::vector<at::Tensor> gate_up =
        at::linear(rms_norm(x, layer.post_norm, epsilon), layer.gate_up).chunk(2, -1);
    x = x + at::linear(at::silu(gate_up[0]) * gate_up[1], layer.down);
  }
  return rms_norm(x, final_norm_, epsilon);
}

}  // namespace querl
