// One read of a token's inputs and one write of its gradients: 13 bytes in and 4 out without
// reference, entropies and values, 33 in and 12 out with them. Memory is the limit as long as a
// token takes less than about a clock of a multiprocessor (H200: 4.3 TB/s of copies, 132 of them
// at 1.75 GHz). Its maths are some 60 instructions for a warp's 32 tokens, half a clock a token on
// four schedulers, because what a thread adds up over its 16 tokens is float32; in float64 they
// were 100, and two conversions a clock held them up.
//
// A block adds a tile of 4096 tokens, four at a time in each thread by vectors of 16 bytes. At 80
// registers three blocks are resident: 24 warps with 52 bytes a lane under way are 40 KB, where 4.8
// TB/s times 0.7 us ask for 26 KB of each multiprocessor. With values, at 128, it is 16 warps of
// 116 bytes.
#include "kernels/cuda/masked_ppo.cuh"

#include "kernels/cuda/block_sums.cuh"
#include "kernels/cuda/masked_ppo_plan.cuh"
#include "kernels/masked_ppo_token.h"

namespace querl {
namespace {

constexpr int kThreads = 256;
constexpr int kVector = 4;
constexpr int kSteps = 4;
constexpr int64_t kTile = int64_t{kThreads} * kVector * kSteps;
static_assert(kTile == 4096);
static_assert(kCountBlocks <= kThreads);

// The last three of PpoSums are extremes, of numbers that are not negative.
constexpr int kSums = static_cast<int>(kPpoSums);
constexpr int kAdded = kSums - 3;
static_assert(kSums <= kWarp);

// Inputs that are there, so that the code for the others is not.
enum Terms : int { kReference = 1, kEntropies = 2, kValues = 4, kAllTerms = 8 };

// A vector's inputs and gradients, in registers: arrays that are indexed by constants only.
struct Four {
  uint8_t mask[kVector];
  float logprobs[kVector], old_logprobs[kVector], advantages[kVector];
  float reference_logprobs[kVector], sampler_logprobs[kVector];
  float entropies[kVector], values[kVector], old_values[kVector], returns[kVector];
};

__device__ inline void load(const float* from, int64_t t, int count, bool aligned,
                            float (&to)[kVector]) {
  if (aligned && count == kVector) {
    const float4 four = *reinterpret_cast<const float4*>(from + t);
    to[0] = four.x, to[1] = four.y, to[2] = four.z, to[3] = four.w;
  } else {
#pragma unroll
    for (int i = 0; i < kVector; ++i) to[i] = i < count ? from[t + i] : 0.f;
  }
}

__device__ inline void store(float* to, int64_t t, int count, bool aligned,
                             const float (&from)[kVector]) {
  if (aligned && count == kVector) {
    *reinterpret_cast<float4*>(to + t) = make_float4(from[0], from[1], from[2], from[3]);
  } else {
#pragma unroll
    for (int i = 0; i < kVector; ++i)
      if (i < count) to[t + i] = from[i];
  }
}

// Four mask bytes as one word, 0 beyond the end.
__device__ inline uint32_t load_mask(const uint8_t* mask, int64_t t, int count, bool aligned) {
  if (aligned && count == kVector) return *reinterpret_cast<const uint32_t*>(mask + t);
  uint32_t word = 0;
#pragma unroll
  for (int i = 0; i < kVector; ++i)
    if (i < count) word |= uint32_t{mask[t + i]} << (8 * i);
  return word;
}

// The last sequence in [low, high] that starts at t or before: t's own, or an empty one behind it.
__device__ inline int64_t sequence_at(const int64_t* offsets, int64_t low, int64_t high,
                                      int64_t t) {
  while (low < high) {
    const int64_t middle = low + (high - low + 1) / 2;
    if (offsets[middle] <= t) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

// Writes the block's sums to partial[i][blockIdx.x]. Every thread must call it.
__device__ inline void write_partial(const PpoSumsOf<float>& sums, double* partial) {
  __shared__ double scratch[kThreads / kWarp][kWarp];
  const int warp = static_cast<int>(threadIdx.x) / kWarp, lane = threadIdx.x % kWarp;
  double values[kWarp];
  const float* source = &sums.policy_loss;
#pragma unroll
  for (int i = 0; i < kWarp; ++i) values[i] = i < kAdded ? source[i] : 0.;
  const double added = warp_sums(values);
  if (lane < kAdded) scratch[warp][lane] = added;
  // Floats that are not negative are in the order of their bits; a NaN was dropped by fmax.
  const unsigned ratio_max = __reduce_max_sync(kFullWarp, __float_as_uint(sums.ratio_max));
  const unsigned ratio_min = __reduce_min_sync(kFullWarp, __float_as_uint(sums.ratio_min));
  const unsigned importance_max =
      __reduce_max_sync(kFullWarp, __float_as_uint(sums.importance_max));
  if (lane == 0) {
    scratch[warp][kAdded] = __uint_as_float(ratio_max);
    scratch[warp][kAdded + 1] = __uint_as_float(ratio_min);
    scratch[warp][kAdded + 2] = __uint_as_float(importance_max);
  }
  __syncthreads();
  if (threadIdx.x >= kSums) return;
  double total = scratch[0][threadIdx.x];
  for (int other = 1; other < kThreads / kWarp; ++other) {
    const double value = scratch[other][threadIdx.x];
    total = threadIdx.x < kAdded        ? total + value
            : threadIdx.x == kAdded + 1 ? fmin(total, value)
                                        : fmax(total, value);
  }
  partial[threadIdx.x * int64_t{gridDim.x} + blockIdx.x] = total;
}

// A block's sequences, and the one that the last token was of.
class TileSequences {
 public:
  // Every thread must call it. [begin, end) is the block's tile, not empty.
  __device__ TileSequences(const PpoTokens& in, const PpoPlan& plan, int64_t begin, int64_t end)
      : offsets_(in.offsets), plan_(plan.sequences), current_(plan.same) {
    if (plan_ == nullptr) return;
    __shared__ int64_t bounds[2];
    if (threadIdx.x < 2)
      bounds[threadIdx.x] =
          sequence_at(in.offsets, 0, in.sequences - 1, threadIdx.x == 0 ? begin : end - 1);
    __syncthreads();
    first_ = bounds[0];
    last_ = bounds[1];
    end_ = begin;
  }

  // What token t's sequence shares; t does not decrease.
  __device__ const PpoSequence& at(int64_t t) {
    if (t >= end_) {
      first_ = sequence_at(offsets_, first_, last_, t);
      end_ = offsets_[first_ + 1];
      current_ = plan_[first_];
    }
    return current_;
  }

 private:
  const int64_t* offsets_;
  const PpoSequence* plan_;
  int64_t first_ = 0, last_ = 0, end_ = INT64_MAX;  // one for all of them, if there is no plan
  PpoSequence current_;
};

// One block for each tile. Writes the gradients (T) and partial (kPpoSums, tiles).
template <int kTerms>
__global__ void __launch_bounds__(kThreads, (kTerms & kValues) != 0 ? 2 : 3)
    token_terms(PpoTokens in, PpoOptions options, PpoGradients gradients, PpoPlan plan,
                bool aligned, double* partial) {
  const int64_t begin = int64_t{blockIdx.x} * kTile;
  const int64_t end = begin + kTile < in.count ? begin + kTile : in.count;
  const auto start = [&](int step) {
    return begin + (int64_t{step} * kThreads + threadIdx.x) * kVector;
  };
  const auto held = [&](int step) {
    const int64_t left = end - start(step);
    return left >= kVector ? kVector : left > 0 ? static_cast<int>(left) : 0;
  };
  // One step ahead, since what else is read depends on it.
  uint32_t next_mask = load_mask(in.mask, start(0), held(0), aligned);

  if (plan.counts != nullptr) {
    const double mine = threadIdx.x < kCountBlocks ? plan.counts[threadIdx.x] : 0.;
    plan.same.weight = ppo_weight(options.aggregation, 0, block_sum<kThreads>(mine));
  }
  TileSequences sequences(in, plan, begin, end);

  PpoSumsOf<float> sums;  // of 16 tokens; what adds these up has float64
#pragma unroll 1
  for (int step = 0; step < kSteps; ++step) {
    const int64_t t = start(step);
    const int count = held(step);
    if (count == 0) break;
    const uint32_t mask = next_mask;
    if (step + 1 < kSteps) next_mask = load_mask(in.mask, start(step + 1), held(step + 1), aligned);
    Four four;
    float logprob[kVector] = {}, entropy[kVector] = {}, value[kVector] = {};
    // A run of retrieved tokens is not even read.
    if (mask != 0) {
      load(in.logprobs, t, count, aligned, four.logprobs);
      load(in.old_logprobs, t, count, aligned, four.old_logprobs);
      load(in.advantages, t, count, aligned, four.advantages);
      if constexpr ((kTerms & kReference) != 0)
        load(in.reference_logprobs, t, count, aligned, four.reference_logprobs);
      if (corrects_tokens(options.correction))
        load(in.sampler_logprobs, t, count, aligned, four.sampler_logprobs);
      if constexpr ((kTerms & kEntropies) != 0)
        load(in.entropies, t, count, aligned, four.entropies);
      if constexpr ((kTerms & kValues) != 0) {
        load(in.values, t, count, aligned, four.values);
        load(in.returns, t, count, aligned, four.returns);
        if (options.value_clip > 0.f) load(in.old_values, t, count, aligned, four.old_values);
      }
      PpoTokens own;
      own.mask = four.mask;
      own.logprobs = four.logprobs;
      own.old_logprobs = four.old_logprobs;
      own.advantages = four.advantages;
      own.reference_logprobs = (kTerms & kReference) != 0 ? four.reference_logprobs : nullptr;
      own.sampler_logprobs = four.sampler_logprobs;
      own.entropies = (kTerms & kEntropies) != 0 ? four.entropies : nullptr;
      own.values = (kTerms & kValues) != 0 ? four.values : nullptr;
      own.old_values = four.old_values;
      own.returns = four.returns;
      const PpoGradients into{logprob, entropy, value};
#pragma unroll
      for (int i = 0; i < kVector; ++i) {
        four.mask[i] = static_cast<uint8_t>(mask >> (8 * i));
        if (four.mask[i] != 0) add_ppo_token(own, options, i, sequences.at(t + i), into, sums);
      }
    }
    if (gradients.logprobs != nullptr) store(gradients.logprobs, t, count, aligned, logprob);
    if (gradients.entropies != nullptr) store(gradients.entropies, t, count, aligned, entropy);
    if (gradients.values != nullptr) store(gradients.values, t, count, aligned, value);
  }
  write_partial(sums, partial);
}

// One block for each of PpoSums, over all tiles.
__global__ void __launch_bounds__(kThreads)
    total(const double* partial, int64_t tiles, PpoSums* sums) {
  const double* mine = partial + int64_t{blockIdx.x} * tiles;
  double* result = &sums->policy_loss + blockIdx.x;
  if (blockIdx.x < kAdded) {
    double sum = 0;
    for (int64_t i = threadIdx.x; i < tiles; i += kThreads) sum += mine[i];
    sum = block_sum<kThreads>(sum);
    if (threadIdx.x == 0) *result = sum;
    return;
  }
  if (threadIdx.x >= kWarp) return;
  const bool least = blockIdx.x == kAdded + 1;
  double best = least ? HUGE_VAL : 0;
  for (int64_t i = threadIdx.x; i < tiles; i += kWarp)
    best = least ? fmin(best, mine[i]) : fmax(best, mine[i]);
  for (int width = kWarp / 2; width > 0; width /= 2) {
    const double other = __shfl_xor_sync(kFullWarp, best, width);
    best = least ? fmin(best, other) : fmax(best, other);
  }
  if (threadIdx.x == 0) *result = best;
}

int64_t tiles_of(int64_t count) { return (count + kTile - 1) / kTile; }

bool is_aligned(const PpoTokens& in, const PpoGradients& gradients) {
  uintptr_t bits = reinterpret_cast<uintptr_t>(in.mask) * (16 / kVector);
  for (const void* pointer :
       {static_cast<const void*>(in.logprobs), static_cast<const void*>(in.old_logprobs),
        static_cast<const void*>(in.advantages), static_cast<const void*>(in.reference_logprobs),
        static_cast<const void*>(in.sampler_logprobs), static_cast<const void*>(in.entropies),
        static_cast<const void*>(in.values), static_cast<const void*>(in.old_values),
        static_cast<const void*>(in.returns), static_cast<const void*>(gradients.logprobs),
        static_cast<const void*>(gradients.entropies), static_cast<const void*>(gradients.values)})
    bits |= reinterpret_cast<uintptr_t>(pointer);
  return bits % 16 == 0;
}

template <int kTerms>
void launch_tokens(int terms, int64_t tiles, const PpoTokens& in, const PpoOptions& options,
                   const PpoGradients& gradients, const PpoPlan& plan, double* partial,
                   cudaStream_t stream) {
  if constexpr (kTerms < kAllTerms) {
    if (terms != kTerms)
      return launch_tokens<kTerms + 1>(terms, tiles, in, options, gradients, plan, partial, stream);
    token_terms<kTerms><<<static_cast<unsigned>(tiles), kThreads, 0, stream>>>(
        in, options, gradients, plan, is_aligned(in, gradients), partial);
  }
}

size_t rounded(size_t bytes) { return (bytes + 255) / 256 * 256; }

}  // namespace

size_t masked_ppo_workspace_bytes(const PpoTokens& in, const PpoOptions& options) {
  const auto tiles = static_cast<size_t>(tiles_of(in.count));
  return rounded(ppo_plan_bytes(in, options)) + tiles * sizeof(PpoSums);
}

cudaError_t masked_ppo_cuda(const PpoTokens& in, const PpoOptions& options,
                            const PpoGradients& gradients, PpoSums* sums, void* workspace,
                            cudaStream_t stream) {
  const int64_t tiles = tiles_of(in.count);
  auto* partial = reinterpret_cast<double*>(static_cast<char*>(workspace) +
                                            rounded(ppo_plan_bytes(in, options)));
  if (tiles > 0) {
    PpoPlan plan;
    if (const cudaError_t error = plan_ppo(in, options, workspace, stream, plan)) return error;
    const int terms = (in.reference_logprobs != nullptr ? kReference : 0) |
                      (in.entropies != nullptr ? kEntropies : 0) |
                      (in.values != nullptr ? kValues : 0);
    launch_tokens<0>(terms, tiles, in, options, gradients, plan, partial, stream);
  }
  total<<<kSums, kThreads, 0, stream>>>(partial, tiles, sums);
  return cudaGetLastError();
}

}  // namespace querl
