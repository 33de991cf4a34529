// What a query's terms are worth in an index: their statistics over all segments, and where their
// lists lie.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "retrieval/bm25/index.h"
#include "retrieval/bm25/scorer.h"
#include "retrieval/bm25/searcher.h"

namespace querl {

// A field and token of a query, once however often they are asked.
struct PlannedTerm {
  uint32_t field = 0;
  std::string token;
  double weight = 0;
  uint64_t document_frequency = 0;  // at least 1
  double idf = 0;
  double gain = 0;  // with the weight
  std::vector<std::optional<TermInfo>> segments;
};

struct QueryPlan {
  std::vector<PlannedTerm> terms;  // those that the index has
  ScoreUnit unit{0};
  double absent = 0;  // what every document gets
};

// `formulas` by field. Throws as Bm25Searcher::search() does.
QueryPlan plan_query(const Bm25Index& index, std::span<const Bm25Formula> formulas,
                     std::span<const QueryTerm> terms);

}  // namespace querl
