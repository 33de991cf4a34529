#include "retrieval/text/lower_case.h"

#include <cstdint>
#include <cstring>

#include "retrieval/text/code_points.h"
#include "retrieval/text/utf8.h"

namespace querl {
namespace {

constexpr uint32_t kCapitalSigma = 0x3a3;
constexpr uint32_t kSmallSigma = 0x3c3;
constexpr uint32_t kFinalSigma = 0x3c2;

// Eight letters of ASCII at once.
uint64_t lower_eight(uint64_t letters) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  const uint64_t from_a = letters + kOnes * (0x80 - 'A');
  const uint64_t past_z = letters + kOnes * (0x7f - 'Z');
  return letters | ((from_a ^ past_z) & kOnes * 0x80) >> 2;
}

void lower_ascii(const char* from, size_t bytes, char* out) {
  size_t i = 0;
  for (; i + 8 <= bytes; i += 8) {
    uint64_t letters;
    std::memcpy(&letters, from + i, 8);
    letters = lower_eight(letters);
    std::memcpy(out + i, &letters, 8);
  }
  for (; i < bytes; ++i) {
    const char c = from[i];
    out[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
}

// Unicode's Final_Sigma: a cased letter before it and none behind it, over what case ignores.
bool is_final(const CodePoints& points, std::string_view text, size_t first, size_t end) {
  bool cased = false;
  for (size_t at = first; at > 0 && !cased;) {
    do --at;
    while (at > 0 && (static_cast<uint8_t>(text[at]) & 0xc0) == 0x80);
    const uint32_t classes = points.classes(read_utf8(text, at).point);
    if (classes & kCaseIgnorable) continue;
    if (!(classes & kCased)) return false;
    cased = true;
  }
  if (!cased) return false;
  for (size_t at = end; at < text.size();) {
    const Utf8Point read = read_utf8(text, at);
    const uint32_t classes = points.classes(read.point);
    if (!(classes & kCaseIgnorable)) return !(classes & kCased);
    at += read.bytes;
  }
  return true;
}

}  // namespace

size_t lower_case(std::string_view text, const Slice& token, LowerCase how, char* out) {
  if (token.ascii) {
    lower_ascii(text.data() + token.first, token.bytes, out);
    return token.bytes;
  }
  const CodePoints& points = CodePoints::table();
  const char* const start = out;
  const size_t end = token.first + token.bytes;
  for (size_t at = token.first; at < end;) {
    const Utf8Point read = read_utf8(text, at);
    uint32_t lower = points.lower(read.point);
    if (how == LowerCase::kSigma && lower == kFinalSigma) lower = kSmallSigma;
    if (how == LowerCase::kPython && read.point == kCapitalSigma &&
        is_final(points, text, at, at + read.bytes)) {
      lower = kFinalSigma;
    }
    out = write_utf8(out, lower);
    at += read.bytes;
  }
  return static_cast<size_t>(out - start);
}

}  // namespace querl
