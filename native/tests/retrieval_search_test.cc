// BM25 search against a twin in float64 that knows no postings, windows or bounds.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/errors.h"
#include "retrieval/bm25/bm25_builder.h"
#include "retrieval/bm25/bm25_search.h"
#include "retrieval/bm25/find_above.h"

using namespace querl;

namespace {

using Words = std::vector<std::string>;

// Zipf: word r is drawn about 1 / r as often as word 1.
std::vector<Words> random_texts(size_t count, size_t vocabulary, size_t longest, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Words> texts(count);
  for (Words& text : texts) {
    const size_t length = random() % (longest + 1);
    for (size_t i = 0; i < length; ++i) {
      const double uniform = static_cast<double>(random() % 1000000) / 1e6;
      const auto rank = static_cast<size_t>(std::pow(static_cast<double>(vocabulary), uniform));
      text.push_back("w" + std::to_string(rank));
    }
  }
  return texts;
}

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return text;
}

ImpactIndex index_of(const std::vector<Words>& documents, ImpactParameters parameters) {
  Bm25Builder builder(parameters);
  for (const Words& document : documents) builder.add(joined(document));
  return builder.finish();
}

// Straight from the formula, in float64: the score of every document.
class Twin {
 public:
  Twin(const std::vector<Words>& documents, ImpactParameters parameters)
      : documents_(documents), parameters_(parameters) {
    for (const Words& document : documents) {
      counts_.emplace_back();
      for (const std::string& word : document) ++counts_.back()[word];
      for (const auto& [word, count] : counts_.back()) ++frequency_[word];
      mean_length_ += static_cast<double>(document.size()) / static_cast<double>(documents.size());
    }
  }

  std::vector<double> scores(const Words& query) const {
    std::vector<double> scores(documents_.size());
    const auto n = static_cast<double>(documents_.size());
    for (const std::string& word : query) {
      if (!frequency_.contains(word)) continue;
      const double df = frequency_.at(word);
      const double idf = std::log(1 + (n - df + 0.5) / (df + 0.5));
      for (size_t d = 0; d < documents_.size(); ++d) {
        if (!counts_[d].contains(word)) continue;
        const double tf = counts_[d].at(word);
        const double length = static_cast<double>(documents_[d].size());
        const auto [k1, b] = parameters_;
        scores[d] += idf * tf / (tf + k1 * (1 - b + b * length / mean_length_));
      }
    }
    return scores;
  }

 private:
  const std::vector<Words>& documents_;
  ImpactParameters parameters_;
  std::vector<std::map<std::string, double>> counts_;
  std::map<std::string, double> frequency_;
  double mean_length_ = 0;
};

// Each word's impact is rounded to the next 2^-22, or up to the first one.
double tolerance(const Words& query) { return 1.01 / kImpactScale * (1 + query.size()); }

// The hits are the twin's best k: their scores agree, they come in order, and no document outside
// is better than the last one inside.
void check_hits(const std::vector<ImpactHit>& hits, const std::vector<double>& expected,
                size_t top_k, double slack) {
  const auto found = static_cast<size_t>(
      std::count_if(expected.begin(), expected.end(), [](double score) { return score > 0; }));
  REQUIRE(hits.size() == std::min(top_k, found));
  std::vector<bool> inside(expected.size());
  for (size_t i = 0; i < hits.size(); ++i) {
    CHECK(std::abs(hits[i].score - expected[hits[i].document]) < slack);
    inside[hits[i].document] = true;
    if (i == 0) continue;
    const ImpactHit& before = hits[i - 1];
    const bool in_order = before.score > hits[i].score ||
                          (before.score == hits[i].score && before.document < hits[i].document);
    CHECK(in_order);
  }
  if (hits.empty()) return;
  double best_outside = 0;
  for (size_t d = 0; d < expected.size(); ++d) {
    if (!inside[d]) best_outside = std::max(best_outside, expected[d]);
  }
  CHECK(best_outside <= hits.back().score + slack);
}

void compare_with_twin(size_t count, size_t vocabulary, size_t longest,
                       ImpactParameters parameters) {
  const std::vector<Words> documents = random_texts(count, vocabulary, longest, count + 1);
  const ImpactIndex index = index_of(documents, parameters);
  const Twin twin(documents, parameters);
  ImpactSearcher searcher(index);
  for (const Words& query : random_texts(12, vocabulary, 9, count + 2)) {
    const std::vector<double> expected = twin.scores(query);
    for (const size_t top_k : {size_t{1}, size_t{10}, size_t{1000}, count + 5}) {
      check_hits(searcher.search(joined(query), top_k, {}), expected, top_k, tolerance(query));
    }
  }
}

}  // namespace

TEST_CASE("retrieval: scores and order are those of the formula in float64") {
  for (const size_t count : {0, 1, 2, 31, 500}) compare_with_twin(count, 60, 20, {0.9, 0.4});
  compare_with_twin(500, 60, 20, {0, 0});
  compare_with_twin(500, 60, 20, {1.2, 0.75});
  compare_with_twin(500, 60, 20, {2, 1});
}

TEST_CASE("retrieval: pruning over many windows loses nothing") {
  compare_with_twin(40000, 3000, 12, {0.9, 0.4});
}

TEST_CASE("retrieval: rare words in many windows are read by their postings and lose nothing") {
  compare_with_twin(40000, 100000000, 3, {0.9, 0.4});
}

TEST_CASE("retrieval: equal documents come in their order, whatever k cuts off") {
  const std::vector<Words> documents(20000, Words{"same", "text"});
  const ImpactIndex index = index_of(documents, {});
  ImpactSearcher searcher(index);
  for (const size_t top_k : {1, 10, 9000}) {
    const std::vector<ImpactHit> hits = searcher.search("text", top_k, {});
    REQUIRE(hits.size() == top_k);
    for (uint32_t i = 0; i < hits.size(); ++i) CHECK(hits[i].document == i);
  }
}

TEST_CASE("retrieval: a query too long for 32 bits scores as the sum of its parts") {
  const std::vector<Words> documents = random_texts(300, 40, 10, 3);
  const ImpactIndex index = index_of(documents, {});
  ImpactSearcher searcher(index);
  std::string repeated;
  for (int i = 0; i < 100000; ++i) repeated += "w7 w30 ";
  const std::vector<ImpactHit> once = searcher.search("w7 w30", 300, {});
  const std::vector<ImpactHit> often = searcher.search(repeated, 300, {});
  REQUIRE(once.size() == often.size());
  for (size_t i = 0; i < once.size(); ++i) {
    CHECK(often[i].document == once[i].document);
    CHECK(often[i].score == 100000 * once[i].score);
  }
}

TEST_CASE("retrieval: a stop ends a search, and the searcher still works") {
  const std::vector<Words> documents = random_texts(20000, 40, 10, 3);
  const ImpactIndex index = index_of(documents, {});
  ImpactSearcher searcher(index);
  const std::vector<ImpactHit> before = searcher.search("w1 w2", 5, {});
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(searcher.search("w1 w2", 5, stop.get_token()), Cancelled);
  const std::vector<ImpactHit> after = searcher.search("w1 w2", 5, {});
  REQUIRE(before.size() == after.size());
  for (size_t i = 0; i < after.size(); ++i) CHECK(before[i].score == after[i].score);
}

TEST_CASE("retrieval: find_above finds what a plain loop finds") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    const auto count = static_cast<uint32_t>(random() % 200);
    std::vector<int32_t> scores(count);
    for (int32_t& score : scores) score = static_cast<int32_t>(random() % 100);
    const auto above = static_cast<int32_t>(random() % 110);
    const auto from = static_cast<uint32_t>(random() % (count + 1));
    uint32_t expected = from;
    while (expected < count && scores[expected] <= above) ++expected;
    CHECK(find_above(scores.data(), from, count, above) == expected);
  }
}
