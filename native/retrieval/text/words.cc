#include "retrieval/text/words.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace querl {
namespace {

struct WordRange {
  uint32_t first, last;
  int32_t shift;  // from a code point to its lower case
  uint32_t step;  // 2: only every second code point has the shift, from the first on
};

constexpr WordRange kRanges[] = {
#include "retrieval/text/word_ranges.inc"
};

// The lower case of an ASCII word character, or 0.
constexpr std::array<char, 128> kAscii = [] {
  std::array<char, 128> table{};
  for (int c = 0; c < 128; ++c) {
    if (c >= 'A' && c <= 'Z') table[c] = static_cast<char>(c + 32);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')
      table[c] = static_cast<char>(c);
  }
  return table;
}();

// The lower case of a word's code point, or 0 where it is part of no word.
uint32_t lower_word_point(uint32_t point) {
  const WordRange* range = std::upper_bound(
      std::begin(kRanges), std::end(kRanges), point,
      [](uint32_t wanted, const WordRange& candidate) { return wanted < candidate.first; });
  if (range == std::begin(kRanges) || point > (--range)->last) return 0;
  return (point - range->first) % range->step == 0 ? point + range->shift : point;
}

struct Decoded {
  uint32_t point;  // 0 for what is no UTF-8
  size_t bytes;
};

// Reads a sequence of two to four bytes strictly: no overlong form, surrogate or cut sequence.
Decoded decode(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) -> uint32_t {
    return at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : 0;
  };
  const auto continues = [&](size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const uint32_t lead = byte(0);
  if (lead >= 0xc2 && lead < 0xe0 && continues(1)) {
    return {(lead & 0x1f) << 6 | (byte(1) & 0x3f), 2};
  }
  if (lead >= 0xe0 && lead < 0xf0 && continues(1) && continues(2)) {
    const uint32_t point = (lead & 0xf) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    if (point >= 0x800 && (point < 0xd800 || point > 0xdfff)) return {point, 3};
  }
  if (lead >= 0xf0 && lead < 0xf5 && continues(1) && continues(2) && continues(3)) {
    const uint32_t point =
        (lead & 7) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
    if (point >= 0x10000 && point <= 0x10ffff) return {point, 4};
  }
  return {0, 1};
}

void append_utf8(std::string& out, uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
    return;
  }
  if (point < 0x800) {
    out += static_cast<char>(0xc0 | point >> 6);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xe0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | point >> 18);
    out += static_cast<char>(0x80 | (point >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
  }
  out += static_cast<char>(0x80 | (point & 0x3f));
}

}  // namespace

bool WordReader::next() {
  word_.clear();
  while (at_ < text_.size()) {
    const auto byte = static_cast<uint8_t>(text_[at_]);
    if (byte < 0x80) {
      ++at_;
      if (kAscii[byte] != 0) {
        word_ += kAscii[byte];
      } else if (!word_.empty()) {
        return true;
      }
      continue;
    }
    const Decoded decoded = decode(text_, at_);
    at_ += decoded.bytes;
    const uint32_t lower = decoded.point == 0 ? 0 : lower_word_point(decoded.point);
    if (lower != 0) {
      append_utf8(word_, lower);
    } else if (!word_.empty()) {
      return true;
    }
  }
  return !word_.empty();
}

}  // namespace querl
