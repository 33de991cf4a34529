// A part (a row, or a head of it) belongs to a warp, or to a block of 256 or 1024 threads,
// whichever keeps it in registers: it is read once.
#include <cuda_runtime.h>

#include "kernels/cuda/any_floats.cuh"
#include "kernels/cuda/block_sums.cuh"
#include "kernels/cuda/row_ops.cuh"

namespace querl {
namespace {

constexpr int kVectors = 8;  // of four numbers, in a thread
constexpr int kBlock = 256;

// The sum over the kThreads threads of a part, in all of them.
template <int kThreads>
__device__ inline float part_sum(float value) {
  for (int width = kWarp / 2; width > 0; width /= 2)
    value += __shfl_xor_sync(kFullWarp, value, width);
  if constexpr (kThreads > kWarp) {
    __shared__ float sums[kThreads / kWarp];
    __syncthreads();  // an earlier call's sums may still be read
    if (threadIdx.x % kWarp == 0) sums[threadIdx.x / kWarp] = value;
    __syncthreads();  // every warp's sum is there
    value = 0.f;
    for (int warp = 0; warp < kThreads / kWarp; ++warp) value += sums[warp];
  }
  return value;
}

// The part of this thread and the thread's place in it.
struct Part {
  int64_t index, row, head;
  int thread;
};

template <int kThreads>
__device__ inline Part own_part(const RowShape& shape) {
  constexpr int kPerBlock = kThreads < kBlock ? kBlock / kThreads : 1;
  Part part;
  part.index = int64_t{blockIdx.x} * kPerBlock + threadIdx.x / kThreads;
  part.row = part.index / shape.heads;
  part.head = part.index % shape.heads;
  part.thread = static_cast<int>(threadIdx.x) % kThreads;
  return part;
}

template <class Rows>
__device__ inline auto data_of(const Rows& rows, const Part& part) {
  return moved(rows.data, rows.type, part.row * rows.stride + part.head * rows.head_stride);
}

// Calls work(v, at) for the thread's vectors, at: the number where vector v begins.
template <int kThreads, class Work>
__device__ inline void for_vectors(int thread, int64_t size, const Work& work) {
#pragma unroll
  for (int v = 0; v < kVectors; ++v) {
    const int64_t at = (int64_t{v} * kThreads + thread) * kFour;
    if (at < size) work(v, at);
  }
}

template <int kThreads, bool kWide>
__device__ inline void load_sum(const ConstHeadRows& x, const ConstHeadRows& added,
                                const Part& part, int64_t size, float (&s)[kVectors][kFour]) {
  for_vectors<kThreads>(part.thread, size, [&](int v, int64_t at) {
    load<kWide>(data_of(x, part), x.type, at, size, s[v]);
    if (added.data == nullptr) return;
    float more[kFour];
    load<kWide>(data_of(added, part), added.type, at, size, more);
#pragma unroll
    for (int i = 0; i < kFour; ++i) s[v][i] += more[i];
  });
}

template <int kThreads, bool kWide>
__global__ void __launch_bounds__(kThreads < kBlock ? kBlock : kThreads) normed_parts(RmsNorm job) {
  const Part part = own_part<kThreads>(job.shape);
  if (part.row >= job.shape.rows) return;
  const int64_t size = job.shape.size;
  float s[kVectors][kFour] = {};
  load_sum<kThreads, kWide>(job.x, job.added, part, size, s);
  float squares = 0.f;
#pragma unroll
  for (int v = 0; v < kVectors; ++v)
#pragma unroll
    for (int i = 0; i < kFour; ++i) squares = fmaf(s[v][i], s[v][i], squares);
  squares = part_sum<kThreads>(squares);
  const float inverse = 1.f / sqrtf(squares / static_cast<float>(size) + job.epsilon);
  if (part.thread == 0 && job.inverse_rms != nullptr) job.inverse_rms[part.index] = inverse;
  for_vectors<kThreads>(part.thread, size, [&](int v, int64_t at) {
    if (job.sum.data != nullptr) store<kWide>(s[v], data_of(job.sum, part), job.sum.type, at, size);
    float y[kFour];
    load<kWide>(job.gain.data, job.gain.type, at, size, y);
#pragma unroll
    for (int i = 0; i < kFour; ++i) y[i] *= s[v][i] * inverse;
    store<kWide>(y, data_of(job.y, part), job.y.type, at, size);
  });
}

// With r = 1 / rms(s) and n = s r: d_s = r (g d_y - n mean(g d_y n)).
template <int kThreads, bool kWide>
__global__ void __launch_bounds__(kThreads < kBlock ? kBlock : kThreads)
    slopes_of_parts(RmsNormBackward job) {
  const Part part = own_part<kThreads>(job.shape);
  if (part.row >= job.shape.rows) return;
  const int64_t size = job.shape.size;
  const float inverse = job.inverse_rms[part.index];
  float s[kVectors][kFour] = {}, slopes[kVectors][kFour] = {};
  load_sum<kThreads, kWide>(job.x, job.added, part, size, s);
  float sum = 0.f;
  for_vectors<kThreads>(part.thread, size, [&](int v, int64_t at) {
    float gain[kFour];
    load<kWide>(job.gain.data, job.gain.type, at, size, gain);
    load<kWide>(data_of(job.d_y, part), job.d_y.type, at, size, slopes[v]);
#pragma unroll
    for (int i = 0; i < kFour; ++i) {
      s[v][i] *= inverse;
      slopes[v][i] *= gain[i];
      sum = fmaf(slopes[v][i], s[v][i], sum);
    }
  });
  const float mean = part_sum<kThreads>(sum) / static_cast<float>(size);
  for_vectors<kThreads>(part.thread, size, [&](int v, int64_t at) {
    float d_x[kFour] = {};
    void* to = data_of(job.d_x, part);
    if (job.accumulates) load<kWide>(to, job.d_x.type, at, size, d_x);
#pragma unroll
    for (int i = 0; i < kFour; ++i) d_x[i] += inverse * (slopes[v][i] - s[v][i] * mean);
    store<kWide>(d_x, to, job.d_x.type, at, size);
  });
}

constexpr int kGainParts = 64;  // that a block of gain_slopes adds up

// One block for 1024 columns of kGainParts parts: d_y n, added over the parts in order.
template <bool kWide>
__global__ void __launch_bounds__(kBlock)
    gain_slopes(RmsNormBackward job, int64_t column_blocks, float* partial) {
  const int64_t size = job.shape.size, parts = job.shape.rows * job.shape.heads;
  const int64_t at = (blockIdx.x % column_blocks * kBlock + threadIdx.x) * kFour;
  if (at >= size) return;
  const int64_t chunk = blockIdx.x / column_blocks, first = chunk * kGainParts;
  const int64_t last = first + kGainParts < parts ? first + kGainParts : parts;
  float sums[kFour] = {};
  for (int64_t index = first; index < last; ++index) {
    const Part part{index, index / job.shape.heads, index % job.shape.heads, 0};
    const float inverse = job.inverse_rms[index];
    float s[kFour], more[kFour] = {}, d_y[kFour];
    load<kWide>(data_of(job.x, part), job.x.type, at, size, s);
    if (job.added.data != nullptr)
      load<kWide>(data_of(job.added, part), job.added.type, at, size, more);
    load<kWide>(data_of(job.d_y, part), job.d_y.type, at, size, d_y);
#pragma unroll
    for (int i = 0; i < kFour; ++i) sums[i] = fmaf(d_y[i], (s[i] + more[i]) * inverse, sums[i]);
  }
  store<kWide>(sums, partial + chunk * size, FloatType::kFloat32, at, size);
}

// One thread for each column.
__global__ void __launch_bounds__(kBlock)
    added_slopes(const float* partial, int64_t chunks, int64_t size, float* d_gain) {
  const int64_t at = int64_t{blockIdx.x} * kBlock + threadIdx.x;
  if (at >= size) return;
  float sum = 0.f;
  for (int64_t chunk = 0; chunk < chunks; ++chunk) sum += partial[chunk * size + at];
  d_gain[at] += sum;
}

int64_t chunks_of_parts(const RmsNormBackward& job) {
  return (job.shape.rows * job.shape.heads + kGainParts - 1) / kGainParts;
}

template <class... Rows>
bool all_wide(int64_t size, const NormGain& gain, const Rows&... rows) {
  return size % kFour == 0 && allows_four(gain.data, gain.type, 0, 0) &&
         (allows_four(rows.data, rows.type, rows.stride, rows.head_stride) && ...);
}

template <int kThreads>
unsigned blocks_for(const RowShape& shape) {
  constexpr int kPerBlock = kThreads < kBlock ? kBlock / kThreads : 1;
  return static_cast<unsigned>((shape.rows * shape.heads + kPerBlock - 1) / kPerBlock);
}

template <int kThreads>
constexpr unsigned kBlockThreads = kThreads < kBlock ? kBlock : kThreads;

template <int kThreads>
void launch_norm(const RmsNorm& job, cudaStream_t stream) {
  const bool is_wide = all_wide(job.shape.size, job.gain, job.x, job.added, job.y, job.sum);
  const auto kernel = is_wide ? normed_parts<kThreads, true> : normed_parts<kThreads, false>;
  kernel<<<blocks_for<kThreads>(job.shape), kBlockThreads<kThreads>, 0, stream>>>(job);
}

template <int kThreads>
void launch_slopes(const RmsNormBackward& job, cudaStream_t stream) {
  const bool is_wide = all_wide(job.shape.size, job.gain, job.x, job.added, job.d_y, job.d_x);
  const auto kernel = is_wide ? slopes_of_parts<kThreads, true> : slopes_of_parts<kThreads, false>;
  kernel<<<blocks_for<kThreads>(job.shape), kBlockThreads<kThreads>, 0, stream>>>(job);
}

// Calls launch32, launch256 or launch1024: the first whose registers hold a part.
template <class Job>
cudaError_t launch_by_size(const Job& job, cudaStream_t stream,
                           void (*launch32)(const Job&, cudaStream_t),
                           void (*launch256)(const Job&, cudaStream_t),
                           void (*launch1024)(const Job&, cudaStream_t)) {
  constexpr int64_t kNumbers = kVectors * kFour;
  if (job.shape.size <= 32 * kNumbers) {
    launch32(job, stream);
  } else if (job.shape.size <= 256 * kNumbers) {
    launch256(job, stream);
  } else if (job.shape.size <= 1024 * kNumbers) {
    launch1024(job, stream);
  } else {
    return cudaErrorInvalidValue;
  }
  return cudaGetLastError();
}

}  // namespace

cudaError_t rms_norm_cuda(const RmsNorm& job, cudaStream_t stream) {
  if (job.shape.rows * job.shape.heads * job.shape.size == 0) return cudaSuccess;
  return launch_by_size<RmsNorm>(job, stream, launch_norm<32>, launch_norm<256>, launch_norm<1024>);
}

size_t rms_norm_backward_workspace_bytes(const RmsNormBackward& job) {
  if (job.d_gain == nullptr) return 0;
  return static_cast<size_t>(chunks_of_parts(job) * job.shape.size) * sizeof(float);
}

cudaError_t rms_norm_backward_cuda(const RmsNormBackward& job, void* workspace,
                                   cudaStream_t stream) {
  const int64_t size = job.shape.size;
  if (job.shape.rows * job.shape.heads * size == 0) return cudaSuccess;
  // First, since d_x may be d_y.
  if (job.d_gain != nullptr) {
    auto* partial = static_cast<float*>(workspace);
    const bool is_wide = all_wide(size, job.gain, job.x, job.added, job.d_y);
    const auto kernel = is_wide ? gain_slopes<true> : gain_slopes<false>;
    const int64_t columns = (size + kBlock * kFour - 1) / (kBlock * kFour);
    const int64_t chunks = chunks_of_parts(job);
    kernel<<<static_cast<unsigned>(columns * chunks), kBlock, 0, stream>>>(job, columns, partial);
    const auto blocks = static_cast<unsigned>((size + kBlock - 1) / kBlock);
    added_slopes<<<blocks, kBlock, 0, stream>>>(partial, chunks, size, job.d_gain);
  }
  return launch_by_size<RmsNormBackward>(job, stream, launch_slopes<32>, launch_slopes<256>,
                                         launch_slopes<1024>);
}

}  // namespace querl
