// Strict mode: the log-probs of training are those of sampling, to the bit.
//
// A sampler and a training engine compute the same numbers in different orders, so their log-probs
// differ in the last digits (in bf16: in the second), and the ratio of PPO is not 1 where the
// weights have not changed. Here the sampler's own decoders score the tokens, and the engine takes
// those log-probs for its own (PolicyLoss::exact_logprobs). On the CPU, where a decoder's rows
// depend on nothing but their session's tokens, the difference is then 0 while the weights are
// those that sampled. What it costs is one pass of the decoders over the batch for each one of the
// engine: benchmarks/training.cc.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "lm/decoder.h"
#include "lm/parameters.h"
#include "lm/training_engine.h"

namespace querl {

// An engine that does as `inner`, but for the log-probs of policies: those of a policy loss, and
// what logprobs() writes unless a reference is asked for. `decoders`, which must be those of
// samplers (make_decoders()), is called at the first of these; each of them is used by one thread.
// Keeps a reference to the parameters and locks them shared for every pass.
std::unique_ptr<TrainingEngine> strict_engine(
    const Parameters& parameters, std::unique_ptr<TrainingEngine> inner,
    std::function<std::vector<std::unique_ptr<Decoder>>()> decoders);

}  // namespace querl
