// Builds a BM25 index from documents in memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/bm25/bm25_index.h"

namespace querl {

class Bm25Builder {
 public:
  explicit Bm25Builder(ImpactParameters parameters);

  // Documents are numbered from 0 in the order in which they are added. UTF-8.
  void add(std::string_view document);

  uint64_t documents() const { return lengths_.size(); }

  // Empties the builder.
  ImpactIndex finish();

 private:
  // A term in a document, in the order of the documents.
  struct Occurrence {
    uint32_t term;
    uint32_t count;
  };

  uint32_t number_of(std::string_view term);
  std::string_view term(uint32_t number) const;
  void grow();

  ImpactParameters parameters_;
  uint64_t words_ = 0;
  std::vector<uint32_t> lengths_;             // (N) in words
  std::vector<uint64_t> occurrence_ends_;     // (N)
  std::vector<Occurrence> occurrences_;       // (P)
  std::vector<uint32_t> document_frequency_;  // (V)
  std::vector<uint64_t> last_occurrence_;     // (V) index + 1 of the term's latest occurrence
  std::string term_bytes_;
  std::vector<uint64_t> term_ends_;  // (V)
  std::vector<TermSlot> slots_;
};

}  // namespace querl
