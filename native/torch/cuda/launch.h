// What every CUDA wrapper needs: the tensor's device, the caller's stream, scratch memory, and an
// exception where a launch failed.
//
// Of LibTorch's CUDA headers only c10/cuda is used: ATen/cuda wants the headers of cuBLAS, cuSPARSE
// and cuSOLVER, which a machine that only compiles lacks.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>

#include <string>

#include "base/errors.h"

namespace querl {

// Makes a tensor's device the current one while it lives, and names the stream that callers expect
// the work on.
class CudaLaunch {
 public:
  explicit CudaLaunch(const at::Tensor& tensor)
      : device_(tensor.device()), guard_(device_), stream_(c10::cuda::getCurrentCUDAStream()) {}

  cudaStream_t stream() const { return stream_.stream(); }

  // Device memory of at least `bytes`, from LibTorch's caching allocator: it is reused on this
  // stream only after what was launched before is done, so it may be dropped at once.
  at::Tensor scratch(size_t bytes) const {
    return at::empty({static_cast<int64_t>(bytes)},
                     at::TensorOptions().dtype(at::kByte).device(device_));
  }

  // Throws what a launcher returned. `name`: of the operator.
  static void check(cudaError_t error, const char* name) {
    if (error == cudaSuccess) return;
    throw Error(error == cudaErrorMemoryAllocation ? "ERR_QUERL_OUT_OF_MEMORY" : "ERR_QUERL_NATIVE",
                std::string(name) +
                    ": CUDA could not start the kernel: " + cudaGetErrorString(error) + ".");
  }

 private:
  c10::Device device_;
  c10::cuda::CUDAGuard guard_;
  c10::cuda::CUDAStream stream_;
};

}  // namespace querl
