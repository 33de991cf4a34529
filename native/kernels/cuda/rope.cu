#include <cuda_runtime.h>

#include "kernels/cuda/any_floats.cuh"
#include "kernels/cuda/row_ops.cuh"

namespace querl {
namespace {

constexpr int kThreads = 256;

// One thread for each pair of numbers.
template <class Element>
__global__ void __launch_bounds__(kThreads) rotated(Rope job) {
  const int64_t half = job.shape.size / 2;
  const int64_t index = int64_t{blockIdx.x} * kThreads + threadIdx.x;
  const int64_t i = index % half, head = index / half % job.shape.heads;
  const int64_t row = index / half / job.shape.heads;
  if (row >= job.shape.rows) return;
  auto* x = static_cast<Element*>(job.x.data) + row * job.x.stride + head * job.x.head_stride + i;
  const int64_t at = int64_t{job.positions[row]} * half + i;
  const float cos = job.cos[at], sin = job.inverse ? -job.sin[at] : job.sin[at];
  const float left = widened(x[0]), right = widened(x[half]);
  narrow(left * cos - right * sin, x[0]);
  narrow(right * cos + left * sin, x[half]);
}

template <class Element>
void launch(const Rope& job, cudaStream_t stream) {
  const int64_t pairs = job.shape.rows * job.shape.heads * (job.shape.size / 2);
  const auto blocks = static_cast<unsigned>((pairs + kThreads - 1) / kThreads);
  rotated<Element><<<blocks, kThreads, 0, stream>>>(job);
}

}  // namespace

cudaError_t rope_cuda(const Rope& job, cudaStream_t stream) {
  if (job.shape.rows * job.shape.heads * job.shape.size == 0) return cudaSuccess;
  switch (job.x.type) {
    case FloatType::kFloat32:
      launch<float>(job, stream);
      break;
    case FloatType::kBfloat16:
      launch<Bfloat16>(job, stream);
      break;
    case FloatType::kFloat16:
      launch<Float16>(job, stream);
      break;
  }
  return cudaGetLastError();
}

}  // namespace querl
