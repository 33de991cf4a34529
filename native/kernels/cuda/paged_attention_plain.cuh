// Paged attention of any type and head size, in fp32: one block for each row, head and part, whose
// warps take a page at a time with a lane for each token. Keys that heads share come out of the
// cache.
#pragma once

#include "kernels/cuda/float16.cuh"
#include "kernels/cuda/paged_attention_parts.cuh"

namespace querl {

inline constexpr int kMostHeadDim = 256;
inline constexpr int kLaneColumns = kMostHeadDim / kPageLanes;

struct PlainShared {
  float q[kMostHeadDim];
  float out[kMostHeadDim];
  PartSum of_warps[kPagedWarps];
};

__device__ inline float warp_max(float value) {
  for (int width = kPageLanes / 2; width > 0; width /= 2)
    value = fmaxf(value, __shfl_xor_sync(~0u, value, width));
  return value;
}
__device__ inline float warp_total(float value) {
  for (int width = kPageLanes / 2; width > 0; width /= 2)
    value += __shfl_xor_sync(~0u, value, width);
  return value;
}

// Adds a page to a warp's running result; lane l holds the columns l, l + 32… of `out`.
template <class Element>
__device__ void add_page(const Element* keys, const Element* values, const float* q, int head_dim,
                         float scale, int token, const PartPages& pages, PartSum& sum,
                         float (&out)[kLaneColumns]) {
  const int lane = static_cast<int>(threadIdx.x) % kPageLanes;
  const bool is_seen = token + lane >= pages.first_token && token + lane < pages.length;
  float score = -INFINITY;
  if (is_seen) {
    score = 0.f;
    for (int i = 0; i < head_dim; ++i)
      score = fmaf(q[i], widened(keys[lane * head_dim + i]), score);
    score *= scale;
  }
  const float highest = fmaxf(sum.max, warp_max(score));
  const float kept = exp2f(sum.max - highest);
  const float weight = exp2f(score - highest);
  sum = {highest, sum.sum * kept + warp_total(weight)};
#pragma unroll
  for (int u = 0; u < kLaneColumns; ++u) out[u] *= kept;
  for (int t = 0; t < kPageLanes; ++t) {
    const float share = __shfl_sync(~0u, weight, t);
    if (token + t < pages.first_token || token + t >= pages.length) continue;
#pragma unroll
    for (int u = 0; u < kLaneColumns; ++u) {
      const int column = lane + u * kPageLanes;
      if (column < head_dim) out[u] = fmaf(share, widened(values[column * kPageLanes + t]), out[u]);
    }
  }
}

template <class Element>
__global__ void __launch_bounds__(kPagedThreads) paged_plain(PagedAttention job, PartPlan plan) {
  __shared__ PlainShared shared;
  const int head_dim = static_cast<int>(job.kv.head_dim);
  const auto parts = static_cast<unsigned>(plan.parts), heads = static_cast<unsigned>(job.heads);
  const int part = static_cast<int>(blockIdx.x % parts);
  const int head = static_cast<int>(blockIdx.x / parts % heads);
  const int64_t row = blockIdx.x / parts / heads;
  const int length = job.lengths[row];
  const PartPages pages = pages_of_part(length, job.window, part);
  if (pages.first >= pages.end && (part > 0 || length > 0)) return;

  const auto* q = static_cast<const Element*>(job.q) + row * job.q_stride + head * head_dim;
  for (int i = static_cast<int>(threadIdx.x); i < head_dim; i += kPagedThreads)
    shared.q[i] = widened(q[i]);
  __syncthreads();  // the query is there
  const int warp = static_cast<int>(threadIdx.x) / kPageLanes;
  const int lane = static_cast<int>(threadIdx.x) % kPageLanes;
  const int kv_head = head / static_cast<int>(job.heads / job.kv.kv_heads);
  const int32_t* table = job.kv.table + (length > 0 ? job.sessions[row] : 0) * job.kv.table_stride;
  PartSum sum{-INFINITY, 0.f};
  float out[kLaneColumns] = {};
  for (int page = pages.first + warp; page < pages.end; page += kPagedWarps) {
    const auto* data = static_cast<const Element*>(job.kv.data) + table[page] * job.kv.page_stride;
    add_page(data + kv_head * kPageLanes * head_dim,
             data + (job.kv.kv_heads + kv_head) * kPageLanes * head_dim, shared.q, head_dim,
             job.scale * kLog2E, page * kPageLanes, pages, sum, out);
  }

  if (lane == 0) shared.of_warps[warp] = sum;
  __syncthreads();  // every warp's sum is there
  PartSum total{-INFINITY, 0.f};
  for (int w = 0; w < kPagedWarps; ++w) total.max = fmaxf(total.max, shared.of_warps[w].max);
  for (int w = 0; w < kPagedWarps; ++w) {
    const PartSum& other = shared.of_warps[w];
    if (other.sum > 0.f) total.sum += other.sum * exp2f(other.max - total.max);
  }
  const float kept = sum.sum > 0.f ? exp2f(sum.max - total.max) : 0.f;
  for (int w = 0; w < kPagedWarps; ++w) {
    for (int u = 0; w == warp && u < kLaneColumns; ++u) {
      const int column = lane + u * kPageLanes;
      if (column < head_dim)
        shared.out[column] = (w == 0 ? 0.f : shared.out[column]) + out[u] * kept;
    }
    __syncthreads();  // the next warp adds to what this one wrote
  }
  const int64_t row_head = row * job.heads + head;
  if (parts > 1 && threadIdx.x == 0) plan.sums[row_head * parts + part] = total;
  for (int i = static_cast<int>(threadIdx.x); i < head_dim; i += kPagedThreads) {
    if (parts > 1) {
      plan.unscaled[(row_head * parts + part) * head_dim + i] = shared.out[i];
    } else {
      narrow(total.sum > 0.f ? shared.out[i] / total.sum : 0.f,
             static_cast<Element*>(job.out)[row_head * head_dim + i]);
    }
  }
}

}  // namespace querl
