// Per field of a segment: what scores of its postings are computed from.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "retrieval/bm25/score_kernels.h"
#include "retrieval/bm25/scorer.h"
#include "retrieval/bm25/segment.h"

namespace querl {

// By codes of skip records.
struct RecordTables {
  explicit RecordTables(const Bm25Formula& formula) {
    for (uint32_t code = 0; code < 256; ++code) {
      counts[code] = static_cast<float>(std::max(1u, count_code_value(code)));
      norms[code] = static_cast<float>(formula.norm(code_value(code)));
    }
  }

  RecordScorer scorer(float gain) const { return {counts.data(), norms.data(), gain}; }

  std::array<float, 256> counts;
  std::array<float, 256> norms;
};

class LengthTables {
 public:
  LengthTables(const Bm25Formula& formula, const FieldLengths& lengths) : lengths_(lengths) {
    for (const uint32_t length : lengths.table) {
      norms_.push_back(static_cast<float>(formula.norm(length)));
    }
    if (lengths.code_bytes > 1) return;
    // A file's table may be longer than its codes reach.
    constexpr size_t kCodes = 256;
    const size_t codes = std::min(norms_.size(), kCodes);
    ratios_.resize(kRatioCounts * kCodes);
    for (uint32_t count = 1; count < kRatioCounts; ++count) {
      const auto c = static_cast<float>(count);
      for (size_t code = 0; code < codes; ++code) {
        ratios_[count * kCodes + code] = c / (c + norms_[code]);
      }
    }
  }

  PostingScorer scorer(float gain) const {
    return {lengths_.codes.data(), lengths_.code_bytes, norms_.data(), gain,
            ratios_.empty() ? nullptr : ratios_.data()};
  }
  float norm(uint32_t document) const { return norms_[lengths_.code(document)]; }
  uint32_t length(uint32_t document) const { return lengths_.length(document); }

 private:
  FieldLengths lengths_;
  std::vector<float> norms_;   // by code
  std::vector<float> ratios_;  // see PostingScorer
};

}  // namespace querl
