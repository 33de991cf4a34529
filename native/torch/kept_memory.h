// Memory for results that come anew at every step of a training: what is freed is kept for the next
// step. Fresh memory has a page fault for each 4 KiB, which takes longer than a kernel that passes
// over it once.
#pragma once

#include <ATen/core/Tensor.h>

namespace querl {

// A float32 tensor of the shape and device of `like`, contiguous, of any numbers. On the CPU its
// memory comes back when the last tensor on it is gone: at most 8 blocks and 256 MiB are kept.
at::Tensor kept_floats_like(const at::Tensor& like);

// Gives back to the system what is kept.
void release_kept_memory();

}  // namespace querl
