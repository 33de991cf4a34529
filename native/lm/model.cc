#include "lm/model.h"

#include <cmath>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "kernels/adamw.h"
#include "lm/errors.h"
#include "lm/merge_adapter.h"

namespace querl {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error("ERR_QUERL_ARGUMENT", message); }

int64_t buffer_bytes(int64_t floats) { return floats * static_cast<int64_t>(sizeof(float)); }

int64_t numbers_of(const std::vector<ParameterSpec>& specs) {
  return specs.empty() ? 0 : specs.back().offset + specs.back().count;
}

}  // namespace

Model::Model(const DecoderConfig& config, const ModelOptions& options, const EngineFactory& engine)
    : options_(options),
      parameters_(config, options.type, options.device),
      pool_(options.engine.threads) {
  options_.kind = chosen_engine(options, parameters_.layout().size());
  if (options.lora.rank > 0) {
    adapter_ = std::make_unique<Adapter>(config, options.lora, options.device);
    optimizer_ = std::make_unique<Optimizer>(
        TrainedNumbers{options.device, &adapter_->specs(), FloatType::kFloat32, adapter_->data(),
                       adapter_->size()},
        options.optimizer_bits);
  } else {
    optimizer_ = std::make_unique<Optimizer>(
        TrainedNumbers{options.device, &parameters_.layout().specs(), options.type,
                       parameters_.raw(), parameters_.layout().size()},
        options.optimizer_bits);
  }
  engine_ = engine(*this);
}

FusedWeights& Model::fused_weights() {
  const std::lock_guard packing(packing_);
  if (fused_weights_ == nullptr) {
    const std::shared_lock reading(parameters_.mutex());
    fused_weights_ = std::make_unique<FusedWeights>(parameters_);
    packed_bytes_ = fused_weights_->bytes();
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

float* Model::gradients() {
  if (gradients_.empty()) {
    gradients_ = DeviceBuffer(options_.device, buffer_bytes(numbers_of(trained())));
    gradient_bytes_ = gradients_.bytes();
  }
  return gradients_.floats();
}

void Model::zero_gradients() { gradients_.zero(); }

StepResult Model::step(const StepOptions& options) {
  const int64_t count = numbers_of(trained());
  const float* gradient = gradients();
  StepResult result;
  result.grad_norm = options_.device->is_host() ? std::sqrt(squared_norm(gradient, count, pool_))
                                                : options_.device->norm(gradient, count);
  if (!std::isfinite(result.grad_norm)) {
    zero_gradients();
    result.skipped = true;
    return result;
  }
  // As PyTorch's clip_grad_norm_, so that a recipe gives the same steps in both.
  const double limit = options.max_grad_norm / (result.grad_norm + 1e-6);
  const bool clips = options.max_grad_norm > 0.f && limit < 1.0;
  AdamWStep step;
  step.lr = options.lr;
  step.beta1 = options.beta1;
  step.beta2 = options.beta2;
  step.epsilon = options.epsilon;
  step.weight_decay = options.weight_decay;
  step.gradient_scale = clips ? static_cast<float>(limit) : 1.f;
  {
    const std::lock_guard packing(packing_);
    const std::unique_lock writing(parameters_.mutex());
    optimizer_->step(step, gradient, pool_);
    // An adapter's step leaves the weights as they are.
    if (fused_weights_ != nullptr && adapter_ == nullptr) fused_weights_->repack();
    parameters_.count_change();
    parameters_.set_version(parameters_.version() + 1);
  }
  zero_gradients();
  return result;
}

void Model::weights_changed() {
  const std::lock_guard packing(packing_);
  const std::unique_lock writing(parameters_.mutex());
  optimizer_->numbers_changed(pool_);
  parameters_.count_change();
  if (fused_weights_ != nullptr) fused_weights_->repack();
}

void Model::merge_adapter() {
  if (adapter_ == nullptr) refuse("The model has no adapter to merge.");
  {
    const std::unique_lock writing(parameters_.mutex());
    querl::merge_adapter(*adapter_, parameters_, pool_);
    adapter_->zero_b();
    optimizer_->reset();
  }
  weights_changed();
}

ModelMemory Model::memory() const {
  ModelMemory memory;
  memory.weights = parameters_.bytes();
  memory.packed_weights = packed_bytes_;
  memory.adapter = adapter_ ? buffer_bytes(adapter_->size()) : 0;
  memory.masters = optimizer_->master_bytes();
  memory.gradients = gradient_bytes_;
  memory.moments = optimizer_->moment_bytes();
  memory.engine = engine_bytes_;
  return memory;
}

}  // namespace querl
