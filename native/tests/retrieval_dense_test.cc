// Searches over vectors against sums in float64, for every instruction set that is here.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/errors.h"
#include "retrieval_vectors_case.h"

namespace querl {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// What fp32 sums of `count` products may be off by, for rows and queries of Gaussian numbers: each
// of the count additions rounds by 2^-24 of a sum that is below 4 sqrt(count).
double tolerance(size_t count) {
  return static_cast<double>(count) * 0x1p-24 * 4 * std::sqrt(static_cast<double>(count)) + 1e-6;
}

// Every score from float64, best first.
std::vector<RowHit> twin(const std::vector<float>& rows, const float* query, size_t d,
                         size_t top_k) {
  std::vector<std::pair<double, uint32_t>> all;
  for (uint32_t r = 0; r < rows.size() / d; ++r)
    all.push_back({-product(rows.data() + r * d, query, d), r});
  std::sort(all.begin(), all.end());
  std::vector<RowHit> hits;
  for (size_t i = 0; i < std::min(top_k, all.size()); ++i)
    hits.push_back({all[i].second, static_cast<float>(-all[i].first)});
  return hits;
}

void check_hits(const std::vector<RowHit>& ours, const std::vector<RowHit>& theirs, double within) {
  REQUIRE(ours.size() == theirs.size());
  for (size_t i = 0; i < ours.size(); ++i) {
    CHECK(std::fabs(ours[i].score - theirs[i].score) <= within);
    // Neighbours whose scores are closer than both errors may swap.
    if (ours[i].row != theirs[i].row) {
      const double gap = i + 1 < ours.size() ? theirs[i].score - theirs[i + 1].score : 0;
      const double before = i > 0 ? theirs[i - 1].score - theirs[i].score : 0;
      CHECK(std::min(gap, i > 0 ? before : gap) <= 2 * within);
    }
  }
}

TEST_CASE("the best rows are those of float64 for every instruction set, shape and batch") {
  for (const uint32_t d : {1u, 3u, 16u, 31u, 64u, 100u, 768u}) {
    for (const size_t n : {1u, 5u, 63u, 64u, 65u, 1000u}) {
      const auto rows = gaussian(n * d, d);
      const auto index = index_over(rows, d);
      for (const size_t count : {1u, 2u, 5u, 7u, 33u}) {
        const auto queries = gaussian(count * d, d + 1);
        for (int isa = 0; isa < dot_kernels().count; ++isa) {
          VectorSearch request{.queries = queries, .top_k = 10, .threads = 2};
          request.kernels = dot_kernels().kernels[isa];
          const auto hits = index->search(request);
          REQUIRE(hits.size() == count);
          for (size_t q = 0; q < count; ++q)
            check_hits(hits[q], twin(rows, queries.data() + q * d, d, 10), tolerance(d));
        }
      }
    }
  }
}

TEST_CASE("a row's score has the same bits in any batch, at any address and on any thread") {
  constexpr uint32_t kD = 100;
  const auto rows = gaussian(3000 * kD, 1);
  const auto queries = gaussian(40 * kD, 2);
  // The same rows, one byte further on than floats like to be.
  std::vector<std::byte> shifted(rows.size() * 4 + 1);
  std::copy_n(reinterpret_cast<const std::byte*>(rows.data()), rows.size() * 4,
              shifted.begin() + 1);
  VectorTable table(VectorType::kFloat32, kD);
  table.add(shifted.data() + 1, 1000, nullptr);
  table.add(shifted.data() + 1 + 1000 * table.row_bytes(), 2000, nullptr);
  const auto odd = VectorIndex::of(std::move(table), Metric::kInnerProduct, 1, {});
  const auto even = index_over(rows, kD);
  for (int isa = 0; isa < dot_kernels().count; ++isa) {
    VectorSearch all{.queries = queries, .top_k = 50, .threads = 3};
    all.kernels = dot_kernels().kernels[isa];
    const auto expected = even->search(all);
    const auto also = odd->search(all);
    for (size_t q = 0; q < 40; ++q) {
      VectorSearch one{.queries = std::span(queries).subspan(q * kD, kD), .top_k = 50};
      one.kernels = all.kernels;
      const auto alone = even->search(one)[0];
      REQUIRE(alone.size() == 50);
      for (size_t i = 0; i < 50; ++i) {
        CHECK(alone[i].row == expected[q][i].row);
        CHECK(alone[i].score == expected[q][i].score);
        CHECK(also[q][i].row == expected[q][i].row);
        CHECK(also[q][i].score == expected[q][i].score);
      }
    }
  }
}

TEST_CASE("rows with equal scores come by ascending number, whatever the threads") {
  const std::vector<float> rows(20000 * 4, 1.f);
  const auto index = index_over(rows, 4);
  const std::vector<float> query(4, 1.f);
  for (const unsigned threads : {1u, 2u, 7u}) {
    const auto hits = index->search({.queries = query, .top_k = 100, .threads = threads})[0];
    REQUIRE(hits.size() == 100);
    for (uint32_t i = 0; i < 100; ++i) CHECK(hits[i].row == i);
  }
}

TEST_CASE("16-bit vectors score as the numbers that they hold") {
  constexpr uint32_t kD = 70;
  const auto rows = gaussian(500 * kD, 3);
  const auto queries = gaussian(9 * kD, 4);
  for (const VectorType type : {VectorType::kFloat16, VectorType::kBfloat16}) {
    const auto index = build(rows, {.dimensions = kD, .vectors = type});
    std::vector<float> held(rows.size());
    std::vector<uint32_t> all(500);
    for (uint32_t r = 0; r < 500; ++r) all[r] = r;
    index->read(all, held.data());
    for (size_t i = 0; i < rows.size(); ++i)
      CHECK(held[i] ==
            doctest::Approx(rows[i]).epsilon(type == VectorType::kFloat16 ? 5e-4 : 4e-3));
    for (int isa = 0; isa < dot_kernels().count; ++isa) {
      VectorSearch request{.queries = queries, .top_k = 20};
      request.kernels = dot_kernels().kernels[isa];
      const auto hits = index->search(request);
      for (size_t q = 0; q < 9; ++q)
        check_hits(hits[q], twin(held, queries.data() + q * kD, kD, 20), tolerance(kD));
    }
  }
}

TEST_CASE("float16 to and from fp32: subnormal, largest, infinite, ties to even") {
  CHECK(row_from_float16(0x0001) == 0x1p-24f);
  CHECK(row_from_float16(0x7bff) == 65504.f);
  CHECK(row_from_float16(0xfc00) == -kInfinity);
  CHECK(std::isnan(row_from_float16(0x7e00)));
  CHECK(row_to_float16(0x1p-25f) == 0);         // a tie between 0 and the smallest
  CHECK(row_to_float16(0x1.8p-24f) == 0x0002);  // a tie between 1 and 2 units
  CHECK(row_to_float16(1.f + 0x1p-11f) == 0x3c00);
  CHECK(row_to_float16(65519.f) == 0x7bff);
  CHECK(row_to_float16(65520.f) == 0x7c00);
  for (uint32_t bits = 0; bits < 0x7c00; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    REQUIRE(row_to_float16(row_from_float16(half)) == half);
    REQUIRE(to_bfloat16(from_bfloat16(half)) == half);
  }
}

TEST_CASE("every instruction set converts every float16 alike") {
  std::vector<uint16_t> halves(65536);
  for (uint32_t i = 0; i < 65536; ++i) halves[i] = static_cast<uint16_t>(i);
  const std::vector<float> one(1, 1.f);
  for (int isa = 0; isa < dot_kernels().count; ++isa) {
    float scores[kRowBlock];
    // Rows of 32 numbers, of which the query takes one: the sum is that number.
    for (size_t lane = 0; lane < 32; ++lane) {
      std::vector<float> query(32, 0.f);
      query[lane] = 1;
      for (size_t first = 0; first < 65536; first += 64 * 32) {
        dot_kernels().kernels[isa]->block[1](halves.data() + first, 64, query.data(), 1, 32, scores,
                                             {});
        for (size_t r = 0; r < 64; ++r) {
          const uint16_t* const row = halves.data() + first + r * 32;
          // Infinity times 0 is NaN: such rows have nothing to say.
          if ((row[0] & 0x7c00) == 0x7c00) continue;
          REQUIRE(scores[r] == row_from_float16(row[lane]));
        }
      }
    }
  }
}

TEST_CASE("cosine: directions alone count, in memory and over vectors of others") {
  constexpr uint32_t kD = 48;
  auto rows = gaussian(400 * kD, 5);
  for (size_t r = 0; r < 400; ++r)
    for (size_t i = 0; i < kD; ++i) rows[r * kD + i] *= static_cast<float>(1 + r % 7);
  const auto query = gaussian(kD, 6);
  std::vector<std::pair<double, uint32_t>> expected;
  for (uint32_t r = 0; r < 400; ++r) {
    const float* const row = rows.data() + r * kD;
    expected.push_back({-product(row, query.data(), kD) / std::sqrt(product(row, row, kD)) /
                            std::sqrt(product(query.data(), query.data(), kD)),
                        r});
  }
  std::sort(expected.begin(), expected.end());
  for (const auto& index : {index_over(rows, kD, Metric::kCosine),
                            build(rows, {.metric = Metric::kCosine, .dimensions = kD})}) {
    const auto hits = index->search({.queries = query, .top_k = 5})[0];
    for (size_t i = 0; i < 5; ++i) {
      CHECK(hits[i].row == expected[i].second);
      // Sums of 48 products of numbers below 1, and a few roundings more.
      CHECK(hits[i].score == doctest::Approx(-expected[i].first).epsilon(1e-5));
    }
  }
}

TEST_CASE("cosine of a row or a query of zeros is 0") {
  const std::vector<float> rows{0, 0, 1, 0};
  for (const auto& index : {index_over(rows, 2, Metric::kCosine),
                            build(rows, {.metric = Metric::kCosine, .dimensions = 2})}) {
    CHECK(index->search({.queries = std::vector<float>{-1, 0}, .top_k = 2})[0][0].row == 0);
    CHECK(index->search({.queries = std::vector<float>{-1, 0}, .top_k = 2})[0][0].score == 0);
    CHECK(index->search({.queries = std::vector<float>{0, 0}, .top_k = 2})[0][1].score == 0);
  }
}

TEST_CASE("l2: minus the squared distance") {
  constexpr uint32_t kD = 20;
  const auto rows = gaussian(300 * kD, 7);
  const auto query = gaussian(kD, 8);
  std::vector<std::pair<double, uint32_t>> expected;
  for (uint32_t r = 0; r < 300; ++r) {
    double sum = 0;
    for (size_t i = 0; i < kD; ++i) sum += std::pow(double{rows[r * kD + i]} - query[i], 2);
    expected.push_back({sum, r});
  }
  std::sort(expected.begin(), expected.end());
  for (const auto& index : {index_over(rows, kD, Metric::kL2),
                            build(rows, {.metric = Metric::kL2, .dimensions = kD})}) {
    const auto hits = index->search({.queries = query, .top_k = 5})[0];
    for (size_t i = 0; i < 5; ++i) {
      CHECK(hits[i].row == expected[i].second);
      // Differences of products: about 40 numbers of magnitude 10, rounded to 2^-24 each.
      CHECK(hits[i].score == doctest::Approx(-expected[i].first).epsilon(1e-4));
    }
  }
}

TEST_CASE("only allowed rows are hits, at any place") {
  constexpr uint32_t kD = 8;
  const auto rows = gaussian(1000 * kD, 14);
  const auto query = gaussian(kD, 15);
  const auto index = index_over(rows, kD);
  std::vector<uint8_t> bits(125);
  for (const uint32_t row : {0u, 63u, 64u, 700u, 999u})
    bits[row / 8] |= static_cast<uint8_t>(1 << row % 8);
  const RowSet allowed(bits, 1000);
  auto expected = twin(rows, query.data(), kD, 1000);
  std::erase_if(expected, [](const RowHit& hit) {
    return hit.row != 0 && hit.row != 63 && hit.row != 64 && hit.row != 700 && hit.row != 999;
  });
  const auto hits = index->search({.queries = query, .top_k = 10, .allowed = &allowed})[0];
  REQUIRE(hits.size() == 5);
  for (size_t i = 0; i < 5; ++i) CHECK(hits[i].row == expected[i].row);
  const RowSet none({}, 1000);
  CHECK(index->search({.queries = query, .top_k = 10, .allowed = &none})[0].empty());
}

TEST_CASE("nothing to search, nothing to find") {
  const VectorWriterOptions options{.dimensions = 4};
  const auto empty = VectorWriter(options).finish();
  CHECK(empty->rows() == 0);
  CHECK(empty->search({.queries = std::vector<float>(4), .top_k = 3})[0].empty());
  const auto index = build({1, 2, 3, 4}, options);
  CHECK(index->search({.queries = {}, .top_k = 3}).empty());
  CHECK(index->search({.queries = std::vector<float>(4, 1), .top_k = 0})[0].empty());
  CHECK(index->search({.queries = std::vector<float>(4, 1), .top_k = 3})[0].size() == 1);
  CHECK_THROWS_AS(index->search({.queries = std::vector<float>(5), .top_k = 3}), Error);
}

TEST_CASE("what is no number is no hit, and is not taken into an index") {
  // Vectors of others may hold anything.
  const std::vector<float> rows{kNan, 1, 1, 1, kInfinity, 1, -kInfinity, 1, 2, 2};
  const auto hits =
      index_over(rows, 2)->search({.queries = std::vector<float>{1, 1}, .top_k = 5})[0];
  REQUIRE(hits.size() == 3);
  CHECK(hits[0].row == 2);
  CHECK(hits[1].row == 4);
  CHECK(hits[2].row == 1);
  for (const float bad : {kNan, kInfinity, -kInfinity}) {
    VectorWriter writer({.dimensions = 2});
    writer.add(std::vector<float>{1, 2});
    CHECK_THROWS_WITH_AS(writer.add(std::vector<float>{1, 2, 3, bad}),
                         "Vector 2 has a number that is not finite.", Error);
  }
  VectorWriter halves({.dimensions = 1, .vectors = VectorType::kFloat16});
  CHECK_THROWS_WITH_AS(halves.add(std::vector<float>{65504, 65520}),
                       "Vector 1 has a number too large for its type.", Error);
}

TEST_CASE("a search that is asked to stop stops") {
  const auto index = index_over(gaussian(4000 * 64, 16), 64);
  std::stop_source source;
  source.request_stop();
  const auto queries = gaussian(64, 17);
  CHECK_THROWS_AS(index->search({.queries = queries, .threads = 2, .stop = source.get_token()}),
                  Cancelled);
}

}  // namespace
}  // namespace querl
