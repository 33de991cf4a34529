#include "lm/libtorch_engine.h"

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <numeric>

#include "lm/errors.h"
#include "lm/libtorch_head.h"
#include "lm/libtorch_layers.h"
#include "lm/libtorch_operators.h"
#include "lm/token_loss.h"
#include "torch/external.h"

namespace querl {
namespace {

using operators::if_defined;

const float* weights_of(const Loss& loss) {
  return std::visit([](const auto& it) { return it.weights; }, loss);
}

// Operators record nothing for autograd while it lives.
struct Call {
  explicit Call(int threads) { set_job_threads(threads); }

  at::NoGradGuard no_grad;
  at::AutoDispatchBelowADInplaceOrView plain;
};

class LibtorchEngine final : public TrainingEngine {
 public:
  LibtorchEngine(const Parameters& parameters, const Adapter* adapter, const EngineOptions& options)
      : parameters_(parameters),
        config_(parameters.config()),
        adapter_(adapter),
        options_(options),
        layers_(parameters, options.checkpoints),
        tables_(config_),
        type_(scalar_type(parameters.type())),
        device_(device_of(parameters)) {}

  LossSums backward(const TokenBatch& batch, const Loss& loss, const LogitOptions& options,
                    float* gradients, std::stop_token stop) override {
    const Call call(options_.threads);
    const LayerTraining training = training_of(gradients);
    const LibtorchHead::Gradients head_gradients = head_gradients_of(training, gradients);
    const bool has_values = std::holds_alternative<ValueLoss>(loss);
    LibtorchHead head(options);
    LossSums sums;
    for (const PackedRows& rows : packed(batch, {weights_of(loss)})) {
      const LibtorchPass pass(rows, tables_, device_);
      const States states = states_of(pass, training, true, has_values, stop);
      const at::Tensor d_states = d_states_.of(states.stream.sizes(), at::kFloat, device_);
      add(head.backward(head_, head_gradients, states.normed, predicted(rows, batch), loss,
                        d_states, stop),
          sums);
      operators::rms_norm_backward(d_states, states.stream, {}, layers_.weights().final_norm,
                                   states.inverse, d_states,
                                   if_defined(training.gradients.final_norm),
                                   /*accumulates=*/false);
      layers_.backward(pass, training, d_states, stop);
    }
    return sums;
  }

  void logprobs(const TokenBatch& batch, const float* weights, const LogitOptions& options,
                float* logprobs, float* entropies, std::stop_token stop) override {
    const Call call(options_.threads);
    std::fill_n(logprobs, batch.count(), 0.f);
    if (entropies != nullptr) std::fill_n(entropies, batch.count(), 0.f);
    LayerTraining training = training_of(nullptr);
    if (options.reference) training.lora.clear();
    LibtorchHead head(options);
    for (const PackedRows& rows : packed(batch, {weights})) {
      const LibtorchPass pass(rows, tables_, device_);
      const States states = states_of(pass, training, false, false, stop);
      const auto [found_logprobs, found_entropies] =
          head.score(head_, states.normed, predicted(rows, batch), stop);
      scatter(found_logprobs, rows, logprobs);
      if (entropies != nullptr) scatter(found_entropies, rows, entropies);
    }
  }

  void values(const TokenBatch& batch, const float* weights, float* values,
              std::stop_token stop) override {
    const Call call(options_.threads);
    std::fill_n(values, batch.count(), 0.f);
    const LayerTraining training = training_of(nullptr);
    for (const PackedRows& rows : packed(batch, {weights})) {
      const LibtorchPass pass(rows, tables_, device_);
      const States states = states_of(pass, training, false, true, stop);
      scatter(LibtorchHead::values(head_, states.normed).cpu(), rows, values);
    }
  }

  void logits(const TokenBatch& batch, float* logits, std::stop_token stop) override {
    const Call call(options_.threads);
    const LayerTraining training = training_of(nullptr);
    const LogitOptions plain;
    LibtorchHead head(plain);
    for (const PackedRows& rows : packed(batch, {nullptr, /*every_row=*/true})) {
      const LibtorchPass pass(rows, tables_, device_);
      // Every row is read, in order: row i of the first sequence predicts the token behind it.
      float* to = logits + (rows.targets.front() - 1) * config_.vocab_size;
      head.logits(head_, states_of(pass, training, false, false, stop).normed, to);
    }
  }

  int64_t bytes() const override {
    return layers_.bytes() + normed_.bytes() + inverse_.bytes() + d_states_.bytes();
  }

 private:
  struct States {
    at::Tensor stream;   // (r, D), float32
    at::Tensor normed;   // (r, D), behind the final norm
    at::Tensor inverse;  // (r)
  };

  std::vector<PackedRows> packed(const TokenBatch& batch, const RowSelection& selection) const {
    return pack_rows(batch, selection, options_.micro_batch_tokens, options_.shares_prompts);
  }

  LayerTraining training_of(float* gradients) {
    LayerTraining training;
    head_ = {layers_.weights().head, layers_.weights().value_weight, layers_.weights().value_bias};
    if (adapter_ == nullptr) {
      if (gradients != nullptr) training.gradients = gradient_tensors(parameters_, gradients);
      return training;
    }
    // Operators only read the adapter's numbers.
    const AdapterTensors weights =
        adapter_tensors(parameters_, *adapter_, const_cast<float*>(adapter_->data()));
    AdapterTensors slopes;
    if (gradients != nullptr) slopes = adapter_tensors(parameters_, *adapter_, gradients);
    training.lora.resize(weights.layers.size());
    for (size_t layer = 0; layer < weights.layers.size(); ++layer)
      for (size_t target = 0; target < kLoraTargets; ++target)
        training.lora[layer][target] =
            LoraLinear(weights.layers[layer][target],
                       gradients == nullptr ? LoraPair{} : slopes.layers[layer][target],
                       adapter_->scale(), type_);
    if (weights.value_weight.defined()) {
      head_.value_weight = weights.value_weight;
      head_.value_bias = weights.value_bias;
    }
    return training;
  }

  LibtorchHead::Gradients head_gradients_of(const LayerTraining& training, float* gradients) const {
    if (adapter_ == nullptr)
      return {training.gradients.head, training.gradients.value_weight,
              training.gradients.value_bias};
    const AdapterTensors slopes = adapter_tensors(parameters_, *adapter_, gradients);
    return {{}, slopes.value_weight, slopes.value_bias};
  }

  // `exact`: the normed states in float32, for the value head.
  States states_of(const LibtorchPass& pass, const LayerTraining& training, bool keeps, bool exact,
                   const std::stop_token& stop) {
    States states;
    states.stream = layers_.forward(pass, training, keeps, stop);
    states.normed = normed_.of(states.stream.sizes(), exact ? at::kFloat : type_, device_);
    states.inverse = inverse_.of({states.stream.size(0)}, at::kFloat, device_);
    operators::rms_norm(states.stream, {}, layers_.weights().final_norm, config_.rms_norm_epsilon,
                        states.normed, {}, states.inverse);
    return states;
  }

  PredictedTokens predicted(const PackedRows& rows, const TokenBatch& batch) const {
    const at::Tensor ids = at::empty({rows.read_count()}, at::kLong);
    int64_t* id = ids.mutable_data_ptr<int64_t>();
    for (const int64_t t : rows.targets) *id++ = batch.tokens[t];
    return {rows.targets, ids.to(device_)};
  }

  static void scatter(const at::Tensor& from, const PackedRows& rows, float* to) {
    const float* source = from.const_data_ptr<float>();
    for (const int64_t t : rows.targets) to[t] = *source++;
  }

  const Parameters& parameters_;
  const DecoderConfig& config_;
  const Adapter* const adapter_;
  const EngineOptions options_;
  LibtorchLayers layers_;
  RotaryTables tables_;
  const at::ScalarType type_;
  const at::Device device_;
  LibtorchHead::Weights head_;
  Slot normed_, inverse_, d_states_;
};

}  // namespace

std::unique_ptr<TrainingEngine> libtorch_engine(const Parameters& parameters,
                                                const Adapter* adapter,
                                                const EngineOptions& options) {
  return std::make_unique<LibtorchEngine>(parameters, adapter, options);
}

}  // namespace querl
