#include <cuda_runtime.h>

#include "kernels/cuda/block_sums.cuh"
#include "kernels/cuda/float16.cuh"
#include "kernels/cuda/paged_attention.cuh"

namespace querl {
namespace {

constexpr int kStoreThreads = 256;
constexpr int kPairsOfLane = 4;  // of a head of at most 256

struct HeadPlace {
  int64_t row;
  int head;  // queries, then keys, then values
};

// The numbers i and i + half of a head, for i = lane, lane + 32…
struct Halves {
  float left[kPairsOfLane], right[kPairsOfLane];
};

template <class Element>
__device__ void normed(Halves& halves, const Element* gain, int half, float epsilon) {
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  float squares = 0.f;
#pragma unroll
  for (int p = 0; p < kPairsOfLane; ++p)
    squares += halves.left[p] * halves.left[p] + halves.right[p] * halves.right[p];
  for (int width = kWarp / 2; width > 0; width /= 2)
    squares += __shfl_xor_sync(kFullWarp, squares, width);
  const float inverse = 1.f / sqrtf(squares / static_cast<float>(2 * half) + epsilon);
#pragma unroll
  for (int p = 0; p < kPairsOfLane; ++p) {
    const int i = lane + p * kWarp;
    if (i >= half) break;
    halves.left[p] *= inverse * widened(gain[i]);
    halves.right[p] *= inverse * widened(gain[i + half]);
  }
}

// One warp for each head of each row.
template <class Element>
__global__ void __launch_bounds__(kStoreThreads) stored_heads(StoreKv job) {
  const PagedKv& kv = job.kv;
  const int64_t heads = job.heads + 2 * kv.kv_heads;
  const int64_t warp = (int64_t{blockIdx.x} * kStoreThreads + threadIdx.x) / kWarp;
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const HeadPlace place{warp / heads, static_cast<int>(warp % heads)};
  if (place.row >= job.rows || job.sessions[place.row] < 0) return;
  const int head_dim = static_cast<int>(kv.head_dim), half = head_dim / 2;
  const int position = job.positions[place.row];
  const int64_t slot = position % kPagedTokens;
  auto* page = static_cast<Element*>(kv.data) +
               kv.table[job.sessions[place.row] * kv.table_stride + position / kPagedTokens] *
                   kv.page_stride;
  auto* from =
      static_cast<Element*>(job.qkv) + place.row * job.qkv_stride + int64_t{place.head} * head_dim;
  const int64_t key = place.head - job.heads, value = key - kv.kv_heads;
  if (value >= 0) {
    Element* column = page + (kv.kv_heads + value) * kv.head_size() + slot;
    for (int i = lane; i < head_dim; i += kWarp) column[i * kPagedTokens] = from[i];
    return;
  }

  Halves halves;
#pragma unroll
  for (int p = 0; p < kPairsOfLane; ++p) {
    const int i = lane + p * kWarp;
    halves.left[p] = i < half ? widened(from[i]) : 0.f;
    halves.right[p] = i < half ? widened(from[i + half]) : 0.f;
  }
  const auto* gain = static_cast<const Element*>(key < 0 ? job.q_norm : job.k_norm);
  if (gain != nullptr) normed(halves, gain, half, job.epsilon);
#pragma unroll
  for (int p = 0; p < kPairsOfLane; ++p) {
    const int i = lane + p * kWarp;
    if (i >= half) break;
    const float cos = job.cos[int64_t{position} * half + i];
    const float sin = job.sin[int64_t{position} * half + i];
    Element left, right;
    narrow(halves.left[p] * cos - halves.right[p] * sin, left);
    narrow(halves.right[p] * cos + halves.left[p] * sin, right);
    from[i] = left;
    from[i + half] = right;
    if (key < 0) continue;
    Element* row = page + key * kv.head_size() + slot * head_dim;
    row[i] = left;
    row[i + half] = right;
  }
}

template <class Element>
void launch_store(const StoreKv& job, cudaStream_t stream) {
  const int64_t threads = job.rows * (job.heads + 2 * job.kv.kv_heads) * kWarp;
  const auto blocks = static_cast<unsigned>((threads + kStoreThreads - 1) / kStoreThreads);
  stored_heads<Element><<<blocks, kStoreThreads, 0, stream>>>(job);
}

}  // namespace

cudaError_t store_kv_cuda(const StoreKv& job, cudaStream_t stream) {
  if (job.rows == 0) return cudaSuccess;
  switch (job.kv.type) {
    case FloatType::kFloat32:
      launch_store<float>(job, stream);
      break;
    case FloatType::kBfloat16:
      launch_store<Bfloat16>(job, stream);
      break;
    case FloatType::kFloat16:
      launch_store<Float16>(job, stream);
      break;
  }
  return cudaGetLastError();
}

}  // namespace querl
