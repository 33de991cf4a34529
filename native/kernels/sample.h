// Draws a token from a row of logits.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/decode.h"

namespace querl {

struct SampleOptions {
  float temperature = 1.f;          // 0: the most likely token, the first of equals
  float top_p = 1.f;                // the smallest set of tokens that holds this much, in (0, 1]
  int32_t top_k = 0;                // the k most likely tokens; 0: all
  const int32_t* banned = nullptr;  // ids with probability 0
  int64_t banned_count = 0;
};

struct Sample {
  int32_t id;     // -1: the logits have a NaN or infinity, or every token is banned
  float logprob;  // under the temperature (1 if that is 0) and the bans, before top-k and top-p
};

struct SampleScratch {
  std::vector<float> sums;
  std::vector<int32_t> candidates;
};

// The token at which the running sum of the probabilities passes `uniform`, in [0, 1). The sum runs
// in the order of ids, or, with top-k or top-p, from the most likely token down (equals: lower id
// first). Top-k goes before top-p, which renormalises. Overwrites `logits` (n).
Sample sample_row(const DecodeKernels& kernels, float* logits, int64_t n,
                  const SampleOptions& options, double uniform, SampleScratch& scratch);

}  // namespace querl
