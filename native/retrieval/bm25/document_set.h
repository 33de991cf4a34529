// A set of documents, by ordinal: what a search may return.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace querl {

class DocumentSet {
 public:
  // The empty set. Ordinals from `ordinals` on are outside of it for good.
  explicit DocumentSet(uint32_t ordinals)
      : ordinals_(ordinals), words_((uint64_t{ordinals} + 63) / 64) {}

  // A bit for each ordinal, low ones first.
  DocumentSet(uint32_t ordinals, std::vector<uint64_t> words)
      : ordinals_(ordinals), words_(std::move(words)) {
    words_.resize((uint64_t{ordinals} + 63) / 64);
  }

  uint32_t ordinals() const { return ordinals_; }
  std::span<const uint64_t> words() const { return words_; }

  void insert(uint32_t ordinal) {
    if (ordinal < ordinals_) words_[ordinal / 64] |= uint64_t{1} << (ordinal % 64);
  }

  bool contains(uint32_t ordinal) const {
    return ordinal < ordinals_ && (words_[ordinal / 64] >> (ordinal % 64) & 1) != 0;
  }

  // Whether there may be one in [first, last]: exact but for the neighbours in the same 64.
  bool may_intersect(uint32_t first, uint32_t last) const {
    if (first > last) return true;  // ordinals of a damaged segment
    if (first >= ordinals_) return false;
    const auto begin = words_.begin() + first / 64;
    const auto end = words_.begin() + std::min(last, ordinals_ - 1) / 64 + 1;
    return std::any_of(begin, end, [](uint64_t word) { return word != 0; });
  }

 private:
  uint32_t ordinals_;
  std::vector<uint64_t> words_;
};

}  // namespace querl
