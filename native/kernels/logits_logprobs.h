// Log-probabilities of given tokens and entropies from logits, with the gradient, on the CPU.
//
//   z = logits / temperature      logprob = z[target] - log sum exp z
//   p = softmax(z)                entropy = -sum p log p, in nats, with 0 log 0 = 0
//
//   d loss / d logit_i = ((i == target) dl - p_i (dl + de (log p_i + entropy))) / temperature
//
// for dl and de, the gradients of the loss by the log-prob and by the entropy. The forward pass
// reads the logits from memory once, with a running maximum (Milakov and Gimelshein 2018, arXiv
// 1805.02867); the backward pass reads and writes them once, in place if so wished. Neither takes
// memory of its own.
//
// A row with a negative target is ignored: it is not read, its results and gradients are 0. A NaN
// stays in its row. A logit of -infinity has probability 0 and adds nothing to the entropy. A row
// whose two gradients are 0 is not read in the backward pass.
#pragma once

#include <cstdint>

#include "kernels/float_type.h"
#include "kernels/isa.h"
#include "kernels/parallel.h"

namespace querl {

// The rows of a matrix, each contiguous, `stride` elements apart.
template <class Pointer>
struct FloatRows {
  Pointer data;
  int64_t stride;
  FloatType type;
};
using ConstRows = FloatRows<const void*>;
using Rows = FloatRows<void*>;

// What is known of each token after the forward pass. Each (T).
struct TokenScores {
  float* logprobs;
  float* entropies;
  float* maxima;    // of z, kept apart from log_sums: their sum would lose digits of large logits
  float* log_sums;  // log sum exp(z - max)
};

// What the backward pass starts from. Each (T); the gradients may be null: zeros.
struct TokenSlopes {
  const float* entropies;
  const float* maxima;
  const float* log_sums;
  const float* d_logprobs;
  const float* d_entropies;
};

struct LogitsShape {
  int64_t tokens;  // T
  int64_t vocab;   // V, at least 1 where there are tokens
};

// targets (T) < V; temperature > 0; `isa` is the best but in tests.
void logits_logprobs(const LogitsShape& shape, const ConstRows& logits, const int64_t* targets,
                     float temperature, const TokenScores& scores, Parallel& parallel,
                     Isa isa = best_isa());

// Writes d_logits (T, V), of the logits' type, which may be the logits themselves.
void logits_logprobs_backward(const LogitsShape& shape, const ConstRows& logits,
                              const int64_t* targets, float temperature, const TokenSlopes& slopes,
                              const Rows& d_logits, Parallel& parallel, Isa isa = best_isa());

}  // namespace querl
