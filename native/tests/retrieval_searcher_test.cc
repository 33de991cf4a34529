// Search against a twin in float64 that knows no postings, windows or bounds, and pruned hits
// against those of a search for all documents, which prunes nothing.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/errors.h"
#include "retrieval/bm25/index_writer.h"
#include "retrieval/bm25/searcher.h"
#include "tests/random_words.h"

using namespace querl;

namespace {

using Words = std::vector<std::string>;

struct Document {
  std::vector<Words> fields;
  bool is_deleted = false;
};

struct Corpus {
  std::vector<Document> documents;
  std::shared_ptr<const Bm25Index> index;
};

// `parts` commits, then every eighth document is deleted if `deletes`.
Corpus make_corpus(uint64_t seed, size_t count, size_t vocabulary, size_t fields, size_t parts,
                   bool deletes) {
  std::mt19937_64 random(seed);
  IndexSettings settings{"words", {}, {}};
  for (size_t f = 0; f < fields; ++f) settings.fields.push_back({"f" + std::to_string(f), 1});
  IndexWriter writer(settings, {});
  Corpus corpus;
  for (size_t part = 0; part < parts; ++part) {
    std::vector<DocumentInput> inputs;
    for (size_t i = 0; i < count / parts; ++i) {
      Document document;
      DocumentInput input;
      for (size_t f = 0; f < fields; ++f) {
        document.fields.push_back(random_words(random, vocabulary, random() % 25));
        input.fields.emplace_back(document.fields.back());
      }
      corpus.documents.push_back(document);
      inputs.push_back(input);
    }
    writer.add(std::move(inputs));
    writer.commit();
  }
  if (deletes) {
    std::vector<std::string> keys;
    for (size_t d = 0; d < corpus.documents.size(); d += 8) {
      keys.push_back(std::to_string(d));
      corpus.documents[d].is_deleted = true;
    }
    writer.remove(keys);
  }
  corpus.index = writer.commit();
  return corpus;
}

// Straight from the formulas of scorer.h: the score of every document, NaN for those without a
// term.
std::vector<double> twin_scores(const Corpus& corpus, const std::vector<QueryTerm>& query,
                                const Bm25Parameters& p) {
  std::vector<double> scores(corpus.documents.size(), 0);
  std::vector<bool> is_hit(scores.size());
  for (const QueryTerm& term : query) {
    double n = 0;
    double df = 0;
    double words = 0;
    std::vector<double> counts(scores.size());
    for (size_t d = 0; d < scores.size(); ++d) {
      const Words& field = corpus.documents[d].fields[term.field];
      counts[d] = static_cast<double>(std::count(field.begin(), field.end(), term.token));
      df += counts[d] > 0;
      n += p.lengths == LengthRule::kExact || !field.empty();
      words += static_cast<double>(field.size());
    }
    if (df == 0) continue;
    for (size_t d = 0; d < scores.size(); ++d) {
      const auto exact = static_cast<double>(corpus.documents[d].fields[term.field].size());
      // The random fields are shorter than 25 words, where Lucene's rounding changes nothing.
      const double r = 1 - p.b + p.b * exact / (words / n);
      const double c = counts[d];
      double idf = 0;
      double tf = 0;
      switch (p.variant) {
        case Bm25Variant::kLucene:
          idf = std::log(1 + (n - df + 0.5) / (df + 0.5));
          tf = c / (c + p.k1 * r);
          break;
        case Bm25Variant::kRobertson:
          idf = std::max(0.0, std::log((n - df + 0.5) / (df + 0.5)));
          tf = c / (c + p.k1 * r);
          break;
        case Bm25Variant::kAtire:
          idf = std::log(n / df);
          tf = (p.k1 + 1) * c / (c + p.k1 * r);
          break;
        case Bm25Variant::kBm25L:
          idf = std::log((n + 1) / (df + 0.5));
          tf = (p.k1 + 1) * (c / r + p.delta) / (p.k1 + c / r + p.delta);
          if (c == 0) tf = (p.k1 + 1) * p.delta / (p.k1 + p.delta);
          break;
        case Bm25Variant::kBm25Plus:
          idf = std::log((n + 1) / df);
          tf = (p.k1 + 1) * c / (c + p.k1 * r) + p.delta;
          if (c == 0) tf = p.delta;
          break;
      }
      if (c == 0 && p.variant < Bm25Variant::kBm25L) tf = 0;
      scores[d] += static_cast<double>(term.weight) * idf * tf;
      is_hit[d] = is_hit[d] || c > 0;
    }
  }
  for (size_t d = 0; d < scores.size(); ++d) {
    if (!is_hit[d]) scores[d] = std::nan("");
  }
  return scores;
}

std::vector<QueryTerm> random_query(std::mt19937_64& random, size_t vocabulary, size_t fields) {
  std::vector<QueryTerm> query;
  for (const std::string& word : random_words(random, vocabulary, 1 + random() % 9)) {
    const auto field = static_cast<uint32_t>(random() % fields);
    query.push_back({field, word, random() % 4 == 0 ? 2.5F : 1.0F});
  }
  return query;
}

// A posting's score is off by half a unit of 2^-22 and by float32 of its gain; 1 unit is the least.
double tolerance(double score, size_t terms) {
  return 1e-6 * score + 1.01 * static_cast<double>(terms) / (1 << 22);
}

bool same(const std::vector<Hit>& hits, const std::vector<Hit>& all) {
  return std::equal(hits.begin(), hits.end(), all.begin(), [](const Hit& a, const Hit& b) {
    return a.ordinal == b.ordinal && a.score == b.score;
  });
}

void check_search(const Corpus& corpus, const Bm25Parameters& parameters, size_t vocabulary,
                  uint64_t seed, int queries) {
  std::mt19937_64 random(seed);
  const size_t fields = corpus.documents[0].fields.size();
  const auto count = static_cast<uint32_t>(corpus.documents.size());
  Bm25Searcher searcher(corpus.index, parameters);
  for (int q = 0; q < queries; ++q) {
    const std::vector<QueryTerm> query = random_query(random, vocabulary, fields);
    const std::vector<double> expected = twin_scores(corpus, query, parameters);
    DocumentSet allowed(count);
    const uint64_t share = std::array{1u, 3u, 50u, 2000u}[random() % 4];
    for (uint32_t d = 0; d < count; ++d) {
      if (random() % share == 0) allowed.insert(d);
    }
    for (const DocumentSet* filter :
         {static_cast<const DocumentSet*>(nullptr), static_cast<const DocumentSet*>(&allowed)}) {
      const std::vector<Hit> all = searcher.search(query, count, filter, {});
      size_t hits = 0;
      for (uint32_t d = 0; d < count; ++d) {
        hits += !std::isnan(expected[d]) && !corpus.documents[d].is_deleted &&
                (filter == nullptr || filter->contains(d));
      }
      REQUIRE(all.size() == hits);
      for (size_t i = 0; i < all.size(); ++i) {
        REQUIRE(!corpus.documents[all[i].ordinal].is_deleted);
        REQUIRE(std::abs(all[i].score - expected[all[i].ordinal]) <
                tolerance(expected[all[i].ordinal], query.size()));
        if (i == 0) continue;
        const bool in_order =
            all[i - 1].score > all[i].score ||
            (all[i - 1].score == all[i].score && all[i - 1].ordinal < all[i].ordinal);
        REQUIRE(in_order);
      }
      for (const size_t top_k : {1u, 3u, 10u, 100u, 1000u}) {
        const std::vector<Hit> pruned = searcher.search(query, top_k, filter, {});
        REQUIRE(pruned.size() == std::min(top_k, all.size()));
        REQUIRE(same(pruned, all));
      }
    }
  }
}

constexpr std::array kVariants{Bm25Variant::kLucene, Bm25Variant::kRobertson, Bm25Variant::kAtire,
                               Bm25Variant::kBm25L, Bm25Variant::kBm25Plus};

}  // namespace

TEST_CASE("search: hits are the twin's under every variant and length rule") {
  for (const size_t count : {1, 2, 40, 600}) {
    const Corpus corpus = make_corpus(count, count, 60, 1, 1, false);
    for (const Bm25Variant variant : kVariants) {
      for (const LengthRule rule : {LengthRule::kExact, LengthRule::kLucene}) {
        check_search(corpus, {variant, 0.9, 0.4, 0.5, rule}, 60, count, 3);
        check_search(corpus, {variant, 2, 1, 1, rule}, 60, count + 1, 3);
      }
    }
  }
  const Corpus corpus = make_corpus(7, 600, 60, 1, 1, false);
  for (const Bm25Variant variant : kVariants) check_search(corpus, {variant, 0, 0, 0.5}, 60, 8, 3);
}

TEST_CASE("search: pruning over many windows loses nothing") {
  const Corpus corpus = make_corpus(21, 80000, 3000, 1, 1, false);
  check_search(corpus, {}, 3000, 22, 12);
  check_search(corpus, {Bm25Variant::kBm25L, 1.5, 0.75, 1}, 3000, 23, 4);
}

TEST_CASE("search: several segments, fields and deletions give one ranking") {
  // Indexes of up to 2^16 documents are searched without bounds.
  for (const size_t documents : {9000, 70000}) {
    const Corpus corpus = make_corpus(31, documents, 900, 3, 3, true);
    check_search(corpus, {}, 900, 32, 4);
    check_search(corpus, {Bm25Variant::kBm25Plus}, 900, 33, 2);
  }
}

TEST_CASE(
    "search: equal documents come by ascending ordinal, wherever the "
    "best windows are") {
  IndexWriter writer({"words", {{"contents", 1}}, {}}, {});
  std::vector<DocumentInput> documents;
  for (int i = 0; i < 80000; ++i) {
    const Words words = i % 3 == 0 ? Words{"x", "y"} : Words{"x", "z", "z"};
    documents.push_back({std::nullopt, {words}, ""});
  }
  writer.add(std::move(documents));
  Bm25Searcher searcher(writer.commit(), {});
  const std::vector<QueryTerm> query{{0, "x", 1}, {0, "y", 1}};
  const std::vector<Hit> hits = searcher.search(query, 50, nullptr, {});
  REQUIRE(hits.size() == 50);
  for (uint32_t i = 0; i < 50; ++i) CHECK(hits[i].ordinal == 3 * i);
}

TEST_CASE("search: a query of hundreds of words and great weights keeps its scores") {
  const Corpus corpus = make_corpus(41, 2000, 500, 1, 1, false);
  std::mt19937_64 random(42);
  std::vector<QueryTerm> query;
  for (const std::string& word : random_words(random, 500, 400)) query.push_back({0, word, 100});
  const std::vector<double> expected = twin_scores(corpus, query, {});
  Bm25Searcher searcher(corpus.index, {});
  const std::vector<Hit> all = searcher.search(query, 2000, nullptr, {});
  const double best = all.at(0).score;
  CHECK(best > 1000);
  for (const Hit& hit : all) {
    // The unit grows with the sum of all gains.
    REQUIRE(std::abs(hit.score - expected[hit.ordinal]) < 1e-5 * best);
  }
  CHECK(same(searcher.search(query, 10, nullptr, {}), all));
}

TEST_CASE(
    "search: parameters and weights at their limits give finite scores, beyond them an error") {
  const Corpus corpus = make_corpus(43, 500, 50, 1, 1, false);
  std::vector<QueryTerm> query;
  for (int i = 0; i < 300; ++i) query.push_back({0, "w" + std::to_string(i % 50), 1e6F});
  for (const Bm25Variant variant : kVariants) {
    for (const double k1 : {0.0, 1000.0}) {
      for (const double delta : {0.0, 1000.0}) {
        const Bm25Parameters parameters{.variant = variant, .k1 = k1, .b = 1, .delta = delta};
        Bm25Searcher searcher(corpus.index, parameters);
        const std::vector<Hit> hits = searcher.search(query, 500, nullptr, {});
        CHECK(hits.size() > 400);
        for (const Hit& hit : hits) REQUIRE((hit.score >= 0 && hit.score < 1e30));
        CHECK(same(searcher.search(query, 10, nullptr, {}), hits));
      }
    }
    for (const double huge : {1000.1, 1e308, HUGE_VAL, std::nan("")}) {
      const auto search = [&](const Bm25Parameters& parameters) {
        Bm25Searcher(corpus.index, parameters).search(query, 10, nullptr, {});
      };
      CHECK_THROWS_AS(search({.variant = variant, .k1 = huge}), Error);
      CHECK_THROWS_AS(search({.variant = variant, .b = huge}), Error);
      if (variant != Bm25Variant::kBm25L && variant != Bm25Variant::kBm25Plus) continue;
      CHECK_THROWS_AS(search({.variant = variant, .delta = huge}), Error);
    }
  }
}

TEST_CASE("search: an explanation adds up to the hit's score") {
  const Corpus corpus = make_corpus(51, 3000, 300, 2, 2, true);
  std::mt19937_64 random(52);
  for (const Bm25Variant variant : kVariants) {
    const Bm25Parameters parameters{.variant = variant};
    Bm25Searcher searcher(corpus.index, parameters);
    const std::vector<QueryTerm> query = random_query(random, 300, 2);
    for (const Hit& hit : searcher.search(query, 20, nullptr, {})) {
      const Explanation explanation = searcher.explain(query, hit.ordinal);
      CHECK(explanation.is_hit);
      CHECK(explanation.score == hit.score);
      double sum = 0;
      for (const TermExplanation& term : explanation.terms) {
        const Words& words = corpus.documents[hit.ordinal].fields[term.field];
        CHECK(term.count == std::count(words.begin(), words.end(), term.token));
        CHECK(term.length == words.size());
        CHECK(std::abs(term.contribution - term.counted) < tolerance(term.contribution, 1));
        sum += term.counted + term.absent;
      }
      CHECK(sum == doctest::Approx(hit.score).epsilon(1e-12));
    }
  }
  Bm25Searcher searcher(corpus.index, {});
  CHECK_FALSE(searcher.explain(std::vector<QueryTerm>{{0, "unknown", 1}}, 0).is_hit);
  CHECK_THROWS_AS(searcher.explain(std::vector<QueryTerm>{{0, "w1", 1}}, 3000), Error);
}

TEST_CASE("search: nothing to find, wrong terms and a stop") {
  const Corpus corpus = make_corpus(61, 100, 50, 1, 1, false);
  Bm25Searcher searcher(corpus.index, {});
  const std::vector<QueryTerm> query{{0, "w1", 1}};
  CHECK(searcher.search({}, 10, nullptr, {}).empty());
  CHECK(searcher.search(query, 0, nullptr, {}).empty());
  CHECK(searcher.search(std::vector<QueryTerm>{{0, "unknown", 1}}, 10, nullptr, {}).empty());
  CHECK(searcher.search(std::vector<QueryTerm>{{0, "w1", 0}}, 10, nullptr, {}).empty());
  const DocumentSet none(100);
  CHECK(searcher.search(query, 10, &none, {}).empty());
  CHECK_THROWS_AS(searcher.search(std::vector<QueryTerm>{{1, "w1", 1}}, 10, nullptr, {}), Error);
  for (const float weight : {-1.0F, 1.1e6F, 3e38F, std::nanf(""), HUGE_VALF}) {
    CHECK_THROWS_AS(searcher.search(std::vector<QueryTerm>{{0, "w1", weight}}, 10, nullptr, {}),
                    Error);
  }
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(searcher.search(query, 10, nullptr, stop.get_token()), Cancelled);
  CHECK(searcher.search(query, 10, nullptr, {}).size() == 10);
}
