// Tokens that are longest runs of certain code points.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "retrieval/text/code_points.h"
#include "retrieval/text/slice.h"

namespace querl {

struct RunRules {
  uint32_t classes;         // those of the code points that make a token
  bool without;             // or rather: the classes of those that make none
  uint32_t least;           // code points that a token has at least; shorter runs are none
  bool breaks_at_dotted_i;  // U+0130 ends a run: Python's lower case of it is an i and a mark
};

class RunTokenizer {
 public:
  explicit RunTokenizer(const RunRules& rules);

  // UTF-8, must outlive the reading. Bytes that are no UTF-8 are part of no token.
  void start(std::string_view text) {
    text_ = text;
    at_ = 0;
  }
  bool next(Slice& token);

 private:
  bool is_part(uint32_t point) const {
    return ((points_->classes(point) & rules_.classes) != 0) != rules_.without && point != 0;
  }

  RunRules rules_;
  const CodePoints* points_;
  std::array<bool, 128> ascii_;
  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace querl
