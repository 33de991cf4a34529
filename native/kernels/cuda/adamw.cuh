// adamw() on a CUDA device.
#pragma once

#include <cuda_runtime_api.h>

#include <span>

#include "kernels/adamw.h"

namespace querl {

// As adamw(), but for `rounded`, which it leaves alone (Device::round() follows), on `stream`:
// every buffer is on the device, the list itself on the host. Returns before the work is done.
// Cutting a buffer into tensors changes no bit.
cudaError_t adamw_cuda(const AdamWStep& step, std::span<const AdamWTensor> tensors,
                       cudaStream_t stream);

}  // namespace querl
