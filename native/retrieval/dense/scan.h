// Scans all rows of a table for the best ones of each query: one pass over memory for all queries,
// by several threads.
#pragma once

#include <stop_token>
#include <vector>

#include "retrieval/dense/row_scanner.h"
#include "retrieval/dense/row_set.h"

namespace querl {

// The hits of each query, best first. They do not depend on the number of threads. Throws Cancelled
// soon after a stop was requested, and what a check of the table throws.
std::vector<std::vector<RowHit>> scan(const ScanPlan& plan, const RowSet* allowed, unsigned threads,
                                      const std::stop_token& stop);

// Calls `work(thread)` on `threads` threads, of which the caller is one, and throws what one of
// them has thrown.
void on_threads(unsigned threads, const std::function<void(unsigned)>& work);

}  // namespace querl
