#include "retrieval/text/analyzer.h"

#include <utility>

#include "base/errors.h"

namespace querl {

std::shared_ptr<const Analyzer> Analyzer::make(std::string_view spec) {
  constexpr std::string_view kWords = R"({"tokenizer":"words"})";
  if (spec != "words" && spec != kWords) {
    throw Error("ERR_QUERL_ARGUMENT",
                "Expected the analyser to be 'words', but got " + std::string(spec) + ".");
  }
  return std::shared_ptr<const Analyzer>(new Analyzer(std::string(kWords)));
}

TokenReader::TokenReader(std::shared_ptr<const Analyzer> analyzer)
    : analyzer_(std::move(analyzer)), words_({}) {}

void TokenReader::start(std::string_view text) { words_ = WordReader(text); }

bool TokenReader::next() {
  if (!words_.next()) return false;
  token_ = words_.word();
  return true;
}

}  // namespace querl
