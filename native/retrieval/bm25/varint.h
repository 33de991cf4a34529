// Numbers of seven bits a byte, the lowest first; the last byte is below 0x80.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace querl {

inline void append_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

// Moves `at` behind a number that ends before `end`; false where none does.
inline bool read_varint(const std::byte*& at, const std::byte* end, uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64 && at != end; shift += 7) {
    const auto byte = static_cast<uint8_t>(*at++);
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

// The same of bytes that this process wrote: nothing is checked.
inline uint64_t take_varint(const std::byte*& at) {
  uint64_t value = static_cast<uint8_t>(*at++);
  if (value < 0x80) [[likely]]
    return value;
  value &= 0x7f;
  for (int shift = 7;; shift += 7) {
    const auto byte = static_cast<uint8_t>(*at++);
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
}

}  // namespace querl
