#include <algorithm>
#include <vector>

#include "kernels/cpu/masked_ppo_tables.h"

namespace querl {
namespace {

// A chunk's inputs and gradients stay in the cache between the loops over its terms.
constexpr int64_t kChunk = 4096;
// Whole sequences that a task of the first pass takes.
constexpr int64_t kSequencesPerTask = 8;

const MaskedPpoKernels& masked_ppo_kernels(Isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case Isa::kAvx512:
      return kMaskedPpoAvx512;
    case Isa::kAvx2:
      return kMaskedPpoAvx2;
#endif
    default:
      return kMaskedPpoPortable;
  }
}

int64_t tasks_of(int64_t count, int64_t per_task) { return (count + per_task - 1) / per_task; }

std::vector<PpoSequenceSums> sum_sequences(const PpoTokens& in, const PpoOptions& options,
                                           Parallel& parallel, const MaskedPpoKernels& kernels) {
  std::vector<PpoSequenceSums> sums(static_cast<size_t>(in.sequences));
  parallel.run(tasks_of(in.sequences, kSequencesPerTask), [&](int64_t task, int) {
    const int64_t end = std::min((task + 1) * kSequencesPerTask, in.sequences);
    for (int64_t b = task * kSequencesPerTask; b < end; ++b)
      kernels.sequence(in, options, in.offsets[b], in.offsets[b + 1], sums[static_cast<size_t>(b)]);
  });
  return sums;
}

double count_tokens(const PpoTokens& in, Parallel& parallel, const MaskedPpoKernels& kernels) {
  constexpr int64_t kMaskChunk = 16 * kChunk;  // a byte a token
  std::vector<PpoSequenceSums> sums(static_cast<size_t>(tasks_of(in.count, kMaskChunk)));
  parallel.run(static_cast<int64_t>(sums.size()), [&](int64_t task, int) {
    const int64_t begin = task * kMaskChunk, end = std::min(begin + kMaskChunk, in.count);
    kernels.sequence(in, {}, begin, end, sums[static_cast<size_t>(task)]);
  });
  double tokens = 0;
  for (const PpoSequenceSums& part : sums) tokens += part.tokens;
  return tokens;
}

double denominator_of(const PpoTokens& in, const PpoOptions& options,
                      const std::vector<PpoSequenceSums>& sums) {
  if (options.denominator > 0) return options.denominator;
  if (options.aggregation == PpoAggregation::kMicroBatches)
    return static_cast<double>(in.micro_batches);
  double tokens = 0, sequences = 0;
  for (const PpoSequenceSums& sequence : sums) {
    tokens += sequence.tokens;
    sequences += sequence.tokens > 0 ? 1 : 0;
  }
  return options.aggregation == PpoAggregation::kTokens ? tokens : sequences;
}

std::vector<PpoSequence> plan_sequences(const PpoTokens& in, const PpoOptions& options,
                                        const std::vector<PpoSequenceSums>& sums) {
  const double denominator = denominator_of(in, options, sums);
  std::vector<PpoSequence> plan(sums.size());
  const auto add = [&](int64_t b, double tokens) {
    const PpoSequenceSums& own = sums[static_cast<size_t>(b)];
    plan[static_cast<size_t>(b)] =
        ppo_sequence(own, ppo_weight(options.aggregation, tokens, denominator), options);
  };
  if (options.aggregation != PpoAggregation::kMicroBatches) {
    for (int64_t b = 0; b < in.sequences; ++b) add(b, sums[static_cast<size_t>(b)].tokens);
    return plan;
  }
  for (int64_t m = 0; m < in.micro_batches; ++m) {
    const int64_t begin = in.batch_offsets[m], end = in.batch_offsets[m + 1];
    double tokens = 0;
    for (int64_t b = begin; b < end; ++b) tokens += sums[static_cast<size_t>(b)].tokens;
    for (int64_t b = begin; b < end; ++b) add(b, tokens);
  }
  return plan;
}

}  // namespace

PpoSums masked_ppo_cpu(const PpoTokens& in, const PpoOptions& options,
                       const PpoGradients& gradients, Parallel& parallel, Isa isa) {
  const MaskedPpoKernels& kernels = masked_ppo_kernels(isa);
  const bool per_sequence = needs_sequences(options);
  std::vector<PpoSequence> plan;
  PpoSequence same;
  if (per_sequence) {
    plan = plan_sequences(in, options, sum_sequences(in, options, parallel, kernels));
  } else {
    const double denominator =
        options.denominator > 0 ? options.denominator : count_tokens(in, parallel, kernels);
    same.weight = ppo_weight(options.aggregation, 0, denominator);
  }

  std::vector<PpoSums> partial(static_cast<size_t>(tasks_of(in.count, kChunk)));
  parallel.run(static_cast<int64_t>(partial.size()), [&](int64_t chunk, int) {
    PpoSums& sums = partial[static_cast<size_t>(chunk)];
    const int64_t begin = chunk * kChunk, end = std::min(begin + kChunk, in.count);
    if (!per_sequence) {
      kernels.tokens(in, options, begin, end, same, gradients, sums);
      return;
    }
    const int64_t* offsets = in.offsets;
    int64_t b = std::upper_bound(offsets, offsets + in.sequences + 1, begin) - offsets - 1;
    for (int64_t t = begin; t < end; ++b) {
      const int64_t stop = std::min(offsets[b + 1], end);
      if (stop > t)
        kernels.tokens(in, options, t, stop, plan[static_cast<size_t>(b)], gradients, sums);
      t = stop;
    }
  });
  PpoSums sums;
  for (const PpoSums& part : partial) add(part, sums);
  return sums;
}

}  // namespace querl
