// Searches of many queries that leave out rows by products of rounded numbers, against the same
// search without that, to the bit; and the bound that they rely on against float64.
#include <doctest/doctest.h>

#include <atomic>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "retrieval/dense/half_panels.h"
#include "retrieval_vectors_case.h"

namespace querl {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

const DotKernels& best() { return *dot_kernels().kernels[0]; }

bool is_filter_here() {
  if (best().find_candidates[0] != nullptr) return true;
  MESSAGE("skipped: this processor has no tiles for bfloat16");
  return false;
}

DotKernels unfiltered() {
  DotKernels kernels = best();
  for (FindCandidates& find : kernels.find_candidates) find = nullptr;
  return kernels;
}

std::atomic<int64_t> blocks_filtered = 0, candidates_left = 0;
int64_t count_candidates(const HalfRows& rows, const HalfQueries& queries, uint16_t* candidates) {
  const int64_t found = best().find_candidates[0](rows, queries, candidates);
  ++blocks_filtered;
  candidates_left += found;
  return found;
}

void check_same_hits(const VectorIndex& index, const VectorSearch& request) {
  const DotKernels plain = unfiltered();
  VectorSearch other = request;
  other.kernels = &plain;
  const auto hits = index.search(request), expected = index.search(other);
  REQUIRE(hits.size() == expected.size());
  for (size_t q = 0; q < hits.size(); ++q) {
    REQUIRE(hits[q].size() == expected[q].size());
    for (size_t i = 0; i < hits[q].size(); ++i) {
      REQUIRE(hits[q][i].row == expected[q][i].row);
      REQUIRE(std::bit_cast<uint32_t>(hits[q][i].score) ==
              std::bit_cast<uint32_t>(expected[q][i].score));
    }
  }
}

// For every metric, several top_k and threads, and batches of whole and of partial panels.
void check_same_hits(const std::vector<float>& rows, const std::vector<float>& queries,
                     uint32_t d) {
  const size_t most = queries.size() / d;
  for (const Metric metric : {Metric::kInnerProduct, Metric::kCosine, Metric::kL2}) {
    const auto index = index_over(rows, d, metric);
    for (const size_t count : {size_t{8}, most - 3, most}) {
      for (const size_t top_k : {1u, 10u, 200u}) {
        check_same_hits(*index, {.queries = std::span(queries).first(count * d),
                                 .top_k = top_k,
                                 .threads = count % 2 == 0 ? 1u : 3u});
      }
    }
  }
}

// Points about others, as texts of one subject are.
std::vector<float> clustered(size_t rows, size_t d, float spread, unsigned seed) {
  constexpr size_t kCentres = 20;
  const auto centres = gaussian(kCentres * d, 99);
  std::vector<float> values = gaussian(rows * d, seed);
  for (size_t r = 0; r < rows; ++r)
    for (size_t i = 0; i < d; ++i)
      values[r * d + i] = centres[(r * 7 + seed) % kCentres * d + i] + spread * values[r * d + i];
  return values;
}

TEST_CASE("what rounded numbers leave out changes no hit: shapes, metrics, batches, threads") {
  if (!is_filter_here()) return;
  for (const uint32_t d : {1u, 15u, 16u, 17u, 32u, 33u, 47u, 100u, 768u}) {
    check_same_hits(gaussian(3001 * d, d), gaussian(59 * d, d + 1), d);
    check_same_hits(clustered(2000, d, 0.3f, 1), clustered(40, d, 0.3f, 2), d);
  }
  // More queries than a group has, the last group's panel not whole.
  check_same_hits(gaussian(700 * 40, 3), gaussian(300 * 40, 4), 40);
}

TEST_CASE("most blocks are filtered, and little is left of them") {
  if (!is_filter_here()) return;
  constexpr uint32_t kD = 256;
  const auto rows = gaussian(20000 * kD, 5), queries = gaussian(64 * kD, 6);
  DotKernels counted = best();
  counted.find_candidates[0] = count_candidates;
  blocks_filtered = candidates_left = 0;
  index_over(rows, kD)->search({.queries = queries, .top_k = 10, .kernels = &counted});
  CHECK(blocks_filtered > 20000 / kRowBlock / 2);
  // Ten in n enter after n rows, 64 queries * 10 * ln(2000) in all; the bound may let thrice as
  // many through, and the first blocks, which are all candidates, are counted too.
  CHECK(candidates_left < 3 * 64 * 10 * 8 + 20 * 64 * kRowBlock);
}

TEST_CASE("16-bit vectors are filtered too") {
  if (!is_filter_here()) return;
  constexpr uint32_t kD = 70;
  const auto rows = clustered(4000, kD, 0.5f, 1), queries = clustered(33, kD, 0.5f, 2);
  for (const VectorType type : {VectorType::kFloat16, VectorType::kBfloat16}) {
    for (const Metric metric : {Metric::kInnerProduct, Metric::kCosine, Metric::kL2}) {
      const auto index = build(rows, {.metric = metric, .dimensions = kD, .vectors = type});
      check_same_hits(*index, {.queries = queries, .top_k = 10, .threads = 2});
    }
  }
}

TEST_CASE("only allowed rows are candidates") {
  if (!is_filter_here()) return;
  constexpr uint32_t kD = 50, kRows = 5000;
  const auto rows = gaussian(kRows * kD, 7);
  const auto index = index_over(rows, kD);
  const auto queries = gaussian(20 * kD, 8);
  std::mt19937 random(9);
  for (const unsigned share : {1u, 100u, 255u}) {
    std::vector<uint8_t> bits(kRows / 8);
    for (uint32_t r = 0; r < kRows; ++r)
      if (random() % 256 < share) bits[r / 8] |= static_cast<uint8_t>(1u << r % 8);
    const RowSet allowed(bits, kRows);
    check_same_hits(*index, {.queries = queries, .top_k = 10, .allowed = &allowed, .threads = 2});
  }
}

TEST_CASE("rows that rounding cannot tell apart keep their order") {
  if (!is_filter_here()) return;
  constexpr uint32_t kD = 64, kRows = 3000;
  std::mt19937 random(10);
  const auto one = gaussian(kD, 11);
  std::vector<float> equal, close;
  for (uint32_t r = 0; r < kRows; ++r) {
    for (const float value : one) {
      equal.push_back(value);
      close.push_back(value * (1 + static_cast<float>(random() % 1000) * 1e-7f));
    }
  }
  const auto queries = gaussian(32 * kD, 12);
  check_same_hits(equal, queries, kD);
  check_same_hits(close, queries, kD);
  // Now and then an unlike one, so that filtering begins again.
  const auto others = gaussian(kRows * kD, 13);
  for (size_t r = 0; r < kRows; r += r % 500 < 250 ? 1 : 3)
    std::copy_n(others.data() + r * kD, kD, close.data() + r * kD);
  check_same_hits(close, queries, kD);
}

TEST_CASE("zeros, the smallest and the largest numbers, and what is none") {
  if (!is_filter_here()) return;
  constexpr uint32_t kD = 40, kRows = 2000;
  std::mt19937 random(14);
  const float sizes[] = {0, 1e-45f, 1e-39f, 1e-30f, 1e-20f, 1e-10f, 1, 1e10f, 1e19f, 1e30f, 3e38f};
  const auto scaled = [&](std::vector<float> values, size_t largest) {
    for (size_t r = 0; r < values.size() / kD; ++r) {
      const float size = sizes[random() % largest];
      for (size_t i = 0; i < kD; ++i) values[r * kD + i] *= size;
    }
    return values;
  };
  for (const size_t largest : {1u, 2u, 3u, 5u, 8u, 10u, 11u}) {
    auto rows = scaled(gaussian(kRows * kD, 15), largest);
    const auto queries = scaled(gaussian(40 * kD, 16), largest);
    check_same_hits(rows, queries, kD);
    // Every size in one row.
    for (float& value : rows) value = sizes[random() % largest] * (random() % 2 == 0 ? 1.f : -1.f);
    check_same_hits(rows, queries, kD);
    for (size_t r = 0; r < kRows; r += 1 + random() % 100)
      rows[r * kD + random() % kD] =
          std::vector<float>{std::nanf(""), kInfinity, -kInfinity}[random() % 3];
    check_same_hits(rows, queries, kD);
    auto no_numbers = queries;
    no_numbers[3 * kD] = kInfinity;
    no_numbers[4 * kD] = std::nanf("");
    check_same_hits(rows, no_numbers, kD);
  }
}

// Which of 64 rows are candidates of 16 queries for these limits, [row].
std::vector<uint16_t> candidates_of(const std::vector<float>& rows,
                                    const std::vector<float>& queries, size_t d,
                                    const std::vector<float>& limits) {
  const HalfPanels panels(queries, d);
  const auto dimensions = static_cast<int64_t>(d);
  std::vector<HalfLine> tiles(32 * static_cast<size_t>(half_steps(dimensions)));
  std::vector<uint16_t> candidates(kRowBlock);
  best().find_candidates[0]({rows.data(), static_cast<int64_t>(rows.size() / d), dimensions,
                             nullptr, nullptr, ~uint64_t{0}, tiles.data()},
                            {panels.panel(0), panels.length(), panels.error(), limits.data(), 16},
                            candidates.data());
  return candidates;
}

// A limit for each pair: sixteen queries at a time are given the limits of one row.
void check_bound(const std::vector<float>& rows, const std::vector<float>& queries, size_t d) {
  const auto count = static_cast<int64_t>(rows.size() / d);
  std::vector<float> scores(16 * kRowBlock), limits(16);
  best().block[0](rows.data(), count, queries.data(), 16, static_cast<int64_t>(d), scores.data(),
                  {});
  // What is off, in float64: |x - rounded x| |q| + |rounded x| |q - rounded q|.
  const auto norms = [&](const float* values) {
    double length = 0, error = 0;
    for (size_t i = 0; i < d; ++i) {
      const double off = double{values[i]} - from_bfloat16(to_bfloat16(values[i]));
      length += double{values[i]} * values[i];
      error += off * off;
    }
    return std::pair{std::sqrt(length), std::sqrt(error)};
  };
  for (size_t r = 0; r < static_cast<size_t>(count); ++r) {
    const auto [length, error] = norms(rows.data() + r * d);
    for (size_t q = 0; q < 16; ++q)
      limits[q] = std::nextafter(scores[q * kRowBlock + r], -kInfinity);
    CHECK(candidates_of(rows, queries, d, limits)[r] == 0xffff);
    for (size_t q = 0; q < 16; ++q) {
      const auto [query_length, query_error] = norms(queries.data() + q * d);
      // Twice the bound above the score, since the product of the rounded numbers may be too large
      // by it, and what fp32 sums of d products are allowed on both sides.
      const double off = error * query_length + (length + error) * query_error;
      const double sums = static_cast<double>(8 * d + 300) * 0x1p-24 * length * query_length;
      limits[q] = static_cast<float>(product(rows.data() + r * d, queries.data() + q * d, d) +
                                     2.01 * off + sums);
    }
    CHECK(candidates_of(rows, queries, d, limits)[r] == 0);
  }
}

TEST_CASE("the bound is never too small, and not much too large") {
  if (!is_filter_here()) return;
  for (const size_t d : {1u, 2u, 31u, 32u, 100u, 768u, 5000u})
    for (unsigned seed = 0; seed < 4; ++seed)
      check_bound(gaussian(64 * d, 20 + seed), gaussian(16 * d, 30 + seed), d);
}

TEST_CASE("errors that all have one sign are within the bound") {
  if (!is_filter_here()) return;
  for (const size_t d : {1u, 7u, 64u, 768u}) {
    for (const float sign : {1.f, -1.f}) {
      // Just below and just above halfway between two rounded numbers.
      std::vector<float> rows(20 * d), queries(16 * d);
      for (size_t i = 0; i < rows.size(); ++i)
        rows[i] = 1 + 0x1p-8f + (i / d % 2 == 0 ? -0x1p-20f : 0x1p-20f);
      for (size_t i = 0; i < queries.size(); ++i)
        queries[i] = sign * (1 + 0x1p-8f + (i / d % 2 == 0 ? -0x1p-20f : 0x1p-20f));
      check_bound(rows, queries, d);
    }
  }
}

}  // namespace
}  // namespace querl
