// A model that trains: its weights, their gradients and AdamW's moments, and the engine over them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "kernels/thread_pool.h"
#include "lm/fused_weights.h"
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

// One thread at a time, except for what says otherwise.
class Model {
 public:
  using EngineFactory = std::function<std::unique_ptr<TrainingEngine>(Model&)>;

  // `threads` are those of step(); an engine has its own.
  Model(const DecoderConfig& config, int threads, const EngineFactory& engine);

  const DecoderConfig& config() const { return parameters_.config(); }
  Parameters& parameters() { return parameters_; }
  TrainingEngine& engine() { return *engine_; }

  // Any thread. Packed at the first call: a model that only trains on LibTorch needs none of it.
  FusedWeights& fused_weights();

  // Throws ERR_QUERL_ARGUMENT if a token is outside the vocabulary, a sequence longer than the
  // window, or the offsets do not rise from 0.
  void check(const TokenBatch& batch) const;

  // Made at the first call, laid out as the parameters, zero.
  float* gradients();
  void zero_gradients();

  // Clips the gradients by their global norm, takes a step of AdamW, zeroes the gradients and
  // counts the version up. A norm that is not finite skips the step: the weights and moments stay.
  StepResult step(const StepOptions& options);

  // After the weights were changed from outside: packs them again. Holds the parameters alone.
  void weights_changed();

  // AdamW's state; the moments are made at the first call, zero.
  float* first_moment();
  float* second_moment();
  int64_t steps() const { return steps_; }
  void set_steps(int64_t steps) { steps_ = steps; }
  void reset_optimizer();

  // Any thread: bytes of memory that it holds now.
  int64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  float* made(std::vector<float>& buffer);

  Parameters parameters_;
  ThreadPool pool_;
  std::mutex packing_;
  std::unique_ptr<FusedWeights> fused_weights_;
  std::unique_ptr<TrainingEngine> engine_;
  std::vector<float> gradients_, first_moment_, second_moment_;
  int64_t steps_ = 0;
  std::atomic<int64_t> bytes_{0};
};

}  // namespace querl
