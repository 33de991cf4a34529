#include "lm/decoder_weights.h"

#include <algorithm>

#include "kernels/dense.h"
#include "kernels/half.h"
#include "lm/rope.h"

namespace querl {

DecoderWeights::DecoderWeights(const FusedWeights& packed, const Adapter* adapter)
    : parameters_(packed.parameters()), adapter_(adapter), rope_(packed.rope_cos()) {
  set_up(&packed);
}

DecoderWeights::DecoderWeights(const Parameters& parameters, const Adapter* adapter)
    : parameters_(parameters),
      adapter_(adapter),
      own_rope_(rope_tables(parameters.config())),
      rope_(own_rope_.data()) {
  int64_t size = 0;
  for (const ParameterSpec& spec : parameters.layout().specs()) {
    if (spec.shape.size() != 1) continue;
    vector_places_[spec.offset] = size;
    size += spec.count;
  }
  vectors_.resize(static_cast<size_t>(size));
  set_up(nullptr);
}

// Pointers that stay; what they point to is filled by refresh().
void DecoderWeights::set_up(const FusedWeights* packed) {
  const DecoderConfig& shape = config();
  const ParameterLayout& layout = parameters_.layout();
  rope_size_ = shape.max_positions * (shape.head_dim / 2);
  const auto linear = [&](const float* panels, int64_t offset, int64_t n, int64_t k) {
    DecoderLinear made;
    made.weights = packed != nullptr ? panels : parameters_.raw(offset);
    made.n = n;
    made.k = k;
    return made;
  };
  layers_.resize(static_cast<size_t>(shape.layers));
  for (int64_t index = 0; index < shape.layers; ++index) {
    const ParameterLayout::Layer& at = layout.layer(index);
    const FusedWeights::Layer panels =
        packed != nullptr ? packed->layer(index) : FusedWeights::Layer{};
    Layer& layer = layers_[static_cast<size_t>(index)];
    layer.input_norm = vector_at(at.input_norm);
    layer.qkv = linear(panels.qkv, at.qkv, shape.qkv_size(), shape.hidden_size);
    layer.qkv.bias = vector_at(at.qkv_bias);
    layer.q_norm = vector_at(at.q_norm);
    layer.k_norm = vector_at(at.k_norm);
    layer.o = linear(panels.o, at.o, shape.hidden_size, shape.q_size());
    layer.post_norm = vector_at(at.post_norm);
    layer.gate_up =
        linear(panels.gate_up, at.gate_up, 2 * shape.intermediate_size, shape.hidden_size);
    layer.down = linear(panels.down, at.down, shape.hidden_size, shape.intermediate_size);
    if (adapter_ == nullptr) continue;
    adapt(layer.qkv, index, {LoraTarget::kQ, LoraTarget::kK, LoraTarget::kV});
    adapt(layer.o, index, {LoraTarget::kO});
    adapt(layer.gate_up, index, {LoraTarget::kGate, LoraTarget::kUp});
    adapt(layer.down, index, {LoraTarget::kDown});
  }
  final_norm_ = vector_at(layout.final_norm());
  head_ = linear(packed != nullptr ? packed->head() : nullptr, layout.head(), shape.vocab_size,
                 shape.hidden_size);
}

// Null for a vector that the model does not have.
const float* DecoderWeights::vector_at(int64_t offset) const {
  if (offset < 0) return nullptr;
  if (type() == FloatType::kFloat32) return parameters_.data() + offset;
  return vectors_.data() + vector_places_.at(offset);
}

void DecoderWeights::adapt(DecoderLinear& linear, int64_t layer,
                           const std::vector<LoraTarget>& targets) {
  const DecoderConfig& shape = config();
  AdaptedLinear adapted{&linear, {}};
  int64_t output = 0;
  for (const LoraTarget target : targets) {
    const Adapter::Matrices& matrices = adapter_->at(layer, target);
    if (matrices.a >= 0) {
      adapted.parts.push_back({matrices, output, linear.rank});
      linear.rank += adapter_->lora().rank;
    }
    output += target == LoraTarget::kQ                                   ? shape.q_size()
              : target == LoraTarget::kK                                 ? shape.kv_size()
              : target == LoraTarget::kGate || target == LoraTarget::kUp ? shape.intermediate_size
                                                                         : 0;
  }
  most_rank_ = std::max(most_rank_, linear.rank);
  if (linear.rank > 0) adapted_.push_back(std::move(adapted));
}

void DecoderWeights::refresh() {
  if (seen_changes_ == parameters_.changes() && seen_version_ == parameters_.version()) return;
  read_vectors();
  pack_adapter();
  seen_changes_ = parameters_.changes();
  seen_version_ = parameters_.version();
}

void DecoderWeights::read_vectors() {
  if (vectors_.empty()) return;
  for (const ParameterSpec& spec : parameters_.layout().specs())
    if (spec.shape.size() == 1)
      parameters_.read(spec.offset, spec.count, vectors_.data() + vector_places_.at(spec.offset));
}

void DecoderWeights::pack_adapter() {
  if (adapted_.empty()) return;
  int64_t size = 0;
  for (const AdaptedLinear& adapted : adapted_) {
    const DecoderLinear& linear = *adapted.linear;
    size += packed_size(linear.rank, linear.k) + packed_size(linear.n, linear.rank);
  }
  packed_adapter_.resize(static_cast<size_t>(size));
  float* to = packed_adapter_.data();
  const int64_t rank = adapter_->lora().rank;
  std::vector<float> a, b;
  for (const AdaptedLinear& adapted : adapted_) {
    DecoderLinear& linear = *adapted.linear;
    a.clear();
    b.assign(static_cast<size_t>(linear.n * linear.rank), 0.f);
    for (const AdapterPart& part : adapted.parts) {
      const float* from = adapter_->data() + part.matrices.a;
      for (int64_t i = 0; i < rank * linear.k; ++i) a.push_back(adapter_->scale() * from[i]);
      from = adapter_->data() + part.matrices.b;
      for (int64_t i = 0; i < part.matrices.out; ++i)
        std::copy_n(from + i * rank, rank,
                    b.data() + (part.first_output + i) * linear.rank + part.first_rank);
    }
    dense_kernels().pack(a.data(), linear.rank, linear.k, linear.k, 1, to);
    linear.a = to;
    to += packed_size(linear.rank, linear.k);
    dense_kernels().pack(b.data(), linear.n, linear.rank, linear.rank, 1, to);
    linear.b = to;
    to += packed_size(linear.n, linear.rank);
  }
}

void DecoderWeights::embed(int32_t token, float* to) const {
  const int64_t size = config().hidden_size;
  parameters_.read(parameters_.layout().embedding() + token * size, size, to);
}

}  // namespace querl
