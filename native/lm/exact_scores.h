// Log-probs of the tokens of a batch by a sampler's decoders.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "kernels/thread_pool.h"
#include "lm/decoder.h"
#include "lm/parameters.h"
#include "lm/training_engine.h"

namespace querl {

// Sequences of a batch, [first, end), that begin with the same `shared` tokens, whole pages, none
// of which is scored: they are computed once.
struct ScoreGroup {
  int64_t first = 0, end = 0, shared = 0;
};

// All sequences of a batch, in order. A group is cut short where a longer one would share less than
// half as much.
std::vector<ScoreGroup> plan_score_groups(const TokenBatch& batch, const float* weights);

// Keys and values are kept for as many sequences as a few passes hold, and none between calls.
class ExactScorer {
 public:
  // Keeps a reference to the parameters, and locks them shared for every pass.
  ExactScorer(const Parameters& parameters, std::vector<std::unique_ptr<Decoder>> decoders);

  // Writes logprobs (T) as TrainingEngine::logprobs(), those that a sampler reports for the tokens.
  // The batch and the options have been checked. Throws Cancelled.
  void score(const TokenBatch& batch, const float* weights, const LogitOptions& options,
             float* logprobs, std::stop_token stop);

 private:
  const Parameters& parameters_;
  std::vector<std::unique_ptr<Decoder>> decoders_;
  ThreadPool pool_;  // a thread for each of them
};

}  // namespace querl
