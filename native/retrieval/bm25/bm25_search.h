// Exact top-k search in a BM25 index, one thread.
//
// Windows of documents are scored term at a time into a small dense array. Once k documents are
// known, terms whose greatest impacts together cannot lift a document above the k-th score are not
// walked through any more: they are looked up for the few documents that could still win
// (MaxScore, Turtle and Flood 1995).
#pragma once

#include <cstdint>
#include <stop_token>
#include <string_view>
#include <vector>

#include "retrieval/bm25/bm25_index.h"

namespace querl {

struct ImpactHit {
  uint32_t document = 0;
  double score = 0;
};

class ImpactSearcher {
 public:
  // `index` must outlive the searcher.
  explicit ImpactSearcher(const ImpactIndex& index) : index_(index) {}

  // The k documents with the highest scores, best first; equal scores by ascending document.
  // Documents without any word of the query are no hits, so there may be fewer. Throws Cancelled
  // within milliseconds once a stop was requested.
  std::vector<ImpactHit> search(std::string_view query, size_t top_k, const std::stop_token& stop);

 private:
  struct Term {
    uint32_t number;
    uint32_t weight;  // how often the query has it
  };

  std::vector<Term> terms_of(std::string_view query) const;

  const ImpactIndex& index_;
  std::vector<int32_t> narrow_;  // the window's scores; all 0 between searches
  std::vector<int64_t> wide_;    // the same for queries whose scores could exceed an int32_t
};

}  // namespace querl
