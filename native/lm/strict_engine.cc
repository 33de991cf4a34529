#include "lm/strict_engine.h"

#include <utility>

#include "lm/batch_plan.h"
#include "lm/exact_scores.h"

namespace querl {
namespace {

class StrictEngine final : public TrainingEngine {
 public:
  StrictEngine(const Parameters& parameters, std::unique_ptr<TrainingEngine> inner,
               std::function<std::vector<std::unique_ptr<Decoder>>()> decoders)
      : parameters_(parameters), inner_(std::move(inner)), decoders_(std::move(decoders)) {}

  LossSums backward(const TokenBatch& batch, const Loss& loss, const LogitOptions& options,
                    float* gradients, std::stop_token stop) override {
    const auto* policy = std::get_if<PolicyLoss>(&loss);
    if (policy == nullptr) return inner_->backward(batch, loss, options, gradients, stop);
    check(batch, options);
    std::vector<float> scores(static_cast<size_t>(batch.count()));
    scorer().score(batch, policy->weights, options, scores.data(), stop);
    PolicyLoss exact = *policy;
    exact.exact_logprobs = scores.data();
    return inner_->backward(batch, exact, options, gradients, stop);
  }

  void logprobs(const TokenBatch& batch, const float* weights, const LogitOptions& options,
                float* logprobs, float* entropies, std::stop_token stop) override {
    if (options.reference || entropies != nullptr)
      inner_->logprobs(batch, weights, options, logprobs, entropies, stop);
    if (options.reference) return;
    check(batch, options);
    scorer().score(batch, weights, options, logprobs, stop);
  }

  void values(const TokenBatch& batch, const float* weights, float* values,
              std::stop_token stop) override {
    inner_->values(batch, weights, values, stop);
  }

  void logits(const TokenBatch& batch, float* logits, std::stop_token stop) override {
    inner_->logits(batch, logits, stop);
  }

  int64_t bytes() const override { return inner_->bytes(); }

 private:
  void check(const TokenBatch& batch, const LogitOptions& options) const {
    check_batch(batch, parameters_.config());
    check_logit_options(options, parameters_.config());
  }

  ExactScorer& scorer() {
    if (scorer_ == nullptr) scorer_ = std::make_unique<ExactScorer>(parameters_, decoders_());
    return *scorer_;
  }

  const Parameters& parameters_;
  const std::unique_ptr<TrainingEngine> inner_;
  const std::function<std::vector<std::unique_ptr<Decoder>>()> decoders_;
  std::unique_ptr<ExactScorer> scorer_;
};

}  // namespace

std::unique_ptr<TrainingEngine> strict_engine(
    const Parameters& parameters, std::unique_ptr<TrainingEngine> inner,
    std::function<std::vector<std::unique_ptr<Decoder>>()> decoders) {
  return std::make_unique<StrictEngine>(parameters, std::move(inner), std::move(decoders));
}

}  // namespace querl
