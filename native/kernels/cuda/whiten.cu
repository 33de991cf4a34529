#include "kernels/cuda/whiten.cuh"

#include <cuda_runtime.h>

#include "kernels/cuda/block_sums.cuh"

namespace querl {
namespace {

constexpr int kThreads = 256;
constexpr int kOwn = kMomentsChunk / kThreads;

int64_t chunks_of(int64_t count) { return (count + kMomentsChunk - 1) / kMomentsChunk; }

// One block for each chunk: its mean first, then the squares around it, as on the CPU. The chunk
// stays in registers between the two.
__global__ void __launch_bounds__(kThreads)
    chunk_moments(const float* values, const uint8_t* mask, int64_t count, Moments* chunks) {
  float own[kOwn];
  uint32_t kept = 0;
  const int64_t begin = int64_t{blockIdx.x} * kMomentsChunk + threadIdx.x;
#pragma unroll
  for (int i = 0; i < kOwn; ++i) {
    const int64_t at = begin + i * kThreads;
    const bool counts = at < count && (mask == nullptr || mask[at] != 0);
    kept |= counts ? uint32_t{1} << i : 0;
    own[i] = counts ? values[at] : 0.f;
  }
  double sum = 0;
#pragma unroll
  for (int i = 0; i < kOwn; ++i) sum += static_cast<double>(own[i]);
  const double n = block_sum<kThreads>(__popc(kept));
  const double mean = n > 0 ? block_sum<kThreads>(sum) / n : 0;  // n is the same in all threads
  double squares = 0;
#pragma unroll
  for (int i = 0; i < kOwn; ++i) {
    const double apart = static_cast<double>(own[i]) - mean;
    squares += (kept >> i & 1) != 0 ? apart * apart : 0.;
  }
  squares = block_sum<kThreads>(squares);
  if (threadIdx.x == 0) chunks[blockIdx.x] = {n, mean, squares};
}

// One block. Merges the chunks: each thread neighbours in order, then threads by a tree.
__global__ void __launch_bounds__(kThreads)
    merge_moments(const Moments* chunks, int64_t count, Moments* total, double* mean,
                  double* deviation) {
  __shared__ double counts[kThreads], means[kThreads], squares[kThreads];
  const int thread = static_cast<int>(threadIdx.x);
  const int64_t each = (count + kThreads - 1) / kThreads;
  Moments own;
  for (int64_t i = thread * each; i < (thread + 1) * each && i < count; ++i)
    own = merge(own, chunks[i]);
  for (int width = 1; width < kThreads; width *= 2) {
    counts[thread] = own.count;
    means[thread] = own.mean;
    squares[thread] = own.squares;
    __syncthreads();  // all have written before anyone reads
    if (thread % (2 * width) == 0) {
      const int other = thread + width;
      own = merge(own, {counts[other], means[other], squares[other]});
    }
    __syncthreads();  // all have read before anyone writes again
  }
  if (thread != 0) return;
  *total = own;
  *mean = own.mean;
  *deviation = sqrt(variance(own));
}

__global__ void __launch_bounds__(kThreads)
    rescale(const float* values, const uint8_t* mask, int64_t count, const Moments* total,
            WhitenOptions options, float* out) {
  const Moments moments = *total;
  const double scale = moments.count < 2 ? 0 : 1 / sqrt(variance(moments) + options.epsilon);
  const double shift = options.shift_mean ? 0 : moments.mean;
  const int64_t begin = int64_t{blockIdx.x} * kMomentsChunk + threadIdx.x;
#pragma unroll
  for (int i = 0; i < kOwn; ++i) {
    const int64_t at = begin + i * kThreads;
    if (at >= count) break;
    const bool counts = mask == nullptr || mask[at] != 0;
    const double x = counts ? static_cast<double>(values[at]) : 0;
    out[at] = counts ? static_cast<float>((x - moments.mean) * scale + shift) : 0.f;
  }
}

}  // namespace

size_t whiten_workspace_bytes(int64_t count) {
  return static_cast<size_t>(chunks_of(count) + 1) * sizeof(Moments);
}

cudaError_t whiten_cuda(const float* values, const uint8_t* mask, int64_t count,
                        const WhitenOptions& options, float* out, double* mean, double* deviation,
                        void* workspace, cudaStream_t stream) {
  auto* total = static_cast<Moments*>(workspace);
  Moments* chunks = total + 1;
  const auto blocks = static_cast<unsigned>(chunks_of(count));
  if (blocks > 0) chunk_moments<<<blocks, kThreads, 0, stream>>>(values, mask, count, chunks);
  merge_moments<<<1, kThreads, 0, stream>>>(chunks, int64_t{blocks}, total, mean, deviation);
  if (blocks > 0)
    rescale<<<blocks, kThreads, 0, stream>>>(values, mask, count, total, options, out);
  return cudaGetLastError();
}

}  // namespace querl
