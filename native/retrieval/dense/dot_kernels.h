// Scores of stored vectors against queries, a block of rows at a time: one table of kernels for
// each instruction set, of which the best that the processor has is chosen at run time.
//
// The sum of a row and a query has one order for each instruction set: lane l adds the products of
// the elements l, l + L, l + 2 L, … one after another (L lanes), and lanes are added halves onto
// halves. It depends neither on the other rows and queries, nor on which kernel computes it.
#pragma once

#include <cstdint>

#include "retrieval/dense/vector_type.h"

namespace querl {

// Rows of a block of scores: as many as a mask has bits.
inline constexpr int64_t kRowBlock = 64;

// Memory that will be read next; kernels ask for it while they compute.
struct Ahead {
  const void* data = nullptr;
  int64_t bytes = 0;
};

struct CodeLine;
struct PanelFilter;
struct PanelHits;
struct HalfRows;
struct HalfQueries;

// See code_panels.h.
using ScoreCodePanels = int64_t (*)(const int8_t* data, int64_t rows, const CodeLine* packed,
                                    int64_t panels, int64_t dimensions, const PanelFilter& filter,
                                    PanelHits* found, Ahead ahead);

// See half_panels.h.
using FindCandidates = int64_t (*)(const HalfRows& rows, const HalfQueries& queries,
                                   uint16_t* candidates);

struct DotKernels {
  const char* name;

  // scores[q * kRowBlock + r] = <row r, query q> for `rows` ≤ kRowBlock rows that lie one behind
  // another at any address. By VectorType, kInt8 excepted.
  using Block = void (*)(const void* data, int64_t rows, const float* queries, int64_t query_count,
                         int64_t dimensions, float* scores, Ahead ahead);
  Block block[3];

  // scores[i] = <rows[i], queries[i]>.
  using Pairs = void (*)(const void* const* rows, const float* const* queries, int64_t count,
                         int64_t dimensions, float* scores);
  Pairs pairs[3];

  // The same for codes; the sums are exact. Codes of queries are in [-127, 127], those of rows may
  // be -128.
  void (*code_block)(const int8_t* data, int64_t rows, const int8_t* queries, int64_t query_count,
                     int64_t dimensions, int32_t* scores, Ahead ahead);

  // Makes kRowBlock scores final, scores[r] * scale[r] + bias[r] where these are given, and marks
  // those above `limit`. NaN is above nothing.
  uint64_t (*select)(float* scores, const float* scale, const float* bias, float limit);

  // scores[r] = sums[r] * (scale[r] * factor) + offset, kRowBlock of them.
  void (*scale_codes)(const int32_t* sums, const float* scale, float factor, float offset,
                      float* scores);

  // Codes of many queries, or null where there is nothing quicker than code_block().
  ScoreCodePanels code_panels = nullptr;

  // What many queries may leave out, by VectorType, or null where there is nothing quicker than
  // block().
  FindCandidates find_candidates[3] = {};
};

// Those that this processor can run, the best one first. The last is portable.
struct DotKernelList {
  const DotKernels* kernels[5];
  int count;
};
const DotKernelList& dot_kernels();

extern const DotKernels kDotPortable;
#if defined(__x86_64__)
extern const DotKernels kDotAvx2, kDotAvx512, kDotAvx512Vnni;
#endif

}  // namespace querl
