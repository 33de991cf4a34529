// Exact top-k search in a BM25 index.
//
// A search first bounds what every word can add in every window of documents, from the records of
// the posting lists alone. It scores the most promising windows, and then those of the others whose
// bounds reach the k-th best score so far. Inside of a window, words that together cannot lift a
// document to that score are looked up for the few documents that could still win; the others are
// added up in an array (MaxScore, Turtle and Flood 1995; windows after Mackenzie et al. 2022).
//
// In a small index it keeps the scores of lists instead, and adds them up: see small_search.h.
//
// Scores are sums of integers, so that they depend on no order, and hits, ties too, are those of an
// exhaustive search bit for bit: see scorer.h.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "retrieval/bm25/document_set.h"
#include "retrieval/bm25/explanation.h"
#include "retrieval/bm25/index.h"
#include "retrieval/bm25/parameters.h"

namespace querl {

struct QueryTerm {
  uint32_t field = 0;
  std::string token;  // as the analyser makes them
  float weight = 1;   // the field's weight, usually; at least 0
};

struct Hit {
  uint32_t ordinal = 0;
  double score = 0;
};

// One thread; searchers of the same index are independent.
class Bm25Searcher {
 public:
  // Throws ERR_QUERL_ARGUMENT for parameters outside of 0 ≤ k1 ≤ 1000, 0 ≤ b ≤ 1,
  // 0 ≤ delta ≤ 1000.
  Bm25Searcher(std::shared_ptr<const Bm25Index> index, const Bm25Parameters& parameters);
  ~Bm25Searcher();
  Bm25Searcher(Bm25Searcher&&) noexcept;
  Bm25Searcher& operator=(Bm25Searcher&&) noexcept;

  // The top_k documents with the highest scores, best first; equal scores by ascending ordinal.
  // Documents without any of the terms are no hits, so there may be fewer. A term that is given
  // twice counts with the sum of its weights. `allowed` may be null. Throws Cancelled within
  // milliseconds once a stop was requested, ERR_QUERL_ARGUMENT for a field that the index lacks or
  // a weight outside of [0, 1e6], ERR_QUERL_INDEX_CORRUPT for what is damaged.
  std::vector<Hit> search(std::span<const QueryTerm> terms, size_t top_k,
                          const DocumentSet* allowed, const std::stop_token& stop);

  // How search() scores a document, which may be deleted. Throws as search() does, and
  // ERR_QUERL_ARGUMENT where no segment has the ordinal.
  Explanation explain(std::span<const QueryTerm> terms, uint32_t ordinal);

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace querl
