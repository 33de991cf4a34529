#include "retrieval/text/analyzer_options.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/errors.h"
#include "retrieval/files/json.h"
#include "retrieval/text/stop_words.h"

namespace querl {
namespace {

constexpr std::string_view kLanguages[] = {
    "arabic",  "basque",     "catalan", "danish",    "dutch",      "english",    "finnish",
    "french",  "german",     "greek",   "hindi",     "hungarian",  "indonesian", "irish",
    "italian", "lithuanian", "nepali",  "norwegian", "portuguese", "romanian",   "russian",
    "spanish", "swedish",    "tamil",   "turkish"};

constexpr std::pair<std::string_view, TokenizerKind> kTokenizers[] = {
    {"words", TokenizerKind::kWords},
    {"standard", TokenizerKind::kStandard},
    {"bm25s", TokenizerKind::kBm25s},
    {"whitespace", TokenizerKind::kWhitespace}};

[[noreturn]] void refuse(const std::string& what, const std::string& actual) {
  throw Error("ERR_QUERL_ARGUMENT",
              "Expected the analyser's " + what + ", but got " + actual + ".");
}

bool is_language(std::string_view name) {
  return std::ranges::find(kLanguages, name) != std::end(kLanguages);
}

std::optional<AnalyzerOptions> preset(std::string_view name) {
  AnalyzerOptions options;
  if (name == "words") return options;
  if (name == "whitespace") {
    options.tokenizer = TokenizerKind::kWhitespace;
    options.lowercase = false;
    return options;
  }
  if (name == "bm25s") {
    options.tokenizer = TokenizerKind::kBm25s;
    options.stop_words = "english";
    return options;
  }
  options.tokenizer = TokenizerKind::kStandard;
  if (name == "lucene-standard") return options;
  if (name == "lucene-english") {
    options.possessive = true;
    options.stop_words = "english";
    options.stemmer = "porter";
    return options;
  }
  if (!is_language(name)) return std::nullopt;
  options.possessive = name == "english";
  if (!stop_word_list(name).empty()) options.stop_words = std::string(name);
  options.stemmer = name;
  return options;
}

uint32_t length(const Json& value, const char* what) {
  if (!value.is_number() || !(value.number() >= 1 && value.number() <= 1e6) ||
      value.number() != static_cast<uint32_t>(value.number())) {
    refuse(std::string(what) + " to be a whole number from 1 to 1000000", value.text());
  }
  return static_cast<uint32_t>(value.number());
}

bool flag(const Json& value, const char* what) {
  if (!value.is_bool()) refuse(std::string(what) + " to be true or false", value.text());
  return value.boolean();
}

void read_stop_words(const Json& value, AnalyzerOptions& options) {
  if (value.is_string()) {
    if (value.string() != "none" && stop_word_list(value.string()).empty()) {
      refuse("stopWords to be 'none', the name of a list or words", value.text());
    }
    options.stop_words = value.string();
    return;
  }
  const auto is_word = [](const Json& word) { return word.is_string() && !word.string().empty(); };
  if (!value.is_array() || !std::ranges::all_of(value.array(), is_word)) {
    refuse("stopWords to be the name of a list or words", value.text());
  }
  std::vector<std::string> words;
  for (const Json& word : value.array()) words.push_back(word.string());
  std::ranges::sort(words);
  words.erase(std::unique(words.begin(), words.end()), words.end());
  options.stop_words = std::move(words);
}

void read_option(const std::string& name, const Json& value, AnalyzerOptions& options) {
  if (name == "tokenizer") {
    const auto known = std::ranges::find_if(kTokenizers, [&](const auto& tokenizer) {
      return value.is_string() && tokenizer.first == value.string();
    });
    if (known == std::end(kTokenizers)) refuse("tokenizer to be a known one", value.text());
    options.tokenizer = known->second;
  } else if (name == "lowercase") {
    options.lowercase = flag(value, "lowercase");
  } else if (name == "possessive") {
    options.possessive = flag(value, "possessive");
  } else if (name == "minLength") {
    options.min_length = length(value, "minLength");
  } else if (name == "maxLength") {
    options.max_length = value.is_null() ? 0 : length(value, "maxLength");
  } else if (name == "stopWords") {
    read_stop_words(value, options);
  } else if (name == "stemmer") {
    if (!value.is_string() ||
        (value.string() != "none" && value.string() != "porter" && !is_language(value.string()))) {
      refuse("stemmer to be 'none', 'porter' or a language of Snowball", value.text());
    }
    options.stemmer = value.string();
  } else {
    refuse("options to be known ones", json_quoted(name));
  }
}

}  // namespace

std::span<const std::string_view> snowball_languages() { return kLanguages; }

AnalyzerOptions parse_analyzer_options(std::string_view spec) {
  if (const auto known = preset(spec)) return *known;
  if (!spec.starts_with('{')) refuse("name to be that of a preset", json_quoted(spec));
  Json json;
  try {
    json = Json::parse(spec);
  } catch (const JsonError& error) {
    refuse("options to be JSON (" + std::string(error.what()) + ")", std::string(spec));
  }
  AnalyzerOptions options;
  for (const auto& [name, value] : json.object()) read_option(name, value, options);
  if (options.max_length != 0 && options.max_length < options.min_length) {
    refuse("maxLength to be at least minLength", std::to_string(options.max_length));
  }
  return options;
}

std::string canonical_spec(const AnalyzerOptions& options) {
  const auto tokenizer = std::ranges::find(kTokenizers, options.tokenizer,
                                           &std::pair<std::string_view, TokenizerKind>::second);
  Json stop_words;
  if (const auto* name = std::get_if<std::string>(&options.stop_words)) {
    stop_words = Json(*name);
  } else {
    Json::Array words;
    for (const auto& word : std::get<1>(options.stop_words)) words.emplace_back(word);
    stop_words = Json(std::move(words));
  }
  const auto number = [](uint32_t value) { return Json(static_cast<double>(value)); };
  return Json(Json::Object{
                  {"tokenizer", Json(tokenizer->first)},
                  {"possessive", Json(options.possessive)},
                  {"lowercase", Json(options.lowercase)},
                  {"minLength", number(options.min_length)},
                  {"maxLength", options.max_length == 0 ? Json() : number(options.max_length)},
                  {"stopWords", std::move(stop_words)},
                  {"stemmer", Json(options.stemmer)},
              })
      .text();
}

std::vector<std::string> stop_words_of(const AnalyzerOptions& options) {
  if (const auto* words = std::get_if<1>(&options.stop_words)) return *words;
  const auto list = stop_word_list(std::get<std::string>(options.stop_words));
  return {list.begin(), list.end()};
}

}  // namespace querl
