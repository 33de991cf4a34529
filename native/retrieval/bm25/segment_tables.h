// Per field of a segment: what scores of its postings are computed from.
#pragma once

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
  }

  PostingScorer scorer(float gain) const {
    return {lengths_.codes.data(), lengths_.code_bytes, norms_.data(), gain};
  }
  float norm(uint32_t document) const { return norms_[lengths_.code(document)]; }
  uint32_t length(uint32_t document) const { return lengths_.length(document); }

 private:
  FieldLengths lengths_;
  std::vector<float> norms_;  // by code
};

}  // namespace querl
