// row_ops.h on a CUDA device: every pointer of the jobs is on it. Sums are in fp32, in an order
// that depends on nothing but the row's length.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

#include "kernels/row_ops.h"

namespace querl {

// cudaErrorInvalidValue for parts of more than 32 768 numbers.
cudaError_t rms_norm_cuda(const RmsNorm& job, cudaStream_t stream);

// Device bytes that rms_norm_backward_cuda() needs for itself.
size_t rms_norm_backward_workspace_bytes(const RmsNormBackward& job);
cudaError_t rms_norm_backward_cuda(const RmsNormBackward& job, void* workspace,
                                   cudaStream_t stream);

cudaError_t rope_cuda(const Rope& job, cudaStream_t stream);

cudaError_t swiglu_cuda(const Swiglu& job, cudaStream_t stream);
cudaError_t swiglu_backward_cuda(const Swiglu& job, const void* d_out, void* d_gate_up,
                                 cudaStream_t stream);

}  // namespace querl
