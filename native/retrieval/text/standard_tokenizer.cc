#include "retrieval/text/standard_tokenizer.h"

#include <algorithm>
#include <array>

#include "retrieval/text/code_points.h"
#include "retrieval/text/word_break.h"

namespace querl {
namespace {

enum AsciiClass : uint8_t { kOther, kLetterSign, kDigit, kUnderscore };

constexpr std::array<AsciiClass, 256> kAsciiClasses = [] {
  std::array<AsciiClass, 256> classes{};
  for (int c = 'a'; c <= 'z'; ++c) classes[c] = classes[c - 32] = kLetterSign;
  for (int c = '0'; c <= '9'; ++c) classes[c] = kDigit;
  classes['_'] = kUnderscore;
  return classes;
}();

bool joins_letters(char c) { return c == '\'' || c == '.' || c == ':'; }
bool joins_digits(char c) { return c == '\'' || c == '.' || c == ',' || c == ';'; }

// The end of the ASCII token that begins at `first`, `first` if there is none, or npos where other
// code points have a say.
size_t ascii_token_end(std::string_view text, size_t first) {
  const auto class_at = [&](size_t i) {
    return i < text.size() ? kAsciiClasses[static_cast<uint8_t>(text[i])] : kOther;
  };
  const auto is_foreign = [&](size_t i) {
    return i < text.size() && static_cast<uint8_t>(text[i]) >= 0x80;
  };
  bool has_core = false;
  size_t at = first;
  for (;;) {
    for (AsciiClass c; (c = class_at(at)) != kOther; ++at) has_core |= c != kUnderscore;
    if (is_foreign(at) || is_foreign(at + 1)) return std::string_view::npos;
    if (at >= text.size()) break;
    const AsciiClass before = class_at(at - 1), after = class_at(at + 1);
    const bool joins = (before == kLetterSign && after == kLetterSign && joins_letters(text[at])) ||
                       (before == kDigit && after == kDigit && joins_digits(text[at]));
    if (!joins) break;
    ++at;
  }
  if (at - first > StandardTokenizer::kMaxUnits) return std::string_view::npos;
  return has_core ? at : first;
}

}  // namespace

StandardTokenizer::StandardTokenizer() : points_(&CodePoints::table()) {}

bool StandardTokenizer::next(Slice& token) {
  while (at_ < text_.size()) {
    const size_t first = at_;
    const auto byte = static_cast<uint8_t>(text_[first]);
    if (kAsciiClasses[byte] != kOther) {
      const size_t end = ascii_token_end(text_, first);
      if (end != std::string_view::npos) {
        at_ = std::max(end, first + 1);
        if (end == first) continue;
        token = {first, end - first, true};
        return true;
      }
    } else if (byte < 0x80 && byte != '#' && byte != '*') {
      ++at_;
      continue;
    }
    const size_t end = WordBreak(*points_, text_, first, kMaxUnits).longest_token();
    if (end == first) {
      at_ += read_utf8(text_, first).bytes;
      continue;
    }
    const std::string_view bytes = text_.substr(first, end - first);
    const bool ascii = std::all_of(bytes.begin(), bytes.end(), [](char c) { return c >= 0; });
    token = {first, bytes.size(), ascii};
    at_ = end;
    return true;
  }
  return false;
}

}  // namespace querl
