#include "lm/libtorch_layers.h"

#include <ATen/ops/index_copy.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/zeros.h>

#include "lm/errors.h"
#include "lm/libtorch_operators.h"

namespace querl {

using operators::if_defined;

struct LibtorchLayers::Layer {
  int64_t index = 0;
  int64_t window = 0;
  bool gathers = false;  // whether only the rows that are read go on behind the attention
  const LayerTensors& weights;
  const LayerTensors& gradients;
  const std::array<LoraLinear, kLoraTargets>* lora = nullptr;
  // (n, …) to log_sums, (r, …) behind it.
  at::Tensor input{}, input_inverse{}, qkv{}, rotated{}, q_inverse{}, k_inverse{}, attended{};
  at::Tensor log_sums{}, projected{}, post_inverse{}, gate_up{};
  at::Tensor read_input{}, read_attended{};

  // The adapter at a target; null without one.
  const LoraLinear* at(LoraTarget target) const {
    if (lora == nullptr) return nullptr;
    const LoraLinear& found = (*lora)[static_cast<size_t>(target)];
    return found.active() ? &found : nullptr;
  }
};

namespace {

// The targets whose outputs are columns of one product.
struct Columns {
  LoraTarget target;
  int64_t first, count;
};

std::array<Columns, 3> qkv_columns(const DecoderConfig& c) {
  return {{{LoraTarget::kQ, 0, c.q_size()},
           {LoraTarget::kK, c.q_size(), c.kv_size()},
           {LoraTarget::kV, c.q_size() + c.kv_size(), c.kv_size()}}};
}

std::array<Columns, 2> gate_up_columns(const DecoderConfig& c) {
  return {{{LoraTarget::kGate, 0, c.intermediate_size},
           {LoraTarget::kUp, c.intermediate_size, c.intermediate_size}}};
}

}  // namespace

LibtorchLayers::LibtorchLayers(const Parameters& parameters, bool checkpoints)
    : config_(parameters.config()),
      checkpoints_(checkpoints),
      weights_(weight_tensors(parameters)),
      type_(scalar_type(parameters.type())),
      device_(device_of(parameters)),
      attention_(config_),
      inputs_(static_cast<size_t>(config_.layers)),
      kept_(static_cast<size_t>(checkpoints ? 1 : config_.layers)) {}

int64_t LibtorchLayers::bytes() const {
  int64_t total = attention_.bytes();
  const auto add = [&](const auto&... slots) { total += (slots.bytes() + ...); };
  for (const Slot& input : inputs_) add(input);
  for (const Kept& k : kept_)
    add(k.input_inverse, k.qkv, k.rotated, k.q_inverse, k.k_inverse, k.attended, k.log_sums,
        k.projected, k.post_inverse, k.gate_up);
  add(stream_, middle_, added_, normed_, activated_, narrowed_, d_activated_, d_normed_,
      d_attended_, d_qkv_, read_input_, read_attended_, d_stream_, d_all_attended_, low_, d_low_,
      product_);
  return total;
}

at::Tensor LibtorchLayers::scratch(Slot& slot, at::IntArrayRef shape) {
  return slot.of(shape, type_, device_);
}

at::Tensor LibtorchLayers::norm(const at::Tensor& x, const at::Tensor& added,
                                const at::Tensor& gain, const at::Tensor& sum,
                                const at::Tensor& inverse, Slot& slot) {
  const at::Tensor y = scratch(slot, x.sizes());
  operators::rms_norm(x, if_defined(added), gain, config_.rms_norm_epsilon, y, if_defined(sum),
                      if_defined(inverse));
  return y;
}

// The stream's gradient as an operand of products.
at::Tensor LibtorchLayers::narrowed(const at::Tensor& d_x) {
  if (type_ == at::kFloat) return d_x;
  return scratch(narrowed_, d_x.sizes()).copy_(d_x);
}

HeadTensors LibtorchLayers::heads(const at::Tensor& qk, const at::Tensor& qkv) const {
  const int64_t q = config_.q_size(), kv = config_.kv_size();
  return {qk.narrow(1, 0, q), qk.narrow(1, q, kv), qkv.narrow(1, q + kv, kv)};
}

LibtorchLayers::Layer LibtorchLayers::layer(const LibtorchPass& pass, const LayerTraining& training,
                                            int64_t index, bool keeps) {
  const auto i = static_cast<size_t>(index);
  static const LayerTensors kFrozen;
  Layer layer{
      .index = index,
      .window = config_.window(index),
      .gathers = index + 1 == config_.layers && !pass.reads_all(),
      .weights = weights_.layers[i],
      .gradients = training.gradients.layers.empty() ? kFrozen : training.gradients.layers[i]};
  if (!training.lora.empty()) layer.lora = &training.lora[i];
  Kept& kept = kept_[keeps && !checkpoints_ ? i : 0];
  const int64_t n = pass.count(), r = layer.gathers ? pass.rows.read_count() : n;
  const auto numbers = [&](Slot& slot, at::IntArrayRef shape) {
    return slot.of(shape, at::kFloat, device_);
  };
  layer.input = numbers(keeps ? inputs_[i] : stream_, {n, config_.hidden_size});
  layer.input_inverse = numbers(kept.input_inverse, {n});
  layer.qkv = scratch(kept.qkv, {n, config_.qkv_size()});
  if (config_.qk_norm) {
    layer.rotated = scratch(kept.rotated, {n, config_.q_size() + config_.kv_size()});
    layer.q_inverse = numbers(kept.q_inverse, {n, config_.heads});
    layer.k_inverse = numbers(kept.k_inverse, {n, config_.kv_heads});
  } else {
    layer.rotated = layer.qkv;  // in place
  }
  layer.attended = scratch(kept.attended, {n, config_.q_size()});
  layer.log_sums = numbers(kept.log_sums, {config_.heads, n});
  layer.projected = scratch(kept.projected, {r, config_.hidden_size});
  layer.post_inverse = numbers(kept.post_inverse, {r});
  layer.gate_up = scratch(kept.gate_up, {r, 2 * config_.intermediate_size});
  return layer;
}

at::Tensor LibtorchLayers::forward(const LibtorchPass& pass, const LayerTraining& training,
                                   bool keeps, const std::stop_token& stop) {
  const int64_t n = pass.count();
  at::Tensor added = scratch(added_, {n, config_.hidden_size}), middle;
  at::index_select_out(added, weights_.embedding, 0, pass.tokens);
  for (int64_t i = 0; i < config_.layers; ++i) {
    if (stop.stop_requested()) throw Cancelled();
    Layer layer = this->layer(pass, training, i, keeps);
    const at::Tensor& gain = layer.weights.input_norm;
    // The stream is the sum of the embedding, or of the layer before, and what that one added.
    const at::Tensor normed =
        i == 0 ? norm(added, {}, gain, layer.input, layer.input_inverse, normed_)
               : norm(middle, added, gain, layer.input, layer.input_inverse, normed_);
    middle = middle_.of(layer.projected.sizes(), at::kFloat, device_);
    run(pass, layer, normed, middle);
    const int64_t rows = layer.gate_up.size(0);
    const at::Tensor activated = scratch(activated_, {rows, config_.intermediate_size});
    operators::swiglu(layer.gate_up, activated);
    added = scratch(added_, {rows, config_.hidden_size});
    linear(activated, layer.weights.down, {}, added);
    if (const LoraLinear* lora = layer.at(LoraTarget::kDown)) lora->add(activated, added, low_);
  }
  return middle.add_(added);
}

// From the normed input to gate and up; the stream between, if wanted, goes to `sum`.
void LibtorchLayers::run(const LibtorchPass& pass, Layer& layer, const at::Tensor& normed,
                         const at::Tensor& sum) {
  const DecoderConfig& c = config_;
  const LayerTensors& w = layer.weights;
  const int64_t n = pass.count(), rotary = c.heads + c.kv_heads;
  linear(normed, w.qkv, w.qkv_bias, layer.qkv);
  for (const Columns& it : qkv_columns(c))
    if (const LoraLinear* lora = layer.at(it.target))
      lora->add(normed, layer.qkv.narrow(1, it.first, it.count), low_);
  if (c.qk_norm) {
    const auto norm_heads = [&](int64_t first, int64_t heads, const at::Tensor& gain,
                                const at::Tensor& inverse) {
      const std::vector<int64_t> shape{n, heads, c.head_dim};
      operators::rms_norm(
          layer.qkv.narrow(1, first, heads * c.head_dim).view(shape), {}, gain, c.rms_norm_epsilon,
          layer.rotated.narrow(1, first, heads * c.head_dim).view(shape), {}, inverse);
    };
    norm_heads(0, c.heads, w.q_norm, layer.q_inverse);
    norm_heads(c.q_size(), c.kv_heads, w.k_norm, layer.k_inverse);
  }
  operators::rope(layer.rotated.narrow(1, 0, rotary * c.head_dim).view({n, rotary, c.head_dim}),
                  pass.positions, pass.cos, pass.sin, /*inverse=*/false);
  attention_.forward(pass, heads(layer.rotated, layer.qkv), layer.window, layer.attended,
                     layer.log_sums);

  gather(pass, layer);
  linear(layer.read_attended, w.o, {}, layer.projected);
  if (const LoraLinear* lora = layer.at(LoraTarget::kO))
    lora->add(layer.read_attended, layer.projected, low_);
  const at::Tensor post =
      norm(layer.read_input, layer.projected, w.post_norm, sum, layer.post_inverse, normed_);
  linear(post, w.gate_up, {}, layer.gate_up);
  for (const Columns& it : gate_up_columns(c))
    if (const LoraLinear* lora = layer.at(it.target))
      lora->add(post, layer.gate_up.narrow(1, it.first, it.count), low_);
}

// The rows that go on behind the attention.
void LibtorchLayers::gather(const LibtorchPass& pass, Layer& layer) {
  layer.read_input = layer.input;
  layer.read_attended = layer.attended;
  if (!layer.gathers) return;
  const int64_t r = pass.rows.read_count();
  layer.read_input = read_input_.of({r, config_.hidden_size}, at::kFloat, device_);
  layer.read_attended = scratch(read_attended_, {r, config_.q_size()});
  at::index_select_out(layer.read_input, layer.input, 0, pass.read);
  at::index_select_out(layer.read_attended, layer.attended, 0, pass.read);
}

void LibtorchLayers::backward(const LibtorchPass& pass, const LayerTraining& training,
                              const at::Tensor& d_out, const std::stop_token& stop) {
  at::Tensor d_x = d_out;
  for (int64_t i = config_.layers; i-- > 0;) {
    if (stop.stop_requested()) throw Cancelled();
    Layer layer = this->layer(pass, training, i, /*keeps=*/true);
    if (checkpoints_)
      run(pass, layer,
          norm(layer.input, {}, layer.weights.input_norm, {}, layer.input_inverse, normed_), {});
    else
      gather(pass, layer);
    backward_mlp(layer, d_x);
    at::Tensor d_attended = backward_output(layer, d_x);
    if (layer.gathers) {
      // Rows that are not read have no gradient from behind the attention.
      const auto spread = [&](Slot& slot, const at::Tensor& from) {
        return slot.of({pass.count(), from.size(1)}, from.scalar_type(), device_)
            .zero_()
            .index_copy_(0, pass.read, from);
      };
      d_attended = spread(d_all_attended_, d_attended);
      d_x = spread(d_stream_, d_x);
    }
    backward_attention(pass, layer, d_attended, d_x);
  }
  if (training.gradients.embedding.defined())
    at::Tensor(training.gradients.embedding).index_add_(0, pass.tokens, d_x);
}

// From the stream behind the layer to the one before the MLP, whose gradient d_x becomes.
void LibtorchLayers::backward_mlp(Layer& layer, const at::Tensor& d_x) {
  const LayerTensors &w = layer.weights, &g = layer.gradients;
  const int64_t rows = d_x.size(0), inner = config_.intermediate_size;
  const at::Tensor d_out = narrowed(d_x);
  const at::Tensor activated = scratch(activated_, {rows, inner});
  const at::Tensor d_activated = scratch(d_activated_, {rows, inner});
  linear_backward(d_out, w.down, d_activated);
  if (const LoraLinear* lora = layer.at(LoraTarget::kDown)) {
    operators::swiglu(layer.gate_up, activated);
    lora->add_backward(d_out, activated, d_activated, low_, d_low_, product_);
  }
  const at::Tensor d_gate_up = layer.gate_up;  // in place
  operators::swiglu_backward(d_activated, layer.gate_up, d_gate_up,
                             g.down.defined() ? operators::Optional(activated) : std::nullopt);
  if (g.down.defined()) add_weight_gradient(d_out, activated, g.down, product_);

  const at::Tensor post = norm(layer.read_input, layer.projected, w.post_norm, {}, {}, normed_);
  if (g.gate_up.defined()) add_weight_gradient(d_gate_up, post, g.gate_up, product_);
  const at::Tensor d_post = scratch(d_normed_, post.sizes());
  linear_backward(d_gate_up, w.gate_up, d_post);
  for (const Columns& it : gate_up_columns(config_))
    if (const LoraLinear* lora = layer.at(it.target))
      lora->add_backward(d_gate_up.narrow(1, it.first, it.count), post, d_post, low_, d_low_,
                         product_);
  operators::rms_norm_backward(d_post, layer.read_input, layer.projected, w.post_norm,
                               layer.post_inverse, d_x, if_defined(g.post_norm),
                               /*accumulates=*/true);
}

// The gradient of the attention's output.
at::Tensor LibtorchLayers::backward_output(Layer& layer, const at::Tensor& d_x) {
  const LayerTensors &w = layer.weights, &g = layer.gradients;
  const at::Tensor d_out = narrowed(d_x);
  if (g.o.defined()) add_weight_gradient(d_out, layer.read_attended, g.o, product_);
  const at::Tensor d_attended = scratch(d_attended_, layer.read_attended.sizes());
  linear_backward(d_out, w.o, d_attended);
  if (const LoraLinear* lora = layer.at(LoraTarget::kO))
    lora->add_backward(d_out, layer.read_attended, d_attended, low_, d_low_, product_);
  return d_attended;
}

// Adds to d_x what comes through the attention.
void LibtorchLayers::backward_attention(const LibtorchPass& pass, Layer& layer,
                                        const at::Tensor& d_attended, const at::Tensor& d_x) {
  const DecoderConfig& c = config_;
  const LayerTensors &w = layer.weights, &g = layer.gradients;
  const int64_t n = pass.count(), rotary = c.heads + c.kv_heads;
  const at::Tensor d_qkv = scratch(d_qkv_, {n, c.qkv_size()});
  attention_.backward(pass, heads(layer.rotated, layer.qkv), layer.window, layer.attended,
                      layer.log_sums, d_attended, heads(d_qkv, d_qkv));
  operators::rope(d_qkv.narrow(1, 0, rotary * c.head_dim).view({n, rotary, c.head_dim}),
                  pass.positions, pass.cos, pass.sin, /*inverse=*/true);
  if (c.qk_norm) {
    const auto norm_heads = [&](int64_t first, int64_t heads, const at::Tensor& gain,
                                const at::Tensor& inverse, const at::Tensor& d_gain) {
      const std::vector<int64_t> shape{n, heads, c.head_dim};
      const at::Tensor d_y = d_qkv.narrow(1, first, heads * c.head_dim).view(shape);
      operators::rms_norm_backward(d_y, layer.qkv.narrow(1, first, heads * c.head_dim).view(shape),
                                   {}, gain, inverse, d_y, if_defined(d_gain),
                                   /*accumulates=*/false);
    };
    norm_heads(0, c.heads, w.q_norm, layer.q_inverse, g.q_norm);
    norm_heads(c.q_size(), c.kv_heads, w.k_norm, layer.k_inverse, g.k_norm);
  }
  if (g.qkv_bias.defined())
    at::Tensor(g.qkv_bias).add_(at::sum(d_qkv, {0}, /*keepdim=*/false, at::kFloat));

  const at::Tensor normed = norm(layer.input, {}, w.input_norm, {}, {}, normed_);
  if (g.qkv.defined()) add_weight_gradient(d_qkv, normed, g.qkv, product_);
  // Below the first layer are the embeddings alone, which an adapter leaves as they are.
  const bool goes_on = layer.index > 0 || g.input_norm.defined();
  at::Tensor d_normed;
  if (goes_on) {
    d_normed = scratch(d_normed_, normed.sizes());
    linear_backward(d_qkv, w.qkv, d_normed);
  }
  for (const Columns& it : qkv_columns(c))
    if (const LoraLinear* lora = layer.at(it.target))
      lora->add_backward(d_qkv.narrow(1, it.first, it.count), normed, d_normed, low_, d_low_,
                         product_);
  if (goes_on)
    operators::rms_norm_backward(d_normed, layer.input, {}, w.input_norm, layer.input_inverse, d_x,
                                 if_defined(g.input_norm), /*accumulates=*/true);
}

}  // namespace querl
