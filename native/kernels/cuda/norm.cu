// One read of everything. A thread adds 64 squares in float32, all above that is float64; a second
// launch adds the blocks' sums in order.
#include "kernels/cuda/norm.cuh"

#include "kernels/cuda/block_sums.cuh"
#include "kernels/cuda/tensor_batch.cuh"

namespace querl {
namespace {

constexpr int kThreads = 256;
constexpr int kSteps = 16;
constexpr int64_t kChunk = int64_t{kThreads} * 4 * kSteps;

// One block for each chunk of each tensor: its sum of squares.
__global__ void __launch_bounds__(kThreads)
    squares(const __grid_constant__ TensorBatch<NormTensor> batch, double* partial) {
  const int at = tensor_of_block(batch, blockIdx.x);
  const NormTensor& tensor = batch.tensors[at];
  const int64_t begin = (int64_t{blockIdx.x} - batch.first_blocks[at]) * kChunk;
  const int64_t end = begin + kChunk < tensor.count ? begin + kChunk : tensor.count;
  float sum = 0.f;
  if (reinterpret_cast<uintptr_t>(tensor.values) % 16 != 0 || end - begin < kChunk) {
    for (int64_t i = begin + threadIdx.x; i < end; i += kThreads)
      sum = fmaf(tensor.values[i], tensor.values[i], sum);
  } else {
    const auto* values = reinterpret_cast<const float4*>(tensor.values + begin) + threadIdx.x;
#pragma unroll 8
    for (int step = 0; step < kSteps; ++step) {
      const float4 four = values[step * kThreads];
      sum = fmaf(four.x, four.x,
                 fmaf(four.y, four.y, fmaf(four.z, four.z, fmaf(four.w, four.w, sum))));
    }
  }
  const double total = block_sum<kThreads>(static_cast<double>(sum));
  if (threadIdx.x == 0) partial[blockIdx.x] = total;
}

// One block.
__global__ void __launch_bounds__(kThreads)
    root_of_total(const double* partial, int64_t count, double* norm) {
  double sum = 0;
  for (int64_t i = threadIdx.x; i < count; i += kThreads) sum += partial[i];
  sum = block_sum<kThreads>(sum);
  if (threadIdx.x == 0) *norm = sqrt(sum);
}

int64_t blocks_of(std::span<const NormTensor> tensors) {
  int64_t blocks = 0;
  for (const NormTensor& tensor : tensors) blocks += chunks_of(tensor.count, kChunk);
  return blocks;
}

}  // namespace

size_t norm_workspace_bytes(std::span<const NormTensor> tensors) {
  return static_cast<size_t>(blocks_of(tensors)) * sizeof(double);
}

cudaError_t norm_cuda(std::span<const NormTensor> tensors, double* norm, void* workspace,
                      cudaStream_t stream) {
  auto* partial = static_cast<double*>(workspace);
  int64_t first = 0;
  for_batches(tensors, kChunk, [&](const TensorBatch<NormTensor>& batch, int64_t blocks) {
    squares<<<static_cast<unsigned>(blocks), kThreads, 0, stream>>>(batch, partial + first);
    first += blocks;
  });
  root_of_total<<<1, kThreads, 0, stream>>>(partial, first, norm);
  return cudaGetLastError();
}

}  // namespace querl
