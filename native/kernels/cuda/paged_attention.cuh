// paged_attention() and store_kv() on a CUDA device: every pointer of the arguments is on it.
//
// A long context is cut into parts of 256 tokens whose results a second launch brings together
// (flash decoding, Dao et al. 2023). The cuts depend on a row's own length alone, so that a row has
// the same bits whatever else is in the batch.
//
// bfloat16 and float16 with a head_dim of 32, 64, 96, 128 or 256 run on tensor cores, and up to 16
// heads that share a key read it once. All else runs on a plain kernel, which is meant for checks.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

#include "kernels/paged_attention.h"

namespace querl {

// Parts that a row is cut into, for rows of at most `max_length` tokens.
int64_t paged_attention_parts(int64_t max_length, int64_t window);

// Device bytes that paged_attention_cuda() needs for itself.
size_t paged_attention_workspace_bytes(const PagedAttention& job);

cudaError_t paged_attention_cuda(const PagedAttention& job, void* workspace, cudaStream_t stream);

cudaError_t store_kv_cuda(const StoreKv& job, cudaStream_t stream);

}  // namespace querl
