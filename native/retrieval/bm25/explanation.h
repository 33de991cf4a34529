// Why a document has its score.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace querl {

// What one word of a query adds in one field.
struct TermExplanation {
  uint32_t field = 0;
  std::string token;
  double weight = 0;                // of the field and the query, repetitions summed
  uint64_t document_frequency = 0;  // documents that have the word in the field
  double idf = 0;
  uint32_t count = 0;       // of the word in the document's field; 0: it adds only `absent`
  uint32_t length = 0;      // of the document's field, in words, as the parameters round it
  double mean_length = 0;   // of the field
  double contribution = 0;  // in float64, without `absent`
  double counted = 0;       // the same as it enters a hit's score: rounded to its units
  double absent = 0;        // what BM25L and BM25+ give to documents without the word
};

struct Explanation {
  bool is_hit = false;                 // whether the document has a word of the query
  double score = 0;                    // the hit's: Σ counted + Σ absent
  uint64_t documents = 0;              // that the statistics count in the first term's field
  std::vector<TermExplanation> terms;  // those that the index knows, each (field, token) once
};

}  // namespace querl
