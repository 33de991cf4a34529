// A segment: an immutable part of an index, with consecutive documents of its own numbering.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/bm25/deletions.h"
#include "retrieval/bm25/string_table.h"
#include "retrieval/bm25/term_dictionary.h"
#include "retrieval/files/section_file.h"

namespace querl {

inline constexpr FileKind kSegmentKind{"BM25 segment", 1};

// Of one field. Deleted documents count until a merge drops them.
struct FieldStatistics {
  uint64_t documents = 0;             // all, those with an empty field too
  uint64_t documents_with_field = 0;  // with at least one word in it
  uint64_t words = 0;                 // with repetitions
  uint64_t terms = 0;
  uint64_t postings = 0;

  FieldStatistics& operator+=(const FieldStatistics& other);  // terms: an upper bound from then on
};

// How many words each document has in a field, as a code and a table from codes to lengths.
// Checked: every document has a code, and every code has a length.
struct FieldLengths {
  std::span<const std::byte> codes;  // (N) little-endian numbers of code_bytes each
  uint32_t code_bytes = 1;           // 1, 2 or 4
  std::span<const uint32_t> table;   // (codes) ascending lengths, exact

  uint32_t code(uint32_t document) const {
    if (code_bytes == 1) return static_cast<uint8_t>(codes[document]);
    if (code_bytes == 2) return reinterpret_cast<const uint16_t*>(codes.data())[document];
    return reinterpret_cast<const uint32_t*>(codes.data())[document];
  }
  uint32_t length(uint32_t document) const { return table[code(document)]; }
};

// Mapped or in memory; any number of threads. Everything throws ERR_QUERL_INDEX_CORRUPT where it
// touches what is damaged.
class Segment {
 public:
  explicit Segment(std::shared_ptr<const SectionFile> file);

  const SectionFile& file() const { return *file_; }
  uint64_t bytes() const { return file_->bytes(); }

  uint32_t documents() const { return documents_; }
  size_t fields() const { return fields_.size(); }
  const FieldStatistics& statistics(size_t field) const { return fields_[field].statistics; }

  // About a microsecond.
  std::optional<TermInfo> find(size_t field, std::string_view term) const {
    return fields_[field].dictionary.find(term);
  }
  const TermDictionary& dictionary(size_t field) const { return fields_[field].dictionary; }
  SectionView postings(size_t field) const { return fields_[field].postings; }

  // The first call for a field reads and checks all its codes.
  FieldLengths lengths(size_t field) const;

  // Places among all documents ever added to the index: ascending.
  uint32_t ordinal(uint32_t document) const {
    return has_ordinals_ ? explicit_ordinal(document) : first_ordinal_ + document;
  }
  uint32_t first_ordinal() const { return first_ordinal_; }
  uint32_t last_ordinal() const {
    return documents_ == 0 ? first_ordinal_ : ordinal(documents_ - 1);
  }
  // ordinal(d) == first_ordinal() + d for all documents.
  bool has_consecutive_ordinals() const { return !has_ordinals_; }
  std::optional<uint32_t> document_of(uint32_t ordinal) const;

  // A document's id: what was given with it, else its ordinal in decimal.
  std::string key(uint32_t document) const;
  bool has_keys() const { return has_keys_; }  // false: every key is its ordinal in decimal
  // Among the documents that are not deleted (null: all), of which at most one has the key.
  std::optional<uint32_t> find_key(std::string_view key, const Deletions* deleted) const;

  // The JSON object of keys that was stored with a document; empty: none.
  std::string stored(uint32_t document) const;
  bool has_stored() const { return has_stored_; }

 private:
  struct Field {
    FieldStatistics statistics;
    TermDictionary dictionary;
    SectionView postings;
    SectionView codes;
    SectionView table;
    uint32_t code_bytes = 1;
  };

  uint32_t explicit_ordinal(uint32_t document) const;
  std::shared_ptr<const SectionFile> file_;
  uint32_t documents_ = 0;
  uint32_t first_ordinal_ = 0;
  bool has_ordinals_ = false;
  bool has_keys_ = false;
  bool has_stored_ = false;
  std::vector<Field> fields_;
  SectionView ordinals_, key_buckets_, key_documents_;
  StringTable keys_, stored_;
  mutable std::unique_ptr<std::atomic<bool>[]> lengths_checked_;  // (fields)
};

}  // namespace querl
