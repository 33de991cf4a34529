#include "lm/fused_weights.h"

#include "lm/rope.h"

namespace querl {
namespace {

// Where the packed matrices of one layer lie, from its start.
struct PackedLayer {
  explicit PackedLayer(const DecoderConfig& config)
      : o(packed_size(config.qkv_size(), config.hidden_size)),
        gate_up(o + packed_size(config.hidden_size, config.q_size())),
        down(gate_up + packed_size(2 * config.intermediate_size, config.hidden_size)),
        size(down + packed_size(config.hidden_size, config.intermediate_size)) {}

  int64_t o, gate_up, down, size;  // qkv is at 0
};

}  // namespace

FusedWeights::FusedWeights(const Parameters& parameters)
    : parameters_(parameters), rope_(rope_tables(parameters.config())) {
  const DecoderConfig& shape = config();
  const PackedLayer packed(shape);
  head_offset_ = packed.size * shape.layers;
  packed_.resize(
      static_cast<size_t>(head_offset_ + packed_size(shape.vocab_size, shape.hidden_size)));
  const float* weights = parameters.data();
  for (int64_t index = 0; index < shape.layers; ++index) {
    const ParameterLayout::Layer& at = parameters.layout().layer(index);
    const float* base = packed_.data() + index * packed.size;
    layers_.push_back({weights + at.input_norm, base,
                       at.qkv_bias < 0 ? nullptr : weights + at.qkv_bias, base + packed.o,
                       weights + at.post_norm, base + packed.gate_up, base + packed.down});
  }
  repack();
}

void FusedWeights::repack() {
  const DecoderConfig& shape = config();
  const ParameterLayout& layout = parameters_.layout();
  const PackedLayer packed(shape);
  const auto pack = [weights = parameters_.data(), &dense = dense_kernels()](
                        int64_t offset, int64_t rows, int64_t columns, float* to) {
    dense.pack(weights + offset, rows, columns, columns, 1, to);
  };
  for (int64_t index = 0; index < shape.layers; ++index) {
    const ParameterLayout::Layer& at = layout.layer(index);
    float* base = packed_.data() + index * packed.size;
    pack(at.qkv, shape.qkv_size(), shape.hidden_size, base);
    pack(at.o, shape.hidden_size, shape.q_size(), base + packed.o);
    pack(at.gate_up, 2 * shape.intermediate_size, shape.hidden_size, base + packed.gate_up);
    pack(at.down, shape.hidden_size, shape.intermediate_size, base + packed.down);
  }
  pack(layout.head(), shape.vocab_size, shape.hidden_size, packed_.data() + head_offset_);
  ++generation_;
}

const float* FusedWeights::embedding() const {
  return parameters_.data() + parameters_.layout().embedding();
}
const float* FusedWeights::final_norm() const {
  return parameters_.data() + parameters_.layout().final_norm();
}
const float* FusedWeights::head() const { return packed_.data() + head_offset_; }
const float* FusedWeights::rope_cos() const { return rope_.data(); }
const float* FusedWeights::rope_sin() const { return rope_.data() + rope_.size() / 2; }

}  // namespace querl
