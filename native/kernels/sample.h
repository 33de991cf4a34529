// Draws a token from a row of logits.
//
// The weights of a row are w = exp((logit - max) / temperature), 0 where a token is banned. What
// may be drawn is cut down by three filters, one after the other, where "more likely" breaks ties
// by the lower id:
//   top-k: the k most likely tokens;
//   top-p: the fewest most likely of those that hold at least top_p of their weight;
//   min-p: of those, the tokens with w >= min_p, since the most likely one has w = 1.
// The token drawn is the first, in the order of ids, at which the running sum of the weights left
// passes uniform times their total.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "kernels/isa.h"
#include "kernels/parallel.h"

namespace querl {

struct SampleOptions {
  float temperature = 1.f;          // 0: the most likely token, the first of equals
  float top_p = 1.f;                // in (0, 1]; 1: all
  int32_t top_k = 0;                // 0: all
  float min_p = 0.f;                // in [0, 1]; 0: all
  const int32_t* banned = nullptr;  // ids with probability 0
  int64_t banned_count = 0;
  // Whether a log-prob is that among the tokens that the filters left, instead of among all.
  bool truncated_logprob = false;
};

struct Sample {
  int32_t id;     // -1: the logits have a NaN or infinity, or every token is banned
  float logprob;  // under the temperature (1 if that is 0, which has no filters) and the bans
};

// The most likely tokens of a row, ties by the lower id, with their log-probs as in Sample, before
// the filters.
struct TopTokens {
  int32_t count = 0;                             // how many are wanted, at most n
  std::vector<std::pair<int32_t, float>> found;  // count; (-1, minus infinity) where none is left
};

// Grows to what a row needs and stays: one per thread.
struct SampleScratch {
  std::vector<float> row;   // (V) weights
  std::vector<float> sums;  // of their blocks
  std::vector<float> left;  // (V) weights that a search has still to tell apart
};

// The draw at `uniform`, in [0, 1), from one row. Overwrites `logits` (n). Where it yields no
// sample `top`, which may be null, stays as it is.
Sample sample_row(float* logits, int64_t n, const SampleOptions& options, double uniform,
                  SampleScratch& scratch, Isa isa = best_isa(), TopTokens* top = nullptr);

// What sample_row() says of `target` where it draws it, to the bit, without truncated_logprob;
// minus infinity where it is banned. Overwrites `logits` (n). `top` as there.
Sample score_row(float* logits, int64_t n, const SampleOptions& options, int32_t target,
                 SampleScratch& scratch, Isa isa = best_isa(), TopTokens* top = nullptr);

enum class LogitsType { kFloat32, kBfloat16 };

struct SampleRows {
  const void* logits;  // (B, V), row-major; not written to
  LogitsType type;
  int64_t rows;              // B
  int64_t vocab;             // V, at least 1
  int64_t stride;            // elements from row to row
  uint64_t seed;             // row b draws at uniform_at(seed, sessions[b], positions[b])
  const int64_t* sessions;   // (B); null: the row's number
  const int64_t* positions;  // (B); null: 0
};

// Writes ids and logprobs (B), as in Sample. A draw depends on its row, seed, session and position
// alone.
void sample(const SampleRows& rows, const SampleOptions& options, int32_t* ids, float* logprobs,
            Parallel& parallel);

}  // namespace querl
