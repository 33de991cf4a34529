// Small indexes, whose scores are kept from query to query, against the search by windows, which
// keeps nothing and shares only the scores of single postings with it.
#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "base/errors.h"
#include "retrieval/bm25/index_writer.h"
#include "retrieval/bm25/small_search.h"
#include "tests/random_words.h"
#include "tests/temporary_folder.h"

using namespace querl;

namespace {

using Words = std::vector<std::string>;

constexpr uint32_t kFields = 2;
constexpr size_t kVocabulary = 400;

// Three segments, the first of which was merged from others and has gaps in its ordinals; every
// tenth document is deleted.
std::shared_ptr<const Bm25Index> make_index(uint64_t seed, size_t documents) {
  std::mt19937_64 random(seed);
  IndexWriter writer({"words", {{"title", 1}, {"text", 1}}, {}}, {});
  size_t added = 0;
  const auto add = [&](size_t count) {
    std::vector<DocumentInput> inputs(count);
    for (DocumentInput& input : inputs) {
      for (const uint64_t most : {4, 20}) {
        input.fields.emplace_back(random_words(random, kVocabulary, random() % most));
      }
    }
    added += count;
    writer.add(std::move(inputs));
  };
  const auto remove = [&] {
    std::vector<std::string> keys;
    for (size_t d = random() % 10; d < added; d += 10) keys.push_back(std::to_string(d));
    writer.remove(keys);
    writer.commit();
  };
  add(documents / 2);
  remove();
  writer.merge(1);
  for (int part = 0; part < 2; ++part) {
    add(documents / 4);
    writer.commit();
  }
  remove();
  return writer.index();
}

std::vector<QueryTerm> random_query(std::mt19937_64& random) {
  std::vector<QueryTerm> query;
  for (const std::string& word : random_words(random, kVocabulary, 1 + random() % 8)) {
    const auto field = static_cast<uint32_t>(random() % kFields);
    // The great weight makes the unit of the query's scores larger.
    query.push_back({field, word, std::array{1.0F, 1.0F, 2.5F, 900.0F}[random() % 4]});
  }
  return query;
}

// What both searches need of an index under some parameters.
struct Prepared {
  Prepared(std::shared_ptr<const Bm25Index> of, const Bm25Parameters& parameters)
      : index(std::move(of)), lengths(index->segments().size()) {
    for (uint32_t field = 0; field < kFields; ++field) {
      formulas.emplace_back(parameters, index->statistics(field));
      records.emplace_back(formulas.back());
      for (size_t i = 0; i < lengths.size(); ++i) {
        lengths[i].emplace_back(formulas.back(), index->segments()[i].segment->lengths(field));
      }
    }
  }

  QueryPlan plan(const std::vector<QueryTerm>& query) const {
    return plan_query(*index, formulas, query);
  }

  std::shared_ptr<const Bm25Index> index;
  std::vector<Bm25Formula> formulas;
  std::vector<RecordTables> records;
  std::vector<std::vector<LengthTables>> lengths;
};

using Found = std::vector<std::pair<int32_t, uint32_t>>;

Found taken(BestHits& best) {
  Found found;
  for (const auto [score, ordinal] : best.take()) found.emplace_back(score, ordinal);
  return found;
}

Found by_windows(const Prepared& on, const QueryPlan& plan, size_t top_k,
                 const DocumentSet* allowed) {
  SearchScratch scratch;
  BestHits best(top_k);
  for (size_t i = 0; i < on.lengths.size(); ++i) {
    SegmentSearch search(on.index->segments()[i], i, plan, on.lengths[i], allowed, scratch);
    search.bound_windows(plan, on.records);
    const auto windows = static_cast<uint32_t>(search.bounds().size());
    for (uint32_t w = 0; w < windows; ++w) search.score_windows(w, w + 1, best);
  }
  return taken(best);
}

Found by_kept_scores(SmallSearch& small, const Prepared& on, const QueryPlan& plan, size_t top_k,
                     const DocumentSet* allowed) {
  BestHits best(top_k);
  for (size_t i = 0; i < on.lengths.size(); ++i) {
    small.search(on.index->segments()[i], i, plan, on.lengths[i], allowed, best);
  }
  return taken(best);
}

constexpr size_t kFewBytes = 60000;  // some lists, not all

}  // namespace

TEST_CASE("small search: hits are those of the windows to the bit, whatever is kept") {
  const auto index = make_index(1, 6000);
  REQUIRE(index->segments().size() == 3);
  REQUIRE_FALSE(index->segments()[0].segment->has_consecutive_ordinals());
  REQUIRE(index->deleted() > 0);
  std::mt19937_64 random(2);
  for (const Bm25Variant variant :
       {Bm25Variant::kLucene, Bm25Variant::kRobertson, Bm25Variant::kAtire, Bm25Variant::kBm25L,
        Bm25Variant::kBm25Plus}) {
    for (const LengthRule rule : {LengthRule::kExact, LengthRule::kLucene}) {
      const double k1 = std::array{0.0, 0.9, 2.0}[random() % 3];
      const Prepared on(index, {variant, k1, 0.4, 0.5, rule});
      SmallSearch nothing(0), some(kFewBytes), all;
      for (int q = 0; q < 12; ++q) {
        const QueryPlan plan = on.plan(random_query(random));
        if (plan.terms.empty()) continue;
        REQUIRE(SmallSearch::suits(*index, plan));
        DocumentSet allowed(index->next_ordinal());
        const uint64_t share = std::array{1u, 3u, 500u}[random() % 3];
        for (uint32_t d = 0; d < index->next_ordinal(); ++d) {
          if (random() % share == 0) allowed.insert(d);
        }
        for (const DocumentSet* filter : {static_cast<const DocumentSet*>(nullptr),
                                          static_cast<const DocumentSet*>(&allowed)}) {
          for (const size_t top_k :
               {size_t{1}, size_t{3}, kBestScores, kBestScores + 1, size_t{6000}}) {
            const Found expected = by_windows(on, plan, top_k, filter);
            for (SmallSearch* small : {&nothing, &some, &all}) {
              // A second time, now with what the first one has kept.
              for (int i = 0; i < 2; ++i) {
                const bool is_same = by_kept_scores(*small, on, plan, top_k, filter) == expected;
                REQUIRE(is_same);
              }
            }
          }
        }
      }
    }
  }
}

TEST_CASE("small search: what is kept is bounded, and is there for the next query") {
  const auto index = make_index(3, 6000);
  const Prepared on(index, {});
  std::mt19937_64 random(4);
  SmallSearch some(kFewBytes), all;
  bool was_dropped = false;
  for (int q = 0; q < 200; ++q) {
    const QueryPlan plan = on.plan(random_query(random));
    uint64_t of_query = 0;
    for (const PlannedTerm& term : plan.terms) {
      of_query += 16 * term.document_frequency + index->segments().size() * 1024;
    }
    const size_t before = some.kept_bytes();
    by_kept_scores(some, on, plan, 3, nullptr);
    by_kept_scores(all, on, plan, 3, nullptr);
    REQUIRE(some.kept_bytes() <= kFewBytes + of_query);
    was_dropped |= some.kept_bytes() < before;
    const size_t kept = all.kept_bytes();
    by_kept_scores(all, on, plan, 10, nullptr);
    REQUIRE(all.kept_bytes() == kept);
  }
  CHECK(was_dropped);
  CHECK(all.kept_bytes() > some.kept_bytes());
}

TEST_CASE("small search: queries of very many postings and larger indexes are not for it") {
  IndexWriter writer({"words", {{"text", 1}}, {}}, {});
  std::vector<DocumentInput> inputs(kSmallIndex);
  const Words words{"a", "b", "c", "d", "e", "f", "g", "h", "i",
                    "j", "k", "l", "m", "n", "o", "p", "q"};
  for (DocumentInput& input : inputs) input.fields.emplace_back(words);
  writer.add(std::move(inputs));
  const auto small = writer.commit();
  const std::vector<Bm25Formula> formulas{{{}, small->statistics(0)}};
  std::vector<QueryTerm> query;
  for (const std::string& word : words) {
    CHECK(SmallSearch::suits(*small, plan_query(*small, formulas, query)));
    query.push_back({0, word, 1});
  }
  CHECK_FALSE(SmallSearch::suits(*small, plan_query(*small, formulas, query)));
  writer.add({DocumentInput{std::nullopt, {Words{"a"}}, ""}});
  const auto large = writer.commit();
  CHECK_FALSE(SmallSearch::suits(*large, plan_query(*large, formulas, {{QueryTerm{0, "a", 1}}})));
}

// The list of "z" is damaged in its midst, blocks of the file away from the list of "a" and from
// the terms.
TEST_CASE("search: one that meets damage leaves nothing behind for the next") {
  for (const uint32_t documents : {kSmallIndex, kSmallIndex + 4096}) {
    const TemporaryFolder folder;
    const std::string path = folder.file("index");
    uint64_t damage = 0;
    std::string file;
    {
      IndexWriter writer(path, {"words", {{"text", 1}}, {}}, {});
      std::vector<DocumentInput> inputs(documents);
      for (uint32_t d = 0; d < documents; ++d) {
        Words words(1 + d % 7, "m");
        if (d % 2 == 0) words.insert(words.end(), 1 + d % 5, "a");
        words.insert(words.end(), 1 + d % 11, "z");
        inputs[d].fields.emplace_back(std::move(words));
      }
      writer.add(std::move(inputs));
      const Segment& segment = *writer.commit()->segments()[0].segment;
      file = segment.file().path();
      const TermInfo z = *segment.find(0, "z");
      damage = static_cast<uint64_t>(segment.postings(0).data() - segment.file().content().data()) +
               z.first + z.bytes - 20000;
    }
    const std::vector<QueryTerm> a{{0, "a", 1}};
    const std::vector<QueryTerm> both{{0, "a", 1}, {0, "z", 1}};
    const auto hits = [&](Bm25Searcher& searcher) {
      std::vector<std::pair<uint32_t, double>> found;
      for (const Hit& hit : searcher.search(a, 20, nullptr, {})) {
        found.emplace_back(hit.ordinal, hit.score);
      }
      return found;
    };
    Bm25Searcher whole(Bm25Index::open(path), {});
    const auto expected = hits(whole);
    REQUIRE(expected.size() == 20);

    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(static_cast<std::streamoff>(damage));
    const char wrong = static_cast<char>(bytes.get() ^ 1);
    bytes.seekp(static_cast<std::streamoff>(damage));
    bytes.put(wrong);
    bytes.close();

    Bm25Searcher searcher(Bm25Index::open(path), {});
    for (int i = 0; i < 3; ++i) {
      CHECK_THROWS_AS(searcher.search(both, documents, nullptr, {}), Error);
      const bool is_same = hits(searcher) == expected;
      CHECK(is_same);
    }
  }
}
