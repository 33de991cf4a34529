// Which rows of a batch are computed, and which of them once.
#include "lm/packed_rows.h"

#include <doctest/doctest.h>

#include <map>
#include <random>

namespace querl {
namespace {

struct Batch {
  void add(std::vector<int32_t> ids, size_t prompt) {
    for (size_t t = 0; t < ids.size(); ++t) {
      tokens.push_back(ids[t]);
      weights.push_back(t >= prompt && t > 0 ? 1.f : 0.f);
    }
    offsets.push_back(static_cast<int64_t>(tokens.size()));
  }
  TokenBatch view() const {
    return {tokens.data(), offsets.data(), static_cast<int64_t>(offsets.size()) - 1};
  }
  std::vector<int32_t> tokens;
  std::vector<float> weights;
  std::vector<int64_t> offsets{0};
};

std::vector<PackedRows> packed(const Batch& batch, int64_t most_rows, bool shares) {
  return pack_rows(batch.view(), {batch.weights.data()}, most_rows, shares);
}

// The tokens that a row sees, its own last: whatever is shared, they are those before it in the
// sequence of what it predicts.
std::vector<int32_t> seen_by(const PackedRows& rows, int64_t row) {
  int64_t run = 0;
  while (rows.row_offsets[static_cast<size_t>(run) + 1] <= row) ++run;
  const auto i = static_cast<size_t>(run);
  const auto from = rows.tokens.begin();
  std::vector<int32_t> seen(from + rows.prefix_first[i],
                            from + rows.prefix_first[i] + rows.prefix_rows(run));
  seen.insert(seen.end(), from + rows.row_offsets[i], from + row + 1);
  return seen;
}

void check_laws(const Batch& batch, int64_t most_rows, bool shares) {
  std::map<int64_t, int> predicted;
  for (const PackedRows& rows : packed(batch, most_rows, shares)) {
    REQUIRE(rows.positions.size() == rows.tokens.size());
    REQUIRE(rows.row_offsets.back() == rows.count());
    for (int64_t i = 0; i < rows.read_count(); ++i) {
      const int64_t row = rows.read[static_cast<size_t>(i)];
      const int64_t target = rows.targets[static_cast<size_t>(i)];
      if (i > 0) CHECK(row > rows.read[static_cast<size_t>(i) - 1]);
      ++predicted[target];
      int64_t start = 0;
      for (const int64_t offset : batch.offsets)
        if (offset < target) start = offset;
      CHECK(seen_by(rows, row) ==
            std::vector<int32_t>(batch.tokens.begin() + start, batch.tokens.begin() + target));
      CHECK(rows.positions[static_cast<size_t>(row)] == target - 1 - start);
    }
  }
  for (size_t t = 0; t < batch.tokens.size(); ++t)
    CHECK(predicted[static_cast<int64_t>(t)] == (batch.weights[t] == 0.f ? 0 : 1));
}

}  // namespace

TEST_CASE("rows behind the last one that is read, and sequences of which none is, are left out") {
  Batch batch;
  batch.add({1, 2, 3, 4}, 2);
  batch.add({1, 2, 3}, 3);
  batch.add({5, 6}, 1);
  batch.weights[3] = 0.f;
  const std::vector<PackedRows> rows = packed(batch, 100, false);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].tokens == std::vector<int32_t>{1, 2, 5});
  CHECK(rows[0].read == std::vector<int64_t>{1, 2});
  CHECK(rows[0].targets == std::vector<int64_t>{2, 8});
}

TEST_CASE("a prompt that a group has in common is computed once, but for its last row") {
  Batch batch;
  for (const int32_t last : {7, 8, 9}) batch.add({1, 2, 3, 4, last, last}, 4);
  const std::vector<PackedRows> rows = packed(batch, 100, true);
  REQUIRE(rows.size() == 1);
  // Row 3 is read, once for each of the three.
  CHECK(rows[0].tokens == std::vector<int32_t>{1, 2, 3, 4, 7, 4, 8, 4, 9});
  CHECK(rows[0].row_offsets == std::vector<int64_t>{0, 3, 5, 7, 9});
  CHECK(rows[0].key_offsets == std::vector<int64_t>{0, 3, 8, 13, 18});
}

TEST_CASE("a group ends where what all have in common would save less") {
  Batch batch;
  for (const int32_t last : {7, 8, 9}) batch.add({1, 2, 3, 4, 5, 6, last, last}, 6);
  for (const int32_t last : {7, 8, 9}) batch.add({1, 9, 3, 4, 5, 6, last, last}, 6);
  const std::vector<PackedRows> rows = packed(batch, 100, true);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].count() == 2 * (5 + 3 * 2));
}

TEST_CASE("micro-batches hold no more rows than asked for, or one sequence") {
  Batch batch;
  for (const size_t length : {10, 30, 5, 5, 12}) batch.add(std::vector<int32_t>(length, 1), 1);
  const std::vector<PackedRows> rows = packed(batch, 20, false);
  std::vector<int64_t> counts;
  for (const PackedRows& it : rows) counts.push_back(it.count());
  CHECK(counts == std::vector<int64_t>{9, 29, 19});
}

TEST_CASE("every token with a weight is predicted once, from all that is before it") {
  std::mt19937 random(4);
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    Batch batch;
    for (int sequence = 0; sequence < 8; ++sequence) {
      // Two ids make common beginnings of all lengths.
      std::vector<int32_t> ids(1 + random() % 20);
      for (int32_t& id : ids) id = static_cast<int32_t>(random() % 8 == 0);
      batch.add(ids, random() % 12);
    }
    for (const bool shares : {false, true})
      for (const int64_t most_rows : {1, 25, 1000}) check_laws(batch, most_rows, shares);
  }
}

}  // namespace querl
