// Runs: the postings of consecutive documents, sorted by term, on their way into a segment.
//
// The terms of a field come one behind the other, front-coded. Numbers are varints:
//
//   2 · shared + (document frequency > 1), length, bytes
//   in one document:  document, occurrences - 1
//   in more:          document frequency - 2, occurrences - document frequency, first document,
//                     bytes of the list, list
//
// Documents count from the run's first one. A list is the count of the first document less 1, then
// for each other one 2 · (documents skipped) + (count > 1), and count - 2 where that bit is set.
// At marks, every few kilobytes, a term shares nothing with the one before it, so that several
// threads can each read a range of terms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retrieval/bm25/varint.h"
#include "retrieval/files/memory_bytes.h"

namespace querl {

// Terms from one prefix (term_prefix.h) on, up to another one.
struct TermRange {
  uint64_t first = 0;
  uint64_t end = 0;
  bool has_end = false;  // false: all that follow

  bool is_behind(uint64_t prefix) const { return has_end && prefix >= end; }
};

// Where a term of a run begins that is coded without the one before it.
struct RunMark {
  uint64_t prefix;
  uint64_t at;
};

// One field of a run.
struct RunField {
  // The bytes that have all terms of a range, and a few before and behind: [first, second). They
  // begin at a mark.
  std::pair<uint64_t, uint64_t> part(const TermRange& range) const;

  // Null once they are on the disk. A mapping, since blocks of megabytes that come and go between
  // small ones that stay would leave holes in the heap.
  std::unique_ptr<MemoryBytes> bytes;
  uint64_t first = 0;       // where they are on the disk
  uint64_t size = 0;        // of bytes
  uint32_t first_document;  // among all that the writer has pending
  std::vector<RunMark> marks;
  std::vector<uint32_t> lengths;  // (documents of the run) in words
  uint64_t postings = 0;
};

// The list of a term in one run.
struct RunList {
  uint32_t document_frequency = 0;
  uint64_t occurrences = 0;
  uint32_t first = 0;                // document
  std::span<const std::byte> bytes;  // none if there is one document
};

// Writes the terms of one field of a run in ascending order.
class RunFieldWriter {
 public:
  struct Posting {
    uint32_t document;  // from the run's first one
    uint32_t count;
  };

  void add(std::string_view term, std::span<const Posting> postings, uint64_t occurrences);
  // Moves what was written to `out` and starts the next one.
  void finish(RunField& out);

 private:
  char* room_for(size_t bytes);

  std::vector<char> bytes_;  // of which size_ are in use
  size_t size_ = 0;
  std::vector<char> list_;
  std::vector<RunMark> marks_;
  std::string last_;
};

// Reads terms of one field of one run that are in a range.
class RunCursor {
 public:
  // `bytes` are those that RunField::part() says.
  RunCursor(std::span<const std::byte> bytes, uint32_t first_document, const TermRange& range)
      : at_(bytes.data()),
        end_(bytes.data() + bytes.size()),
        first_document_(first_document),
        range_(range) {}

  bool next();
  const std::string& term() const { return term_; }
  uint64_t prefix() const { return prefix_; }  // the term's first 8 bytes, as a number
  const RunList& list() const { return list_; }

 private:
  const std::byte* at_;
  const std::byte* end_;
  uint32_t first_document_;
  TermRange range_;
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
  // The term's lists, in the order of their documents.
  const std::vector<RunList>& lists() const { return lists_; }

 private:
  struct Head {
    uint64_t prefix;
    uint32_t run;
  };

  bool is_behind(const Head& a, const Head& b) const;
  void sink(size_t at);
  void advance();

  std::vector<RunCursor> runs_;
  std::vector<Head> heap_;  // the least term in front
  std::vector<RunList> lists_;
  std::string term_;
};

// Calls `take(document, count)` for each posting of a list.
template <typename Take>
void for_each_posting(const RunList& list, Take&& take) {
  if (list.document_frequency == 1) {
    take(list.first, static_cast<uint32_t>(list.occurrences));
    return;
  }
  const std::byte* at = list.bytes.data();
  uint32_t document = list.first;
  take(document, static_cast<uint32_t>(take_varint(at)) + 1);
  for (uint32_t i = 1; i < list.document_frequency; ++i) {
    const uint64_t coded = take_varint(at);
    document += static_cast<uint32_t>(coded >> 1) + 1;
    take(document, (coded & 1) != 0 ? static_cast<uint32_t>(take_varint(at)) + 2 : 1);
  }
}

}  // namespace querl
