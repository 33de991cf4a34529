#include "lm/fused_engine.h"

#include <algorithm>
#include <string>

#include "kernels/thread_pool.h"
#include "lm/backward_weights.h"
#include "lm/batch_plan.h"
#include "lm/errors.h"
#include "lm/fused_block.h"
#include "lm/fused_head.h"
#include "lm/token_loss.h"

namespace querl {
namespace {

constexpr int64_t kMostBuckets = 8;
// Buckets of a small model may take this many floats together; a larger one has two.
constexpr int64_t kBucketFloats = int64_t{1} << 26;
// Rows of a block. 96 to 384 take the same time within 5 % (benchmarks/training.cc); few rows make
// many blocks, which two threads share evenly, and small workspaces.
constexpr int64_t kBlockRows = 128;
// Elements of one task where buckets are added.
constexpr int64_t kSumChunk = int64_t{1} << 15;

// Depends on the model alone, so that the sum of the gradients has one order on any machine.
int64_t bucket_count(int64_t parameters) {
  return std::clamp(kBucketFloats / std::max<int64_t>(parameters, 1), int64_t{2}, kMostBuckets);
}

const float* weights_of(const Loss& loss) {
  return std::visit([](const auto& it) { return it.weights; }, loss);
}

class FusedEngine final : public TrainingEngine {
 public:
  FusedEngine(const Parameters& parameters, const FusedWeights& weights, int threads)
      : parameters_(parameters),
        weights_(weights),
        transposed_(weights),
        pool_(std::clamp(threads, 1, static_cast<int>(kMostBuckets))) {
    for (int i = 0; i < pool_.threads(); ++i) blocks_.emplace_back(weights);
  }

  LossSums backward(const TokenBatch& batch, const Loss& loss, const LogitOptions& options,
                    float* gradients, std::stop_token stop) override {
    check(batch, options);
    if (std::holds_alternative<ValueLoss>(loss)) check_value_head();
    transposed_.refresh(pool_);
    const RowSelection selection{weights_of(loss)};
    const auto blocks = plan_blocks(batch, selection, kBlockRows);
    const int64_t buckets =
        std::min(bucket_count(parameters_.layout().size()), static_cast<int64_t>(blocks.size()));
    const auto starts = plan_buckets(blocks, buckets);
    const FusedHead head(weights_, options);
    std::vector<LossSums> sums(static_cast<size_t>(buckets));
    make_buckets(buckets);
    pool_.run(buckets, [&](int64_t bucket, int thread) {
      float* to = bucket_gradients(bucket, gradients);
      if (bucket > 0) std::fill_n(to, parameters_.layout().size(), 0.f);
      FusedBlock& block = blocks_[static_cast<size_t>(thread)];
      for (int64_t i = starts[size_t(bucket)]; i < starts[size_t(bucket) + 1]; ++i) {
        block.assign(batch, blocks[static_cast<size_t>(i)], selection, true);
        const float* hidden = block.forward(stop);
        head.backward(block, batch, loss, hidden, transposed_, to, sums[size_t(bucket)], stop);
        block.backward(transposed_, to, stop);
      }
    });
    add_buckets(buckets, gradients);
    LossSums total;
    for (const LossSums& part : sums) add(part, total);
    return total;
  }

  void logprobs(const TokenBatch& batch, const float* weights, const LogitOptions& options,
                float* logprobs, float* entropies, std::stop_token stop) override {
    check(batch, options);
    const FusedHead head(weights_, options);
    std::fill_n(logprobs, batch.count(), 0.f);
    if (entropies != nullptr) std::fill_n(entropies, batch.count(), 0.f);
    infer(batch, {weights}, stop, [&](FusedBlock& block, const BlockRange&, const float* hidden) {
      head.score(block, batch, hidden, logprobs, entropies, stop);
    });
  }

  void values(const TokenBatch& batch, const float* weights, float* values,
              std::stop_token stop) override {
    check_value_head();
    check_batch(batch, parameters_.config());
    const LogitOptions none;
    const FusedHead head(weights_, none);
    std::fill_n(values, batch.count(), 0.f);
    infer(batch, {weights}, stop, [&](FusedBlock& block, const BlockRange&, const float* hidden) {
      head.values(block, hidden, values);
    });
  }

  void logits(const TokenBatch& batch, float* logits, std::stop_token stop) override {
    check_batch(batch, parameters_.config());
    const LogitOptions none;
    const FusedHead head(weights_, none);
    infer(batch, {nullptr, true}, stop,
          [&](FusedBlock& block, const BlockRange& range, const float* hidden) {
            const int64_t first = batch.offsets[range.first];
            head.logits(block, hidden, logits + first * parameters_.config().vocab_size);
          });
  }

 private:
  // Calls work(block, range, hidden states) for every block, on any thread.
  template <class Work>
  void infer(const TokenBatch& batch, const RowSelection& selection, const std::stop_token& stop,
             const Work& work) {
    const auto ranges = plan_blocks(batch, selection, kBlockRows);
    pool_.run(static_cast<int64_t>(ranges.size()), [&](int64_t i, int thread) {
      FusedBlock& block = blocks_[static_cast<size_t>(thread)];
      const BlockRange& range = ranges[static_cast<size_t>(i)];
      block.assign(batch, range, selection, false);
      work(block, range, block.forward(stop));
    });
  }

  // The first bucket is the caller's buffer.
  float* bucket_gradients(int64_t bucket, float* gradients) {
    return bucket == 0 ? gradients : buckets_[static_cast<size_t>(bucket - 1)].get();
  }

  void make_buckets(int64_t buckets) {
    while (static_cast<int64_t>(buckets_.size()) < buckets - 1)
      buckets_.push_back(std::make_unique_for_overwrite<float[]>(
          static_cast<size_t>(parameters_.layout().size())));
  }

  void add_buckets(int64_t buckets, float* gradients) {
    const int64_t size = parameters_.layout().size();
    if (buckets < 2) return;
    pool_.run((size + kSumChunk - 1) / kSumChunk, [&](int64_t chunk, int) {
      const int64_t first = chunk * kSumChunk, end = std::min(size, first + kSumChunk);
      for (int64_t bucket = 1; bucket < buckets; ++bucket) {
        const float* from = bucket_gradients(bucket, gradients);
        for (int64_t i = first; i < end; ++i) gradients[i] += from[i];
      }
    });
  }

  void check(const TokenBatch& batch, const LogitOptions& options) const {
    check_batch(batch, parameters_.config());
    check_logit_options(options, parameters_.config());
  }

  void check_value_head() const {
    if (!parameters_.config().value_head)
      throw Error("ERR_QUERL_ARGUMENT", "Expected a model with a value head.");
  }

  const Parameters& parameters_;
  const FusedWeights& weights_;
  BackwardWeights transposed_;
  ThreadPool pool_;
  std::vector<FusedBlock> blocks_;  // one for each thread
  std::vector<std::unique_ptr<float[]>> buckets_;
};

}  // namespace

std::unique_ptr<TrainingEngine> fused_engine(const Parameters& parameters,
                                             const FusedWeights& weights, int threads) {
  return std::make_unique<FusedEngine>(parameters, weights, threads);
}

}  // namespace querl
