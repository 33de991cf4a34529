#include "lm/libtorch_engine.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cstring>

#include "lm/errors.h"
#include "lm/libtorch_decoder.h"
#include "lm/libtorch_losses.h"
#include "torch/external.h"

namespace querl {
namespace {

// Bounds the activations that one backward pass keeps, and how long a stop request waits.
constexpr int64_t kGroupTokens = 4096;
// Bounds the logits that exist at once: 8 M floats are 32 MB.
constexpr int64_t kLogitFloats = int64_t{8} << 20;

// The tokens of a group that are predicted and have a weight.
struct Targets {
  at::Tensor indices;  // in the batch
  at::Tensor rows;     // of the hidden states: the one before each token
  at::Tensor ids;
};

Targets targets_of(const SequenceGroup& group, const float* weights) {
  std::vector<int32_t> places, ids;
  for (size_t i = 0; i + 1 < group.bounds.size(); ++i) {
    for (int64_t t = group.bounds[i] + 1; t < group.bounds[i + 1]; ++t) {
      if (weights != nullptr && weights[group.start + t] == 0.f) continue;
      places.push_back(static_cast<int32_t>(t));
      ids.push_back(group.tokens[t]);
    }
  }
  const auto count = static_cast<int64_t>(places.size());
  const at::Tensor place = index_tensor(places.data(), count);
  return {place + group.start, place - 1, index_tensor(ids.data(), count)};
}

class LibtorchEngine final : public TrainingEngine {
 public:
  LibtorchEngine(const Parameters& parameters, int threads)
      : parameters_(parameters), threads_(threads) {}

  LossSums backward(const TokenBatch& batch, const Loss& loss, const LogitOptions& options,
                    float* gradients, std::stop_token stop) override {
    set_job_threads(threads_);
    LossSums sums;
    const LibtorchDecoder decoder(parameters_, gradients);
    for (const SequenceGroup& group : sequence_groups(batch, kGroupTokens)) {
      const Targets targets = targets_of(group, weights_of(loss));
      if (targets.rows.numel() == 0) continue;
      const at::Tensor states = decoder.hidden(group, stop).index_select(0, targets.rows);
      // The head runs on its own leaf, chunk by chunk, so that the logits of all never exist at
      // once.
      at::Tensor leaf = states.detach().set_requires_grad(true);
      leaf.mutable_grad() = at::zeros_like(leaf);
      for_chunks(leaf, targets, stop, [&](const at::Tensor& rows, const Targets& chunk) {
        loss_of(predict(decoder, rows, chunk, loss, options), loss, sums).backward();
      });
      states.backward(leaf.grad());
    }
    return sums;
  }

  void logprobs(const TokenBatch& batch, const float* weights, const LogitOptions& options,
                float* logprobs, float* entropies, std::stop_token stop) override {
    const auto scored = [&](const LibtorchDecoder& decoder, const at::Tensor& rows,
                            const Targets& chunk) {
      const PredictedTokens tokens = predict(decoder, rows, chunk, CrossEntropyLoss{}, options);
      scatter(tokens.logprobs, chunk, logprobs);
      if (entropies != nullptr) scatter(tokens.entropies, chunk, entropies);
    };
    std::fill_n(logprobs, batch.count(), 0.f);
    if (entropies != nullptr) std::fill_n(entropies, batch.count(), 0.f);
    infer(batch, weights, stop, scored);
  }

  void values(const TokenBatch& batch, const float* weights, float* values,
              std::stop_token stop) override {
    std::fill_n(values, batch.count(), 0.f);
    infer(batch, weights, stop,
          [&](const LibtorchDecoder& decoder, const at::Tensor& rows, const Targets& chunk) {
            scatter(predict(decoder, rows, chunk, ValueLoss{}, {}).values, chunk, values);
          });
  }

  void logits(const TokenBatch& batch, float* logits, std::stop_token stop) override {
    set_job_threads(threads_);
    const at::NoGradGuard no_grad;
    const LibtorchDecoder decoder(parameters_);
    const int64_t vocab = parameters_.config().vocab_size;
    for (const SequenceGroup& group : sequence_groups(batch, kGroupTokens)) {
      const at::Tensor rows = decoder.hidden(group, stop);
      tensor_over(logits + group.start * vocab, {group.count(), vocab})
          .copy_(at::linear(rows, decoder.head()));
    }
  }

 private:
  static PredictedTokens predict(const LibtorchDecoder& decoder, const at::Tensor& rows,
                                 const Targets& chunk, const Loss& loss,
                                 const LogitOptions& options) {
    PredictedTokens tokens;
    tokens.indices = chunk.indices;
    if (std::holds_alternative<ValueLoss>(loss)) {
      tokens.values = at::linear(rows, decoder.value_weight(), decoder.value_bias()).squeeze(1);
    } else {
      score(at::linear(rows, decoder.head()), chunk.ids, options, tokens);
    }
    return tokens;
  }

  // Calls f(rows (n, D), targets (n)) for runs of rows whose logits stay below kLogitFloats.
  template <typename F>
  void for_chunks(const at::Tensor& states, const Targets& targets, const std::stop_token& stop,
                  F&& f) const {
    const int64_t step = std::max<int64_t>(1, kLogitFloats / parameters_.config().vocab_size);
    for (int64_t start = 0; start < states.size(0); start += step) {
      if (stop.stop_requested()) throw Cancelled();
      const int64_t count = std::min(step, states.size(0) - start);
      f(states.narrow(0, start, count),
        Targets{targets.indices.narrow(0, start, count), targets.rows.narrow(0, start, count),
                targets.ids.narrow(0, start, count)});
    }
  }

  template <typename F>
  void infer(const TokenBatch& batch, const float* weights, const std::stop_token& stop,
             F&& f) const {
    set_job_threads(threads_);
    const at::NoGradGuard no_grad;
    const LibtorchDecoder decoder(parameters_);
    for (const SequenceGroup& group : sequence_groups(batch, kGroupTokens)) {
      const Targets targets = targets_of(group, weights);
      if (targets.rows.numel() == 0) continue;
      const at::Tensor states = decoder.hidden(group, stop).index_select(0, targets.rows);
      for_chunks(states, targets, stop,
                 [&](const at::Tensor& rows, const Targets& chunk) { f(decoder, rows, chunk); });
    }
  }

  static void scatter(const at::Tensor& from, const Targets& chunk, float* to) {
    const at::Tensor dense = from.contiguous();
    const int64_t* index = chunk.indices.const_data_ptr<int64_t>();
    const float* source = dense.const_data_ptr<float>();
    for (int64_t i = 0; i < dense.numel(); ++i) to[index[i]] = source[i];
  }

  const Parameters& parameters_;
  const int threads_;
};

}  // namespace

std::unique_ptr<TrainingEngine> libtorch_engine(const Parameters& parameters, int threads) {
  return std::make_unique<LibtorchEngine>(parameters, threads);
}

}  // namespace querl
