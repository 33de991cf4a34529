// Lucene's StandardTokenizer (10.3): the word boundaries of UAX #29, without what lies between
// words.
//
// A token is a word with its inner apostrophes, dots and colons, a number with its separators, one
// ideograph or Hiragana sign, a run of Katakana, Hangul or of a script that is written without
// spaces (Thai, Lao, Khmer, Myanmar), or an emoji with all that belongs to it. Extending characters
// stay with what they extend.
#pragma once

#include <cstdint>
#include <string_view>

#include "retrieval/text/slice.h"

namespace querl {

class CodePoints;

class StandardTokenizer {
 public:
  // A longer token is cut, in UTF-16 units: Lucene's default, which is also as far as it looks
  // ahead.
  static constexpr uint32_t kMaxUnits = 255;

  StandardTokenizer();

  // UTF-8, must outlive the reading. Bytes that are no UTF-8 separate tokens.
  void start(std::string_view text) {
    text_ = text;
    at_ = 0;
  }
  bool next(Slice& token);

 private:
  const CodePoints* points_;
  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace querl
