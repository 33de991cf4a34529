// Philox4x32-10: random numbers as a function of a key and a counter, without state.
//
// Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3" (doi 10.1145/2063384.2063405).
#pragma once

#include <array>
#include <cstdint>

namespace querl {

inline std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter,
                                      std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t{0xD2511F53} * counter[0];
    const uint64_t b = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(b),
               static_cast<uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(a)};
    key = {key[0] + 0x9E3779B9, key[1] + 0xBB67AE85};
  }
  return counter;
}

// The number in [0, 1) that belongs to `position` under `seed`: the key is the seed (low word
// first), the counter the position (low word first) and two zeros; the result's top 53 bits, word 0
// first.
inline double uniform_at(uint64_t seed, uint64_t position) {
  const auto words =
      philox({static_cast<uint32_t>(position), static_cast<uint32_t>(position >> 32), 0, 0},
             {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)});
  return static_cast<double>((uint64_t{words[0]} << 32 | words[1]) >> 11) * 0x1p-53;
}

}  // namespace querl
