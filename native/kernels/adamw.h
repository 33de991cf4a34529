// AdamW and the gradient's norm, over one flat buffer or over many tensors at once. adamw8.h is the
// same with moments of one byte.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/float_type.h"
#include "kernels/parallel.h"

namespace querl {

// One step of AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2), as PyTorch does
// it: decay by lr * weight_decay first, moments of the scaled gradient, bias-corrected.
struct AdamWStep {
  float lr = 0.f;
  float beta1 = 0.9f;
  float beta2 = 0.999f;
  float epsilon = 1e-8f;
  float weight_decay = 0.f;
  int64_t step = 1;            // counts from 1
  float gradient_scale = 1.f;  // multiplies the gradient: what clipping leaves of it
  FloatType rounded_type = FloatType::kBfloat16;  // of the tensors' `rounded`
};

// The buffers of one parameter, each (count).
struct AdamWTensor {
  float* weights;
  const float* gradients;
  float* first_moment;
  float* second_moment;
  int64_t count;
  // Where the new weights go as well, rounded to nearest, ties to even: what a model of 16 bits
  // computes with, `weights` being its masters. Null: nowhere.
  void* rounded = nullptr;
};

struct NormTensor {
  const float* values;
  int64_t count;
};

// Updates weights and both moments in place. Any number of threads gives the same bits, and so does
// cutting a buffer into tensors.
void adamw(const AdamWStep& step, std::span<const AdamWTensor> tensors, Parallel& parallel);
void adamw(const AdamWStep& step, float* weights, const float* gradients, float* first_moment,
           float* second_moment, int64_t count, Parallel& parallel);

// The sum of squares in float64, in an order that does not depend on the number of threads. Not
// finite if an element is not.
double squared_norm(std::span<const NormTensor> tensors, Parallel& parallel);
double squared_norm(const float* values, int64_t count, Parallel& parallel);

}  // namespace querl
