// Philox4x32-10: random numbers as a function of a key and a counter, without state.
//
// Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3" (doi 10.1145/2063384.2063405).
#pragma once

#include <cstdint>

#include "kernels/host_device.h"

namespace querl {

struct PhiloxCounter {
  uint32_t words[4];

  bool operator==(const PhiloxCounter&) const = default;
};

struct PhiloxKey {
  uint32_t words[2];
};

QUERL_HOST_DEVICE inline PhiloxCounter philox(PhiloxCounter counter, PhiloxKey key) {
  for (int round = 0; round < 10; ++round) {
    const auto& c = counter.words;
    const uint64_t a = uint64_t{0xD2511F53} * c[0];
    const uint64_t b = uint64_t{0xCD9E8D57} * c[2];
    counter = {{static_cast<uint32_t>(b >> 32) ^ c[1] ^ key.words[0], static_cast<uint32_t>(b),
                static_cast<uint32_t>(a >> 32) ^ c[3] ^ key.words[1], static_cast<uint32_t>(a)}};
    key = {{key.words[0] + 0x9E3779B9, key.words[1] + 0xBB67AE85}};
  }
  return counter;
}

// The number in [0, 1) that belongs to `position` of `session` under `seed`: the key is the seed,
// the counter the position and then the session, each low word first; the result's top 53 bits,
// word 0 first.
QUERL_HOST_DEVICE inline double uniform_at(uint64_t seed, uint64_t session, uint64_t position) {
  const PhiloxCounter random =
      philox({{static_cast<uint32_t>(position), static_cast<uint32_t>(position >> 32),
               static_cast<uint32_t>(session), static_cast<uint32_t>(session >> 32)}},
             {{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)}});
  return static_cast<double>((uint64_t{random.words[0]} << 32 | random.words[1]) >> 11) * 0x1p-53;
}

}  // namespace querl
