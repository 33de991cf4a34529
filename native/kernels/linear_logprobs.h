// Log-probabilities of given tokens and entropies from hidden states and the head of a language
// model, with the gradients of both, on the CPU: the logits never exist as a (T, V) matrix.
//
//   z = hidden head^T / temperature, then as in logits_logprobs.h
//
// Forward, a block of 32 x 32 logits goes into the running maximum, sum and entropy of its tokens
// while it is in the first-level cache. Backward computes the logits of a chunk of the vocabulary
// again, turns them into their gradients, and multiplies those by the head and by the hidden states
// before the next chunk. Related: Cut Cross-Entropy (Wijmans et al. 2024, arXiv 2411.09009), which
// drops small gradients; nothing is dropped here.
//
// bfloat16 runs on AMX or AVX512-BF16 where the processor has them, with sums in fp32 and logits'
// gradients rounded to bfloat16 before they are multiplied; elsewhere it is converted to fp32 block
// by block. Any number of threads gives the same bits.
//
// Ignored tokens (negative targets) cost nothing and are not read, nor are, backward, tokens whose
// two gradients are 0. Their results and gradients are 0.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"
#include "kernels/logits_logprobs.h"
#include "kernels/parallel.h"

namespace querl {

struct LinearShape {
  int64_t tokens;  // T
  int64_t width;   // D, at least 1
  int64_t vocab;   // V, at least 1 where there are tokens
};

// hidden (T, D) and head (V, D) of one type; targets (T) < V; temperature > 0.
struct LinearInputs {
  LinearShape shape;
  ConstRows hidden;
  ConstRows head;
  const int64_t* targets;
  float temperature;
};

// Where the gradients go, of any type; null data: not wanted.
struct LinearGradients {
  Rows d_hidden;             // (T, D), overwritten
  Rows d_head;               // (V, D)
  bool accumulates = false;  // d_head += instead
};

void linear_logprobs(const LinearInputs& inputs, const TokenScores& scores, Parallel& parallel,
                     const LinearIsa& isa = {});

void linear_logprobs_backward(const LinearInputs& inputs, const TokenSlopes& slopes,
                              const LinearGradients& gradients, Parallel& parallel,
                              const LinearIsa& isa = {});

// Bytes that the two take for themselves while they run: a few times the hidden states and some
// tens of MiB, whatever the vocabulary.
size_t linear_logprobs_bytes(const LinearShape& shape, FloatType type, int threads,
                             const LinearIsa& isa = {});
size_t linear_logprobs_backward_bytes(const LinearShape& shape, FloatType type, int threads,
                                      const LinearIsa& isa = {});

}  // namespace querl
