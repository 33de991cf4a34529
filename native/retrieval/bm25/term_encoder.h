// Encodes the posting lists of a field's terms: in pieces, on several threads, in the terms' order.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/bm25/posting_list_writer.h"

namespace querl {

// Consecutive terms of a field with their lists.
struct EncodedTerms {
  struct Term {
    size_t end;  // of its text
    uint32_t document_frequency;
    uint64_t occurrences;
    uint64_t list_bytes;
  };

  std::vector<Term> terms;
  std::string texts;  // one behind the other
  std::string lists;
  uint64_t postings = 0;
};

// Of one thread.
class TermEncoder {
 public:
  using Take = std::function<void(EncodedTerms)>;

  // `lengths` are those of the field's documents; `take` gets a piece at a time.
  TermEncoder(std::span<const uint32_t> lengths, Take take)
      : lengths_(lengths), take_(std::move(take)) {}

  // The postings of the term that end_term() names, by ascending documents.
  void add(uint32_t document, uint32_t count) { list_.add({document, count}, lengths_[document]); }
  // Terms in ascending order, each with at least one posting.
  void end_term(std::string_view term, uint64_t occurrences);
  // The last piece.
  void finish();

 private:
  std::span<const uint32_t> lengths_;
  Take take_;
  PostingListWriter list_;
  EncodedTerms piece_;
};

// Calls `encode` for parts 0 to `parts` - 1, on as many threads, and `take` on this one with the
// pieces of part 0, then of part 1 and so on: the pieces are others with other parts, the terms and
// lists are not. Few pieces wait at any time. Rethrows what was thrown; throws Cancelled.
void encode_terms(size_t parts, int threads, std::span<const uint32_t> lengths,
                  const std::function<void(size_t part, TermEncoder& encoder)>& encode,
                  const TermEncoder::Take& take, const std::stop_token& stop);

}  // namespace querl
