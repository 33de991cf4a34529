// masked_ppo_cpu() on a CUDA device.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

#include "kernels/masked_ppo.h"

namespace querl {

// Device bytes that masked_ppo_cuda() needs for these sizes and options.
size_t masked_ppo_workspace_bytes(const PpoTokens& in, const PpoOptions& options);

// As masked_ppo_cpu(), on `stream`: every pointer is on the device, `sums` (one) included,
// `workspace` at 256 bytes. Returns before the work is done. The same input gives the same bits on
// every run and on every device: tokens are added in tiles of a fixed size, in order, without
// atomics.
cudaError_t masked_ppo_cuda(const PpoTokens& in, const PpoOptions& options,
                            const PpoGradients& gradients, PpoSums* sums, void* workspace,
                            cudaStream_t stream);

}  // namespace querl
