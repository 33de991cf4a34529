// What Unicode says of each code point, as far as analysers need it.
//
// The classes for Lucene's StandardTokenizer (those up to kEmojiModifier) are of Unicode 12.1, to
// which it is bound; the others are of Unicode 17.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace querl {

enum CodePointClass : uint32_t {
#include "retrieval/text/code_point_classes.inc"
};

struct CodePointKind {
  uint32_t classes;  // a union of CodePointClass
  int32_t shift;     // from the code point to its lower case (Unicode's simple mapping)
};

class CodePoints {
 public:
  // Made at the first call, from any thread.
  static const CodePoints& table();

  const CodePointKind& kind(uint32_t point) const {
    return kinds_[bytes_[blocks_[point / kBlock] * kBlock + point % kBlock]];
  }
  uint32_t classes(uint32_t point) const { return kind(point).classes; }
  uint32_t lower(uint32_t point) const { return point + static_cast<uint32_t>(kind(point).shift); }

 private:
  CodePoints();

  static constexpr uint32_t kBlock = 128;

  // Most blocks are alike, so equal ones are kept once.
  std::array<uint16_t, 0x110000 / kBlock> blocks_;
  std::vector<uint8_t> bytes_;
  const CodePointKind* kinds_;
};

}  // namespace querl
