// Paged attention of 16-bit numbers on tensor cores: one block for each row, key head, 16 of the
// heads that share it, and part of the context; each of its warps takes a page at a time.
//
// The numbers of a product need not stand in their order as long as both factors agree. So a lane
// reads 16 bytes of a key, the numbers 8c … 8c + 7 of every 32, and they are its share of two
// products; the queries' fragments are read in the same way. Of the page's tokens a lane's scores
// are those of 8c … 8c + 7, and these are 16 bytes of a value's column. Nothing goes through shared
// memory on its way in, and nothing is transposed.
#pragma once

#include "kernels/cuda/mma.cuh"
#include "kernels/cuda/paged_attention_parts.cuh"

namespace querl {

inline constexpr int kMmaHeads = 16;

// The block's place in the grid; parts of one row are neighbours.
struct PagedPlace {
  int part, kv_head, group;
  int64_t row;
};

__device__ inline PagedPlace paged_place(int parts, int kv_heads, int groups) {
  unsigned rest = blockIdx.x;
  PagedPlace place;
  place.part = static_cast<int>(rest % parts);
  rest /= parts;
  place.kv_head = static_cast<int>(rest % kv_heads);
  rest /= kv_heads;
  place.group = static_cast<int>(rest % groups);
  place.row = rest / groups;
  return place;
}

// A warp's running result for 16 heads; lane (g, c) holds heads g and g + 8.
template <class Element, int kHeadDim>
struct PagedTile {
  static constexpr int kSteps = kHeadDim / 16;   // of the product with keys
  static constexpr int kColumns = kHeadDim / 8;  // of the product with values

  uint32_t q[kSteps][4];
  float out[kColumns][4];
  float max[2], sum[2];  // of heads g and g + 8; `sum` of this lane's tokens alone

  __device__ void start(const Element* queries, int heads) {
    const int g = threadIdx.x % kPageLanes / 4, c = threadIdx.x % 4;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      max[half] = -INFINITY;
      sum[half] = 0.f;
      const bool is_there = g + 8 * half < heads;
#pragma unroll
      for (int j = 0; j < kSteps / 2; ++j) {
        uint4 words{0, 0, 0, 0};
        if (is_there)
          words =
              *reinterpret_cast<const uint4*>(queries + (g + 8 * half) * kHeadDim + 32 * j + 8 * c);
        q[2 * j][half] = words.x;
        q[2 * j][2 + half] = words.y;
        q[2 * j + 1][half] = words.z;
        q[2 * j + 1][2 + half] = words.w;
      }
    }
#pragma unroll
    for (int u = 0; u < kColumns; ++u)
#pragma unroll
      for (int i = 0; i < 4; ++i) out[u][i] = 0.f;
  }

  // scores[t]: of tokens 8c + 2t and 8c + 2t + 1, for head g and then for g + 8.
  __device__ void multiply_keys(const Element* keys, float (&scores)[4][4]) const {
    const int g = threadIdx.x % kPageLanes / 4, c = threadIdx.x % 4;
#pragma unroll
    for (int t = 0; t < 4; ++t) {
#pragma unroll
      for (int i = 0; i < 4; ++i) scores[t][i] = 0.f;
      const Element* key = keys + (8 * (g / 2) + 2 * t + g % 2) * kHeadDim + 8 * c;
#pragma unroll
      for (int j = 0; j < kSteps / 2; ++j) {
        const uint4 words = *reinterpret_cast<const uint4*>(key + 32 * j);
        multiply_add(scores[t], q[2 * j], {words.x, words.y}, Element{});
        multiply_add(scores[t], q[2 * j + 1], {words.z, words.w}, Element{});
      }
    }
  }

  // Turns scores into weights under the new maximum. `token`: of the page's first.
  __device__ void weigh(float (&scores)[4][4], float scale, int token, const PartPages& pages) {
    const int own = token + 8 * (threadIdx.x % 4);
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      float highest = max[half];
#pragma unroll
      for (int t = 0; t < 4; ++t)
#pragma unroll
        for (int i = 0; i < 2; ++i) {
          const int at = own + 2 * t + i;
          float& score = scores[t][2 * half + i];
          score = at >= pages.first_token && at < pages.length ? score * scale : -INFINITY;
          highest = fmaxf(highest, score);
        }
      highest = fmaxf(highest, __shfl_xor_sync(~0u, highest, 1));
      highest = fmaxf(highest, __shfl_xor_sync(~0u, highest, 2));
      // Each page that is looked at has a visible token, so that the maximum is a number by now.
      const float kept = exp2f(max[half] - highest);
      max[half] = highest;
      sum[half] *= kept;
#pragma unroll
      for (int t = 0; t < 4; ++t)
#pragma unroll
        for (int i = 0; i < 2; ++i) {
          float& score = scores[t][2 * half + i];
          score = exp2f(score - highest);
          sum[half] += score;
        }
#pragma unroll
      for (int u = 0; u < kColumns; ++u) {
        out[u][2 * half] *= kept;
        out[u][2 * half + 1] *= kept;
      }
    }
  }

  // `seen`: how many of this lane's 8 tokens there are; what lies behind is no number.
  __device__ void add_values(const Element* values, const float (&weights)[4][4], int seen) {
    const int g = threadIdx.x % kPageLanes / 4, c = threadIdx.x % 4;
    uint32_t p[4][2];
#pragma unroll
    for (int t = 0; t < 4; ++t)
#pragma unroll
      for (int half = 0; half < 2; ++half)
        p[t][half] = packed_pair<Element>(weights[t][2 * half], weights[t][2 * half + 1]);
#pragma unroll
    for (int u = 0; u < kColumns; ++u) {
      uint4 words = *reinterpret_cast<const uint4*>(values + (8 * u + g) * kPageLanes + 8 * c);
      if (seen < 8) {
        words.x &= pair_mask(seen);
        words.y &= pair_mask(seen - 2);
        words.z &= pair_mask(seen - 4);
        words.w &= pair_mask(seen - 6);
      }
      multiply_add(out[u], {p[0][0], p[0][1], p[1][0], p[1][1]}, {words.x, words.y}, Element{});
      multiply_add(out[u], {p[2][0], p[2][1], p[3][0], p[3][1]}, {words.z, words.w}, Element{});
    }
  }

 private:
  static __device__ uint32_t pair_mask(int seen) {
    return seen >= 2 ? 0xFFFFFFFFu : seen == 1 ? 0xFFFFu : 0u;
  }
};

// What the warps of a block found, brought together.
template <int kHeadDim>
struct PagedMerge {
  float out[kMmaHeads][kHeadDim];
  PartSum of_warps[kPagedWarps][kMmaHeads];
};

template <class Element, int kHeadDim>
__device__ void merge_warps(PagedTile<Element, kHeadDim>& tile, PagedMerge<kHeadDim>& merge,
                            PartSum (&total)[2]) {
  const int g = threadIdx.x % kPageLanes / 4, c = threadIdx.x % 4;
  const int warp = static_cast<int>(threadIdx.x) / kPageLanes;
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    float& sum = tile.sum[half];
    sum += __shfl_xor_sync(~0u, sum, 1);
    sum += __shfl_xor_sync(~0u, sum, 2);
    if (c == 0) merge.of_warps[warp][g + 8 * half] = {tile.max[half], sum};
  }
  __syncthreads();  // every warp's sums are there
  float kept[2];
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    total[half] = {-INFINITY, 0.f};
    for (int w = 0; w < kPagedWarps; ++w)
      total[half].max = fmaxf(total[half].max, merge.of_warps[w][g + 8 * half].max);
    const float highest = total[half].max;
    for (int w = 0; w < kPagedWarps; ++w) {
      const PartSum& other = merge.of_warps[w][g + 8 * half];
      if (other.sum > 0.f) total[half].sum += other.sum * exp2f(other.max - highest);
    }
    kept[half] = tile.sum[half] > 0.f ? exp2f(tile.max[half] - highest) : 0.f;
  }
  // One warp after the other: the order of the sums is fixed.
  for (int w = 0; w < kPagedWarps; ++w) {
    if (w == warp) {
#pragma unroll
      for (int u = 0; u < PagedTile<Element, kHeadDim>::kColumns; ++u)
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          float& out = merge.out[g + 8 * (i / 2)][8 * u + 2 * c + i % 2];
          const float own = tile.out[u][i] * kept[i / 2];
          out = w == 0 ? own : out + own;
        }
    }
    __syncthreads();  // the next warp adds to what this one wrote
  }
}

template <class Element, int kHeadDim>
__global__ void __launch_bounds__(kPagedThreads)
    paged_mma(PagedAttention job, PartPlan plan, int groups) {
  __shared__ PagedMerge<kHeadDim> merge;
  const int kv_heads = static_cast<int>(job.kv.kv_heads);
  const PagedPlace place = paged_place(static_cast<int>(plan.parts), kv_heads, groups);
  const int length = job.lengths[place.row];
  const int shared_by = static_cast<int>(job.heads) / kv_heads;
  const int first_head = place.kv_head * shared_by + place.group * kMmaHeads;
  const int left = shared_by - place.group * kMmaHeads;
  const int heads = left < kMmaHeads ? left : kMmaHeads;
  const PartPages pages = pages_of_part(length, job.window, place.part);
  // An empty row still has its zeros to write.
  if (pages.first >= pages.end && (place.part > 0 || length > 0)) return;

  PagedTile<Element, kHeadDim> tile;
  tile.start(static_cast<const Element*>(job.q) + place.row * job.q_stride + first_head * kHeadDim,
             heads);
  const int32_t* table =
      job.kv.table + (length > 0 ? job.sessions[place.row] : 0) * job.kv.table_stride;
  const auto* keys =
      static_cast<const Element*>(job.kv.data) + int64_t{place.kv_head} * kPageLanes * kHeadDim;
  const int64_t to_values = int64_t{kv_heads} * kPageLanes * kHeadDim;
  for (int page = pages.first + static_cast<int>(threadIdx.x) / kPageLanes; page < pages.end;
       page += kPagedWarps) {
    const Element* key = keys + table[page] * job.kv.page_stride;
    const int token = page * kPageLanes;
    float scores[4][4];
    tile.multiply_keys(key, scores);
    tile.weigh(scores, job.scale * kLog2E, token, pages);
    tile.add_values(key + to_values, scores,
                    length - token - 8 * static_cast<int>(threadIdx.x % 4));
  }

  PartSum total[2];
  merge_warps(tile, merge, total);
  const int g = threadIdx.x % kPageLanes / 4;
  const int64_t row_head = place.row * job.heads + first_head;
  if (plan.parts > 1 && threadIdx.x < kPageLanes && threadIdx.x % 4 == 0) {
#pragma unroll
    for (int half = 0; half < 2; ++half)
      if (g + 8 * half < heads)
        plan.sums[(row_head + g + 8 * half) * plan.parts + place.part] = total[half];
  }
  for (int i = static_cast<int>(threadIdx.x); i < heads * kHeadDim; i += kPagedThreads) {
    const int head = i / kHeadDim, at = i % kHeadDim;
    if (plan.parts > 1) {
      plan.unscaled[((row_head + head) * plan.parts + place.part) * kHeadDim + at] =
          merge.out[head][at];
      continue;
    }
    float highest = -INFINITY, sum = 0.f;
    for (int w = 0; w < kPagedWarps; ++w) highest = fmaxf(highest, merge.of_warps[w][head].max);
    for (int w = 0; w < kPagedWarps; ++w) {
      const PartSum& other = merge.of_warps[w][head];
      if (other.sum > 0.f) sum += other.sum * exp2f(other.max - highest);
    }
    Element rounded;
    narrow(sum > 0.f ? merge.out[head][at] / sum : 0.f, rounded);
    static_cast<Element*>(job.out)[(row_head + head) * kHeadDim + at] = rounded;
  }
}

}  // namespace querl
