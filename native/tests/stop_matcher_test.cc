#include "lm/stop_matcher.h"

#include <doctest/doctest.h>

#include <random>

namespace querl {
namespace {

// The definition: the stop string that ends first, the first in the list of equals.
std::pair<int32_t, size_t> first_match(const std::vector<std::string>& stops,
                                       const std::string& text) {
  for (size_t end = 1; end <= text.size(); ++end)
    for (size_t i = 0; i < stops.size(); ++i)
      if (!stops[i].empty() && end >= stops[i].size() &&
          text.compare(end - stops[i].size(), stops[i].size(), stops[i]) == 0)
        return {static_cast<int32_t>(i), end};
  return {-1, text.size()};
}

TEST_CASE("a stop string is found where it straddles tokens") {
  StopMatcher matcher({"</search>", "</answer>"});
  CHECK(matcher.feed("<answer> a <") == -1);
  CHECK(matcher.feed("/ans") == -1);
  CHECK(matcher.feed("wer> and on") == 1);
}

TEST_CASE("a match may begin inside a failed one") {
  StopMatcher matcher({"aab"});
  CHECK(matcher.feed("aa") == -1);
  CHECK(matcher.feed("ab") == 0);
}

TEST_CASE("the string that ends first wins, then the one listed first") {
  CHECK(StopMatcher({"abcd", "bc"}).feed("abcd") == 1);
  CHECK(StopMatcher({"bc", "abc"}).feed("abc") == 0);
}

TEST_CASE("empty strings, empty tokens and zero bytes are harmless") {
  StopMatcher matcher({"", std::string("\0x", 2)});
  CHECK(matcher.feed("") == -1);
  CHECK(matcher.feed(std::string_view("a\0", 2)) == -1);
  CHECK(matcher.feed("x") == 1);
}

TEST_CASE("random texts in random pieces match as the definition says") {
  std::mt19937 random(5);
  const auto word = [&](size_t least, size_t most) {
    std::string text(least + random() % (most - least + 1), 'a');
    for (char& c : text) c = static_cast<char>('a' + random() % 2);
    return text;
  };
  for (int round = 0; round < 2000; ++round) {
    const std::vector<std::string> stops{word(1, 6), word(1, 6), word(1, 8)};
    const std::string text = word(0, 40);
    const auto [expected, end] = first_match(stops, text);
    StopMatcher matcher(stops);
    int32_t found = -1;
    size_t at = 0;
    while (at < text.size() && found < 0) {
      const size_t piece = 1 + random() % 4;
      found = matcher.feed(std::string_view(text).substr(at, piece));
      at += piece;
    }
    REQUIRE(found == expected);
    if (found >= 0) REQUIRE((at >= end && at < end + 4));
  }
}

}  // namespace
}  // namespace querl
