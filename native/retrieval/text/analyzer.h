// How a text becomes the tokens that an index knows.
//
// An analyser is a tokenizer and filters behind it, in this order: the English possessive, lower
// case, lengths, stop words, a stemmer. Documents and queries must go through the same one, so an
// index keeps its spec.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "retrieval/text/words.h"

namespace querl {

// Immutable; threads share it.
class Analyzer {
 public:
  // `spec` is the name of a preset, as 'words', or a JSON object of options, as spec() returns.
  // Throws ERR_QUERL_ARGUMENT for anything else.
  static std::shared_ptr<const Analyzer> make(std::string_view spec);

  // Canonical JSON of all options: equal specs analyse equally, and make(spec()) is this again.
  const std::string& spec() const { return spec_; }

 private:
  explicit Analyzer(std::string spec) : spec_(std::move(spec)) {}

  std::string spec_;
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
  std::shared_ptr<const Analyzer> analyzer_;
  WordReader words_;
  std::string_view token_;
};

}  // namespace querl
