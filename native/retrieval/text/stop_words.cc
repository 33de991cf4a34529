#include "retrieval/text/stop_words.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace querl {
namespace {

#include "retrieval/text/stop_word_lists.inc"

}  // namespace

std::span<const std::string_view> stop_word_list(std::string_view name) {
  for (const auto& [known, words] : kLists) {
    if (known == name) return words;
  }
  return {};
}

std::span<const std::string_view> stop_word_list_names() { return kNames; }

StopWords::StopWords(std::vector<std::string> words) : words_(std::move(words)) {
  std::erase(words_, "");
  slots_.resize(std::bit_ceil(words_.size() * 2 + 1));
  for (uint32_t i = 0; i < words_.size(); ++i) {
    lengths_[static_cast<uint8_t>(words_[i][0])] |= length_bit(words_[i].size());
    size_t at = slot(words_[i]);
    while (slots_[at] != 0) at = (at + 1) % slots_.size();
    slots_[at] = i + 1;
  }
}

size_t StopWords::slot(std::string_view token) const {
  uint32_t hash = 0;
  for (const char c : token) hash = (hash + static_cast<uint8_t>(c)) * 0x9e3779b1u;
  return (hash >> 8) % slots_.size();
}

bool StopWords::finds(std::string_view token) const {
  for (size_t at = slot(token); slots_[at] != 0; at = (at + 1) % slots_.size()) {
    if (words_[slots_[at] - 1] == token) return true;
  }
  return false;
}

}  // namespace querl
