// What an analyser consists of, and its two spellings: the name of a preset and JSON.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace querl {

enum class TokenizerKind {
  kWords,       // longest runs of Unicode letters, marks, numbers and underscores
  kStandard,    // Lucene's StandardTokenizer
  kBm25s,       // Python's (?u)\b\w\w+\b, bm25s's default
  kWhitespace,  // what stands between white space
};

struct AnalyzerOptions {
  TokenizerKind tokenizer = TokenizerKind::kWords;
  bool lowercase = true;
  bool possessive = false;  // takes 's off the end of a token
  uint32_t min_length = 1;  // in code points, after lower case
  uint32_t max_length = 0;  // 0: no limit
  // The name of a list ('none' is the empty one), or the words themselves in byte order.
  std::variant<std::string, std::vector<std::string>> stop_words = "none";
  std::string stemmer = "none";  // 'none', 'porter' as Lucene has it, or a language of Snowball
};

// The languages that Snowball's stemmers know, in alphabetical order; each is a preset as well.
std::span<const std::string_view> snowball_languages();

// Reads the name of a preset or a JSON object, whose missing fields are the defaults above. Throws
// ERR_QUERL_ARGUMENT, saying what is wrong.
AnalyzerOptions parse_analyzer_options(std::string_view spec);

// All options as JSON, in one order: equal options give equal texts.
std::string canonical_spec(const AnalyzerOptions& options);

// The words to leave out.
std::vector<std::string> stop_words_of(const AnalyzerOptions& options);

}  // namespace querl
