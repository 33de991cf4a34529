// Runs: the postings of consecutive documents, sorted by term, on their way into a segment.
//
// The terms of a field come one behind the other, front-coded:
//
//   shared, length, bytes | document frequency, occurrences - frequency | first document,
//   last - first | bytes of the list, list
//
// all numbers as varints. A list is the count of the first document, then for each other one
// 2 · (documents skipped) + (count > 1), and count - 2 where that bit is set. So lists of runs that
// follow one another are joined by their bytes, but for the second one's first posting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/bm25/spool.h"

namespace querl {

// A list of a run, or a piece of one.
struct RunList {
  uint32_t document_frequency = 0;
  uint64_t occurrences = 0;
  uint32_t first = 0;  // documents, among all that the writer has pending
  uint32_t last = 0;
  std::span<const std::byte> bytes;
};

// One run of some documents, all fields.
struct InvertedRun {
  struct Field {
    std::string bytes;
    std::vector<uint32_t> lengths;  // (documents of the run) in words
    uint64_t postings = 0;
  };
  std::vector<Field> fields;
  uint32_t documents = 0;

  size_t memory() const;
};

// Reads the terms of one field of one run.
class RunCursor {
 public:
  // `spool`, which may be null, is told what was read.
  RunCursor(std::span<const std::byte> bytes, const Spool* spool, uint64_t spool_first);

  bool next();
  const std::string& term() const { return term_; }
  uint64_t prefix() const { return prefix_; }  // the term's first 8 bytes, as a number
  const RunList& list() const { return list_; }

 private:
  std::span<const std::byte> bytes_;
  const Spool* spool_;
  uint64_t spool_first_;
  size_t at_ = 0;
  size_t released_ = 0;
  std::string term_;
  uint64_t prefix_ = 0;
  RunList list_;
};

// Goes through several runs at once, term by term.
class RunMerger {
 public:
  // In the order of their documents.
  explicit RunMerger(std::vector<RunCursor> runs);

  bool next();
  std::string_view term() const { return term_; }
  // The term's list in pieces, in the order of their documents.
  const std::vector<RunList>& pieces() const { return pieces_; }

 private:
  bool is_behind(uint32_t a, uint32_t b) const;
  void push(uint32_t run);

  std::vector<RunCursor> runs_;
  std::vector<uint32_t> heap_;     // of runs, the least term in front
  std::vector<uint32_t> current_;  // runs of the current term
  std::vector<RunList> pieces_;
  std::string term_;
};

// Writes terms in the format above.
class RunFieldWriter {
 public:
  // Appends a term with its list, given in pieces.
  void add(std::string_view term, std::span<const RunList> pieces, std::string& out);

 private:
  std::string last_;
};

// Calls `take(document, count)` for each posting of a piece.
template <typename Take>
void for_each_posting(const RunList& list, Take&& take) {
  const std::byte* at = list.bytes.data();
  const auto number = [&at] {
    uint64_t value = static_cast<uint8_t>(*at++);
    if (value < 0x80) [[likely]]
      return value;
    value &= 0x7f;
    for (int shift = 7;; shift += 7) {
      const auto byte = static_cast<uint8_t>(*at++);
      value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
  };
  uint32_t document = list.first;
  take(document, static_cast<uint32_t>(number()));
  for (uint32_t i = 1; i < list.document_frequency; ++i) {
    const uint64_t coded = number();
    document += static_cast<uint32_t>(coded >> 1) + 1;
    take(document, (coded & 1) != 0 ? static_cast<uint32_t>(number()) + 2 : 1);
  }
}

}  // namespace querl
