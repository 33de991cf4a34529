// A small index with everything that an index can have, and all that its users can ask, as numbers:
// equal numbers, equal answers.
#pragma once

#include <bit>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/bm25/corpus_writer.h"
#include "retrieval/bm25/index.h"
#include "retrieval/bm25/open_documents.h"
#include "retrieval/bm25/searcher.h"
#include "tests/index_twin.h"

namespace querl {

inline constexpr size_t kProbeFields = 3;
inline constexpr uint32_t kProbeDocuments = 400;  // of each commit

inline IndexSettings probe_settings() {
  IndexSettings settings = twin_settings(kProbeFields);
  settings.fields[1].weight = 2.5;
  return settings;
}

inline std::string probe_line(uint32_t ordinal) {
  return R"({"id": ")" + std::to_string(ordinal) + R"(", "contents": "line )" +
         std::to_string(ordinal * 7919u) + "\"}";
}

// Every third document has a key, every fifth has something stored.
inline void add_probe_documents(CorpusWriter& writer, uint32_t first, uint32_t count,
                                uint64_t seed = 1) {
  std::mt19937_64 random(first + seed);
  std::vector<DocumentInput> documents;
  std::vector<std::string> lines;
  for (uint32_t i = first; i < first + count; ++i) {
    documents.push_back(random_document(random, kProbeFields));
    if (i % 3 == 0) documents.back().key = "key-" + std::to_string(i);
    if (i % 5 == 0) documents.back().stored = "{\"year\":" + std::to_string(1900 + i) + "}";
    lines.push_back(probe_line(i));
  }
  writer.add(std::move(documents), lines, {});
}

inline CorpusOptions probe_options(const std::string& folder, WriterMode mode) {
  CorpusOptions options;
  options.folder = folder;
  if (mode != WriterMode::kAdd) options.settings = probe_settings();
  options.writer.mode = mode;
  options.writer.threads = 1;
  options.store_meta = "{}";
  return options;
}

// Three segments: one merged, whose ordinals have gaps; one with explicit keys; one without. Two of
// them have deletions, and all documents are kept.
inline void build_probe(const std::string& folder, uint64_t seed = 1) {
  CorpusWriter writer(probe_options(folder, WriterMode::kCreate));
  add_probe_documents(writer, 0, kProbeDocuments, seed);
  writer.commit(0, {}, {});
  writer.index().remove(std::vector<std::string>{"key-3", "7", "key-30", "101", "399"});
  writer.commit(1, {}, {});
  add_probe_documents(writer, kProbeDocuments, kProbeDocuments, seed);
  writer.commit(0, {}, {});
  std::mt19937_64 random(99);
  std::vector<DocumentInput> plain;
  std::vector<std::string> lines;
  for (uint32_t i = 0; i < kProbeDocuments; ++i) {
    plain.push_back(random_document(random, kProbeFields));
    lines.push_back(probe_line(2 * kProbeDocuments + i));
  }
  writer.add(std::move(plain), lines, {});
  writer.commit(0, {}, {});
  writer.index().remove(std::vector<std::string>{"key-402", "500", "900", "901"});
  writer.commit(0, {}, {});
}

inline uint64_t hash_of(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
  return hash;
}

inline std::vector<std::vector<QueryTerm>> probe_queries() {
  return {{{0, "w1", 1}, {1, "w1", 2.5}, {2, "w1", 1}},
          {{0, "w0", 1}, {0, "w17", 1}, {0, "w999", 1}},
          {{0, "w3000", 1}, {1, "w2", 2.5}, {0, "none", 1}},
          {{0, "w5", 1}, {0, "w6", 1}, {0, "w40", 1}, {0, "w41", 1}, {2, "w7", 1}}};
}

// Hits with their scores, keys and stored objects; with and without a filter, few and all; why the
// first one scores so; documents by key.
inline std::vector<uint64_t> answers(const std::shared_ptr<const Bm25Index>& index) {
  std::vector<uint64_t> seen{index->documents(), index->deleted(), index->next_ordinal()};
  Bm25Searcher searcher(index, index->settings().parameters);
  DocumentSet odd(index->next_ordinal());
  for (uint32_t i = 1; i < index->next_ordinal(); i += 2) odd.insert(i);
  const auto keep = [&](const std::vector<Hit>& hits) {
    for (const Hit& hit : hits) {
      seen.insert(seen.end(), {hit.ordinal, std::bit_cast<uint64_t>(hit.score)});
    }
    return hits;
  };
  for (const std::vector<QueryTerm>& query : probe_queries()) {
    keep(searcher.search(query, 1000, nullptr, {}));
    keep(searcher.search(query, 5, &odd, {}));
    for (const Hit& hit : keep(searcher.search(query, 3, nullptr, {}))) {
      seen.push_back(hash_of(index->key(hit.ordinal)));
      const auto place = index->find_ordinal(hit.ordinal).value();
      seen.push_back(hash_of(index->segments()[place.segment].segment->stored(place.document)));
      const Explanation why = searcher.explain(query, hit.ordinal);
      CHECK(why.score == hit.score);
      for (const TermExplanation& term : why.terms) {
        seen.insert(seen.end(), {term.count, term.length, term.document_frequency});
      }
    }
  }
  for (const char* key :
       {"key-0", "key-300", "key-402", "key-666", "1", "7", "350", "777", "901"}) {
    seen.push_back(index->find_key(key).value_or(~0u));
  }
  return seen;
}

// Of a folder, with the lines of its documents.
inline std::vector<uint64_t> answers(const std::string& folder) {
  const auto index = Bm25Index::open(folder);
  std::vector<uint64_t> seen = answers(index);
  const auto store = open_documents(folder);
  for (uint32_t i = 0; i < index->next_ordinal(); i += 41) seen.push_back(hash_of(store->line(i)));
  return seen;
}

}  // namespace querl
