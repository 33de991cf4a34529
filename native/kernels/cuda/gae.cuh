// gae() on a CUDA device: every pointer of the arguments is on it. A sequence's results depend on
// that sequence alone, bit for bit.
#pragma once

#include <cuda_runtime_api.h>

#include "kernels/gae.h"

namespace querl {

// `tokens` is offsets[sequences], which the host may not have at hand otherwise.
cudaError_t gae_cuda(const GaeBatch& batch, int64_t tokens, const GaeOptions& options,
                     float* advantages, float* returns, cudaStream_t stream);

}  // namespace querl
