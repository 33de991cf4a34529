// Numbers tokens in the order in which they first appear.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace querl {

class TokenTable {
 public:
  TokenTable() : slots_(kLeastSlots) {}

  uint32_t number_of(std::string_view token) {
    const uint64_t hash = hash_of(token);
    const auto tag = static_cast<uint32_t>(hash >> 32);
    for (size_t slot = hash & (slots_.size() - 1);; slot = (slot + 1) & (slots_.size() - 1)) {
      const Slot found = slots_[slot];
      if (found.number == 0) return add(token, tag, slot);
      if (found.tag == tag && this->token(found.number - 1) == token) return found.number - 1;
    }
  }

  std::string_view token(uint32_t number) const {
    const uint64_t first = number == 0 ? 0 : ends_[number - 1];
    return {bytes_.data() + first, static_cast<size_t>(ends_[number] - first)};
  }

  uint32_t size() const { return static_cast<uint32_t>(ends_.size()); }

  // Keeps the memory.
  void clear() {
    std::fill(slots_.begin(), slots_.end(), Slot{});
    bytes_.clear();
    ends_.clear();
  }

 private:
  struct Slot {
    uint32_t tag = 0;
    uint32_t number = 0;  // + 1; 0: free
  };
  static constexpr size_t kLeastSlots = 1 << 12;

  static uint64_t mixed(uint64_t a, uint64_t b) {
    const auto product = static_cast<unsigned __int128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }

  static uint64_t load(const char* at, size_t bytes) {
    uint64_t value = 0;
    std::memcpy(&value, at, bytes);
    return value;
  }

  // Of no consequence for what is written: tokens are sorted before.
  static uint64_t hash_of(std::string_view token) {
    constexpr uint64_t kA = 0x9e3779b97f4a7c15u, kB = 0xd6e8feb86659fd93u;
    const char* at = token.data();
    size_t rest = token.size();
    uint64_t hash = rest * kB;
    for (; rest > 8; rest -= 8, at += 8) hash = mixed(hash ^ load(at, 8), kA);
    // Two loads that overlap cost less than a copy of a length that is not known.
    uint64_t last;
    if (rest >= 4) {
      last = load(at, 4) | load(at + rest - 4, 4) << 32;
    } else if (rest > 0) {
      last = static_cast<uint8_t>(at[0]) | uint64_t{static_cast<uint8_t>(at[rest / 2])} << 8 |
             uint64_t{static_cast<uint8_t>(at[rest - 1])} << 16;
    } else {
      last = 0;
    }
    return mixed(hash ^ last, kB);
  }

  uint32_t add(std::string_view token, uint32_t tag, size_t slot) {
    bytes_.insert(bytes_.end(), token.begin(), token.end());
    ends_.push_back(bytes_.size());
    slots_[slot] = {tag, size()};
    if (ends_.size() * 2 > slots_.size()) grow();
    return size() - 1;
  }

  void grow() {
    slots_.assign(slots_.size() * 2, Slot{});
    for (uint32_t number = 0; number < size(); ++number) {
      const uint64_t hash = hash_of(token(number));
      size_t slot = hash & (slots_.size() - 1);
      while (slots_[slot].number != 0) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = {static_cast<uint32_t>(hash >> 32), number + 1};
    }
  }

  std::vector<Slot> slots_;  // a power of two, at most half of them in use
  std::vector<char> bytes_;  // of all tokens
  std::vector<uint64_t> ends_;
};

}  // namespace querl
