// What the CPU and CUDA sides of querl::adamw_ share: its arguments, checked, as the kernel's.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "kernels/adamw.h"

namespace querl {

// The lists of one call.
struct AdamWLists {
  at::TensorList weights, gradients, first_moments, second_moments;
};

// Throws where a number is out of its range.
AdamWStep adamw_step(int64_t step, double lr, double beta1, double beta2, double epsilon,
                     double weight_decay, double gradient_scale);

// Views of the lists' memory. Throws unless they are of equal length, float32, contiguous, and of
// the weights' shapes and device.
std::vector<AdamWTensor> adamw_tensors(const AdamWLists& lists);

// To be called after the step: a graph that saved the weights before must not take these for them.
void mark_as_changed(at::TensorList weights);

}  // namespace querl
