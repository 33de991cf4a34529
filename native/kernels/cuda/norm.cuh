// The norm of adamw.h on a CUDA device.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <span>

#include "kernels/adamw.h"

namespace querl {

// Device bytes that norm_cuda() needs for these tensors.
size_t norm_workspace_bytes(std::span<const NormTensor> tensors);

// The root of squared_norm(), to `norm` (one, on the device), on `stream`: every buffer is on the
// device, the list itself on the host. Returns before the work is done. The same input gives the
// same bits on every run and on every device.
cudaError_t norm_cuda(std::span<const NormTensor> tensors, double* norm, void* workspace,
                      cudaStream_t stream);

}  // namespace querl
