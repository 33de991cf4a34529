#include <cuda_runtime.h>

#include "kernels/cuda/any_floats.cuh"
#include "kernels/cuda/row_ops.cuh"

namespace querl {
namespace {

constexpr int kThreads = 256;

__device__ inline float sigmoid(float x) { return 1.f / (1.f + expf(-x)); }

// A thread's four columns of its row.
struct Place {
  int64_t row, column;
};

__device__ inline Place own_place(const Swiglu& job) {
  const int64_t vectors = (job.size + kFour - 1) / kFour;
  const int64_t index = int64_t{blockIdx.x} * kThreads + threadIdx.x;
  return {index / vectors, index % vectors * kFour};
}

template <bool kWide>
__global__ void __launch_bounds__(kThreads) activated(Swiglu job) {
  const Place at = own_place(job);
  if (at.row >= job.rows) return;
  const void* row = moved(job.gate_up, job.type, at.row * 2 * job.size);
  float gate[kFour], up[kFour];
  load<kWide>(row, job.type, at.column, job.size, gate);
  load<kWide>(row, job.type, job.size + at.column, 2 * job.size, up);
#pragma unroll
  for (int i = 0; i < kFour; ++i) gate[i] *= sigmoid(gate[i]) * up[i];
  store<kWide>(gate, moved(job.out, job.type, at.row * job.size), job.type, at.column, job.size);
}

// d_gate_up may be gate_up: each thread writes where it alone has read.
template <bool kWide>
__global__ void __launch_bounds__(kThreads)
    activated_slopes(Swiglu job, const void* d_out, void* d_gate_up) {
  const Place at = own_place(job);
  if (at.row >= job.rows) return;
  const int64_t size = job.size;
  const void* row = moved(job.gate_up, job.type, at.row * 2 * size);
  float gate[kFour], up[kFour], slope[kFour];
  load<kWide>(row, job.type, at.column, size, gate);
  load<kWide>(row, job.type, size + at.column, 2 * size, up);
  load<kWide>(moved(d_out, job.type, at.row * size), job.type, at.column, size, slope);
  float d_gate[kFour], d_up[kFour], out[kFour];
#pragma unroll
  for (int i = 0; i < kFour; ++i) {
    const float open = sigmoid(gate[i]), silu = gate[i] * open;
    d_gate[i] = slope[i] * up[i] * (open + silu * (1.f - open));
    d_up[i] = slope[i] * silu;
    out[i] = silu * up[i];
  }
  void* slopes = moved(d_gate_up, job.type, at.row * 2 * size);
  store<kWide>(d_gate, slopes, job.type, at.column, size);
  store<kWide>(d_up, slopes, job.type, size + at.column, 2 * size);
  if (job.out != nullptr)
    store<kWide>(out, moved(job.out, job.type, at.row * size), job.type, at.column, size);
}

bool is_wide(const Swiglu& job, const void* d_out, const void* d_gate_up) {
  for (const void* data : {job.gate_up, static_cast<const void*>(job.out), d_out, d_gate_up})
    if (!allows_four(data, job.type, job.size, 0)) return false;
  return true;
}

unsigned blocks_of(const Swiglu& job) {
  const int64_t vectors = job.rows * ((job.size + kFour - 1) / kFour);
  return static_cast<unsigned>((vectors + kThreads - 1) / kThreads);
}

}  // namespace

cudaError_t swiglu_cuda(const Swiglu& job, cudaStream_t stream) {
  if (job.rows * job.size == 0) return cudaSuccess;
  const auto kernel = is_wide(job, nullptr, nullptr) ? activated<true> : activated<false>;
  kernel<<<blocks_of(job), kThreads, 0, stream>>>(job);
  return cudaGetLastError();
}

cudaError_t swiglu_backward_cuda(const Swiglu& job, const void* d_out, void* d_gate_up,
                                 cudaStream_t stream) {
  if (job.rows * job.size == 0) return cudaSuccess;
  const auto kernel =
      is_wide(job, d_out, d_gate_up) ? activated_slopes<true> : activated_slopes<false>;
  kernel<<<blocks_of(job), kThreads, 0, stream>>>(job, d_out, d_gate_up);
  return cudaGetLastError();
}

}  // namespace querl
