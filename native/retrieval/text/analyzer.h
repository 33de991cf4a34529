// How a text becomes the tokens that an index knows.
//
// An analyser is a tokenizer and filters behind it, in this order: the English possessive, lower
// case, lengths, stop words, a stemmer. Documents and queries must go through the same one, so an
// index keeps its spec.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "retrieval/text/analyzer_options.h"
#include "retrieval/text/lower_case.h"
#include "retrieval/text/porter.h"
#include "retrieval/text/run_tokenizer.h"
#include "retrieval/text/snowball.h"
#include "retrieval/text/standard_tokenizer.h"
#include "retrieval/text/stem_memo.h"
#include "retrieval/text/stop_words.h"

namespace querl {

// Immutable; threads share it.
class Analyzer {
 public:
  // `spec` is the name of a preset, as 'words', or a JSON object of options, as spec() returns.
  // Throws ERR_QUERL_ARGUMENT for anything else, ERR_QUERL_NATIVE_MISSING for a stemmer that this
  // build lacks.
  static std::shared_ptr<const Analyzer> make(std::string_view spec);

  // Canonical JSON of all options: equal specs analyse equally, and make(spec()) is this again.
  const std::string& spec() const { return spec_; }

 private:
  friend class TokenReader;
  explicit Analyzer(AnalyzerOptions options);

  AnalyzerOptions options_;
  std::string spec_;
  StopWords stop_words_;
};

// The tokens of one text after another. One for each thread; it keeps the analyser alive.
class TokenReader {
 public:
  explicit TokenReader(std::shared_ptr<const Analyzer> analyzer);

  // `text` is UTF-8 and must outlive the reading. Bytes that are no UTF-8 separate tokens.
  void start(std::string_view text);

  // Moves to the next token, which has at least one byte; false at the end.
  bool next();

  // UTF-8, valid until the next call of next() or start().
  std::string_view token() const { return token_; }

 private:
  bool next_slice(Slice& slice);
  bool has_length(std::string_view token) const;
  std::string_view stem(std::string_view token);

  std::shared_ptr<const Analyzer> analyzer_;
  std::variant<RunTokenizer, StandardTokenizer> tokenizer_;
  LowerCase lower_case_;
  std::variant<std::monostate, PorterStemmer, SnowballStemmer> stemmer_;
  StemMemo stems_;
  std::string_view text_;
  std::string_view token_;
  std::vector<char> lowered_;
};

}  // namespace querl
