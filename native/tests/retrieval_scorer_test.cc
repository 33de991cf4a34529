// Scores against bm25s, the kernels against one another, and the laws that pruning stands on.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "base/errors.h"
#include "retrieval/bm25/bound_pairs.h"
#include "retrieval/bm25/index_writer.h"
#include "retrieval/bm25/posting_score.h"
#include "retrieval/bm25/score_kernels.h"
#include "retrieval/bm25/searcher.h"
#include "retrieval/bm25/segment_tables.h"

using namespace querl;

namespace {

// What bm25s says; a letter is a word.
struct Recorded {
  Bm25Parameters parameters;
  size_t query;
  std::vector<double> scores;  // by document
};

#include "tests/retrieval_bm25s_scores.inc"

// bm25s sums in float32, and was printed with six decimals.
constexpr double kBm25sTolerance = 2e-5;

std::vector<std::string> letters(const std::string& text) {
  std::vector<std::string> words;
  for (const char letter : text) words.emplace_back(1, letter);
  return words;
}

bool contains_any(const std::string& document, const std::string& query) {
  return document.find_first_of(query) != std::string::npos;
}

FieldStatistics statistics_of(uint64_t documents, uint64_t with_field, uint64_t words) {
  FieldStatistics statistics;
  statistics.documents = documents;
  statistics.documents_with_field = with_field;
  statistics.words = words;
  return statistics;
}

std::vector<const ScoreKernels*> kernels() {
  std::vector<const ScoreKernels*> all{&portable_score_kernels()};
  if (avx2_score_kernels() != nullptr) all.push_back(avx2_score_kernels());
  if (avx512_score_kernels() != nullptr) all.push_back(avx512_score_kernels());
  return all;
}

}  // namespace

TEST_CASE("scores: the five variants are those of bm25s") {
  IndexWriter writer({"words", {{"contents", 1}}, {}}, {});
  std::vector<DocumentInput> documents;
  for (const std::string& text : kBm25sDocuments) {
    documents.push_back({std::nullopt, {letters(text)}, ""});
  }
  writer.add(std::move(documents));
  const auto index = writer.commit();
  for (const Recorded& recorded : kBm25sScores) {
    CAPTURE(static_cast<int>(recorded.parameters.variant));
    CAPTURE(recorded.query);
    const std::string& query = kBm25sQueries[recorded.query];
    std::vector<QueryTerm> terms;
    for (const std::string& word : letters(query)) terms.push_back({0, word, 1});
    Bm25Searcher searcher(index, recorded.parameters);
    std::vector<bool> is_hit(kBm25sDocuments.size());
    for (const Hit& hit : searcher.search(terms, 100, nullptr, {})) {
      CHECK(std::abs(hit.score - recorded.scores[hit.ordinal]) < kBm25sTolerance);
      is_hit[hit.ordinal] = true;
    }
    for (size_t d = 0; d < is_hit.size(); ++d) {
      CHECK(is_hit[d] == contains_any(kBm25sDocuments[d], query));
    }
  }
}

TEST_CASE(
    "scores: Lucene's lengths keep four leading bits above 24 and count "
    "documents with words") {
  Bm25Parameters parameters;
  parameters.lengths = LengthRule::kLucene;
  const Bm25Formula formula(parameters, statistics_of(100, 80, 800));
  CHECK(formula.documents() == 80);
  CHECK(formula.mean_length() == 10);
  // By Lucene 10's SmallFloat.byte4ToInt(intToByte4(n)).
  for (const auto& [length, kept] : {std::pair{0u, 0u},
                                     {23u, 23u},
                                     {24u, 24u},
                                     {39u, 39u},
                                     {40u, 40u},
                                     {41u, 40u},
                                     {57u, 56u},
                                     {100u, 96u},
                                     {1000u, 984u},
                                     {100000u, 98328u}}) {
    CHECK(formula.used_length(length) == kept);
  }
  CHECK(Bm25Formula({}, statistics_of(100, 80, 800)).used_length(1001) == 1001);
  CHECK(Bm25Formula({}, statistics_of(100, 80, 800)).documents() == 100);
}

TEST_CASE("scores: without delta, BM25L saturates as ATIRE does, whatever k1 is") {
  const FieldStatistics statistics = statistics_of(100, 100, 1000);
  for (const double k1 : {0.0, 1e-9, 0.9, 1000.0}) {
    CAPTURE(k1);
    const Bm25Formula bm25l({Bm25Variant::kBm25L, k1, 0.4, 0}, statistics);
    const Bm25Formula atire({Bm25Variant::kAtire, k1, 0.4, 0}, statistics);
    CHECK(bm25l.gain(2) == atire.gain(2));
    CHECK(bm25l.norm(17) == atire.norm(17));
    CHECK(bm25l.absent(2) == 0);
  }
}

TEST_CASE("scores: parameters outside of their ranges are refused") {
  const FieldStatistics statistics = statistics_of(1, 1, 1);
  const double nan = std::nan("");
  for (const double k1 : {-0.1, nan, HUGE_VAL}) {
    CHECK_THROWS_AS(Bm25Formula({.k1 = k1}, statistics), Error);
  }
  for (const double b : {-0.1, 1.1, nan}) {
    CHECK_THROWS_AS(Bm25Formula({.b = b}, statistics), Error);
  }
  CHECK_THROWS_AS(Bm25Formula({.variant = Bm25Variant::kBm25L, .delta = -1}, statistics), Error);
}

TEST_CASE("scores: however large the gains, their sum in units is below 2^31") {
  for (const double gains : {0.0, 1.0, 255.9, 256.0, 256.1, 1e4, 1e9, 1e30}) {
    const ScoreUnit unit(gains);
    CHECK(static_cast<double>(unit.gain(gains)) <= 0x1p30);
    CHECK(unit.score(static_cast<int32_t>(unit.gain(gains))) == doctest::Approx(gains));
  }
  CHECK(ScoreUnit(8).gain(1) == 0x1p22);
}

TEST_CASE("scores: every instruction set scores, bounds and collects alike") {
  std::mt19937_64 random(11);
  constexpr uint32_t kDocuments = 70000;
  for (const uint32_t code_bytes : {1u, 2u, 4u}) {
    const size_t table = code_bytes == 1 ? 256 : 1000;
    std::vector<float> norms(table);
    for (float& norm : norms) norm = static_cast<float>(random() % 1000) / 300;
    std::vector<std::byte> codes(size_t{kDocuments} * code_bytes + 64);
    for (uint32_t d = 0; d < kDocuments; ++d) {
      const auto code = static_cast<uint32_t>(random() % table);
      std::memcpy(codes.data() + size_t{d} * code_bytes, &code, code_bytes);
    }
    std::vector<float> ratios(kRatioCounts * table);
    for (size_t i = table; i < ratios.size(); ++i) {
      const auto count = static_cast<float>(i / table);
      ratios[i] = count / (count + norms[i % table]);
    }
    PostingScorer scorer{codes.data(), code_bytes, norms.data(), 3.7F * (1 << 22)};
    for (const size_t postings : {1u, 15u, 16u, 17u, 127u, 128u}) {
      scorer.ratios = code_bytes == 1 && postings != 127 ? ratios.data() : nullptr;
      std::vector<uint32_t> documents;
      std::vector<uint32_t> counts;
      uint32_t document = 1000 + static_cast<uint32_t>(random() % 100);
      for (size_t i = 0; i < postings; ++i) {
        documents.push_back(document += 1 + static_cast<uint32_t>(random() % 400));
        counts.push_back(1 + static_cast<uint32_t>(random() % (i % 7 == 0 ? 1000000 : 9)));
      }
      for (const ScoreKernels* kernel : kernels()) {
        CAPTURE(kernel->name);
        std::vector<int32_t> scores(postings);
        kernel->score(scorer, documents.data(), counts.data(), postings, scores.data());
        std::vector<int32_t> sums(1 << 16, 5);
        std::vector<uint8_t> marks(sums.size() / kScoreGroup);
        kernel->add(scorer, documents.data(), counts.data(), postings, 1000, sums.data(),
                    marks.data());
        std::vector<uint8_t> expected_marks(marks.size());
        for (size_t i = 0; i < postings; ++i) {
          uint32_t code = 0;
          std::memcpy(&code, codes.data() + size_t{documents[i]} * code_bytes, code_bytes);
          REQUIRE(scores[i] == posting_score(scorer.gain, counts[i], norms[code]));
          REQUIRE(sums[documents[i] - 1000] == 5 + scores[i]);
          expected_marks[(documents[i] - 1000) / kScoreGroup] = 1;
        }
        REQUIRE(marks == expected_marks);
      }
    }
  }
  for (const ScoreKernels* kernel : kernels()) {
    CAPTURE(kernel->name);
    for (const int scored : {3, 40, 200, 3000}) {  // sparse and dense
      CAPTURE(scored);
      std::vector<int32_t> scores(2048);
      std::vector<uint8_t> marks(scores.size() / kScoreGroup);
      for (int i = 0; i < scored; ++i) {
        const size_t place = random() % scores.size();
        scores[place] += static_cast<int32_t>(random() % 100);
        marks[place / kScoreGroup] = 1;
      }
      std::vector<std::pair<uint16_t, int32_t>> expected;
      for (size_t i = 0; i < scores.size(); ++i) {
        if (scores[i] >= 50) expected.emplace_back(static_cast<uint16_t>(i), scores[i]);
      }
      std::vector<uint16_t> places(scores.size() + 64);
      std::vector<int32_t> values(scores.size() + 64);
      const size_t count = kernel->collect(scores.data(), marks.data(), marks.size(), 50,
                                           places.data(), values.data());
      std::vector<std::pair<uint16_t, int32_t>> found;
      for (size_t i = 0; i < count; ++i) found.emplace_back(places[i], values[i]);
      CHECK(found == expected);
      CHECK(scores == std::vector<int32_t>(scores.size()));
      CHECK(marks == std::vector<uint8_t>(marks.size()));
    }

    std::array<uint32_t, 128> ascending;
    for (uint32_t i = 0; i < 128; ++i) ascending[i] = i < 100 ? 3 * i : ~uint32_t{0};
    for (uint32_t d = 0; d < 310; ++d) {
      REQUIRE(kernel->count_below(ascending.data(), d) == std::min(100u, (d + 2) / 3));
    }
  }
}

TEST_CASE(
    "scores: a record's bound is never below a score, on every "
    "instruction set") {
  std::mt19937_64 random(12);
  for (const Bm25Variant variant : {Bm25Variant::kLucene, Bm25Variant::kBm25L}) {
    for (const LengthRule rule : {LengthRule::kExact, LengthRule::kLucene}) {
      const Bm25Formula formula({variant, 1.2, 0.75, 0.5, rule}, statistics_of(1000, 900, 90000));
      const RecordTables tables(formula);
      const float gain = ScoreUnit(8).gain(7.3);
      std::vector<SkipRecord> records(37);
      std::vector<int32_t> most(records.size());
      for (size_t i = 0; i < records.size(); ++i) {
        BoundPairs bounds;
        for (int n = 0; n < 50; ++n) {
          const auto count = 1 + static_cast<uint32_t>(random() % 6 * (random() % 40));
          const auto length = 1 + static_cast<uint32_t>(random() % 500);
          bounds.add(count, length);
          const auto norm = static_cast<float>(formula.norm(length));
          most[i] = std::max(most[i], posting_score(gain, count, norm));
        }
        records[i] = {0, 0, bounds.pairs()};
      }
      std::vector<int32_t> expected(records.size());
      for (const ScoreKernels* kernel : kernels()) {
        CAPTURE(kernel->name);
        std::vector<int32_t> bounds(records.size());
        kernel->bound(tables.scorer(gain), std::as_bytes(std::span(records)), bounds.data());
        for (size_t i = 0; i < bounds.size(); ++i) CHECK(bounds[i] >= most[i]);
        if (kernel == &portable_score_kernels()) expected = bounds;
        CHECK(bounds == expected);
      }
    }
  }
}
