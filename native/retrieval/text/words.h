// The words of a text, as the analyser 'words' defines them.
//
// A word is a longest run of Unicode letters (L), marks (M), numbers (N) and underscores,
// lower-cased code point by code point (Unicode's simple mapping, a final sigma counting as a
// sigma). Nothing is left out, stemmed or normalised. Bytes that are no UTF-8 separate words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace querl {

class WordReader {
 public:
  // `text` is UTF-8 and must outlive the reader.
  explicit WordReader(std::string_view text) : text_(text) {}

  // Moves to the next word; false at the end.
  bool next();

  // Valid until the next call of next().
  std::string_view word() const { return word_; }

 private:
  std::string_view text_;
  size_t at_ = 0;
  std::string word_;
};

}  // namespace querl
