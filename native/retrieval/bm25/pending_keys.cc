#include "retrieval/bm25/pending_keys.h"

#include <cstring>
#include <random>

namespace querl {
namespace {

constexpr size_t kLeastSlots = 1 << 10;
constexpr uint64_t kReleaseBytes = 4 << 20;

uint64_t mixed(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t hash_of(std::string_view key, uint64_t seed, uint64_t factor) {
  uint64_t hash = seed ^ key.size() * factor;
  while (!key.empty()) {
    uint64_t word = 0;
    const size_t bytes = key.size() < 8 ? key.size() : 8;
    std::memcpy(&word, key.data(), bytes);
    hash = mixed(hash ^ word, factor) + 0x9e3779b97f4a7c15u;
    key.remove_prefix(bytes);
  }
  return mixed(hash, factor ^ seed);
}

}  // namespace

void PendingStrings::add(std::optional<std::string_view> text) {
  if (text && spool_ == nullptr) {
    spool_ = std::make_unique<Spool>(folder_);
    lengths_.assign(documents_, kNone);
  }
  ++documents_;
  if (spool_ == nullptr) return;
  lengths_.push_back(text ? static_cast<uint32_t>(text->size()) : kNone);
  if (text) spool_->append(*text);
}

std::function<std::optional<std::string_view>()> PendingStrings::in_turn() {
  return [this, bytes = spool_->read(), document = size_t{0}, at = uint64_t{0},
          released = uint64_t{0}]() mutable -> std::optional<std::string_view> {
    if (at - released >= kReleaseBytes) {
      spool_->release(released, at - released);
      released = at;
    }
    const uint32_t length = lengths_[document++];
    if (length == kNone) return std::nullopt;
    at += length;
    return std::string_view(reinterpret_cast<const char*>(bytes.data()) + at - length, length);
  };
}

PendingKeys::PendingKeys() : slots_(kLeastSlots) {
  std::random_device random;
  seed_ = uint64_t{random()} << 32 | random();
}

PendingKeys::Slot PendingKeys::slot_of(std::string_view key) const {
  return {hash_of(key, seed_, 0xd6e8feb86659fd93u),
          static_cast<uint32_t>(hash_of(key, ~seed_, 0xa0761d6478bd642fu)), 0};
}

// Where the key is, or where it would be.
size_t PendingKeys::position(const Slot& wanted) const {
  size_t at = wanted.hash & (slots_.size() - 1);
  while (slots_[at].document != 0 &&
         (slots_[at].hash != wanted.hash || slots_[at].more != wanted.more)) {
    at = (at + 1) & (slots_.size() - 1);
  }
  return at;
}

std::optional<uint32_t> PendingKeys::find(std::string_view key) const {
  if (used_ == 0) return std::nullopt;
  const Slot& found = slots_[position(slot_of(key))];
  if (found.document == 0) return std::nullopt;
  return found.document - 1;
}

void PendingKeys::insert(std::string_view key, uint32_t document) {
  Slot slot = slot_of(key);
  slot.document = document + 1;
  Slot& at = slots_[position(slot)];
  used_ += at.document == 0;
  at = slot;
  if (used_ * 3 > slots_.size() * 2) grow();
}

void PendingKeys::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.document != 0) slots_[position(slot)] = slot;
  }
}

}  // namespace querl
