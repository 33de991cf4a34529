// whiten() on a CUDA device: every pointer of the arguments is on it. The same input gives the same
// bits on every run.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

#include "kernels/whiten.h"

namespace querl {

// Device bytes that whiten_cuda() needs for `count` numbers.
size_t whiten_workspace_bytes(int64_t count);

// Also writes the mean and the unbiased standard deviation of what went in, one number each.
cudaError_t whiten_cuda(const float* values, const uint8_t* mask, int64_t count,
                        const WhitenOptions& options, float* out, double* mean, double* deviation,
                        void* workspace, cudaStream_t stream);

}  // namespace querl
