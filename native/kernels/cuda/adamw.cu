// 28 bytes of an element cross the memory, 16 in and 12 out, for some 15 instructions: four vectors
// of each buffer under way in a thread are what keeps the memory busy.
#include "kernels/cuda/adamw.cuh"

#include "kernels/adamw_element.h"
#include "kernels/cuda/tensor_batch.cuh"

namespace querl {
namespace {

constexpr int kThreads = 256;
constexpr int kSteps = 4;
constexpr int64_t kChunk = int64_t{kThreads} * 4 * kSteps;

__device__ inline void update(const AdamWFactors& factors, const AdamWTensor& tensor, int64_t i) {
  float weight = tensor.weights[i];
  float first = tensor.first_moment[i], second = tensor.second_moment[i];
  adamw_element(factors, tensor.gradients[i], weight, first, second);
  tensor.weights[i] = weight;
  tensor.first_moment[i] = first;
  tensor.second_moment[i] = second;
}

__device__ inline void update(const AdamWFactors& factors, float4 gradient, float4& weight,
                              float4& first, float4& second) {
  adamw_element(factors, gradient.x, weight.x, first.x, second.x);
  adamw_element(factors, gradient.y, weight.y, first.y, second.y);
  adamw_element(factors, gradient.z, weight.z, first.z, second.z);
  adamw_element(factors, gradient.w, weight.w, first.w, second.w);
}

// One block for each chunk of each tensor.
__global__ void __launch_bounds__(kThreads)
    updated(const __grid_constant__ TensorBatch<AdamWTensor> batch, AdamWFactors factors) {
  const int at = tensor_of_block(batch, blockIdx.x);
  const AdamWTensor& tensor = batch.tensors[at];
  const int64_t begin = (int64_t{blockIdx.x} - batch.first_blocks[at]) * kChunk;
  const int64_t end = begin + kChunk < tensor.count ? begin + kChunk : tensor.count;
  const uintptr_t addresses = reinterpret_cast<uintptr_t>(tensor.weights) |
                              reinterpret_cast<uintptr_t>(tensor.gradients) |
                              reinterpret_cast<uintptr_t>(tensor.first_moment) |
                              reinterpret_cast<uintptr_t>(tensor.second_moment);
  if (addresses % 16 != 0 || end - begin < kChunk) {
    for (int64_t i = begin + threadIdx.x; i < end; i += kThreads) update(factors, tensor, i);
    return;
  }
  auto* weights = reinterpret_cast<float4*>(tensor.weights + begin) + threadIdx.x;
  auto* gradients = reinterpret_cast<const float4*>(tensor.gradients + begin) + threadIdx.x;
  auto* first_moment = reinterpret_cast<float4*>(tensor.first_moment + begin) + threadIdx.x;
  auto* second_moment = reinterpret_cast<float4*>(tensor.second_moment + begin) + threadIdx.x;
  float4 weight[kSteps], gradient[kSteps], first[kSteps], second[kSteps];
#pragma unroll
  for (int step = 0; step < kSteps; ++step) {
    gradient[step] = gradients[step * kThreads];
    weight[step] = weights[step * kThreads];
    first[step] = first_moment[step * kThreads];
    second[step] = second_moment[step * kThreads];
  }
#pragma unroll
  for (int step = 0; step < kSteps; ++step) {
    update(factors, gradient[step], weight[step], first[step], second[step]);
    weights[step * kThreads] = weight[step];
    first_moment[step * kThreads] = first[step];
    second_moment[step * kThreads] = second[step];
  }
}

}  // namespace

cudaError_t adamw_cuda(const AdamWStep& step, std::span<const AdamWTensor> tensors,
                       cudaStream_t stream) {
  const AdamWFactors factors = adamw_factors(step);
  for_batches(tensors, kChunk, [&](const TensorBatch<AdamWTensor>& batch, int64_t blocks) {
    updated<<<static_cast<unsigned>(blocks), kThreads, 0, stream>>>(batch, factors);
  });
  return cudaGetLastError();
}

}  // namespace querl
