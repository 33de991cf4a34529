// Finds the first of a few strings in a stream of bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace querl {

// Knuth, Morris and Pratt's automaton for each string: what came before is kept as one length per
// string, so a match may begin anywhere in the bytes fed so far and costs nothing to carry on.
class StopMatcher {
 public:
  // Empty strings never match.
  explicit StopMatcher(std::vector<std::string> strings);

  // Reads on; returns the index of the string that ends first in `bytes`, the lowest of those that
  // end at one byte, or -1. After a match nothing more may be fed.
  int32_t feed(std::string_view bytes);

 private:
  struct Pattern {
    std::string text;
    std::vector<uint32_t> fallback;  // longest proper prefix that is a suffix of text[0, i]
    uint32_t matched = 0;            // bytes of the text that the stream ends with
  };

  static bool advance(Pattern& pattern, char byte);

  std::vector<Pattern> patterns_;
};

}  // namespace querl
