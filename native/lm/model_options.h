// How a model is stored, trained and kept.
#pragma once

#include <memory>

#include "kernels/float_type.h"
#include "lm/adapter.h"
#include "lm/device.h"
#include "lm/training_engine.h"

namespace querl {

enum class EngineKind { kAuto, kFused, kLibtorch };

struct ModelOptions {
  FloatType type = FloatType::kFloat32;  // of the weights
  std::shared_ptr<Device> device = host_device();
  EngineKind kind = EngineKind::kAuto;
  EngineOptions engine;     // its threads are those of step(), too
  LoraConfig lora;          // rank 0: no adapter, and the weights train
  int optimizer_bits = 32;  // of a moment: 32 or 8
  bool strict = false;      // log-probs in training are the sampler's, to the bit
};

// kFused or kLibtorch. Automatically the fused one where it can train a model of `parameters`
// numbers and is the faster one: fp32 on the CPU, no adapter, below 32 M.
//
// Throws ERR_QUERL_ARGUMENT if the fused one is asked for what it cannot train.
EngineKind chosen_engine(const ModelOptions& options, int64_t parameters);

}  // namespace querl
