// Searches many queries at once: analyses them and shares them out to threads.
#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "retrieval/bm25/index.h"
#include "retrieval/bm25/searcher.h"
#include "retrieval/text/analyzer.h"

namespace querl {

// UTF-8 text for the index's analyser, or tokens that are taken as they are.
using Query = std::variant<std::string, std::vector<std::string>>;

class BatchSearcher {
 public:
  BatchSearcher(std::shared_ptr<const Bm25Index> index, const Bm25Parameters& parameters);
  ~BatchSearcher();

  const std::shared_ptr<const Bm25Index>& index() const { return index_; }
  const Bm25Parameters& parameters() const { return parameters_; }

  // The best of each query, as Bm25Searcher::search() finds them: (Q, ≤ K). The
  // result depends on no number of threads. Threads join in only where that
  // pays, and end with the call. One call at a time.
  std::vector<std::vector<Hit>> search(std::span<const Query> queries, size_t top_k,
                                       const DocumentSet* allowed, int threads,
                                       const std::stop_token& stop);

  Explanation explain(const Query& query, uint32_t ordinal);

 private:
  struct Lane;  // what one thread needs

  Lane& lane(size_t number);

  std::shared_ptr<const Bm25Index> index_;
  Bm25Parameters parameters_;
  std::shared_ptr<const Analyzer> analyzer_;
  std::vector<std::unique_ptr<Lane>> lanes_;  // kept from call to call
};

}  // namespace querl
