// A model that trains: its weights, what trains of them, their gradients, its optimiser, and the
// engine over them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "kernels/thread_pool.h"
#include "lm/adapter.h"
#include "lm/fused_weights.h"
#include "lm/model_options.h"
#include "lm/optimizer.h"
#include "lm/parameters.h"
#include "lm/training_engine.h"

namespace querl {

struct StepOptions {
  float lr = 0.f;
  float beta1 = 0.9f;
  float beta2 = 0.999f;
  float epsilon = 1e-8f;
  float weight_decay = 0.f;
  float max_grad_norm = 1.f;  // 0: the gradients are not clipped
};

struct StepResult {
  double grad_norm = 0;  // before clipping
  bool skipped = false;
};

// Bytes that a model holds now, by part.
struct ModelMemory {
  int64_t weights = 0;
  int64_t packed_weights = 0;  // a second copy that some engines and samplers compute from
  int64_t adapter = 0;
  int64_t masters = 0;
  int64_t gradients = 0;
  int64_t moments = 0;
  int64_t engine = 0;  // what the engine keeps between calls

  int64_t total() const {
    return weights + packed_weights + adapter + masters + gradients + moments + engine;
  }
};

// One thread at a time, except for what says otherwise.
class Model {
 public:
  using EngineFactory = std::function<std::unique_ptr<TrainingEngine>(Model&)>;

  // Weights and adapter are zero. Throws ERR_QUERL_ARGUMENT for options that do not go together.
  Model(const DecoderConfig& config, const ModelOptions& options, const EngineFactory& engine);

  const DecoderConfig& config() const { return parameters_.config(); }
  const ModelOptions& options() const { return options_; }
  Parameters& parameters() { return parameters_; }
  Adapter* adapter() { return adapter_.get(); }  // null without one
  TrainingEngine& engine() { return *engine_; }
  Optimizer& optimizer() { return *optimizer_; }
  Parallel& threads() { return pool_; }

  // Any thread. Packed at the first call: a model that only trains on LibTorch needs none of it.
  // Throws ERR_QUERL_ARGUMENT unless the weights are stored in fp32.
  FusedWeights& fused_weights();

  // Throws ERR_QUERL_ARGUMENT if a token is outside the vocabulary, a sequence longer than the
  // window, or the offsets do not rise from 0.
  void check(const TokenBatch& batch) const;

  // What trains: the adapter where there is one, else the parameters.
  const std::vector<ParameterSpec>& trained() const {
    return adapter_ ? adapter_->specs() : parameters_.layout().specs();
  }

  // Laid out as what trains; made at the first call, zero. On the model's device.
  float* gradients();
  void zero_gradients();

  // Clips the gradients by their global norm, takes a step of AdamW, zeroes the gradients and
  // counts the version up. A norm that is not finite skips the step: the weights and moments stay.
  StepResult step(const StepOptions& options);

  // After weights or adapter were changed from outside: brings up to date what was derived from
  // them. Holds the parameters alone.
  void weights_changed();

  // Adds the adapter's products to the weights, in fp32, rounded to how these are stored, and makes
  // the adapter's B zero: the model stays the same, but for the rounding. The optimiser forgets
  // what it knew of the adapter. Throws ERR_QUERL_ARGUMENT without an adapter.
  void merge_adapter();

  // To be called after a call of the engine, on its thread: memory() tells what it kept.
  void note_engine() { engine_bytes_ = engine_->bytes(); }

  // Any thread.
  ModelMemory memory() const;
  int64_t bytes() const { return memory().total(); }

 private:
  ModelOptions options_;
  Parameters parameters_;
  std::unique_ptr<Adapter> adapter_;
  ThreadPool pool_;
  std::mutex packing_;
  std::unique_ptr<FusedWeights> fused_weights_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<TrainingEngine> engine_;
  DeviceBuffer gradients_;
  std::atomic<int64_t> packed_bytes_{0}, gradient_bytes_{0}, engine_bytes_{0};
};

}  // namespace querl
