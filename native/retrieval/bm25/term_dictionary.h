// The terms of a field in ascending order of their bytes, each with where its postings lie.
//
// Terms lie in blocks of 16, front-coded: each says how many bytes it shares with the one before.
// An index of blocks has the first eight bytes of each block's first term, so that a look-up reads
// one block and few of the index's cache lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/files/section_file.h"
#include "retrieval/files/section_writer.h"

namespace querl {

struct TermInfo {
  uint32_t document_frequency = 0;
  uint64_t occurrences = 0;  // in all documents, with repetitions
  uint64_t first = 0;        // the list's first byte in the field's section of postings
  uint64_t bytes = 0;
};

class TermDictionary {
 public:
  // What every term's info is checked against.
  struct Limits {
    uint64_t terms = 0;
    uint32_t documents = 0;  // with the field: no term has more
    uint64_t posting_bytes = 0;
  };

  TermDictionary() = default;
  TermDictionary(SectionView terms, SectionView blocks, Limits limits);

  std::optional<TermInfo> find(std::string_view term) const;
  uint64_t size() const { return limits_.terms; }

  // Prefixes (term_prefix.h) in ascending order, all greater than 0, between which the lists have
  // about that many bytes.
  std::vector<uint64_t> split(uint64_t posting_bytes) const;

 private:
  friend class TermCursor;
  uint64_t blocks() const;

  SectionView terms_;
  SectionView blocks_;
  Limits limits_;
};

// All terms in ascending order. The dictionary must outlive it.
class TermCursor {
 public:
  explicit TermCursor(const TermDictionary& dictionary) : dictionary_(&dictionary) {}

  bool next();
  // To the first term whose prefix is at least that; false where there is none.
  bool seek(uint64_t prefix);
  const std::string& term() const { return term_; }
  const TermInfo& info() const { return info_; }

 private:
  friend class TermDictionary;
  void open_block(uint64_t block);
  void read_entry();

  const TermDictionary* dictionary_;
  uint64_t number_ = 0;  // of terms read
  uint64_t at_ = 0;      // in the section of terms
  uint64_t end_ = 0;     // of the block
  std::string term_;
  TermInfo info_;
};

class TermDictionaryWriter {
 public:
  // In strictly ascending order; each list begins where the one before ends.
  void add(std::string_view term, const TermInfo& info);
  uint64_t size() const { return terms_; }
  void finish(SectionWriter& file, const std::string& terms_name, const std::string& blocks_name);

 private:
  std::string bytes_;
  std::string blocks_;
  std::string last_;
  uint64_t terms_ = 0;
};

}  // namespace querl
