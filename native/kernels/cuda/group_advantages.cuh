// group_advantages() and spread_to_tokens() on a CUDA device: every pointer is on it.
#pragma once

#include <cuda_runtime_api.h>

#include "kernels/group_advantages.h"

namespace querl {

// Takes (B) time for each row, all rows at once: made for the thousands of trajectories of a step.
// Rewards of a group are merged in the order of rows, as on the CPU.
cudaError_t group_advantages_cuda(const double* rewards, const int32_t* groups, int64_t count,
                                  const GroupOptions& options, double* advantages,
                                  cudaStream_t stream);

// `tokens` is offsets[sequences].
cudaError_t spread_to_tokens_cuda(const float* per_sequence, const int64_t* offsets,
                                  int64_t sequences, int64_t tokens, const uint8_t* mask,
                                  float* out, cudaStream_t stream);

}  // namespace querl
