// An inverted index whose postings carry their BM25 score, in memory or mapped from a file.
//
// Lucene's variant: a term t in a document d of |d| words scores
//
//   idf(t) · tf / (tf + k1 · (1 - b + b · |d| / mean |d|)),   idf(t) = ln(1 + (N - df + 0.5) / (df
//   + 0.5))
//
// with the document's exact length, as bm25s has it; Lucene itself rounds lengths to one byte. A
// document's score is the sum over the query's words; a word that is asked twice counts twice.
//
// The score of a posting, its impact, is stored in units of 2^-22, rounded and at least 1. Sums of
// integers depend on no order, so pruning, batching and ties are exact; the rounding is below that
// of float32 for scores from 4 on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "retrieval/bm25/term_slots.h"

namespace querl {

inline constexpr double kImpactScale = 1 << 22;

struct ImpactPosting {
  uint32_t document = 0;
  uint32_t impact = 0;
};

struct ImpactParameters {
  double k1 = 0.9;
  double b = 0.4;
};

// The arrays of an index. V terms, P postings; `storage` keeps them alive.
struct Bm25Arrays {
  std::span<const uint64_t> term_ends;      // (V) where each term ends in term_bytes
  std::span<const char> term_bytes;         // UTF-8, one term behind the other
  std::span<const TermSlot> slots;          // a power of two, at least 2 V
  std::span<const uint64_t> posting_ends;   // (V) where each term's postings end
  std::span<const uint32_t> max_impacts;    // (V) the greatest impact of each term's postings
  std::span<const ImpactPosting> postings;  // (P) by term, then ascending by document
};

struct Bm25Counts {
  uint64_t documents = 0;
  uint64_t words = 0;  // of all documents, with repetitions
};

class ImpactIndex {
 public:
  ImpactIndex(Bm25Counts counts, ImpactParameters parameters, Bm25Arrays arrays,
              std::shared_ptr<const void> storage)
      : counts_(counts), parameters_(parameters), arrays_(arrays), storage_(std::move(storage)) {}

  const Bm25Counts& counts() const { return counts_; }
  const ImpactParameters& parameters() const { return parameters_; }
  const Bm25Arrays& arrays() const { return arrays_; }
  uint64_t terms() const { return arrays_.posting_ends.size(); }

  // Bytes of memory, or of address space where the index is mapped.
  uint64_t bytes() const;

  std::optional<uint32_t> find(std::string_view term) const;
  std::string_view term(uint32_t number) const;
  std::span<const ImpactPosting> postings(uint32_t term) const;
  uint32_t max_impact(uint32_t term) const { return arrays_.max_impacts[term]; }

 private:
  Bm25Counts counts_;
  ImpactParameters parameters_;
  Bm25Arrays arrays_;
  std::shared_ptr<const void> storage_;
};

}  // namespace querl
