// A naive inverted index beside the one under test: maps of maps, built from the same documents.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "retrieval/bm25/index.h"
#include "retrieval/bm25/index_writer.h"
#include "retrieval/bm25/posting_list.h"

namespace querl {

inline IndexSettings twin_settings(size_t fields = 1) {
  IndexSettings settings;
  settings.analyzer = "words";
  for (size_t f = 0; f < fields; ++f) settings.fields.push_back({"f" + std::to_string(f), 1.0});
  return settings;
}

// Lower-case words between spaces, which the analyser 'words' leaves as they are. A few words are
// frequent, most are rare, as in text.
inline std::string random_text(std::mt19937_64& random, size_t words) {
  std::string text;
  for (size_t i = 0; i < words; ++i) {
    const uint64_t spread = uint64_t{1} << (random() % 14);
    text += (i == 0 ? "" : " ") + ("w" + std::to_string(random() % spread));
  }
  return text;
}

inline DocumentInput random_document(std::mt19937_64& random, size_t fields = 1) {
  DocumentInput document;
  for (size_t f = 0; f < fields; ++f) {
    document.fields.push_back(random_text(random, f == 0 ? random() % 60 : random() % 4));
  }
  return document;
}

class IndexTwin {
 public:
  explicit IndexTwin(size_t fields = 1) : fields_(fields) {}

  void add(const DocumentInput& input) {
    Document document;
    document.key = input.key.value_or(std::to_string(next_));
    document.stored = input.stored;
    document.counts.resize(fields_);
    document.lengths.resize(fields_);
    for (size_t f = 0; f < input.fields.size(); ++f) {
      std::vector<std::string> tokens;
      if (const auto* text = std::get_if<std::string>(&input.fields[f])) {
        std::istringstream words(*text);
        for (std::string word; words >> word;) tokens.push_back(word);
      } else {
        tokens = std::get<1>(input.fields[f]);
      }
      for (const std::string& token : tokens) ++document.counts[f][token];
      document.lengths[f] = static_cast<uint32_t>(tokens.size());
    }
    documents_[next_++] = document;
  }

  bool remove(const std::string& key) {
    for (const auto& [ordinal, document] : documents_) {
      if (document.key != key) continue;
      documents_.erase(ordinal);
      return true;
    }
    return false;
  }

  uint32_t next() const { return next_; }
  size_t live() const { return documents_.size(); }

  // The live documents, their postings, lengths, keys and stored objects are those of the twin.
  void check(const Bm25Index& index) const {
    CHECK(index.documents() == documents_.size());
    CHECK(index.next_ordinal() == next_);
    std::set<uint32_t> seen;
    for (const SegmentView& view : index.segments()) check(view, seen);
    REQUIRE(seen.size() == documents_.size());
    size_t wrong = 0;
    for (const auto& [ordinal, document] : documents_) {
      wrong += index.find_key(document.key) != ordinal || index.key(ordinal) != document.key;
    }
    CHECK(wrong == 0);
    CHECK_FALSE(index.find_key("no such key").has_value());
  }

 private:
  struct Document {
    std::string key;
    std::string stored;
    std::vector<std::map<std::string, uint32_t>> counts;
    std::vector<uint32_t> lengths;
  };

  void check(const SegmentView& view, std::set<uint32_t>& seen) const {
    const Segment& segment = *view.segment;
    std::vector<const Document*> documents(segment.documents());
    size_t wrong = 0;
    for (uint32_t d = 0; d < segment.documents(); ++d) {
      const uint32_t ordinal = segment.ordinal(d);
      wrong += segment.document_of(ordinal) != d;
      if (view.deleted && view.deleted->contains(d)) continue;
      const auto found = documents_.find(ordinal);
      REQUIRE(found != documents_.end());
      documents[d] = &found->second;
      seen.insert(ordinal);
      wrong += segment.stored(d) != found->second.stored;
    }
    for (size_t f = 0; f < fields_; ++f) wrong += check_field(segment, f, documents);
    CHECK(wrong == 0);
  }

  size_t check_field(const Segment& segment, size_t field,
                     const std::vector<const Document*>& documents) const {
    size_t wrong = 0, expected = 0, found = 0;
    const FieldLengths lengths = segment.lengths(field);
    uint64_t words = 0, with_field = 0;
    for (uint32_t d = 0; d < documents.size(); ++d) {
      words += lengths.length(d);
      with_field += lengths.length(d) > 0;
      if (documents[d] == nullptr) continue;
      expected += documents[d]->counts[field].size();
      wrong += lengths.length(d) != documents[d]->lengths[field];
    }
    uint64_t terms = 0, postings = 0, occurrences = 0;
    TermCursor cursor(segment.dictionary(field));
    for (std::string last; cursor.next(); last = cursor.term()) {
      wrong += terms > 0 && last >= cursor.term();
      const TermInfo info = cursor.info();
      const auto same = segment.find(field, cursor.term());
      wrong += !same || same->first != info.first || same->occurrences != info.occurrences ||
               same->document_frequency != info.document_frequency || same->bytes != info.bytes;
      ++terms;
      postings += info.document_frequency;
      PostingReader reader(segment.postings(field), info.first, info.bytes, info.document_frequency,
                           segment.documents());
      std::span<const Posting> block;
      uint64_t counted = 0;
      while (reader.next_block(block)) {
        for (const Posting& posting : block) {
          counted += posting.count;
          const Document* const document = documents[posting.document];
          if (document == nullptr) continue;
          const auto count = document->counts[field].find(cursor.term());
          wrong += count == document->counts[field].end() || count->second != posting.count;
          ++found;
        }
      }
      wrong += counted != info.occurrences;
      occurrences += counted;
    }
    const FieldStatistics& statistics = segment.statistics(field);
    wrong += expected != found || statistics.terms != terms || statistics.postings != postings ||
             statistics.words != words || statistics.words != occurrences ||
             statistics.documents_with_field != with_field ||
             statistics.documents != documents.size();
    for (const char* term : {"", "w", "w00", "zzz", "\xff\xff\xff\xff\xff\xff\xff\xff\xff"}) {
      wrong += segment.find(field, term).has_value();
    }
    return wrong;
  }

  size_t fields_;
  uint32_t next_ = 0;
  std::map<uint32_t, Document> documents_;
};

}  // namespace querl
