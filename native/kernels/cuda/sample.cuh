// sample() on a CUDA device: every pointer of the arguments is on it. One block for each row, which
// reads the row some seven times out of the second-level cache and sorts nothing. Sums are of whole
// numbers, so that a draw depends on nothing but its row, seed, session and position.
//
// A draw equals the CPU's unless the uniform number lies within rounding (about 1e-7 of the total)
// of a boundary between two tokens.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

#include "kernels/row_draw.h"
#include "kernels/sample.h"

namespace querl {

// Device bytes that sample_cuda() needs for itself.
size_t sample_workspace_bytes(const SampleRows& rows, const SampleOptions& options);

cudaError_t sample_cuda(const SampleRows& rows, const SampleOptions& options, int32_t* ids,
                        float* logprobs, void* workspace, cudaStream_t stream);

// Rows with options of their own, all pointers on the device; out (rows). A draw is sample_cuda()'s
// under the same options and uniform number, and a score is what a draw of the token says of it.
cudaError_t draw_rows_cuda(const RowDraws& rows, DrawnRow* out, cudaStream_t stream);

}  // namespace querl
