// Scans many queries at once with products of rounded numbers first: only rows that may be hits are
// scored. The hits are the same to the bit as without.
#pragma once

#include <memory>

#include "retrieval/dense/row_scanner.h"

namespace querl {

// For plans with half_panels. `unfiltered` takes blocks of which too much would be left.
std::unique_ptr<RowScanner> make_filtered_scanner(const ScanPlan& plan,
                                                  std::unique_ptr<RowScanner> unfiltered);

}  // namespace querl
