// Tensors over memory that somebody else owns, and the thread count of a job.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>

namespace querl {

// A view of `data`, row-major, without a copy; it must outlive the tensor.
at::Tensor tensor_over(float* data, at::IntArrayRef shape);

// A copy of `count` integers as an index tensor (int64).
at::Tensor index_tensor(const int32_t* data, int64_t count);

// Threads of LibTorch's operators on the calling thread. Each thread has its own count, so a job
// sets it when it starts; the main thread's setting does not reach others.
void set_job_threads(int threads);

}  // namespace querl
