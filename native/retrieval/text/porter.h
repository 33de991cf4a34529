// Porter's stemmer for English, as Lucene's PorterStemFilter has it.
//
// M.F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980, with the departures of its
// author's own Java version: words of one or two letters stay, -bli becomes -ble (not only -abli),
// and -logi becomes -log.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace querl {

class PorterStemmer {
 public:
  // The stem of a word in lower case, UTF-8; valid until the next call. Letters beyond ASCII count
  // as consonants. It is never longer than the word.
  std::string_view stem(std::string_view word);

 private:
  std::string letters_;
  std::u16string units_;
  std::string bytes_;
  std::vector<uint8_t> shapes_;
};

}  // namespace querl
