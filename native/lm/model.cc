#include "lm/model.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "kernels/adamw.h"
#include "lm/errors.h"

namespace querl {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error("ERR_QUERL_ARGUMENT", message); }

int64_t buffer_bytes(int64_t floats) { return floats * static_cast<int64_t>(sizeof(float)); }

}  // namespace

Model::Model(const DecoderConfig& config, int threads, const EngineFactory& engine)
    : parameters_(config), pool_(threads), bytes_(buffer_bytes(parameters_.layout().size())) {
  engine_ = engine(*this);
}

FusedWeights& Model::fused_weights() {
  const std::lock_guard packing(packing_);
  if (fused_weights_ == nullptr) {
    const std::shared_lock reading(parameters_.mutex());
    fused_weights_ = std::make_unique<FusedWeights>(parameters_);
    bytes_ += buffer_bytes(parameters_.layout().size());
  }
  return *fused_weights_;
}

void Model::check(const TokenBatch& batch) const {
  const DecoderConfig& config = parameters_.config();
  if (batch.sequences > 0 && batch.offsets[0] != 0) refuse("Expected offsets to start at 0.");
  for (int64_t i = 0; i < batch.sequences; ++i) {
    const int64_t length = batch.offsets[i + 1] - batch.offsets[i];
    if (length < 0) refuse("Expected offsets to rise.");
    if (length > config.max_positions)
      throw Error("ERR_QUERL_WINDOW", "Sequence " + std::to_string(i) + " has " +
                                          std::to_string(length) + " tokens, and the window is " +
                                          std::to_string(config.max_positions) + ".");
  }
  for (int64_t t = 0; t < batch.count(); ++t)
    if (batch.tokens[t] < 0 || batch.tokens[t] >= config.vocab_size)
      refuse("Token " + std::to_string(t) + " is " + std::to_string(batch.tokens[t]) +
             ", and the vocabulary has " + std::to_string(config.vocab_size) + " entries.");
}

float* Model::made(std::vector<float>& buffer) {
  if (buffer.empty()) {
    buffer.resize(static_cast<size_t>(parameters_.layout().size()));
    bytes_ += buffer_bytes(parameters_.layout().size());
  }
  return buffer.data();
}

float* Model::gradients() { return made(gradients_); }
float* Model::first_moment() { return made(first_moment_); }
float* Model::second_moment() { return made(second_moment_); }

void Model::zero_gradients() { std::fill(gradients_.begin(), gradients_.end(), 0.f); }

void Model::reset_optimizer() {
  std::fill(first_moment_.begin(), first_moment_.end(), 0.f);
  std::fill(second_moment_.begin(), second_moment_.end(), 0.f);
  steps_ = 0;
}

StepResult Model::step(const StepOptions& options) {
  const int64_t count = parameters_.layout().size();
  float* gradient = gradients();
  StepResult result;
  result.grad_norm = std::sqrt(squared_norm(gradient, count, pool_));
  if (!std::isfinite(result.grad_norm)) {
    zero_gradients();
    result.skipped = true;
    return result;
  }
  // As PyTorch's clip_grad_norm_, so that a recipe gives the same steps in both.
  const double limit = options.max_grad_norm / (result.grad_norm + 1e-6);
  const bool clips = options.max_grad_norm > 0.f && limit < 1.0;
  const AdamWStep step{options.lr,
                       options.beta1,
                       options.beta2,
                       options.epsilon,
                       options.weight_decay,
                       steps_ + 1,
                       clips ? static_cast<float>(limit) : 1.f};
  float* first = first_moment();
  float* second = second_moment();
  {
    const std::lock_guard packing(packing_);
    const std::unique_lock writing(parameters_.mutex());
    adamw(step, parameters_.data(), gradient, first, second, count, pool_);
    if (fused_weights_ != nullptr) fused_weights_->repack();
    ++steps_;
    parameters_.set_version(parameters_.version() + 1);
  }
  zero_gradients();
  return result;
}

void Model::weights_changed() {
  const std::lock_guard packing(packing_);
  const std::unique_lock writing(parameters_.mutex());
  if (fused_weights_ != nullptr) fused_weights_->repack();
}

}  // namespace querl
