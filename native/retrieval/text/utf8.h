// Code points of UTF-8, read strictly.
#pragma once

#include <cstdint>
#include <string_view>

namespace querl {

struct Utf8Point {
  uint32_t point;  // 0 for what is no UTF-8, as for the byte 0
  uint32_t bytes;  // at least 1
};

// Reads the code point at `at`, which must lie inside of `text`: no overlong form, surrogate or cut
// sequence.
inline Utf8Point read_utf8(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) -> uint32_t {
    return at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : 0;
  };
  const auto continues = [&](size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
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

// Writes one code point to `out`, which has room for four bytes; returns where it ends.
inline char* write_utf8(char* out, uint32_t point) {
  const auto put = [&](uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
    return out;
  }
  if (point < 0x800) {
    put(0xc0 | point >> 6);
  } else if (point < 0x10000) {
    put(0xe0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3f));
  } else {
    put(0xf0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3f));
    put(0x80 | (point >> 6 & 0x3f));
  }
  put(0x80 | (point & 0x3f));
  return out;
}

}  // namespace querl
