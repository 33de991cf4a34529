#include "kernels/cuda/gae.cuh"

#include <cuda_runtime.h>

#include "kernels/gae_scan.h"

namespace querl {
namespace {

constexpr int kLanes = 32;
constexpr int kThreads = 256;
constexpr int kWarps = kThreads / kLanes;
constexpr int kRun = 8;  // consecutive tokens of one thread
constexpr int kTile = kThreads * kRun;

// Where a tile's i-th token lies in shared memory: with one gap after each run, neighbouring
// threads that read their runs in step hit 32 different banks.
__device__ inline int slot(int i) { return i + i / kRun; }

constexpr int kSlots = kTile + kTile / kRun;

struct Tile {
  float rewards[kSlots];  // then the advantages
  float values[kSlots];   // then the returns
  uint8_t takes_part[kTile];
};

__device__ inline GaeMap from_lane_below(const GaeMap& map, int by) {
  return {__shfl_up_sync(~0u, map.of_advantage, by), __shfl_up_sync(~0u, map.of_value, by),
          __shfl_up_sync(~0u, map.constant, by), __shfl_up_sync(~0u, map.own_value, by),
          __shfl_up_sync(~0u, map.is_identity ? 1 : 0, by) != 0};
}

// One block for each sequence, which it walks from its end in tiles. Places count from the end too:
// place 0 is the last token, so a scan goes upwards. A warp's runs are composed by a tree, and the
// state then goes from warp to warp in order: the bits depend on neither the block's size nor on
// where the sequence lies.
__global__ void __launch_bounds__(kThreads)
    sequence_gae(GaeBatch batch, double gamma, double gamma_lambda, float* advantages,
                 float* returns) {
  __shared__ Tile tile;
  __shared__ GaeMap of_warps[kWarps];
  const int thread = static_cast<int>(threadIdx.x);
  const int lane = thread % kLanes, warp = thread / kLanes;
  const int64_t begin = batch.offsets[blockIdx.x], end = batch.offsets[blockIdx.x + 1];

  GaeState state;  // behind the tile; the same in every thread
  for (int64_t left = end - begin; left > 0; left -= kTile) {
    const int count = left < kTile ? static_cast<int>(left) : kTile;
    const int64_t last = begin + left - 1;  // the token at place 0
    for (int i = thread; i < count; i += kThreads) {
      const bool takes_part = batch.mask == nullptr || batch.mask[last - i] != 0;
      tile.takes_part[i] = takes_part;
      tile.rewards[slot(i)] = takes_part ? batch.rewards[last - i] : 0.f;
      tile.values[slot(i)] = takes_part ? batch.values[last - i] : 0.f;
    }
    __syncthreads();  // the tile is whole before runs are read

    const int first = thread * kRun;
    const int own = count - first < kRun ? count - first : kRun;  // not above 0: none
    GaeMap through;  // all of the warp up to and with this thread's run
    for (int i = first; i < first + own; ++i)
      if (tile.takes_part[i])
        through = compose(map_of(tile.rewards[slot(i)], tile.values[slot(i)], gamma, gamma_lambda),
                          through);
    for (int by = 1; by < kLanes; by *= 2) {
      const GaeMap below = from_lane_below(through, by);
      if (lane >= by) through = compose(through, below);
    }
    if (lane == kLanes - 1) of_warps[warp] = through;
    GaeMap behind = from_lane_below(through, 1);
    if (lane == 0) behind = GaeMap{};
    __syncthreads();  // of_warps is whole

    GaeState mine = state;
    for (int w = 0; w < kWarps; ++w) {
      if (w == warp) mine = apply(behind, state);
      state = apply(of_warps[w], state);
    }
    for (int i = first; i < first + own; ++i) {
      float advantage = 0.f, value = 0.f;
      if (tile.takes_part[i]) {
        mine = gae_step(mine, tile.rewards[slot(i)], tile.values[slot(i)], gamma, gamma_lambda);
        advantage = static_cast<float>(mine.advantage);
        value = static_cast<float>(mine.advantage + mine.value);
      }
      tile.rewards[slot(i)] = advantage;
      tile.values[slot(i)] = value;
    }
    __syncthreads();  // the results are whole, and of_warps was read
    for (int i = thread; i < count; i += kThreads) {
      advantages[last - i] = tile.rewards[slot(i)];
      returns[last - i] = tile.values[slot(i)];
    }
    // No barrier: the next tile's numbers go where this thread has just read.
  }
}

}  // namespace

cudaError_t gae_cuda(const GaeBatch& batch, int64_t tokens, const GaeOptions& options,
                     float* advantages, float* returns, cudaStream_t stream) {
  if (batch.sequences == 0 || tokens == 0) return cudaSuccess;
  sequence_gae<<<static_cast<unsigned>(batch.sequences), kThreads, 0, stream>>>(
      batch, options.gamma, options.gamma * options.lambda, advantages, returns);
  return cudaGetLastError();
}

}  // namespace querl
