// Words as texts have them: few that are frequent, many that are rare.
#pragma once

#include <cmath>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace querl {

// A word of rank r comes about 1 / r as often as the first.
inline std::vector<std::string> random_words(std::mt19937_64& random, size_t vocabulary,
                                             size_t length) {
  std::vector<std::string> words;
  for (; length > 0; --length) {
    const double uniform = static_cast<double>(random() % 1000000) / 1e6;
    const auto rank = static_cast<size_t>(std::pow(static_cast<double>(vocabulary), uniform));
    words.push_back("w" + std::to_string(rank));
  }
  return words;
}

}  // namespace querl
