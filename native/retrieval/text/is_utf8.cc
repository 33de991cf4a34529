#include "retrieval/text/is_utf8.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace querl {
namespace {

// What may follow.
enum State : uint64_t {
  kStart,    // a sequence
  kNothing,  // there was an error
  kOne,      // a byte that continues a sequence, its last one
  kTwo,      // two of them
  kThree,    // three
  kAfterE0,  // two, of which the first makes the sequence one of no fewer bytes
  kAfterED,  // two, of which the first makes it no surrogate
  kAfterF0,  // three, of which the first makes it one of no fewer bytes
  kAfterF4,  // three, of which the first keeps it within Unicode
  kStates,
};

constexpr State next(State state, uint32_t byte) {
  const auto within = [byte](uint32_t first, uint32_t last, State then) {
    return byte >= first && byte <= last ? then : kNothing;
  };
  switch (state) {
    case kStart:
      if (byte < 0x80) return kStart;
      if (byte == 0xe0) return kAfterE0;
      if (byte == 0xed) return kAfterED;
      if (byte == 0xf0) return kAfterF0;
      if (byte == 0xf4) return kAfterF4;
      if (byte < 0xe0) return within(0xc2, 0xdf, kOne);
      return byte < 0xf0 ? kTwo : within(0xf1, 0xf3, kThree);
    case kOne:
      return within(0x80, 0xbf, kStart);
    case kTwo:
      return within(0x80, 0xbf, kOne);
    case kThree:
      return within(0x80, 0xbf, kTwo);
    case kAfterE0:
      return within(0xa0, 0xbf, kOne);
    case kAfterED:
      return within(0x80, 0x9f, kOne);
    case kAfterF0:
      return within(0x90, 0xbf, kTwo);
    case kAfterF4:
      return within(0x80, 0x8f, kTwo);
    default:
      return kNothing;
  }
}

// By byte: what follows each state, six bits each. Text of many accents would mispredict a branch
// for each of them; a step here is a shift, and waits for nothing but the one before it.
constexpr uint64_t kBits = 6;
constexpr auto kFollowing = [] {
  std::array<uint64_t, 256> following{};
  for (uint32_t byte = 0; byte < following.size(); ++byte) {
    for (uint64_t state = 0; state < kStates; ++state) {
      following[byte] |= kBits * next(static_cast<State>(state), byte) << kBits * state;
    }
  }
  return following;
}();
static_assert(kBits * kStates <= 64);

}  // namespace

bool is_utf8(std::string_view text) {
  constexpr size_t kWord = 8;
  uint64_t state = kBits * kStart;  // in its six low bits
  const auto step = [&](char byte) {
    state = kFollowing[static_cast<uint8_t>(byte)] >> (state & 63);
  };
  for (; text.size() >= kWord; text.remove_prefix(kWord)) {
    uint64_t word = 0;
    std::memcpy(&word, text.data(), kWord);
    const bool is_ascii = (word & 0x8080808080808080) == 0;
    if (is_ascii && (state & 63) == kBits * kStart) continue;
    for (size_t i = 0; i < kWord; ++i) step(text[i]);
  }
  for (const char byte : text) step(byte);
  return (state & 63) == kBits * kStart;
}

}  // namespace querl
