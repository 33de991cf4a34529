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

float scale_of(const SampleOptions& options) {
  return options.temperature == 0 ? 1.f : 1 / options.temperature;
}

// False if a banned logit is a NaN: a ban hides none, since it says that the weights are broken.
bool ban(float* logits, const SampleOptions& options) {
  for (int64_t i = 0; i < options.banned_count; ++i) {
    if (std::isnan(logits[options.banned[i]])) return false;
    logits[options.banned[i]] = -std::numeric_limits<float>::infinity();
  }
  return true;
}

// Turns logits into weights, with the sums of their blocks.
Exponentials weigh(float* logits, int64_t n, const SampleOptions& options, SampleScratch& scratch,
                   const DecodeKernels& reductions) {
  scratch.sums.resize(static_cast<size_t>((n + kSumBlock - 1) / kSumBlock));
  return reductions.exponentials(logits, n, scale_of(options), scratch.sums.data());
}

bool is_distribution(double total) { return total > 0 && std::isfinite(total); }

float logprob_of(float weight, double total) {
  return static_cast<float>(std::log(static_cast<double>(weight) / total));
}

void find_top(const float* weights, int64_t n, double total, const SampleKernels& kernels,
              SampleScratch& scratch, TopTokens& top) {
  const int64_t count = std::min<int64_t>(top.count, n);
  const Cut cut = find_cut(kernels, weights, n, static_cast<double>(count), true,
                           std::numeric_limits<float>::min(), scratch.left);
  const int64_t ties_end = kernels.after_equal(weights, n, cut.least, cut.ties);
  top.found.clear();
  for (int64_t id = 0; id < n; ++id)
    if (weights[id] > cut.least || (weights[id] > 0 && weights[id] == cut.least && id < ties_end))
      top.found.emplace_back(static_cast<int32_t>(id), weights[id]);
  std::stable_sort(top.found.begin(), top.found.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  for (auto& [id, value] : top.found) value = logprob_of(value, total);
  top.found.resize(static_cast<size_t>(count), {-1, -std::numeric_limits<float>::infinity()});
}

}  // namespace

Sample sample_row(float* logits, int64_t n, const SampleOptions& options, double uniform,
                  SampleScratch& scratch, Isa isa, TopTokens* top) {
  if (!ban(logits, options)) return kNoSample;
  const DecodeKernels& reductions = decode_kernels(isa);
  const bool greedy = options.temperature == 0;
  // Before they become weights, which may be equal where the logits are not.
  int64_t id = greedy ? reductions.argmax(logits, n).index : 0;
  const double total = weigh(logits, n, options, scratch, reductions).total;
  if (!is_distribution(total)) return kNoSample;
  const SampleKernels& kernels = sample_kernels(isa);
  if (top != nullptr && top->count > 0) find_top(logits, n, total, kernels, scratch, *top);
  if (greedy) return {static_cast<int32_t>(id), logprob_of(logits[id], total)};
  const double left = filter(logits, n, total, options, scratch, kernels);
  id = walk(logits, scratch.sums, n, uniform * left);
  return {static_cast<int32_t>(id),
          logprob_of(logits[id], options.truncated_logprob ? left : total)};
}

Sample score_row(float* logits, int64_t n, const SampleOptions& options, int32_t target,
                 SampleScratch& scratch, Isa isa, TopTokens* top) {
  if (!ban(logits, options)) return kNoSample;
  const float logit = logits[target];
  const auto [most, total] = weigh(logits, n, options, scratch, decode_kernels(isa));
  if (!is_distribution(total)) return kNoSample;
  if (top != nullptr && top->count > 0)
    find_top(logits, n, total, sample_kernels(isa), scratch, *top);
  if (logits[target] > 0) return {target, logprob_of(logits[target], total)};
  // Too unlikely for a weight, and never drawn: but a log-prob that is finite stays so.
  const double above = static_cast<double>(logit - most) * static_cast<double>(scale_of(options));
  return {target, static_cast<float>(above - std::log(total))};
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
