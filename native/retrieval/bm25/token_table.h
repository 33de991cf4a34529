// Numbers tokens in the order in which they first appear, and counts them.
//
// The tables of a run exceed the second-level cache, and most words of a text are rare ones: the
// time goes into waiting for memory. So what is known of a token lies in one place, and callers
// prefetch for a few dozen tokens before they look them up.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/bm25/term_prefix.h"

namespace querl {

// A token as it is looked up.
struct TokenKey {
  static constexpr size_t kInlineBytes = 16;

  explicit TokenKey(std::string_view token);
  TokenKey() = default;

  bool is_inline() const { return bytes <= kInlineBytes; }

  // The token with zeros behind it; of longer ones the first eight bytes, and where all of them lie
  // in a string that the table, or whoever looks up, has for them.
  std::array<uint64_t, 2> words{};
  uint64_t hash = 0;
  uint64_t bytes = 0;
};

class TokenTable {
 public:
  // A token, and what whoever counts knows of it.
  struct Token {
    std::array<uint64_t, 2> words;
    uint32_t bytes;
    uint32_t count = 0;  // in the current document
    uint32_t document_frequency = 0;
    uint32_t occurrences = 0;
    uint32_t next = 0;  // where its next posting goes
  };

  TokenTable() : slots_(kLeastSlots) {}

  void prefetch_slot(const TokenKey& key) const { __builtin_prefetch(&slots_[slot_of(key.hash)]); }
  void prefetch_token(const TokenKey& key) const {
    const Slot found = slots_[slot_of(key.hash)];
    if (found.number != 0) __builtin_prefetch(&tokens_[found.number - 1], 1);
  }

  // `text` is the token; for a short one only its key is looked at.
  uint32_t number_of(const TokenKey& key, std::string_view text) {
    const auto tag = static_cast<uint32_t>(key.hash >> 32);
    for (size_t slot = slot_of(key.hash);; slot = slot_of(slot + 1)) {
      const Slot found = slots_[slot];
      if (found.number == 0) return add(key, text, slot);
      if (found.tag == tag && is_same(tokens_[found.number - 1], key, text))
        return found.number - 1;
    }
  }

  Token& operator[](uint32_t number) { return tokens_[number]; }
  const Token& operator[](uint32_t number) const { return tokens_[number]; }

  // Valid until the next token is added.
  std::string_view text(const Token& token) const {
    if (token.bytes > TokenKey::kInlineBytes) return {long_.data() + token.words[1], token.bytes};
    return {reinterpret_cast<const char*>(token.words.data()), token.bytes};
  }

  // As term_prefix().
  static uint64_t prefix(const Token& token) { return __builtin_bswap64(token.words[0]); }

  uint32_t size() const { return static_cast<uint32_t>(tokens_.size()); }

  // Keeps the memory.
  void clear() {
    std::fill(slots_.begin(), slots_.end(), Slot{});
    tokens_.clear();
    long_.clear();
  }

 private:
  struct Slot {
    uint32_t tag = 0;
    uint32_t number = 0;  // + 1; 0: free
  };
  static constexpr size_t kLeastSlots = 1 << 12;

  size_t slot_of(uint64_t hash) const { return hash & (slots_.size() - 1); }

  bool is_same(const Token& token, const TokenKey& key, std::string_view text) const {
    if (token.bytes != key.bytes || token.words[0] != key.words[0]) return false;
    return key.is_inline() ? token.words[1] == key.words[1] : this->text(token) == text;
  }

  uint32_t add(const TokenKey& key, std::string_view text, size_t slot) {
    Token token{key.words, static_cast<uint32_t>(key.bytes)};
    if (!key.is_inline()) {
      token.words[1] = long_.size();
      long_ += text;
    }
    tokens_.push_back(token);
    slots_[slot] = {static_cast<uint32_t>(key.hash >> 32), size()};
    if (tokens_.size() * 2 > slots_.size()) grow();
    return size() - 1;
  }

  void grow() {
    slots_.assign(slots_.size() * 2, Slot{});
    for (uint32_t number = 0; number < size(); ++number) {
      const uint64_t hash = TokenKey(text(tokens_[number])).hash;
      size_t slot = slot_of(hash);
      while (slots_[slot].number != 0) slot = slot_of(slot + 1);
      slots_[slot] = {static_cast<uint32_t>(hash >> 32), number + 1};
    }
  }

  std::vector<Slot> slots_;  // a power of two, at most half of them in use
  std::vector<Token> tokens_;
  std::string long_;  // those that are not kept inline
};

namespace token_hash {

inline uint64_t mixed(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

template <typename T>
uint64_t load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// At most eight bytes with zeros behind. Two loads that overlap cost less than a copy of a length
// that is not known.
inline uint64_t load_up_to_8(const char* at, size_t bytes) {
  if (bytes >= 8) return load<uint64_t>(at);
  if (bytes >= 4) {
    return load<uint32_t>(at) | load<uint32_t>(at + bytes - 4) << (8 * (bytes - 4));
  }
  if (bytes >= 2) {
    return load<uint16_t>(at) | load<uint16_t>(at + bytes - 2) << (8 * (bytes - 2));
  }
  return bytes == 0 ? 0 : static_cast<uint8_t>(*at);
}

}  // namespace token_hash

// Hashes are of no consequence for what is written: tokens are sorted before.
inline TokenKey::TokenKey(std::string_view token) : bytes(token.size()) {
  using namespace token_hash;
  constexpr uint64_t kA = 0x9e3779b97f4a7c15u, kB = 0xd6e8feb86659fd93u, kC = 0xa0761d6478bd642fu;
  const char* at = token.data();
  words[0] = load_up_to_8(at, token.size());
  if (is_inline()) {
    if (token.size() > 8) words[1] = load_up_to_8(at + 8, token.size() - 8);
    hash = mixed(mixed(words[0] ^ kA, words[1] ^ kB ^ bytes) ^ kC, kA);
    return;
  }
  hash = bytes * kB;
  size_t rest = token.size();
  for (; rest > 8; rest -= 8, at += 8) hash = mixed(hash ^ load<uint64_t>(at), kA);
  hash = mixed(hash ^ load_up_to_8(at, rest), kB);
}

}  // namespace querl
