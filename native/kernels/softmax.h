// Softmax over rows of logits and of attention scores, with gradients, on the CPU in fp32: one
// table of functions per instruction set. Single-threaded; a row's result depends on that row
// alone.
#pragma once

#include <cstdint>

#include "kernels/isa.h"

namespace querl {

// What a row of logits x comes to, with z = scale * x and p = softmax(z).
struct SoftmaxRow {
  float max;      // of z
  float sum;      // of exp(z - max)
  float log_sum;  // log(sum): log p = z - max - log_sum
  float entropy;  // -sum p log p, in nats
};

struct SoftmaxKernels {
  SoftmaxRow (*row)(const float* logits, int64_t count, float scale);

  // In place: x becomes p (constant + slope log p), the shape of every gradient of a function of
  // one log-probability and the entropy.
  void (*row_slopes)(float* logits, int64_t count, float scale, const SoftmaxRow& row,
                     float constant, float slope);

  // In place, for m rows `stride` floats apart: softmax(scale * scores) over the first limits[i]
  // columns of row i, zeros in the others up to `columns`. log_sums (m): log of the sum of
  // exp(scale * score), for the gradient. limits[i] is at least 1.
  void (*causal)(float* scores, int64_t stride, int64_t m, const int32_t* limits, int64_t columns,
                 float scale, float* log_sums);

  // From the scores again: scores become probabilities, and `slopes`, which holds the gradient of
  // each probability, becomes the gradient of each score. Zeros behind limits[i] in both.
  void (*causal_slopes)(float* scores, float* slopes, int64_t stride, int64_t m,
                        const int32_t* limits, int64_t columns, float scale, const float* log_sums);
};

// Functions for `isa`, which the processor must have.
const SoftmaxKernels& softmax_kernels(Isa isa = best_isa());

}  // namespace querl
