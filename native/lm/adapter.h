// Low-rank adapters (LoRA, Hu et al. 2021, arXiv 2106.09685): what trains of a model whose own
// weights stay. y = W x + scale B (A x), with A (rank, in) and B (out, rank), in fp32.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lm/device.h"
#include "lm/parameters.h"

namespace querl {

enum class LoraTarget { kQ, kK, kV, kO, kGate, kUp, kDown };
inline constexpr int64_t kLoraTargets = 7;

struct LoraConfig {
  int64_t rank = 0;  // 0: no adapter
  float alpha = 0.f;
  std::vector<LoraTarget> targets;
  // As PEFT's use_rslora: the scale is alpha / sqrt(rank) instead of alpha / rank.
  bool rank_stabilised = false;
};

// The adapter's matrices, and a value head of its own where the model has one, in one flat fp32
// buffer. Guarded by the mutex of the model's Parameters, whose version counts its steps.
class Adapter {
 public:
  // Of one target of one layer; a is -1 where it has none.
  struct Matrices {
    int64_t a = -1, b = -1;   // offsets in data()
    int64_t in = 0, out = 0;  // A (rank, in), B (out, rank)
  };

  // Zeros. Throws ERR_QUERL_ARGUMENT for a rank below 1 or no targets.
  Adapter(const DecoderConfig& config, const LoraConfig& lora,
          std::shared_ptr<Device> device = host_device());

  const LoraConfig& lora() const { return lora_; }
  float scale() const { return scale_; }
  // In PEFT's names: "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight".
  const std::vector<ParameterSpec>& specs() const { return specs_; }
  const Matrices& at(int64_t layer, LoraTarget target) const {
    return matrices_[static_cast<size_t>(layer * kLoraTargets + static_cast<int64_t>(target))];
  }
  int64_t value_head() const { return value_head_; }  // (1, D), the bias behind it; -1 without one
  int64_t size() const { return size_; }              // numbers
  // On the model's device, as every pointer that is made from it.
  float* data() { return data_.floats(); }
  const float* data() const { return data_.floats(); }
  // `count` numbers from `offset` on, to and from this machine's memory.
  void read(int64_t offset, int64_t count, float* to) const;
  void write(int64_t offset, int64_t count, const float* from);
  // Leaves the model as it is without the adapter.
  void zero_b();
  // Makes the value head, where both have one, that of the weights.
  void take_value_head(const Parameters& weights);

 private:
  int64_t add(std::string name, std::vector<int64_t> shape);

  LoraConfig lora_;
  float scale_;
  std::vector<ParameterSpec> specs_;
  std::vector<Matrices> matrices_;
  int64_t value_head_ = -1;
  int64_t size_ = 0;
  DeviceBuffer data_;
};

}  // namespace querl
