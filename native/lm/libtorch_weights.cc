#include "lm/libtorch_weights.h"

#include <ATen/ops/from_blob.h>

namespace querl {
namespace {

// Tensors over a flat buffer of one type.
class Views {
 public:
  Views(const void* data, at::ScalarType type, at::Device device)
      : data_(static_cast<const char*>(data)),
        bytes_(static_cast<int64_t>(c10::elementSize(type))),
        options_(at::TensorOptions().dtype(type).device(device)),
        device_(device) {}

  // Undefined for offset -1. Nothing writes to weights through it: gradients are the views that are
  // added to.
  at::Tensor at(int64_t offset, at::IntArrayRef shape) const {
    if (offset < 0) return {};
    auto* data = const_cast<char*>(data_ + offset * bytes_);
    return at::from_blob(data, shape, at::detail::noopDelete, options_, device_);
  }

 private:
  const char* data_;
  int64_t bytes_;
  at::TensorOptions options_;
  at::Device device_;
};

ModelTensors model_tensors(const Parameters& parameters, const Views& views) {
  const DecoderConfig& c = parameters.config();
  const ParameterLayout& layout = parameters.layout();
  ModelTensors tensors;
  tensors.embedding = views.at(layout.embedding(), {c.vocab_size, c.hidden_size});
  tensors.head = c.tied_embeddings ? tensors.embedding
                                   : views.at(layout.head(), {c.vocab_size, c.hidden_size});
  tensors.final_norm = views.at(layout.final_norm(), {c.hidden_size});
  tensors.value_weight = views.at(layout.value_head(), {1, c.hidden_size});
  tensors.value_bias = views.at(layout.value_bias(), {1});
  for (int64_t i = 0; i < c.layers; ++i) {
    const ParameterLayout::Layer& at = layout.layer(i);
    LayerTensors layer;
    layer.input_norm = views.at(at.input_norm, {c.hidden_size});
    layer.post_norm = views.at(at.post_norm, {c.hidden_size});
    layer.qkv = views.at(at.qkv, {c.qkv_size(), c.hidden_size});
    layer.qkv_bias = views.at(at.qkv_bias, {c.qkv_size()});
    layer.q_norm = views.at(at.q_norm, {c.head_dim});
    layer.k_norm = views.at(at.k_norm, {c.head_dim});
    layer.o = views.at(at.o, {c.hidden_size, c.q_size()});
    layer.gate_up = views.at(at.gate_up, {2 * c.intermediate_size, c.hidden_size});
    layer.down = views.at(at.down, {c.hidden_size, c.intermediate_size});
    tensors.layers.push_back(std::move(layer));
  }
  return tensors;
}

}  // namespace

at::ScalarType scalar_type(FloatType type) {
  if (type == FloatType::kFloat32) return at::kFloat;
  return type == FloatType::kBfloat16 ? at::kBFloat16 : at::kHalf;
}

at::Device device_of(const Parameters& parameters) {
  return at::Device(parameters.device().name());
}

ModelTensors weight_tensors(const Parameters& parameters) {
  return model_tensors(
      parameters, Views(parameters.raw(), scalar_type(parameters.type()), device_of(parameters)));
}

ModelTensors gradient_tensors(const Parameters& parameters, float* gradients) {
  return model_tensors(parameters, Views(gradients, at::kFloat, device_of(parameters)));
}

AdapterTensors adapter_tensors(const Parameters& parameters, const Adapter& adapter, float* data) {
  const Views views(data, at::kFloat, device_of(parameters));
  const DecoderConfig& c = parameters.config();
  const int64_t rank = adapter.lora().rank;
  AdapterTensors tensors;
  tensors.layers.resize(static_cast<size_t>(c.layers));
  for (int64_t layer = 0; layer < c.layers; ++layer) {
    for (int64_t target = 0; target < kLoraTargets; ++target) {
      const Adapter::Matrices& at = adapter.at(layer, static_cast<LoraTarget>(target));
      tensors.layers[static_cast<size_t>(layer)][static_cast<size_t>(target)] = {
          views.at(at.a, {rank, at.in}), views.at(at.b, {at.out, rank})};
    }
  }
  if (adapter.value_head() >= 0) {
    tensors.value_weight = views.at(adapter.value_head(), {1, c.hidden_size});
    tensors.value_bias = views.at(adapter.value_head() + c.hidden_size, {1});
  }
  return tensors;
}

}  // namespace querl
