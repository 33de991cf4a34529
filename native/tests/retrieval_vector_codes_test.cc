// Searches over int8 codes: exact products, the same bits by every kernel, and how many of the true
// neighbours are found.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "base/errors.h"
#include "retrieval_vectors_case.h"

namespace querl {
namespace {

TEST_CASE("products of codes are exact for every instruction set") {
  std::mt19937 random(9);
  for (const int64_t d : {1, 15, 16, 31, 33, 64, 100, 768, 65536}) {
    const int64_t most = d > 1000 ? 3 : 64, count = d > 1000 ? 1 : 11;
    std::vector<int8_t> data(static_cast<size_t>(most * d)),
        queries(static_cast<size_t>(count * d));
    for (int8_t& code : data) code = static_cast<int8_t>(random());
    for (int8_t& code : queries)
      code = static_cast<int8_t>(std::max<int>(static_cast<int8_t>(random()), -127));
    if (d > 1000) {  // the largest sums that there are
      std::fill(data.begin(), data.end(), int8_t{-128});
      std::fill(queries.begin(), queries.end(), int8_t{127});
    }
    std::vector<int64_t> expected;
    for (int64_t q = 0; q < count; ++q) {
      for (int64_t r = 0; r < most; ++r) {
        int64_t& sum = expected.emplace_back(0);
        for (int64_t i = 0; i < d; ++i)
          sum += data[static_cast<size_t>(r * d + i)] * queries[static_cast<size_t>(q * d + i)];
      }
    }
    for (int isa = 0; isa < dot_kernels().count; ++isa) {
      for (const int64_t rows : {most, most - 1, int64_t{2}}) {
        for (int64_t some = 1; some <= count; ++some) {
          std::vector<int32_t> sums(static_cast<size_t>(some * kRowBlock));
          dot_kernels().kernels[isa]->code_block(data.data(), rows, queries.data(), some, d,
                                                 sums.data(), {data.data(), rows * d});
          for (int64_t q = 0; q < some; ++q) {
            for (int64_t r = 0; r < rows; ++r) {
              REQUIRE(sums[static_cast<size_t>(q * kRowBlock + r)] ==
                      expected[static_cast<size_t>(q * most + r)]);
            }
          }
        }
      }
    }
  }
}

TEST_CASE("codes whose best rows are scored again give the scores of the vectors") {
  constexpr uint32_t kD = 96;
  const auto rows = gaussian(2000 * kD, 10);
  const auto queries = gaussian(20 * kD, 11);
  const auto plain = index_over(rows, kD);
  const auto coded = build(rows, {.dimensions = kD, .codes = true});
  const auto expected = plain->search({.queries = queries, .top_k = 10});
  const auto hits = coded->search({.queries = queries, .top_k = 10, .oversample = 8, .threads = 2});
  size_t found = 0;
  for (size_t q = 0; q < 20; ++q) {
    for (const RowHit& hit : hits[q]) {
      for (const RowHit& other : expected[q]) {
        if (other.row != hit.row) continue;
        ++found;
        CHECK(hit.score == other.score);
      }
    }
  }
  CHECK(found >= 199);  // eight times as many candidates as hits: next to nothing is missed
  // With every row a candidate nothing can be.
  const auto all = coded->search({.queries = queries, .top_k = 10, .oversample = 200});
  for (size_t q = 0; q < 20; ++q)
    for (size_t i = 0; i < 10; ++i) CHECK(all[q][i].row == expected[q][i].row);
}

TEST_CASE("codes alone: scores are within the error that rounding to codes allows") {
  constexpr uint32_t kD = 64;
  const auto rows = gaussian(300 * kD, 12);
  const auto query = gaussian(kD, 13);
  const auto index = build(rows, {.dimensions = kD, .vectors = std::nullopt, .codes = true});
  // Half a step of the row's codes times the query's length, and the other way round.
  const double length = std::sqrt(product(query.data(), query.data(), kD));
  const auto hits = index->search({.queries = query, .top_k = 300})[0];
  REQUIRE(hits.size() == 300);
  for (const RowHit& hit : hits) {
    const float* const row = rows.data() + hit.row * kD;
    float row_step = 0, query_step = 0;
    for (size_t i = 0; i < kD; ++i) {
      row_step = std::max(row_step, std::fabs(row[i]) / 127);
      query_step = std::max(query_step, std::fabs(query[i]) / 127);
    }
    const double bound = 0.5 * std::sqrt(kD) *
                         (row_step * length + query_step * std::sqrt(product(row, row, kD)) +
                          0.5 * std::sqrt(kD) * row_step * query_step);
    CHECK(std::fabs(hit.score - product(row, query.data(), kD)) <= bound);
  }
}

VectorWriterOptions codes_alone(uint32_t dimensions, Metric metric) {
  return {.metric = metric, .dimensions = dimensions, .vectors = std::nullopt, .codes = true};
}

TEST_CASE("many queries at once give the bits that one alone gives, for every instruction set") {
  for (const uint32_t d : {1u, 15u, 63u, 64u, 65u, 200u}) {
    for (const size_t n : {1u, 15u, 16u, 33u, 64u, 65u, 500u}) {
      const auto rows = gaussian(n * d, d);
      for (const Metric metric : {Metric::kInnerProduct, Metric::kL2}) {
        const auto index = build(rows, codes_alone(d, metric));
        for (const size_t count : {4u, 16u, 17u, 33u, 300u}) {
          const auto queries = gaussian(count * d, d + 1);
          for (int isa = 0; isa < dot_kernels().count; ++isa) {
            VectorSearch all{.queries = queries, .top_k = 10, .threads = 2};
            all.kernels = dot_kernels().kernels[isa];
            const auto hits = index->search(all);
            for (size_t q = 0; q < count; q += 5) {
              VectorSearch one{.queries = std::span(queries).subspan(q * d, d), .top_k = 10};
              one.kernels = all.kernels;
              const auto alone = index->search(one)[0];
              REQUIRE(hits[q].size() == alone.size());
              for (size_t i = 0; i < alone.size(); ++i) {
                REQUIRE(hits[q][i].row == alone[i].row);
                REQUIRE(hits[q][i].score == alone[i].score);
              }
            }
          }
        }
      }
    }
  }
}

std::vector<float> factors(std::mt19937& random, size_t count, const std::vector<float>& strange) {
  std::uniform_real_distribution<float> usual(0.5f, 2);
  std::vector<float> values(count);
  for (float& value : values) value = usual(random);
  for (size_t i = 0; i < count / 9; ++i)
    values[random() % count] = strange[random() % strange.size()];
  return values;
}

// A block of rows and some queries. Strange ones are scaled and shifted with numbers that no index
// has, but a file might.
struct PanelCase {
  PanelCase(std::mt19937& random, bool is_strange, bool has_bias)
      : d(1 + random() % 200), rows(1 + random() % kRowBlock), count(1 + random() % 50) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity(), kNan = NAN;
    data.resize(rows * d);
    queries.resize(count * d);
    for (int8_t& code : data) code = static_cast<int8_t>(random());
    for (int8_t& code : queries) code = static_cast<int8_t>(random() % 255 - 127);
    if (random() % 3 == 0) {  // all products are below 0
      for (int8_t& code : data) code = static_cast<int8_t>(code & 127);
      for (int8_t& code : queries) code = static_cast<int8_t>(-std::abs(code));
    }
    const std::vector<float> none{0}, scales{-1, -0.f, 0, kInfinity, kNan, 1e38f};
    scale = factors(random, kRowBlock, is_strange ? scales : none);
    const std::vector<float> biases{-kInfinity, kNan, 1e38f};
    if (has_bias) bias = factors(random, kRowBlock, is_strange ? biases : none);
    query_scale = factors(random, lanes(), none);
    offset = factors(random, lanes(), {-1e4f, 0, 1e4f});
    limits.resize(lanes(), kInfinity);
    const float some[] = {-kInfinity, -5e5f, -1e5f, -1e4f, 0, 1e4f, 1e5f, kInfinity};
    for (size_t q = 0; q < count; ++q) limits[q] = some[random() % 8];
    allowed = rows == 64 ? ~uint64_t{0} : (uint64_t{1} << rows) - 1;
    if (random() % 3 == 0) allowed &= random() * uint64_t{0x9e3779b97f4a7c15};
  }

  size_t lanes() const { return (count + 15) / 16 * 16; }
  const float* bias_or_null() const { return bias.empty() ? nullptr : bias.data(); }

  size_t d, rows, count;
  std::vector<int8_t> data, queries;
  std::vector<float> scale, bias, query_scale, offset, limits;
  uint64_t allowed;
};

// Query by query: which rows are above its limit, and all scores.
std::vector<uint64_t> select_alone(const DotKernels& kernels, const PanelCase& in,
                                   std::vector<float>& scores) {
  const auto d = static_cast<int64_t>(in.d), rows = static_cast<int64_t>(in.rows);
  std::vector<int32_t> sums(kRowBlock);
  std::vector<uint64_t> above(in.count);
  for (size_t q = 0; q < in.count; ++q) {
    kernels.code_block(in.data.data(), rows, in.queries.data() + q * in.d, 1, d, sums.data(), {});
    float* const to = scores.data() + q * kRowBlock;
    kernels.scale_codes(sums.data(), in.scale.data(), in.query_scale[q], in.offset[q], to);
    above[q] = in.allowed & kernels.select(to, nullptr, in.bias_or_null(), in.limits[q]);
  }
  return above;
}

TEST_CASE("panels find what single queries select, whatever rows are scaled with") {
  std::mt19937 random(24);
  for (int isa = 0; isa < dot_kernels().count; ++isa) {
    const DotKernels& kernels = *dot_kernels().kernels[isa];
    if (kernels.code_panels == nullptr) continue;
    size_t found_in_all = 0;
    for (int round = 0; round < 400; ++round) {
      const PanelCase in(random, round % 2 == 1, round % 4 >= 2);
      std::vector<float> scores(in.count * kRowBlock);
      const std::vector<uint64_t> expected = select_alone(kernels, in, scores);
      const CodePanels panels(in.queries, in.count, in.d);
      const PanelFilter filter{in.scale.data(),       in.bias_or_null(), in.allowed,
                               in.query_scale.data(), in.offset.data(),  in.limits.data()};
      std::vector<PanelHits> found(in.lanes() * kRowBlock / 16 + 1);
      const int64_t count = kernels.code_panels(
          in.data.data(), static_cast<int64_t>(in.rows), panels.panel(0),
          static_cast<int64_t>(in.lanes() / 16), static_cast<int64_t>(in.d), filter, found.data(),
          {in.data.data(), static_cast<int64_t>(in.data.size())});
      REQUIRE(static_cast<size_t>(count) < found.size());
      std::vector<uint64_t> above(in.count);
      for (const PanelHits& some : std::span(found).first(static_cast<size_t>(count))) {
        REQUIRE(some.query < in.count);
        REQUIRE((above[some.query] >> some.row) == 0);  // by ascending rows
        above[some.query] |= uint64_t{some.above} << some.row;
        for (size_t r = 0; r < 16; ++r) {
          if ((some.above >> r & 1) == 0) continue;
          REQUIRE(some.scores[r] == scores[some.query * kRowBlock + some.row + r]);
          ++found_in_all;
        }
      }
      REQUIRE(above == expected);
    }
    CHECK(found_in_all > 50000);
  }
}

TEST_CASE("many queries at once find allowed rows only") {
  constexpr uint32_t kD = 70;
  const auto index = build(gaussian(300 * kD, 21), codes_alone(kD, Metric::kInnerProduct));
  const auto queries = gaussian(20 * kD, 22);
  const std::vector<uint8_t> bits{0x81, 0, 0, 0, 0, 0, 0, 0, 0x10};
  const RowSet allowed(bits, 300);
  for (int isa = 0; isa < dot_kernels().count; ++isa) {
    VectorSearch request{.queries = queries, .top_k = 10, .allowed = &allowed};
    request.kernels = dot_kernels().kernels[isa];
    for (auto& hits : index->search(request)) {
      std::sort(hits.begin(), hits.end(), [](auto a, auto b) { return a.row < b.row; });
      REQUIRE(hits.size() == 3);
      CHECK(hits[0].row == 0);
      CHECK(hits[1].row == 7);
      CHECK(hits[2].row == 68);
    }
  }
}

// Vectors of unit length in 50 clusters about a point.
struct Texture {
  const char* name;
  std::function<float(size_t)> spread;  // of dimension i
  std::function<float(size_t)> centre;
  size_t oversample = kOversample;
};

constexpr uint32_t kTextureD = 256;

std::vector<float> textured(const Texture& texture, size_t count, unsigned seed) {
  const auto clusters = gaussian(50 * kTextureD, 31), noise = gaussian(count * kTextureD, seed);
  std::mt19937 random(seed);
  std::vector<float> vectors(noise.size());
  for (size_t r = 0; r < count; ++r) {
    const float* const cluster = clusters.data() + random() % 50 * kTextureD;
    float* const to = vectors.data() + r * kTextureD;
    for (size_t i = 0; i < kTextureD; ++i) {
      to[i] =
          texture.centre(i) + texture.spread(i) * (cluster[i] + 0.5f * noise[r * kTextureD + i]);
    }
    const auto length = static_cast<float>(std::sqrt(product(to, to, kTextureD)));
    for (size_t i = 0; i < kTextureD; ++i) to[i] /= length;
  }
  return vectors;
}

TEST_CASE("999 of 1000 true neighbours are found where vectors are as embeddings of text are") {
  const auto even = [](size_t) { return 1.f; };
  const auto falling = [](size_t i) { return 1 / std::sqrt(1 + static_cast<float>(i) / 16); };
  const auto none = [](size_t) { return 0.f; };
  const auto point = gaussian(kTextureD, 33);
  const auto common = [&](size_t i) { return 2 * falling(i) * point[i]; };
  const auto shared = [&](size_t i) {
    if (i == 7) return 20.f;
    return i == 100 ? -10.f : common(i);
  };
  const Texture textures[] = {
      {"clusters", even, none},
      {"a few dimensions carry most", falling, none},
      {"a common direction", falling, common},
      {"large numbers that all share", falling, shared},
      {"dimensions of large spread", [](size_t i) { return i % 90 == 7 ? 6.f : 1.f; }, common},
      {"a number of 40 times the spread", [](size_t i) { return i == 7 ? 40.f : 1.f; }, none},
      // Steps as coarse as the largest number wants leave the others a few codes each.
      {"a number of 80 times the spread", [](size_t i) { return i == 7 ? 80.f : 1.f; }, none, 32},
  };
  constexpr size_t kQueries = 100;
  for (const Texture& texture : textures) {
    const auto rows = textured(texture, 20000, 34), queries = textured(texture, kQueries, 35);
    const auto exact = index_over(rows, kTextureD)->search({.queries = queries, .threads = 2});
    const auto coded = build(rows, {.dimensions = kTextureD, .codes = true});
    const auto hits =
        coded->search({.queries = queries, .oversample = texture.oversample, .threads = 2});
    size_t found = 0;
    for (size_t q = 0; q < kQueries; ++q)
      for (const RowHit& hit : hits[q])
        for (const RowHit& other : exact[q]) found += hit.row == other.row;
    CHECK_MESSAGE(found >= 10 * kQueries * 999 / 1000, std::string(texture.name) << ": " << found);
  }
}

TEST_CASE("codes are the same however their rows came") {
  constexpr uint32_t kD = 4096;  // its centre is that of the first 1024 rows
  const auto rows = gaussian(1500 * kD, 36);
  const auto query = gaussian(kD, 37);
  const auto options = codes_alone(kD, Metric::kInnerProduct);
  const auto expected = build(rows, options)->search({.queries = query})[0];
  for (const size_t step : {1u, 700u, 1024u, 1025u}) {
    VectorWriter writer(options);
    for (size_t first = 0; first < 1500; first += step) {
      const size_t count = std::min<size_t>(step, 1500 - first);
      writer.add(std::span(rows).subspan(first * kD, count * kD));
    }
    const auto hits = writer.finish()->search({.queries = query})[0];
    REQUIRE(hits.size() == 10);
    for (size_t i = 0; i < 10; ++i) {
      CHECK(hits[i].row == expected[i].row);
      CHECK(hits[i].score == expected[i].score);
    }
  }
}

TEST_CASE("an index of codes without rows, and numbers too far apart for codes") {
  const auto options = codes_alone(2, Metric::kInnerProduct);
  CHECK(build({}, options)->search({.queries = std::vector<float>(2), .top_k = 3})[0].empty());
  constexpr float kLargest = std::numeric_limits<float>::max();
  VectorWriter writer(options);
  writer.add(std::vector<float>{kLargest, kLargest, kLargest, kLargest, -kLargest, 0});
  CHECK_THROWS_WITH_AS(writer.finish(), "Vector 2 has a number too large for codes.", Error);
}

}  // namespace
}  // namespace querl
