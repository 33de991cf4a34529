// The keys of documents that a writer has pending: kept for the segment, and found again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/bm25/segment_writer.h"
#include "retrieval/bm25/spool.h"

namespace querl {

// Strings of some of the pending documents, in their order.
class PendingStrings {
 public:
  explicit PendingStrings(const std::string& folder) : folder_(folder) {}

  void add(std::optional<std::string_view> text);
  bool empty() const { return spool_ == nullptr; }  // no document has any
  bool has(uint32_t document) const { return !empty() && lengths_[document] != kNone; }

  // Once for each document in turn; nothing where a document has none.
  std::function<std::optional<std::string_view>()> in_turn();

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};

  std::string folder_;
  std::unique_ptr<Spool> spool_;   // made for the first string
  std::vector<uint32_t> lengths_;  // (documents), kNone where there is none
  uint32_t documents_ = 0;
};

// Which pending document has a key. Keys are told apart by 96 bits of a hash that is another one in
// each writer: that any two of a billion keys are confused has a probability of 10^-11.
class PendingKeys {
 public:
  PendingKeys();

  // The document of that key, or nothing.
  std::optional<uint32_t> find(std::string_view key) const;
  // Replaces the document of a key that is there.
  void insert(std::string_view key, uint32_t document);
  bool empty() const { return used_ == 0; }

 private:
  struct Slot {
    uint64_t hash = 0;
    uint32_t more = 0;
    uint32_t document = 0;  // + 1; 0: free
  };

  Slot slot_of(std::string_view key) const;
  size_t position(const Slot& wanted) const;
  void grow();

  uint64_t seed_;
  std::vector<Slot> slots_;  // a power of two
  size_t used_ = 0;
};

}  // namespace querl
