#include "kernels/cuda/group_advantages.cuh"

#include <cuda_runtime.h>

namespace querl {
namespace {

constexpr int kThreads = 128;
constexpr int64_t kSpreadTokens = 4096;  // of one block

__device__ inline void add_row(Moments& moments, double reward) {
  moments = merge(moments, {1, reward, 0});
}

// One thread for each row, which looks at all rows for those of its group; a block takes them in
// tiles through shared memory. What is left out is never taken out of a sum again: of equal rewards
// the sum of squares is then exactly 0.
__global__ void __launch_bounds__(kThreads)
    row_advantages(const double* rewards, const int32_t* groups, int64_t count,
                   GroupOptions options, double* advantages) {
  __shared__ int32_t tile[kThreads];
  const int64_t row = int64_t{blockIdx.x} * kThreads + threadIdx.x;
  const bool is_row = row < count;
  const int32_t group = is_row ? groups[row] : 0;
  const bool leave_out = options.baseline == GroupBaseline::kLeaveOneOut;

  Moments over;
  for (int64_t first = 0; first < count; first += kThreads) {
    const int size = count - first < kThreads ? static_cast<int>(count - first) : kThreads;
    __syncthreads();  // the tile before was read
    if (threadIdx.x < static_cast<unsigned>(size)) tile[threadIdx.x] = groups[first + threadIdx.x];
    __syncthreads();  // this tile is whole
    if (!is_row) continue;
    for (int i = 0; i < size; ++i)
      if (tile[i] == group && !(leave_out && first + i == row)) add_row(over, rewards[first + i]);
  }
  if (!is_row) return;
  const double size = over.count + (leave_out ? 1 : 0);
  advantages[row] = size < 2 ? rewards[row] : group_advantage(rewards[row], over, options);
}

// `blocks_of_each` blocks stride through a sequence together.
__global__ void __launch_bounds__(kThreads)
    spread(const float* per_sequence, const int64_t* offsets, int64_t blocks_of_each,
           const uint8_t* mask, float* out) {
  const int64_t sequence = blockIdx.x / blocks_of_each, part = blockIdx.x % blocks_of_each;
  const float own = per_sequence[sequence];
  const int64_t end = offsets[sequence + 1];
  for (int64_t t = offsets[sequence] + part * kThreads + threadIdx.x; t < end;
       t += blocks_of_each * kThreads)
    out[t] = mask == nullptr || mask[t] != 0 ? own : 0.f;
}

}  // namespace

cudaError_t group_advantages_cuda(const double* rewards, const int32_t* groups, int64_t count,
                                  const GroupOptions& options, double* advantages,
                                  cudaStream_t stream) {
  if (count == 0) return cudaSuccess;
  if (options.baseline == GroupBaseline::kNone)
    return cudaMemcpyAsync(advantages, rewards, static_cast<size_t>(count) * sizeof(double),
                           cudaMemcpyDeviceToDevice, stream);
  const auto blocks = static_cast<unsigned>((count + kThreads - 1) / kThreads);
  row_advantages<<<blocks, kThreads, 0, stream>>>(rewards, groups, count, options, advantages);
  return cudaGetLastError();
}

cudaError_t spread_to_tokens_cuda(const float* per_sequence, const int64_t* offsets,
                                  int64_t sequences, int64_t tokens, const uint8_t* mask,
                                  float* out, cudaStream_t stream) {
  if (sequences == 0 || tokens == 0) return cudaSuccess;
  // As many as a sequence of mean length needs; longer ones stride more often.
  const int64_t each = (tokens / sequences + kSpreadTokens - 1) / kSpreadTokens;
  const int64_t blocks_of_each = each < 1 ? 1 : each;
  spread<<<static_cast<unsigned>(sequences * blocks_of_each), kThreads, 0, stream>>>(
      per_sequence, offsets, blocks_of_each, mask, out);
  return cudaGetLastError();
}

}  // namespace querl
