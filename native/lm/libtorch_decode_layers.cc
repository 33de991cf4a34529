#include "lm/libtorch_decode_layers.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/mm.h>

#include <algorithm>
#include <cmath>

#include "lm/libtorch_decode_operators.h"
#include "lm/rope.h"

namespace querl {
namespace {

// Logits that exist at a time: 512 MiB.
constexpr int64_t kLogitFloats = int64_t{1} << 27;

// out = x w, and `out` may be float32 where x and w are not.
void multiply_into(const at::Tensor& x, const at::Tensor& w, at::Tensor out) {
  if (out.scalar_type() == x.scalar_type()) {
    at::mm_out(out, x, w);
  } else if (x.is_cuda()) {
    at::mm_out(out, x, w, out.scalar_type());
  } else {
    out.copy_(at::mm(x, w));
  }
}

}  // namespace

DecodeLayers::DecodeLayers(const Parameters& parameters, const Adapter* adapter, int64_t max_rows)
    : config_(parameters.config()), adapter_(adapter), weights_(weight_tensors(parameters)) {
  const DecoderConfig& c = config_;
  for (const LayerTensors& from : weights_.layers)
    layers_.push_back({from.input_norm,
                       from.post_norm,
                       from.q_norm,
                       from.k_norm,
                       {from.qkv.t(), from.qkv_bias, {}},
                       {from.o.t(), {}, {}},
                       {from.gate_up.t(), {}, {}},
                       {from.down.t(), {}, {}}});
  head_ = weights_.head.t();

  const at::Device device = device_of(parameters);
  const auto floats = at::TensorOptions().dtype(at::kFloat);
  std::vector<float> tables = rope_tables(c);
  const at::Tensor both = at::from_blob(tables.data(), {2, c.max_positions, c.head_dim / 2}, floats)
                              .to(device, at::kFloat, false, /*copy=*/true);
  cos_ = both[0];
  sin_ = both[1];

  const auto own = floats.dtype(scalar_type(parameters.type())).device(device);
  const auto rows = [&](int64_t width) { return at::empty({max_rows, width}, own); };
  residual_ = at::empty({max_rows, c.hidden_size}, floats.device(device));
  embedded_ = rows(c.hidden_size);
  normed_ = rows(c.hidden_size);
  qkv_ = rows(c.qkv_size());
  mixed_ = rows(c.q_size());
  projected_ = rows(c.hidden_size);
  gate_up_ = rows(2 * c.intermediate_size);
  activated_ = rows(c.intermediate_size);
  const int64_t wanted = std::clamp<int64_t>(kLogitFloats / c.vocab_size, 1, max_rows);
  wanted_residual_ = at::empty({wanted, c.hidden_size}, floats.device(device));
  wanted_projected_ = at::empty({wanted, c.hidden_size}, own);
  out_ = at::empty({wanted, c.hidden_size}, own);
  logits_ = at::empty({wanted, c.vocab_size}, floats.device(device));
  if (adapter_ != nullptr) {
    low_ = at::empty({max_rows * adapter_->lora().rank}, own);
    set_adapter(parameters);
  }
}

void DecodeLayers::set_adapter(const Parameters& parameters) {
  const at::Device device = device_of(parameters);
  adapter_source_ = at::from_blob(const_cast<float*>(adapter_->data()), {adapter_->size()},
                                  at::detail::noopDelete,
                                  at::TensorOptions().dtype(at::kFloat).device(device), device);
  // In fp32 the adapter itself, else a copy that refresh() makes anew.
  adapter_numbers_ = parameters.type() == FloatType::kFloat32
                         ? adapter_source_
                         : adapter_source_.to(scalar_type(parameters.type()));
  const int64_t rank = adapter_->lora().rank, wide = config_.intermediate_size;
  for (int64_t index = 0; index < config_.layers; ++index) {
    Layer& layer = layers_[static_cast<size_t>(index)];
    const auto add = [&](Product& product, LoraTarget target, int64_t column) {
      const Adapter::Matrices& at = adapter_->at(index, target);
      if (at.a < 0) return;
      const auto view = [&](int64_t offset, int64_t height, int64_t width) {
        return adapter_numbers_.narrow(0, offset, height * width).view({height, width}).t();
      };
      product.parts.push_back({view(at.a, rank, at.in), view(at.b, at.out, rank), column});
    };
    add(layer.qkv, LoraTarget::kQ, 0);
    add(layer.qkv, LoraTarget::kK, config_.q_size());
    add(layer.qkv, LoraTarget::kV, config_.q_size() + config_.kv_size());
    add(layer.o, LoraTarget::kO, 0);
    add(layer.gate_up, LoraTarget::kGate, 0);
    add(layer.gate_up, LoraTarget::kUp, wide);
    add(layer.down, LoraTarget::kDown, 0);
  }
}

void DecodeLayers::refresh() {
  if (adapter_ != nullptr && !adapter_numbers_.is_same(adapter_source_))
    adapter_numbers_.copy_(adapter_source_);
}

void DecodeLayers::multiply(const at::Tensor& x, const Product& product, at::Tensor out) const {
  if (product.bias.defined()) {
    at::addmm_out(out, product.bias, x, product.weight);
  } else {
    at::mm_out(out, x, product.weight);
  }
  for (const Lora& part : product.parts) {
    const int64_t rank = part.a.size(1);
    at::Tensor low = low_.narrow(0, 0, x.size(0) * rank).view({x.size(0), rank});
    at::mm_out(low, x, part.a);
    at::Tensor columns = out.narrow(1, part.column, part.b.size(1));
    columns.addmm_(low, part.b, 1, adapter_->scale());
  }
}

void DecodeLayers::run(const PassInputs& inputs, const PassShape& shape, const at::Tensor& kv,
                       const PrefillRows* prefill) {
  const auto of_rows = [&](const at::Tensor& buffer) { return buffer.narrow(0, 0, shape.rows); };
  const double epsilon = config_.rms_norm_epsilon;
  const at::Tensor residual = of_rows(residual_), normed = of_rows(normed_);
  const at::Tensor projected = of_rows(projected_), gate_up = of_rows(gate_up_);
  const at::Tensor activated = of_rows(activated_), mixed = of_rows(mixed_);
  at::Tensor embedded = of_rows(embedded_);
  at::index_select_out(embedded, weights_.embedding, 0, inputs.tokens(shape));
  residual.copy_(embedded);
  for (int64_t index = 0; index < config_.layers; ++index) {
    const Layer& layer = layers_[static_cast<size_t>(index)];
    operators::rms_norm(residual, index == 0 ? std::nullopt : operators::Optional(projected),
                        layer.input_norm, epsilon, normed, residual, std::nullopt);
    attend(inputs, shape, index, kv.select(1, index), prefill);
    multiply(mixed, layer.o, projected);
    operators::rms_norm(residual, projected, layer.post_norm, epsilon, normed, residual,
                        std::nullopt);
    multiply(normed, layer.gate_up, gate_up);
    operators::swiglu(gate_up, activated);
    multiply(activated, layer.down, projected);
  }
}

void DecodeLayers::attend(const PassInputs& inputs, const PassShape& shape, int64_t index,
                          const at::Tensor& kv, const PrefillRows* prefill) {
  const Layer& layer = layers_[static_cast<size_t>(index)];
  const at::Tensor qkv = qkv_.narrow(0, 0, shape.rows);
  multiply(normed_.narrow(0, 0, shape.rows), layer.qkv, qkv);
  const operators::PagedRows rows{inputs.table(shape), inputs.sessions(shape)};
  operators::store_kv(qkv, kv, rows, inputs.positions(shape), cos_, sin_,
                      operators::if_defined(layer.q_norm), operators::if_defined(layer.k_norm),
                      config_.rms_norm_epsilon);
  const at::Tensor mixed = mixed_.narrow(0, 0, shape.rows);
  if (prefill == nullptr || prefill->first > 0)
    operators::paged_attention(qkv.narrow(1, 0, config_.q_size()), kv, rows, inputs.lengths(shape),
                               1 / std::sqrt(static_cast<double>(config_.head_dim)),
                               config_.window(index), shape.max_length(), mixed);
  if (prefill != nullptr)
    prefill_attention(*prefill, qkv.narrow(0, prefill->first, prefill->count), kv, config_,
                      config_.window(index), mixed.narrow(0, prefill->first, prefill->count));
}

at::Tensor DecodeLayers::logits(const PassInputs& inputs, const PassShape& shape, int64_t first,
                                int64_t count) {
  at::Tensor residual = residual_.narrow(0, first, count);
  at::Tensor projected = projected_.narrow(0, first, count);
  if (!shape.decodes) {
    const at::Tensor places = inputs.wanted(shape).narrow(0, first, count);
    residual = wanted_residual_.narrow(0, 0, count);
    projected = wanted_projected_.narrow(0, 0, count);
    at::index_select_out(residual, residual_, 0, places);
    at::index_select_out(projected, projected_, 0, places);
  }
  const at::Tensor normed = out_.narrow(0, 0, count), logits = logits_.narrow(0, 0, count);
  operators::rms_norm(residual, projected, weights_.final_norm, config_.rms_norm_epsilon, normed,
                      std::nullopt, std::nullopt);
  multiply_into(normed, head_, logits);
  return logits;
}

}  // namespace querl
