#include "kernels/sample.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/cpu/sample_cut.h"
#include "kernels/cpu/sample_tables.h"
#include "kernels/decode.h"
#include "kernels/philox.h"

namespace querl {
namespace {

constexpr Sample kNoSample{-1, std::numeric_limits<float>::quiet_NaN()};

// The first id whose running sum passes `target`, which is below the total. Blocks first: their
// sums were rounded in another order than the walk inside one, so the walk may end without passing
// it; then the block's last possible token is meant.
int64_t walk(const float* weights, const std::vector<float>& sums, int64_t n, double target) {
  double passed = 0;
  int64_t block = 0;
  const int64_t blocks = (n + kSumBlock - 1) / kSumBlock;
  int64_t last_block = 0;
  for (; block < blocks; ++block) {
    if (sums[static_cast<size_t>(block)] > 0) last_block = block;
    if (passed + sums[static_cast<size_t>(block)] > target) break;
    passed += sums[static_cast<size_t>(block)];
  }
  if (block == blocks) block = last_block;
  const int64_t end = std::min(n, (block + 1) * kSumBlock);
  int64_t last = -1;
  for (int64_t id = block * kSumBlock; id < end; ++id) {
    if (weights[id] > 0) last = id;
    passed += weights[id];
    if (passed > target) return id;
  }
  return last;
}

// The filters, in their order: sets what they drop to 0, and returns the sum of what is left.
double filter(float* weights, int64_t n, double total, const SampleOptions& options,
              SampleScratch& scratch, const SampleKernels& kernels) {
  const auto apply = [&](Cut cut) {
    const int64_t ties_end = kernels.after_equal(weights, n, cut.least, cut.ties);
    total = kernels.cut(weights, n, cut.least, ties_end, scratch.sums.data());
  };
  if (options.top_k > 0 && options.top_k < n)
    apply(find_cut(kernels, weights, n, options.top_k, true, std::numeric_limits<float>::min(),
                   scratch.left));
  if (options.top_p < 1) {
    const auto share = static_cast<double>(options.top_p);
    // Tokens below (1 - top_p) total / n hold less than 1 - top_p in all, so none of them is
    // needed; half of that leaves room for rounding.
    const double bound = (1 - share) * total / static_cast<double>(2 * n);
    apply(find_cut(kernels, weights, n, share * total, false,
                   std::max(static_cast<float>(bound), std::numeric_limits<float>::min()),
                   scratch.left));
  }
  if (options.min_p > 0) apply({options.min_p, n});
  return total;
}

}  // namespace

Sample sample_row(float* logits, int64_t n, const SampleOptions& options, double uniform,
                  SampleScratch& scratch, Isa isa) {
  for (int64_t i = 0; i < options.banned_count; ++i) {
    // A ban hides no NaN: it says that the weights are broken.
    if (std::isnan(logits[options.banned[i]])) return kNoSample;
    logits[options.banned[i]] = -std::numeric_limits<float>::infinity();
  }
  const DecodeKernels& reductions = decode_kernels(isa);
  if (options.temperature == 0) {
    const float log_total = reductions.log_sum_exp(logits, n);
    if (!std::isfinite(log_total)) return kNoSample;
    const ArgMax best = reductions.argmax(logits, n);
    return {static_cast<int32_t>(best.index), best.value - log_total};
  }

  scratch.sums.resize(static_cast<size_t>((n + kSumBlock - 1) / kSumBlock));
  const double total =
      reductions.exponentials(logits, n, 1 / options.temperature, scratch.sums.data()).total;
  if (!(total > 0) || !std::isfinite(total)) return kNoSample;
  const double left = filter(logits, n, total, options, scratch, sample_kernels(isa));
  const int64_t id = walk(logits, scratch.sums, n, uniform * left);
  const double of = options.truncated_logprob ? left : total;
  return {static_cast<int32_t>(id), static_cast<float>(std::log(logits[id] / of))};
}

void sample(const SampleRows& rows, const SampleOptions& options, int32_t* ids, float* logprobs,
            Parallel& parallel) {
  const Isa isa = best_isa();
  std::vector<SampleScratch> scratch(static_cast<size_t>(parallel.threads()));
  parallel.run(rows.rows, [&](int64_t b, int thread) {
    SampleScratch& own = scratch[static_cast<size_t>(thread)];
    const auto size = static_cast<size_t>(rows.vocab);
    own.row.resize(size);
    if (rows.type == LogitsType::kFloat32)
      std::memcpy(own.row.data(), static_cast<const float*>(rows.logits) + b * rows.stride,
                  size * sizeof(float));
    else
      sample_kernels(isa).widen_bfloat16(
          static_cast<const uint16_t*>(rows.logits) + b * rows.stride, rows.vocab, own.row.data());
    const auto number = [&](const int64_t* numbers, int64_t otherwise) {
      return static_cast<uint64_t>(numbers != nullptr ? numbers[b] : otherwise);
    };
    const double uniform =
        uniform_at(rows.seed, number(rows.sessions, b), number(rows.positions, 0));
    const Sample drawn = sample_row(own.row.data(), rows.vocab, options, uniform, own, isa);
    ids[b] = drawn.id;
    logprobs[b] = drawn.logprob;
  });
}

}  // namespace querl
