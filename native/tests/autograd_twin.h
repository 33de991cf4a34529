// The decoder with all its flags, an adapter and the losses as PyTorch's autograd sees them: the
// plain formulas in one type, float64 unless told otherwise, sequence by sequence, sharing no code
// with the engines.
#pragma once

#include <ATen/ATen.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "lm/adapter.h"
#include "lm/parameters.h"
#include "lm/rope.h"
#include "lm/training_engine.h"

namespace querl {

class AutogradTwin {
 public:
  // What its numbers are when it is made.
  explicit AutogradTwin(const Parameters& parameters, const Adapter* adapter = nullptr,
                        at::ScalarType type = at::kDouble)
      : config_(parameters.config()), layout_(parameters.layout()), adapter_(adapter), type_(type) {
    weights_ = at::empty({layout_.size()}, type);
    std::vector<float> numbers(static_cast<size_t>(layout_.size()));
    parameters.read(0, layout_.size(), numbers.data());
    weights_.copy_(at::from_blob(numbers.data(), {layout_.size()}, at::kFloat));
    if (adapter != nullptr) {
      lora_ = at::empty({adapter->size()}, type);
      std::vector<float> low(static_cast<size_t>(adapter->size()));
      adapter->read(0, adapter->size(), low.data());
      lora_.copy_(at::from_blob(low.data(), {adapter->size()}, at::kFloat));
    }
    (adapter == nullptr ? weights_ : lora_).set_requires_grad(true);
  }

  // The gradient of the loss, laid out as what trains; `loss_value` is the weighted loss.
  std::vector<double> gradients(const TokenBatch& batch, const Loss& loss,
                                const LogitOptions& options, double* loss_value = nullptr) {
    at::Tensor& leaf = adapter_ == nullptr ? weights_ : lora_;
    leaf.mutable_grad() = at::zeros_like(leaf);
    at::Tensor total = at::zeros({}, at::kDouble);
    for (int64_t i = 0; i < batch.sequences; ++i) {
      if (batch.offsets[i + 1] - batch.offsets[i] < 2) continue;
      total = total + loss_of(batch, i, loss, options);
    }
    if (loss_value != nullptr) *loss_value = total.item<double>();
    total.backward();
    const at::Tensor grad = leaf.grad().to(at::kDouble);
    return {grad.const_data_ptr<double>(), grad.const_data_ptr<double>() + grad.numel()};
  }

  // (n, D) behind the final norm, of tokens 0 to n - 1.
  at::Tensor hidden(const int32_t* tokens, int64_t n) const {
    const DecoderConfig& c = config_;
    at::Tensor index = at::empty({n}, at::kLong);
    std::copy_n(tokens, n, index.mutable_data_ptr<int64_t>());
    at::Tensor x = at::embedding(weight(layout_.embedding(), {c.vocab_size, c.hidden_size}), index);
    for (int64_t i = 0; i < c.layers; ++i) x = layer(x, i);
    return norm(x, weight(layout_.final_norm(), {c.hidden_size}));
  }

  at::Tensor logits(const int32_t* tokens, int64_t n) const {
    return at::matmul(hidden(tokens, n), head().t());
  }

  // Log-probs (n - 1) of tokens 1 to n - 1, and entropies.
  std::pair<at::Tensor, at::Tensor> scores(const int32_t* tokens, int64_t n,
                                           const LogitOptions& options) const {
    at::Tensor z = logits(tokens, n).narrow(0, 0, n - 1) / static_cast<double>(options.temperature);
    at::Tensor banned = at::zeros({config_.vocab_size}, at::kBool);
    for (const int32_t id : options.banned) banned[id] = true;
    z = z.masked_fill(banned, -std::numeric_limits<double>::infinity());
    const at::Tensor logp = at::log_softmax(z, -1);
    at::Tensor target = at::empty({n - 1}, at::kLong);
    std::copy_n(tokens + 1, n - 1, target.mutable_data_ptr<int64_t>());
    const at::Tensor finite = logp.masked_fill(banned, 0.);
    return {logp.gather(1, target.unsqueeze(1)).squeeze(1).to(at::kDouble),
            -(logp.exp() * finite).sum(-1).to(at::kDouble)};
  }

  at::Tensor values(const int32_t* tokens, int64_t n) const {
    const int64_t width = config_.hidden_size;
    const bool own = adapter_ != nullptr && adapter_->value_head() >= 0;
    const at::Tensor w = own ? lora_.narrow(0, adapter_->value_head(), width)
                             : weights_.narrow(0, layout_.value_head(), width);
    const at::Tensor b = own ? lora_.narrow(0, adapter_->value_head() + width, 1)
                             : weights_.narrow(0, layout_.value_bias(), 1);
    return (at::mv(hidden(tokens, n), w) + b).to(at::kDouble);
  }

 private:
  at::Tensor weight(int64_t offset, at::IntArrayRef shape) const {
    return weights_.narrow(0, offset, c10::multiply_integers(shape)).view(shape);
  }
  at::Tensor head() const {
    return weight(layout_.head(), {config_.vocab_size, config_.hidden_size});
  }
  at::Tensor norm(const at::Tensor& x, const at::Tensor& gain) const {
    const auto epsilon = static_cast<double>(config_.rms_norm_epsilon);
    return x / (x.square().mean(-1, true) + epsilon).sqrt() * gain;
  }

  // What the adapter adds at a target: scale B (A x).
  at::Tensor low(const at::Tensor& x, int64_t layer, LoraTarget target) const {
    if (adapter_ == nullptr || adapter_->at(layer, target).a < 0) return at::zeros({}, type_);
    const Adapter::Matrices& at = adapter_->at(layer, target);
    const int64_t rank = adapter_->lora().rank;
    const at::Tensor a = lora_.narrow(0, at.a, rank * at.in).view({rank, at.in});
    const at::Tensor b = lora_.narrow(0, at.b, at.out * rank).view({at.out, rank});
    return at::matmul(at::matmul(x, a.t()), b.t()) * static_cast<double>(adapter_->scale());
  }

  at::Tensor rotated(const at::Tensor& x) const {  // (n, heads, head_dim)
    const int64_t half = config_.head_dim / 2;
    at::Tensor frequencies = at::empty({half}, at::kFloat);
    const std::vector<float> known = rope_frequencies(config_);
    std::copy_n(known.data(), half, frequencies.mutable_data_ptr<float>());
    // The angle is rounded to float32, as in Hugging Face.
    const at::Tensor angle =
        at::outer(at::arange(x.size(0), at::kFloat), frequencies).to(at::kDouble).unsqueeze(1);
    const at::Tensor left = x.narrow(2, 0, half), right = x.narrow(2, half, half);
    const at::Tensor cos = angle.cos().to(type_), sin = angle.sin().to(type_);
    return at::cat({left * cos - right * sin, right * cos + left * sin}, -1);
  }

  at::Tensor layer(const at::Tensor& x, int64_t index) const {
    const DecoderConfig& c = config_;
    const ParameterLayout::Layer& at = layout_.layer(index);
    const int64_t n = x.size(0), group = c.heads / c.kv_heads;
    const at::Tensor normed = norm(x, weight(at.input_norm, {c.hidden_size}));
    at::Tensor qkv = at::matmul(normed, weight(at.qkv, {c.qkv_size(), c.hidden_size}).t());
    if (at.qkv_bias >= 0) qkv = qkv + weight(at.qkv_bias, {c.qkv_size()});
    const auto heads_of = [&](int64_t first, int64_t heads, LoraTarget target) {
      return (qkv.narrow(1, first, heads * c.head_dim) + low(normed, index, target))
          .reshape({n, heads, c.head_dim});
    };
    at::Tensor q = heads_of(0, c.heads, LoraTarget::kQ);
    at::Tensor k = heads_of(c.q_size(), c.kv_heads, LoraTarget::kK);
    const at::Tensor v = heads_of(c.q_size() + c.kv_size(), c.kv_heads, LoraTarget::kV);
    if (at.q_norm >= 0) {
      q = norm(q, weight(at.q_norm, {c.head_dim}));
      k = norm(k, weight(at.k_norm, {c.head_dim}));
    }
    q = rotated(q).transpose(0, 1);
    k = rotated(k).repeat_interleave(group, 1).transpose(0, 1);
    at::Tensor scores = at::matmul(q, k.transpose(1, 2)) / std::sqrt(double(c.head_dim));
    const at::Tensor query = at::arange(n).unsqueeze(1), key = at::arange(n).unsqueeze(0);
    at::Tensor unseen = key > query;
    if (c.window(index) > 0) unseen = unseen | (key <= query - c.window(index));
    scores = scores.masked_fill(unseen, -std::numeric_limits<double>::infinity());
    const at::Tensor attended =
        at::matmul(at::softmax(scores, -1), v.repeat_interleave(group, 1).transpose(0, 1))
            .transpose(0, 1)
            .reshape({n, c.q_size()});
    const at::Tensor middle = x +
                              at::matmul(attended, weight(at.o, {c.hidden_size, c.q_size()}).t()) +
                              low(attended, index, LoraTarget::kO);
    const at::Tensor post = norm(middle, weight(at.post_norm, {c.hidden_size}));
    const at::Tensor both =
        at::matmul(post, weight(at.gate_up, {2 * c.intermediate_size, c.hidden_size}).t());
    const at::Tensor gate =
        both.narrow(1, 0, c.intermediate_size) + low(post, index, LoraTarget::kGate);
    const at::Tensor up = both.narrow(1, c.intermediate_size, c.intermediate_size) +
                          low(post, index, LoraTarget::kUp);
    const at::Tensor inner = at::silu(gate) * up;
    return middle + at::matmul(inner, weight(at.down, {c.hidden_size, c.intermediate_size}).t()) +
           low(inner, index, LoraTarget::kDown);
  }

  // An array over the tokens 1 to n - 1 of a sequence.
  static at::Tensor array(const float* from, int64_t start, int64_t n) {
    at::Tensor to = at::empty({n - 1}, at::kDouble);
    std::copy_n(from + start + 1, n - 1, to.mutable_data_ptr<double>());
    return to;
  }

  at::Tensor loss_of(const TokenBatch& batch, int64_t sequence, const Loss& loss,
                     const LogitOptions& options) const {
    const int64_t start = batch.offsets[sequence], n = batch.offsets[sequence + 1] - start;
    const int32_t* tokens = batch.tokens + start;
    const auto given = [&](const float* from) { return array(from, start, n); };
    const at::Tensor weights = given(std::visit([](const auto& it) { return it.weights; }, loss));
    const at::Tensor counts = weights != 0;
    if (const auto* it = std::get_if<ValueLoss>(&loss)) {
      const at::Tensor value = values(tokens, n).narrow(0, 0, n - 1);
      const at::Tensor old = given(it->old_values), target = given(it->returns);
      const at::Tensor kept =
          at::minimum(at::maximum(value, old - double(it->clip)), old + double(it->clip));
      const at::Tensor error = at::maximum((value - target).square(), (kept - target).square());
      return (weights * 0.5 * error).masked_select(counts).sum();
    }
    const auto [logprobs, entropies] = scores(tokens, n, options);
    if (std::holds_alternative<CrossEntropyLoss>(loss))
      return -(weights * logprobs).masked_select(counts).sum();
    const auto& policy = std::get<PolicyLoss>(loss);
    at::Tensor taken = logprobs;
    if (policy.exact_logprobs != nullptr)  // its value, the engine's slope
      taken = logprobs + (given(policy.exact_logprobs) - logprobs).detach();
    const at::Tensor ratio = (taken - given(policy.old_logprobs)).exp();
    const at::Tensor advantage = given(policy.advantages);
    const at::Tensor kept =
        ratio.clamp(1. - double(policy.clip.low), 1. + double(policy.clip.high));
    at::Tensor terms = at::maximum(-ratio * advantage, -kept * advantage);
    if (policy.reference_logprobs != nullptr) {
      const at::Tensor gap = given(policy.reference_logprobs) - taken;
      terms = terms + double(policy.kl_coefficient) * (at::expm1(gap) - gap);
    }
    terms = terms - double(policy.entropy_coefficient) * entropies;
    return (weights * terms).masked_select(counts).sum();
  }

  const DecoderConfig& config_;
  const ParameterLayout& layout_;
  const Adapter* adapter_;
  const at::ScalarType type_;
  at::Tensor weights_, lora_;
};

}  // namespace querl
