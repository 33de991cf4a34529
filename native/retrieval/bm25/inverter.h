// Turns documents into a run of postings. One for each thread; its tables are used again and again.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "retrieval/bm25/index_writer.h"
#include "retrieval/bm25/inverted_run.h"
#include "retrieval/bm25/token_table.h"
#include "retrieval/text/analyzer.h"

namespace querl {

class Inverter {
 public:
  Inverter(std::shared_ptr<const Analyzer> analyzer, size_t fields);

  // `first_document` is the number of the first one. Throws ERR_QUERL_ARGUMENT for a document that
  // no posting could hold, and Cancelled.
  InvertedRun invert(std::span<const DocumentInput> documents, uint32_t first_document,
                     const std::stop_token& stop);

 private:
  struct Record {  // a term in a document
    uint32_t term;
    uint32_t count;
  };

  // Everything of one field of the run under way.
  class Field {
   public:
    void count(std::string_view token);
    uint32_t end_document();  // its length
    void write(uint32_t first_document, InvertedRun::Field& out);
    void clear();

   private:
    std::vector<uint32_t> sorted_terms() const;

    TokenTable table_;
    std::vector<uint32_t> counts_;              // (V) in the current document
    std::vector<uint32_t> touched_;             // its terms
    uint64_t length_ = 0;                       // its tokens
    std::vector<Record> records_;               // of all documents
    std::vector<uint64_t> ends_;                // (N) where each document's records end
    std::vector<uint32_t> document_frequency_;  // (V)
    std::vector<uint64_t> occurrences_;         // (V)
    std::vector<Record> postings_;              // by term; `term` is the document
    std::vector<uint64_t> next_;                // (V)
  };

  TokenReader reader_;
  std::vector<Field> fields_;
};

}  // namespace querl
