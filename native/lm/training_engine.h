// Forward and backward passes over packed sequences. Engines with one contract: the fused CPU one
// for small models in fp32 (fused_engine.h) and the one over LibTorch's operators for the others
// (libtorch_engine.h), checked against each other.
#pragma once

#include <cstdint>
#include <stop_token>
#include <variant>
#include <vector>

#include "kernels/masked_ppo.h"

namespace querl {

// Sequences without padding: tokens (T), offsets (B + 1) with offsets[0] = 0 and offsets[B] = T.
//
// Everything "per token" below has shape (T), and its entry t is about predicting token t from
// those before it in its sequence. Entry 0 of a sequence is never read: its first token is not
// predicted.
struct TokenBatch {
  const int32_t* tokens = nullptr;
  const int64_t* offsets = nullptr;
  int64_t sequences = 0;

  int64_t count() const { return sequences == 0 ? 0 : offsets[sequences]; }
};

// How logits become probabilities.
struct LogitOptions {
  float temperature = 1.f;
  std::vector<int32_t> banned;  // ids with probability 0
  // Scores with the adapter off, as the frozen reference policy; of logprobs() alone.
  bool reference = false;
};

// loss = -sum_t weights[t] logprob[t]
struct CrossEntropyLoss {
  const float* weights = nullptr;  // 0: the token is not trained on
};

// loss = sum_t weights[t] (ppo_term[t] + kl_coefficient k3[t] - entropy_coefficient entropy[t]).
// The weights hold the mask and the aggregation: 1 / tokens for a token mean, 1 / (tokens of the
// sequence * sequences) for a mean of sequence means. Where a weight is 0 nothing else is read.
struct PolicyLoss {
  const float* weights = nullptr;
  const float* old_logprobs = nullptr;
  const float* advantages = nullptr;
  const float* reference_logprobs = nullptr;  // null: no KL term
  ClipRange clip;
  float kl_coefficient = 0.f;
  float entropy_coefficient = 0.f;
  // What the log-probs of this policy are taken to be, in place of the engine's own: strict mode,
  // where they are the sampler's to the bit. Null: the engine's. Gradients are the engine's.
  const float* exact_logprobs = nullptr;
};

// loss = sum_t weights[t] 0.5 max((v - returns)^2, (clip(v, old - clip, old + clip) - returns)^2)
struct ValueLoss {
  const float* weights = nullptr;
  const float* returns = nullptr;
  const float* old_values = nullptr;
  float clip = 0.5f;
};

using Loss = std::variant<CrossEntropyLoss, PolicyLoss, ValueLoss>;

// Sums over the tokens whose weight is not 0, never means: they add up over micro-batches.
struct LossSums {
  double loss = 0;               // weighted, as defined by the loss
  double tokens = 0;             // tokens whose weight is not 0
  double logprobs = 0;           // policy and cross entropy
  double entropy = 0;            // policy and cross entropy
  double kl = 0;                 // from the sampling policy, k3: r - 1 - log r
  double reference_kl = 0;       // from the reference, k3
  double clipped = 0;            // tokens whose gradient the clip removed
  double ratio_max = 0;          // a maximum, not a sum
  double logprob_delta_sum = 0;  // |new - old|
  double logprob_delta_max = 0;  // a maximum
  double values = 0, returns = 0, squared_returns = 0, squared_errors = 0;  // value loss
};

struct EngineOptions {
  int threads = 1;
  // Tokens that go through the decoder together, at most; a longer sequence goes alone.
  int64_t micro_batch_tokens = 4096;
  // Keeps the inputs of the layers alone and computes the rest again on the way back.
  bool checkpoints = false;
  // Computes what neighbouring sequences begin with in common once, up to their first token that is
  // trained on: the prompt of a group.
  bool shares_prompts = false;
};

class TrainingEngine {
 public:
  virtual ~TrainingEngine() = default;

  // Adds the gradients to `gradients`, laid out as what trains: the adapter where the model has
  // one, else the parameters. Polls `stop` between sequences
  // and then throws Cancelled (lm/errors.h), leaving the gradients in an undefined state.
  virtual LossSums backward(const TokenBatch& batch, const Loss& loss, const LogitOptions& options,
                            float* gradients, std::stop_token stop) = 0;

  // Writes logprobs and entropies (T) where weights[t] is not 0 (everywhere if weights is null), 0
  // elsewhere. `entropies` may be null.
  virtual void logprobs(const TokenBatch& batch, const float* weights, const LogitOptions& options,
                        float* logprobs, float* entropies, std::stop_token stop) = 0;

  // Writes the value head's estimate of the state before token t, (T), where weights[t] is not 0.
  virtual void values(const TokenBatch& batch, const float* weights, float* values,
                      std::stop_token stop) = 0;

  // Logits (T, V) of every position, for tests and small inputs: row t predicts token t + 1.
  virtual void logits(const TokenBatch& batch, float* logits, std::stop_token stop) = 0;

  // Bytes of memory that it keeps between calls.
  virtual int64_t bytes() const { return 0; }
};

}  // namespace querl
