// Turns documents into a run of postings. One for each thread; its tables are used again and again.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "retrieval/bm25/index_writer.h"
#include "retrieval/bm25/inverted_run.h"
#include "retrieval/bm25/token_table.h"
#include "retrieval/text/analyzer.h"

namespace querl {

constexpr size_t kLongestToken = 1 << 20;  // in bytes

class Inverter {
 public:
  Inverter(std::shared_ptr<const Analyzer> analyzer, size_t fields);

  // A run of each field. `first_document` is the number of the first one. Throws ERR_QUERL_ARGUMENT
  // for a document that no posting could hold, which it names by its key, and Cancelled. Documents
  // of less than kLongestToken need no key.
  std::vector<RunField> invert(std::span<const DocumentInput> documents, uint32_t first_document,
                               const std::stop_token& stop);

 private:
  // Everything of one field of the run under way.
  class Field {
   public:
    // These two throw Oversize, with what is wrong of the document.
    void count(std::string_view token);
    uint32_t end_document();  // its length
    void write(RunField& out);
    void clear();

   private:
    static constexpr size_t kWaiting = 64;

    struct Sorted {
      uint64_t prefix;
      uint32_t token;
    };
    struct Record {  // a token in a document
      uint32_t token;
      uint32_t count;
    };

    void count_waiting();
    void sort_tokens();
    void sort_postings();

    TokenTable table_;
    std::array<TokenKey, kWaiting> waiting_;  // tokens that were prefetched
    size_t waits_ = 0;
    std::string long_;                               // those of them that their keys do not hold
    std::vector<uint32_t> touched_;                  // tokens of the current document
    uint64_t length_ = 0;                            // of it
    std::vector<Record> records_;                    // of all documents
    std::vector<uint64_t> ends_;                     // (N) where each document's records end
    std::vector<Sorted> sorted_;                     // (V)
    std::vector<RunFieldWriter::Posting> postings_;  // by token, in their order
    RunFieldWriter writer_;
  };

  void count(size_t field, const FieldInput& input);

  TokenReader reader_;
  std::vector<Field> fields_;
};

}  // namespace querl
