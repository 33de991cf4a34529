#include "lm/adapter.h"

#include <array>
#include <cmath>
#include <utility>

#include "lm/errors.h"

namespace querl {
namespace {

constexpr int64_t kFloatBytes = sizeof(float);

struct TargetModule {
  const char* name;
  int64_t in, out;
};

// In the order of LoraTarget.
std::array<TargetModule, kLoraTargets> target_modules(const DecoderConfig& config) {
  const int64_t hidden = config.hidden_size, inner = config.intermediate_size;
  return {{{"self_attn.q_proj", hidden, config.q_size()},
           {"self_attn.k_proj", hidden, config.kv_size()},
           {"self_attn.v_proj", hidden, config.kv_size()},
           {"self_attn.o_proj", config.q_size(), hidden},
           {"mlp.gate_proj", hidden, inner},
           {"mlp.up_proj", hidden, inner},
           {"mlp.down_proj", inner, hidden}}};
}

}  // namespace

Adapter::Adapter(const DecoderConfig& config, const LoraConfig& lora,
                 std::shared_ptr<Device> device)
    : lora_(lora) {
  if (lora.rank < 1)
    throw Error("ERR_QUERL_ARGUMENT", "Expected lora.rank to be a positive integer, but got " +
                                          std::to_string(lora.rank) + ".");
  if (lora.targets.empty())
    throw Error("ERR_QUERL_ARGUMENT", "Expected lora.targets to name at least one module.");
  const auto rank = static_cast<float>(lora.rank);
  scale_ = lora.alpha / (lora.rank_stabilised ? std::sqrt(rank) : rank);
  const auto modules = target_modules(config);
  matrices_.resize(static_cast<size_t>(config.layers * kLoraTargets));
  for (int64_t layer = 0; layer < config.layers; ++layer) {
    for (const LoraTarget target : lora.targets) {
      const TargetModule& module = modules[static_cast<size_t>(target)];
      Matrices& made =
          matrices_[static_cast<size_t>(layer * kLoraTargets + static_cast<int64_t>(target))];
      if (made.a >= 0) continue;  // named twice
      const std::string name =
          "base_model.model.model.layers." + std::to_string(layer) + "." + module.name;
      made.in = module.in;
      made.out = module.out;
      made.a = add(name + ".lora_A.weight", {lora.rank, module.in});
      made.b = add(name + ".lora_B.weight", {module.out, lora.rank});
    }
  }
  if (config.value_head) {
    value_head_ = add("base_model.model.value_head.weight", {1, config.hidden_size});
    add("base_model.model.value_head.bias", {1});
  }
  data_ = DeviceBuffer(std::move(device), size_ * kFloatBytes);
}

void Adapter::read(int64_t offset, int64_t count, float* to) const {
  data_.read(offset * kFloatBytes, count * kFloatBytes, to);
}

void Adapter::write(int64_t offset, int64_t count, const float* from) {
  data_.write(offset * kFloatBytes, count * kFloatBytes, from);
}

void Adapter::zero_b() {
  for (const Matrices& of : matrices_) {
    if (of.b < 0) continue;
    const std::vector<float> zeros(static_cast<size_t>(of.out * lora_.rank));
    write(of.b, of.out * lora_.rank, zeros.data());
  }
}

void Adapter::take_value_head(const Parameters& weights) {
  if (value_head_ < 0 || weights.layout().value_head() < 0) return;
  const int64_t hidden = weights.config().hidden_size;
  std::vector<float> head(static_cast<size_t>(hidden) + 1);
  weights.read(weights.layout().value_head(), hidden, head.data());
  weights.read(weights.layout().value_bias(), 1, head.data() + hidden);
  write(value_head_, hidden + 1, head.data());
}

int64_t Adapter::add(std::string name, std::vector<int64_t> shape) {
  int64_t count = 1;
  for (const int64_t axis : shape) count *= axis;
  const int64_t offset = size_;
  specs_.push_back({std::move(name), std::move(shape), offset, count});
  size_ += count;
  return offset;
}

}  // namespace querl
