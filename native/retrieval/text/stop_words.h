// Words that an analyser leaves out.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace querl {

// The words of a list that has a name, as 'english'; empty for a name that there is not.
std::span<const std::string_view> stop_word_list(std::string_view name);

// The names, in alphabetical order.
std::span<const std::string_view> stop_word_list_names();

class StopWords {
 public:
  explicit StopWords(std::vector<std::string> words);

  bool contains(std::string_view token) const {
    if (!(lengths_[static_cast<uint8_t>(token[0])] & length_bit(token.size()))) return false;
    return finds(token);
  }
  bool empty() const { return words_.empty(); }

 private:
  static uint32_t length_bit(size_t bytes) { return 1u << (bytes < 31 ? bytes : 31); }
  size_t slot(std::string_view token) const;
  bool finds(std::string_view token) const;

  // Which lengths there are behind each first byte: most tokens are sorted out by this.
  std::array<uint32_t, 256> lengths_{};
  std::vector<std::string> words_;
  std::vector<uint32_t> slots_;  // open addressing; 0 is empty, else a place in words_ plus one
};

}  // namespace querl
