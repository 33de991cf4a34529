#include "kernels/linear_logprobs.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <algorithm>
#include <cmath>
#include <new>

#include "kernels/cpu/linear_plan.h"

namespace querl {

const LinearKernels& linear_kernels(FloatType type, const LinearIsa& isa) {
#if defined(__x86_64__)
  if (type == FloatType::kBfloat16 && isa.bf16 == Bf16Isa::kAmx) return kLinearAmx;
  if (type == FloatType::kBfloat16 && isa.bf16 == Bf16Isa::kAvx512) return kLinearAvx512Bf16;
  if (isa.isa == Isa::kAvx512) return kLinearAvx512;
  if (isa.isa == Isa::kAvx2) return kLinearAvx2;
#endif
  return kLinearPortable;
}

namespace {

constexpr std::align_val_t kHugePage{size_t{2} << 20};

}  // namespace

void LinearMemory::allocate() {
  data_.reset(static_cast<char*>(::operator new(bytes_, kHugePage)));
#if defined(__linux__)
  // Panels are far apart: with small pages the addresses alone are too many to keep (bfloat16,
  // T 4096, D 896, one thread: backward 0.29 to 0.21 s for V 8192). It is a wish, and failing is no
  // error.
  madvise(data_.get(), bytes_, MADV_HUGEPAGE);
#endif
}

void LinearMemory::Free::operator()(char* data) const { ::operator delete(data, kHugePage); }

namespace {

constexpr float kLowest = -3.4e38f;  // finite: a difference of two is no NaN

// The vocabulary is cut into segments, each with its own running state of every token: they are
// the tasks, and do not depend on the threads.
constexpr int64_t kSegments = 64;
constexpr int64_t kSegmentBlocks = 8;  // at least
// Few segments are cut by tokens as well, to this many tasks.
constexpr int64_t kTasks = 16;
constexpr int64_t kFinishedTokens = 256;  // of a task that only adds up

struct ForwardPlan {
  ForwardPlan(const LinearShape& shape, int64_t tokens, const LinearKernels& kernels, int threads)
      : blocks(shape, tokens, kernels), padded(blocks.tokens * kLinearBlock) {
    const int64_t wanted = std::clamp<int64_t>(pieces(blocks.vocab, kSegmentBlocks), 1, kSegments);
    segment_blocks = pieces(blocks.vocab, wanted);
    segments = pieces(blocks.vocab, segment_blocks);
    group_blocks = pieces(blocks.tokens, std::min(blocks.tokens, pieces(kTasks, segments)));
    right = memory.take<char>(blocks.tokens * blocks.panel);
    left = memory.take<char>(threads * blocks.resident_rows() * blocks.panel);
    logits = memory.take<float>(threads * 2 * blocks.resident_rows() * kLinearSums);
    targets = memory.take<int32_t>(padded);
    picked = memory.take<float>(padded);
    maxima = memory.take<float>(segments * padded);
    sums = memory.take<float>(segments * padded);
    weighted = memory.take<float>(segments * padded);
  }

  LinearMemory memory;
  LinearBlocks blocks;
  int64_t padded;  // tokens
  int64_t segment_blocks, segments;
  int64_t group_blocks;  // of tokens
  size_t right, left, logits, targets, picked, maxima, sums, weighted;
};

class Forward {
 public:
  Forward(const LinearInputs& inputs, const std::vector<int64_t>& kept,
          const LinearKernels& kernels, int threads)
      : inputs_(inputs),
        kept_(kept),
        kernels_(kernels),
        plan_(inputs.shape, static_cast<int64_t>(kept.size()), kernels, threads) {
    plan_.memory.allocate();
  }

  void run(const TokenScores& scores, Parallel& parallel) {
    parallel.run(plan_.blocks.tokens, [&](int64_t block, int) { prepare(block); });
    const int64_t groups = pieces(plan_.blocks.tokens, plan_.group_blocks);
    parallel.run(plan_.segments * groups, [&](int64_t task, int thread) {
      sweep(task / groups, BlockRange(task % groups, plan_.group_blocks, plan_.blocks.tokens),
            thread);
    });
    const auto count = static_cast<int64_t>(kept_.size());
    parallel.run(pieces(count, kFinishedTokens), [&](int64_t task, int) {
      const BlockRange tokens(task, kFinishedTokens, count);
      for (int64_t i = 0; i < tokens.count; ++i) finish(tokens.first + i, scores);
    });
  }

 private:
  // Packs a block of tokens and starts their state.
  void prepare(int64_t block) {
    const int64_t first = block * kLinearBlock;
    kernels_.pack_right(hidden_of(inputs_, kept_), first,
                        at<char>(plan_.right) + block * plan_.blocks.panel);
    for (int64_t i = first; i < first + kLinearBlock; ++i) {
      const bool exists = i < static_cast<int64_t>(kept_.size());
      at<int32_t>(plan_.targets)[i] =
          exists ? static_cast<int32_t>(inputs_.targets[kept_[static_cast<size_t>(i)]]) : -1;
      at<float>(plan_.picked)[i] = 0.f;
      for (int64_t segment = 0; segment < plan_.segments; ++segment) {
        const int64_t place = segment * plan_.padded + i;
        at<float>(plan_.maxima)[place] = kLowest;
        at<float>(plan_.sums)[place] = 0.f;
        at<float>(plan_.weighted)[place] = 0.f;
      }
    }
  }

  // Takes a group of tokens through one segment of the vocabulary.
  void sweep(int64_t segment, const BlockRange& tokens, int thread) {
    const LinearBlocks& blocks = plan_.blocks;
    const BlockRange part(segment, plan_.segment_blocks, blocks.vocab);
    // Even parts: a last one of a single panel would cost more than its share.
    const int64_t most = pieces(part.count, pieces(part.count, blocks.resident_rows()));
    char* left = at<char>(plan_.left) + thread * blocks.resident_rows() * blocks.panel;
    const int64_t token = tokens.first * kLinearBlock, state = segment * plan_.padded + token;
    for (int64_t v = 0; v < part.count; v += most) {
      const int64_t count = std::min(most, part.count - v);
      const int64_t row = (part.first + v) * kLinearBlock;
      for (int64_t i = 0; i < count; ++i)
        kernels_.pack_left(head_of(inputs_), row + i * kLinearBlock, left + i * blocks.panel);
      kernels_.forward(
          {.left = left,
           .right = at<char>(plan_.right) + tokens.first * blocks.panel,
           .panel = blocks.panel,
           .v_blocks = count,
           .t_blocks = tokens.count,
           .depth = blocks.width,
           .first_row = row,
           .vocab = inputs_.shape.vocab,
           .scale = 1.f / inputs_.temperature,
           .targets = at<int32_t>(plan_.targets) + token,
           .maxima = at<float>(plan_.maxima) + state,
           .sums = at<float>(plan_.sums) + state,
           .weighted = at<float>(plan_.weighted) + state,
           .picked = at<float>(plan_.picked) + token,
           .logits = at<float>(plan_.logits) + thread * 2 * blocks.resident_rows() * kLinearSums});
    }
  }

  // Adds up a token's segments, in their order.
  void finish(int64_t i, const TokenScores& scores) const {
    double top = kLowest;
    for (int64_t segment = 0; segment < plan_.segments; ++segment)
      top = std::max(top, static_cast<double>(at<float>(plan_.maxima)[segment * plan_.padded + i]));
    double sum = 0, weighted = 0;
    for (int64_t segment = 0; segment < plan_.segments; ++segment) {
      const int64_t place = segment * plan_.padded + i;
      const double below = at<float>(plan_.maxima)[place] - top, share = std::exp(below);
      const double part = at<float>(plan_.sums)[place];
      sum += share * part;
      weighted += share * (at<float>(plan_.weighted)[place] + below * part);
    }
    const double log_sum = std::log(sum), entropy = log_sum - weighted / sum;
    const auto t = static_cast<size_t>(kept_[static_cast<size_t>(i)]);
    scores.logprobs[t] = static_cast<float>(at<float>(plan_.picked)[i] - top - log_sum);
    scores.entropies[t] = static_cast<float>(entropy < 0 ? 0 : entropy);  // rounding; keeps a NaN
    scores.maxima[t] = static_cast<float>(top);
    scores.log_sums[t] = static_cast<float>(log_sum);
  }

  template <class Value>
  Value* at(size_t offset) const {
    return plan_.memory.at<Value>(offset);
  }

  const LinearInputs& inputs_;
  const std::vector<int64_t>& kept_;
  const LinearKernels& kernels_;
  ForwardPlan plan_;
};

}  // namespace

void linear_logprobs(const LinearInputs& inputs, const TokenScores& scores, Parallel& parallel,
                     const LinearIsa& isa) {
  std::vector<int64_t> kept;
  for (int64_t t = 0; t < inputs.shape.tokens; ++t) {
    if (inputs.targets[t] >= 0)
      kept.push_back(t);
    else
      scores.logprobs[t] = scores.entropies[t] = scores.maxima[t] = scores.log_sums[t] = 0.f;
  }
  if (kept.empty()) return;
  const LinearKernels& kernels = linear_kernels(inputs.hidden.type, isa);
  Forward(inputs, kept, kernels, parallel.threads()).run(scores, parallel);
}

size_t linear_logprobs_bytes(const LinearShape& shape, FloatType type, int threads,
                             const LinearIsa& isa) {
  if (shape.tokens == 0) return 0;
  const LinearKernels& kernels = linear_kernels(type, isa);
  return ForwardPlan(shape, shape.tokens, kernels, threads).memory.bytes();
}

}  // namespace querl
