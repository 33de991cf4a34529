#include "retrieval/text/run_tokenizer.h"

#include "retrieval/text/utf8.h"

namespace querl {

RunTokenizer::RunTokenizer(const RunRules& rules) : rules_(rules), points_(&CodePoints::table()) {
  for (uint32_t c = 0; c < 128; ++c) ascii_[c] = is_part(c);
}

bool RunTokenizer::next(Slice& token) {
  const char* text = text_.data();
  const size_t end = text_.size();
  size_t at = at_;
  while (at < end) {
    // To the next code point that makes a token, and over all that follow it.
    size_t first = at;
    uint32_t points = 0;
    bool ascii = true;
    while (at < end) {
      const auto byte = static_cast<uint8_t>(text[at]);
      if (byte < 0x80) {
        if (!ascii_[byte]) break;
        ++points;
        ++at;
        continue;
      }
      const Utf8Point read = read_utf8(text_, at);
      if (!is_part(read.point)) break;
      ascii = false;
      ++points;
      at += read.bytes;
      if (rules_.breaks_at_dotted_i && read.point == 0x130) break;
    }
    if (points >= rules_.least && points > 0) {
      token = {first, at - first, ascii};
      at_ = at;
      return true;
    }
    if (points == 0) at += static_cast<uint8_t>(text[at]) < 0x80 ? 1 : read_utf8(text_, at).bytes;
  }
  at_ = end;
  return false;
}

}  // namespace querl
