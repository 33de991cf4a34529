// The loops of a search, one table for each instruction set, all with the same results.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "retrieval/bm25/posting_format.h"

namespace querl {

// Counts below this, which nearly all are, have a table of c / (c + norm).
inline constexpr uint32_t kRatioCounts = 8;

// What turns a posting of one term in one segment into a score.
struct PostingScorer {
  const std::byte* codes = nullptr;  // (documents) of code_bytes each, and 3 bytes more
  uint32_t code_bytes = 1;
  const float* norms = nullptr;   // by code
  float gain = 0;                 // below 2^31
  const float* ratios = nullptr;  // (kRatioCounts, 256) by count and code; null for longer codes
};

// What bounds the scores of one term in one field by its records.
struct RecordScorer {
  const float* counts = nullptr;  // (256) by count code
  const float* norms = nullptr;   // (256) by length code
  float gain = 0;
};

// Scores in arrays have a mark for each so many: those without it are all 0 and need not be read.
inline constexpr size_t kScoreGroup = 16;

struct ScoreKernels {
  const char* name;

  // out[i] = the score of posting i.
  void (*score)(const PostingScorer& scorer, const uint32_t* documents, const uint32_t* counts,
                size_t postings, int32_t* out);

  // scores[documents[i] - first] += the score of posting i, and the mark of its group becomes 1.
  void (*add)(const PostingScorer& scorer, const uint32_t* documents, const uint32_t* counts,
              size_t postings, uint32_t first, int32_t* scores, uint8_t* marks);

  // out[i] ≥ the score of every posting that record i is about.
  void (*bound)(const RecordScorer& scorer, std::span<const std::byte> records, int32_t* out);

  // Finds the scores in marked groups that are at least `least`, which is positive: their places
  // and values, in order; returns how many. Sets the marked groups and the marks to 0. `groups` is
  // a multiple of 64 and at most 2^16 / kScoreGroup. `places` and `values` have room for 15 more.
  size_t (*collect)(int32_t* scores, uint8_t* marks, size_t groups, int32_t least, uint16_t* places,
                    int32_t* values);

  // How many of 128 ascending documents are below `document`.
  uint32_t (*count_below)(const uint32_t* documents, uint32_t document);
};

const ScoreKernels& portable_score_kernels();

// Null where the processor lacks the instructions.
const ScoreKernels* avx2_score_kernels();
const ScoreKernels* avx512_score_kernels();

// The best that this processor has.
const ScoreKernels& score_kernels();

}  // namespace querl
