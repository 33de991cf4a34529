// The five variants of BM25, as bm25s 0.3.16 defines them.
//
// With N documents, df of which have the term, and r = 1 - b + b · length / mean length, a term
// that occurs c times in a document adds idf · tf to its score:
//
//   variant    idf                                     tf
//   lucene     ln(1 + (N - df + 0.5) / (df + 0.5))     c / (c + k1 r)
//   robertson  max(0, ln((N - df + 0.5) / (df + 0.5))) c / (c + k1 r)
//   atire      ln(N / df)                              (k1 + 1) c / (c + k1 r)
//   bm25l      ln((N + 1) / (df + 0.5))                (k1 + 1) (c / r + delta) / (k1 + c / r +
//   delta) bm25+      ln((N + 1) / df)                        (k1 + 1) c / (c + k1 r) + delta
//
// The last two give a constant, tf at c = 0, to documents without the term as well. Less that
// constant, every variant has the form gain · c / (c + norm(length)), and that is what postings are
// scored with; the constants are added to the scores of hits.
//
// A posting's score is an integer: gain · c / (c + norm) in float32, with the gain in units of
// 2^-22, rounded to the nearest and at least 1 (a term of every document could round to nothing,
// but its documents must still be found). Sums of integers depend on no order; the rounding is
// below that of float32 for scores from 4 on. Where a query's gains add up to more than 2^8, the
// unit is larger by a power of two, so that every score fits in an int32_t.
#pragma once

#include <cstdint>

#include "retrieval/bm25/parameters.h"
#include "retrieval/bm25/segment.h"

namespace querl {

// One field of an index under given parameters.
class Bm25Formula {
 public:
  // Throws ERR_QUERL_ARGUMENT for parameters outside of 0 ≤ k1 ≤ 1000, 0 ≤ b ≤ 1,
  // 0 ≤ delta ≤ 1000: gains and norms are far from the limits of float32 then.
  Bm25Formula(const Bm25Parameters& parameters, const FieldStatistics& statistics);

  uint64_t documents() const { return documents_; }
  double mean_length() const { return mean_length_; }

  // The length as the parameters round it.
  uint32_t used_length(uint32_t length) const;

  double idf(uint64_t document_frequency) const;

  // Of gain · c / (c + norm). Norms do not fall with the length.
  double gain(double idf) const;
  double norm(uint32_t length) const;

  // What documents without the term get.
  double absent(double idf) const;

 private:
  Bm25Parameters parameters_;
  uint64_t documents_;
  double mean_length_;
};

// The unit in which a query's postings are scored: 2^-exponent.
class ScoreUnit {
 public:
  // `gains`: the sum of all terms' gains, with their weights.
  explicit ScoreUnit(double gains);

  // A term's gain with its weight, in units.
  float gain(double gain) const;
  double score(int32_t units) const;

 private:
  int exponent_;
};

}  // namespace querl
