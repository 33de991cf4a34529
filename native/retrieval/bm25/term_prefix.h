// The order of most terms is the order of their first eight bytes.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace querl {

// The first eight bytes as a number, the first one highest; zeros behind shorter terms. Where two
// terms differ in it, they are in its order; where they do not, their bytes decide.
inline uint64_t term_prefix(std::string_view term) {
  uint64_t prefix = 0;
  std::memcpy(&prefix, term.data(), term.size() < 8 ? term.size() : 8);
  static_assert(std::endian::native == std::endian::little);
  return __builtin_bswap64(prefix);
}

}  // namespace querl
