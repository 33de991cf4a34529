#include "retrieval/text/stem_memo.h"

#include <algorithm>
#include <cstring>

namespace querl {
namespace {

template <typename Number>
uint64_t read(const char* from) {
  Number number;
  std::memcpy(&number, from, sizeof(number));
  return number;
}

// Up to 8 bytes, with zeros behind them. Reads overlap rather than reach beyond the word.
uint64_t read_bytes(const char* from, size_t bytes) {
  if (bytes >= 8) return read<uint64_t>(from);
  if (bytes >= 4)
    return read<uint32_t>(from) | read<uint32_t>(from + bytes - 4) << (8 * (bytes - 4));
  if (bytes == 0) return 0;
  const size_t middle = bytes / 2, last = bytes - 1;
  return read<uint8_t>(from) | read<uint8_t>(from + middle) << (8 * middle) |
         read<uint8_t>(from + last) << (8 * last);
}

}  // namespace

StemMemo::Word StemMemo::packed(std::string_view word) {
  Word packed{};
  for (size_t i = 0; i * 8 < word.size(); ++i)
    packed[i] = read_bytes(word.data() + i * 8, word.size() - i * 8);
  packed.back() |= uint64_t{word.size()} << 56;
  return packed;
}

size_t StemMemo::slot_of(const Word& word) {
  constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;
  uint64_t hash = 0;
  for (const uint64_t part : word) hash = ((hash << 29 | hash >> 35) ^ part) * kOdd;
  return hash >> (64 - kSlotBits);
}

std::string_view StemMemo::find(std::string_view word) {
  slot_ = nullptr;
  if (word.size() > kMostBytes) return {};
  if (slots_.empty()) {
    if (++look_ups_ < kLookUpsBefore) return {};
    slots_.resize(size_t{1} << kSlotBits);
  }
  word_ = packed(word);
  Slot& slot = slots_[slot_of(word_)];
  if (slot.word == word_) return {slot.stem.data(), static_cast<size_t>(slot.stem.back())};
  slot_ = &slot;
  return {};
}

void StemMemo::keep(std::string_view stem) {
  if (slot_ == nullptr || stem.empty() || stem.size() > kMostBytes) return;
  slot_->word = word_;
  std::copy(stem.begin(), stem.end(), slot_->stem.begin());
  slot_->stem.back() = static_cast<char>(stem.size());
}

}  // namespace querl
