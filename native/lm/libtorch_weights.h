// The weights of a model, its gradients and its adapter as tensors: views of flat buffers, nothing
// is copied. The only place that makes them, wherever the memory is.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <vector>

#include "lm/adapter.h"
#include "lm/parameters.h"

namespace querl {

// Undefined: the model has no such weight.
struct LayerTensors {
  at::Tensor input_norm, post_norm;  // (D)
  at::Tensor qkv, qkv_bias;          // (q + 2 kv, D), (q + 2 kv)
  at::Tensor q_norm, k_norm;         // (head_dim)
  at::Tensor o, gate_up, down;       // (D, q), (2 F, D), (D, F)
};

struct ModelTensors {
  at::Tensor embedding, head;           // (V, D), the same where they are tied
  at::Tensor final_norm;                // (D)
  at::Tensor value_weight, value_bias;  // (1, D), (1)
  std::vector<LayerTensors> layers;
};

// Of the model's storage type, on its device.
ModelTensors weight_tensors(const Parameters& parameters);

// float32 over `gradients`, laid out as the parameters, on their device.
ModelTensors gradient_tensors(const Parameters& parameters, float* gradients);

struct LoraPair {
  at::Tensor a, b;  // (rank, in), (out, rank); undefined: not a target
};

struct AdapterTensors {
  std::vector<std::array<LoraPair, kLoraTargets>> layers;
  at::Tensor value_weight, value_bias;
};

// float32 over `data`, laid out as the adapter: its numbers or their gradients.
AdapterTensors adapter_tensors(const Parameters& parameters, const Adapter& adapter, float* data);

at::ScalarType scalar_type(FloatType type);
at::Device device_of(const Parameters& parameters);

}  // namespace querl
