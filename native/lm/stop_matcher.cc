#include "lm/stop_matcher.h"

#include <utility>

namespace querl {

StopMatcher::StopMatcher(std::vector<std::string> strings) {
  patterns_.reserve(strings.size());
  for (std::string& text : strings) {
    std::vector<uint32_t> fallback(text.size(), 0);
    uint32_t length = 0;
    for (size_t i = 1; i < text.size(); ++i) {
      while (length > 0 && text[i] != text[length]) length = fallback[length - 1];
      if (text[i] == text[length]) ++length;
      fallback[i] = length;
    }
    patterns_.push_back({std::move(text), std::move(fallback), 0});
  }
}

bool StopMatcher::advance(Pattern& pattern, char byte) {
  if (pattern.text.empty()) return false;
  while (pattern.matched > 0 && pattern.text[pattern.matched] != byte)
    pattern.matched = pattern.fallback[pattern.matched - 1];
  if (pattern.text[pattern.matched] == byte) ++pattern.matched;
  return pattern.matched == pattern.text.size();
}

int32_t StopMatcher::feed(std::string_view bytes) {
  for (const char byte : bytes) {
    int32_t found = -1;
    for (size_t i = 0; i < patterns_.size(); ++i)
      if (advance(patterns_[i], byte) && found < 0) found = static_cast<int32_t>(i);
    if (found >= 0) return found;
  }
  return -1;
}

}  // namespace querl
