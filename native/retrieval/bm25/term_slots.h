// How terms are found: an open-addressed table of slots that lies in the index file as it is used.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace querl {

// term is the term's number + 1; 0 marks an empty slot. tag is the upper half of the hash.
struct TermSlot {
  uint32_t tag = 0;
  uint32_t term = 0;
};

// Part of the file format: another hash is another version of the format.
inline uint64_t term_hash(std::string_view term) {
  const auto mix = [](uint64_t hash, uint64_t chunk) {
    const auto product = static_cast<unsigned __int128>(hash ^ chunk) * 0x9e3779b97f4a7c15u;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  uint64_t hash = 0xd6e8feb86659fd93u ^ term.size();
  while (term.size() > 8) {
    uint64_t chunk;
    std::memcpy(&chunk, term.data(), 8);
    hash = mix(hash, chunk);
    term.remove_prefix(8);
  }
  uint64_t chunk = 0;
  std::memcpy(&chunk, term.data(), term.size());
  return mix(mix(hash, chunk), 0x2545f4914f6cdd1du);
}

// Where `hash` sits or would sit. `slots` has a power of two of entries, one of them empty;
// `same(number)` says whether term `number` is the wanted one.
template <typename Same>
size_t find_slot(std::span<const TermSlot> slots, uint64_t hash, Same same) {
  const size_t mask = slots.size() - 1;
  const auto tag = static_cast<uint32_t>(hash >> 32);
  size_t at = hash & mask;
  while (slots[at].term != 0 && !(slots[at].tag == tag && same(slots[at].term - 1))) {
    at = (at + 1) & mask;
  }
  return at;
}

}  // namespace querl
