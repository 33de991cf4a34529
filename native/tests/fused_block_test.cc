// How batches are cut into blocks, and what a block keeps for its backward pass.
#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "lm/batch_plan.h"
#include "lm/fused_block.h"

namespace querl {
namespace {

TEST_CASE(
    "blocks hold whole sequences in order, up to the limit, and no sequence without a target") {
  const std::vector<int64_t> offsets{0, 5, 5, 12, 13, 30, 34};
  std::vector<int32_t> tokens(34);
  std::vector<float> weights(34, 1.f);
  const TokenBatch batch{tokens.data(), offsets.data(), 6};
  for (int64_t t = 30; t < 34; ++t)
    weights[size_t(t)] = 0.f;                                 // the last sequence is not trained on
  for (int64_t t = 9; t < 12; ++t) weights[size_t(t)] = 0.f;  // nor is the end of the third
  weights[30] = 1.f;                                          // a first token is never predicted
  const RowSelection selection{weights.data()};
  // Rows: 4 before the last target of the first, 3 of the third, none of one token, 16, none.
  const auto blocks = plan_blocks(batch, selection, 8);
  REQUIRE(blocks.size() == 2);
  CHECK(blocks[0].first == 0);
  CHECK(blocks[0].rows == 7);
  CHECK(blocks[1].rows == 16);
  BlockRows rows;
  rows.assign(batch, blocks[0], selection);
  CHECK(rows.positions == std::vector<int32_t>{0, 1, 2, 3, 0, 1, 2});
  CHECK(rows.selected == std::vector<int32_t>{0, 1, 2, 3, 4, 5, 6});
  CHECK(rows.targets == std::vector<int64_t>{1, 2, 3, 4, 6, 7, 8});
  CHECK(rows.sequences.size() == 2);
  rows.assign(batch, {2, 3, 7}, {nullptr, true});
  CHECK(rows.count() == 7);
  CHECK(rows.selected_count() == 7);
}

TEST_CASE("buckets cover all blocks in order, with about equal rows") {
  for (const int64_t count : {1, 2, 7, 8, 9, 41}) {
    std::vector<BlockRange> blocks;
    for (int64_t i = 0; i < count; ++i) blocks.push_back({i, i + 1, 200 + i % 50});
    for (const int64_t buckets : {int64_t{1}, int64_t{2}, std::min<int64_t>(8, count)}) {
      const auto starts = plan_buckets(blocks, buckets);
      REQUIRE(int64_t(starts.size()) == buckets + 1);
      CHECK(starts.front() == 0);
      CHECK(starts.back() == count);
      for (size_t i = 0; i + 1 < starts.size(); ++i)
        if (count >= buckets)
          CHECK(starts[i + 1] - starts[i] <= (count + buckets - 1) / buckets + 1);
    }
  }
}

TEST_CASE("layers that are computed again on the way back give the same bits") {
  DecoderConfig config;
  config.vocab_size = 20;
  config.hidden_size = 16;
  config.intermediate_size = 24;
  config.layers = 4;
  config.heads = 2;
  config.kv_heads = 1;
  config.head_dim = 8;
  config.max_positions = 64;
  config.qk_norm = true;
  config.sliding_window = 6;
  Parameters parameters(config);
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0.f, 0.3f);
  for (int64_t i = 0; i < parameters.layout().size(); ++i) parameters.data()[i] = normal(random);
  const FusedWeights weights(parameters);
  BackwardWeights transposed(weights);
  ThreadPool pool(1);
  transposed.refresh(pool);
  std::vector<int32_t> tokens;
  for (int i = 0; i < 50; ++i) tokens.push_back(int32_t(random() % 20));
  const std::vector<int64_t> offsets{0, 20, 50};
  const TokenBatch batch{tokens.data(), offsets.data(), 2};
  std::vector<float> trained(50);
  for (size_t t = 0; t < 45; t += 3) trained[t] = 1.f;
  const RowSelection selection{trained.data()};
  const auto gradients = [&](int64_t kept_floats) {
    FusedBlock block(weights);
    block.assign(batch, plan_blocks(batch, selection, 100)[0], selection, true, kept_floats);
    const float* hidden = block.forward({});
    for (int64_t i = 0; i < block.rows().selected_count() * 16; ++i)
      block.d_hidden()[i] = hidden[i];
    std::vector<float> result(size_t(parameters.layout().size()));
    block.backward(transposed, result.data(), {});
    return result;
  };
  const auto kept = gradients(FusedBlock::kKeptFloats);
  CHECK(kept != std::vector<float>(kept.size()));
  CHECK(gradients(0) == kept);
}

}  // namespace
}  // namespace querl
