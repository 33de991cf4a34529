#include "kernels/cuda/masked_ppo_plan.cuh"

#include "kernels/cuda/block_sums.cuh"

namespace querl {
namespace {

constexpr int kThreads = 256;
constexpr int64_t kMaxGrid = 1 << 20;

bool is_per_sequence(const PpoOptions& options) {
  return options.ratio == PpoRatio::kSequence || corrects_sequences(options.correction) ||
         options.aggregation == PpoAggregation::kSequences ||
         options.aggregation == PpoAggregation::kMicroBatches ||
         (options.aggregation == PpoAggregation::kSequenceSums && options.denominator <= 0);
}

// Tokens of mask 1, one count for each block. The mask alone is read: 1 byte of a token's 17 or
// more.
__global__ void __launch_bounds__(kThreads)
    count_tokens(const uint8_t* mask, int64_t count, int64_t* counts) {
  int64_t mine = 0;
  const int64_t stride = int64_t{kCountBlocks} * kThreads;
  const int64_t first = int64_t{blockIdx.x} * kThreads + threadIdx.x;
  if (reinterpret_cast<uintptr_t>(mask) % 16 == 0) {
    const int64_t vectors = count / 16;
    const auto* words = reinterpret_cast<const uint4*>(mask);
    for (int64_t i = first; i < vectors; i += stride) {
      const uint4 word = words[i];
      for (const uint32_t four : {word.x, word.y, word.z, word.w})
        mine += 4 - __popc(__vcmpeq4(four, 0)) / 8;  // 8 bits are set for each byte that is 0
    }
    for (int64_t t = vectors * 16 + first; t < count; t += stride) mine += mask[t] != 0;
  } else {
    for (int64_t t = first; t < count; t += stride) mine += mask[t] != 0;
  }
  const double total = block_sum<kThreads>(static_cast<double>(mine));  // exact: below 2^53
  if (threadIdx.x == 0) counts[blockIdx.x] = static_cast<int64_t>(total);
}

// One block for each sequence, in turn.
__global__ void __launch_bounds__(kThreads)
    sum_sequences(PpoTokens in, PpoOptions options, PpoSequenceSums* sums) {
  for (int64_t b = blockIdx.x; b < in.sequences; b += gridDim.x) {
    PpoSequenceSums mine;
    for (int64_t t = in.offsets[b] + threadIdx.x; t < in.offsets[b + 1]; t += kThreads)
      add_ppo_sequence_token(in, options, t, mine);
    mine.tokens = block_sum<kThreads>(mine.tokens);
    mine.log_ratio = block_sum<kThreads>(mine.log_ratio);
    mine.log_importance = block_sum<kThreads>(mine.log_importance);
    if (threadIdx.x == 0) sums[b] = mine;
  }
}

// One block. Counts are added as float64, exact in any order.
__global__ void __launch_bounds__(kThreads)
    plan_sequences(PpoTokens in, PpoOptions options, const PpoSequenceSums* sums,
                   PpoSequence* plan) {
  const bool by_micro_batch = options.aggregation == PpoAggregation::kMicroBatches;
  double denominator = options.denominator;
  if (denominator <= 0 && by_micro_batch) {
    denominator = static_cast<double>(in.micro_batches);
  } else if (denominator <= 0) {
    const bool by_token = options.aggregation == PpoAggregation::kTokens;
    double mine = 0;
    for (int64_t b = threadIdx.x; b < in.sequences; b += kThreads)
      mine += by_token ? sums[b].tokens : (sums[b].tokens > 0 ? 1. : 0.);
    denominator = block_sum<kThreads>(mine);
  }
  // A warp for each micro-batch or, without them, for the next 32 sequences.
  const int warp = static_cast<int>(threadIdx.x) / kWarp, lane = threadIdx.x % kWarp;
  const int64_t groups = by_micro_batch ? in.micro_batches : (in.sequences + kWarp - 1) / kWarp;
  for (int64_t group = warp; group < groups; group += kThreads / kWarp) {
    const int64_t begin = by_micro_batch ? in.batch_offsets[group] : group * kWarp;
    const int64_t limit = by_micro_batch ? in.batch_offsets[group + 1] : begin + kWarp;
    const int64_t end = limit < in.sequences ? limit : in.sequences;
    double of_batch = 0;
    for (int64_t b = begin + lane; by_micro_batch && b < end; b += kWarp)
      of_batch += sums[b].tokens;
    of_batch = warp_sum(of_batch);
    for (int64_t b = begin + lane; b < end; b += kWarp) {
      const PpoSequenceSums own = sums[b];
      const double tokens = by_micro_batch ? of_batch : own.tokens;
      plan[b] = ppo_sequence(own, ppo_weight(options.aggregation, tokens, denominator), options);
    }
  }
}

}  // namespace

size_t ppo_plan_bytes(const PpoTokens& in, const PpoOptions& options) {
  if (is_per_sequence(options))
    return static_cast<size_t>(in.sequences) * (sizeof(PpoSequenceSums) + sizeof(PpoSequence));
  return options.denominator > 0 ? 0 : kCountBlocks * sizeof(int64_t);
}

cudaError_t plan_ppo(const PpoTokens& in, const PpoOptions& options, void* workspace,
                     cudaStream_t stream, PpoPlan& plan) {
  plan = {};
  if (!is_per_sequence(options)) {
    if (options.denominator > 0) {
      plan.same.weight = ppo_weight(options.aggregation, 0, options.denominator);
      return cudaSuccess;
    }
    auto* counts = static_cast<int64_t*>(workspace);
    plan.counts = counts;
    count_tokens<<<kCountBlocks, kThreads, 0, stream>>>(in.mask, in.count, counts);
    return cudaGetLastError();
  }
  auto* sums = static_cast<PpoSequenceSums*>(workspace);
  auto* sequences = reinterpret_cast<PpoSequence*>(sums + in.sequences);
  plan.sequences = sequences;
  if (in.sequences == 0) return cudaSuccess;
  const auto grid = static_cast<unsigned>(in.sequences < kMaxGrid ? in.sequences : kMaxGrid);
  sum_sequences<<<grid, kThreads, 0, stream>>>(in, options, sums);
  plan_sequences<<<1, kThreads, 0, stream>>>(in, options, sums, sequences);
  return cudaGetLastError();
}

}  // namespace querl
