#include "retrieval/text/analyzer.h"

#include <algorithm>
#include <utility>

namespace querl {
namespace {

std::variant<RunTokenizer, StandardTokenizer> make_tokenizer(const AnalyzerOptions& options) {
  switch (options.tokenizer) {
    case TokenizerKind::kStandard:
      return StandardTokenizer();
    case TokenizerKind::kBm25s:
      return RunTokenizer({.classes = kAlphanumeric,
                           .without = false,
                           .least = 2,
                           .breaks_at_dotted_i = options.lowercase});
    case TokenizerKind::kWhitespace:
      return RunTokenizer(
          {.classes = kSpace, .without = true, .least = 1, .breaks_at_dotted_i = false});
    case TokenizerKind::kWords:
      break;
  }
  return RunTokenizer({.classes = kAlphanumeric | kMark,
                       .without = false,
                       .least = 1,
                       .breaks_at_dotted_i = false});
}

LowerCase lower_case_of(TokenizerKind tokenizer) {
  switch (tokenizer) {
    case TokenizerKind::kWords:
      return LowerCase::kSigma;
    case TokenizerKind::kBm25s:
      return LowerCase::kPython;
    default:
      return LowerCase::kSimple;
  }
}

std::variant<std::monostate, PorterStemmer, SnowballStemmer> make_stemmer(
    const std::string& stemmer) {
  if (stemmer == "none") return std::monostate();
  if (stemmer == "porter") return PorterStemmer();
  return SnowballStemmer(stemmer);
}

// How many bytes an English possessive has at the end of a token.
size_t possessive_bytes(std::string_view token) {
  if (token.empty() || (token.back() != 's' && token.back() != 'S')) return 0;
  for (const std::string_view apostrophe : {"'", "\u2019", "\uff07"}) {
    if (token.substr(0, token.size() - 1).ends_with(apostrophe)) return apostrophe.size() + 1;
  }
  return 0;
}

size_t code_points(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
}

}  // namespace

std::shared_ptr<const Analyzer> Analyzer::make(std::string_view spec) {
  const std::shared_ptr<const Analyzer> analyzer(new Analyzer(parse_analyzer_options(spec)));
  make_stemmer(analyzer->options_.stemmer);  // throws here and not in a thread that reads
  return analyzer;
}

Analyzer::Analyzer(AnalyzerOptions options)
    : options_(std::move(options)),
      spec_(canonical_spec(options_)),
      stop_words_(stop_words_of(options_)) {}

TokenReader::TokenReader(std::shared_ptr<const Analyzer> analyzer)
    : analyzer_(std::move(analyzer)),
      tokenizer_(make_tokenizer(analyzer_->options_)),
      lower_case_(lower_case_of(analyzer_->options_.tokenizer)),
      stemmer_(make_stemmer(analyzer_->options_.stemmer)) {}

void TokenReader::start(std::string_view text) {
  text_ = text;
  std::visit([&](auto& tokenizer) { tokenizer.start(text); }, tokenizer_);
}

bool TokenReader::next_slice(Slice& slice) {
  if (auto* standard = std::get_if<StandardTokenizer>(&tokenizer_)) return standard->next(slice);
  return std::get<RunTokenizer>(tokenizer_).next(slice);
}

bool TokenReader::has_length(std::string_view token) const {
  const AnalyzerOptions& options = analyzer_->options_;
  if (options.min_length == 1 && options.max_length == 0) return true;
  const size_t length = code_points(token);
  return length >= options.min_length && (options.max_length == 0 || length <= options.max_length);
}

// Snowball's may leave nothing.
std::string_view TokenReader::stem(std::string_view token) {
  std::string_view stem = stems_.find(token);
  if (!stem.empty()) return stem;
  if (auto* porter = std::get_if<PorterStemmer>(&stemmer_)) {
    stem = porter->stem(token);
  } else {
    stem = std::get<SnowballStemmer>(stemmer_).stem(token);
  }
  stems_.keep(stem);
  return stem;
}

bool TokenReader::next() {
  const AnalyzerOptions& options = analyzer_->options_;
  for (Slice slice; next_slice(slice);) {
    token_ = text_.substr(slice.first, slice.bytes);
    if (options.possessive) {
      slice.bytes -= possessive_bytes(token_);
      if (slice.bytes == 0) continue;
      token_ = token_.substr(0, slice.bytes);
    }
    if (options.lowercase) {
      if (lowered_.size() < lower_case_bytes(slice.bytes)) {
        lowered_.resize(lower_case_bytes(slice.bytes));
      }
      token_ = {lowered_.data(), lower_case(text_, slice, lower_case_, lowered_.data())};
    }
    if (!has_length(token_) || analyzer_->stop_words_.contains(token_)) continue;
    if (stemmer_.index() != 0) token_ = stem(token_);
    if (!token_.empty()) return true;
  }
  return false;
}

}  // namespace querl
