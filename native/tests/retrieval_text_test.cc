// Analysers: tokenizers, filters, specs, and bytes that are no text. Lucene's, bm25s's and
// Snowball's recorded tokens are compared in TypeScript
// (packages/retrieval/src/text/analyze.test.ts).
#include <doctest/doctest.h>

#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/errors.h"
#include "retrieval/text/analyzer.h"

using namespace querl;

namespace {

using Tokens = std::vector<std::string>;

Tokens tokens(std::string_view text, std::string_view spec) {
  TokenReader reader(Analyzer::make(spec));
  Tokens found;
  reader.start(text);
  while (reader.next()) found.emplace_back(reader.token());
  return found;
}

constexpr const char* kPresets[] = {"words", "whitespace", "lucene-standard", "lucene-english",
                                    "bm25s"};

// The presets, and those of Snowball's languages where this build has them.
std::vector<std::string> all_presets() {
  std::vector<std::string> names(std::begin(kPresets), std::end(kPresets));
  try {
    Analyzer::make("english");
  } catch (const Error& error) {
    CHECK(std::string(error.code()) == "ERR_QUERL_NATIVE_MISSING");
    return names;
  }
  for (const std::string_view language : snowball_languages()) names.emplace_back(language);
  return names;
}

// Words of no language that suffixes and letters of several are found in, many of them repeatedly.
std::string random_words(uint32_t seed, size_t count) {
  static const char* kPieces[] = {
      "ing",          "ed",   "s",  "'s",      "ation",        "e",      "heit",
      "ement",        "ados", "ly", "\u00e9e", "\u0438\u044f", "\u00fc", "\u0627\u0644",
      "\u03b1\u03c2", "lar"};
  std::mt19937 random(seed);
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    // Of a few letters, so that words come again; and now and then one that is kept nowhere.
    for (size_t n = random() % 3 + 1; n > 0; --n)
      text += static_cast<char>('a' + random() % 26 % (i % 5 + 2));
    for (size_t n = random() % (i % 50 == 0 ? 12 : 3); n > 0; --n)
      text += kPieces[random() % std::size(kPieces)];
    text += ' ';
  }
  return text;
}

}  // namespace

TEST_CASE("lucene-english splits, strips, leaves out and stems as Lucene does") {
  CHECK(tokens("The cats' names aren't John's.", "lucene-english") ==
        Tokens{"cat", "name", "aren't", "john"});
  CHECK(tokens("3.14 1,000 10:30 a:b x_1", "lucene-standard") ==
        Tokens{"3.14", "1,000", "10", "30", "a:b", "x_1"});
  CHECK(tokens(std::string(600, 'a'), "lucene-standard") ==
        Tokens{std::string(255, 'a'), std::string(255, 'a'), std::string(90, 'a')});
}

TEST_CASE("bm25s wants two letters, and lower case is Python's") {
  CHECK(tokens("A bc \u0130stanbul \u039f\u0394\u039f\u03a3.", "bm25s") ==
        Tokens{"bc", "stanbul", "\u03bf\u03b4\u03bf\u03c2"});
}

TEST_CASE("a reader starts anew with every text") {
  TokenReader reader(Analyzer::make("words"));
  reader.start("one two three");
  CHECK(reader.next());
  reader.start("four");
  CHECK(reader.next());
  CHECK(reader.token() == "four");
  CHECK_FALSE(reader.next());
  CHECK_FALSE(reader.next());
}

TEST_CASE("a spec is canonical: its analyser has it again") {
  for (const char* preset : kPresets) {
    const std::string spec = Analyzer::make(preset)->spec();
    CHECK(Analyzer::make(spec)->spec() == spec);
  }
  CHECK(Analyzer::make(R"({"stopWords":["b","a","b"]})")->spec() ==
        Analyzer::make(R"({"stopWords":["a","b"],"tokenizer":"words"})")->spec());
}

TEST_CASE("what is no spec is refused and never crashes") {
  for (const char* spec :
       {"", "klingon", "{", "[]", "{}x", R"({"tokenizer":1})", R"({"tokenizer":"word"})",
        R"({"colour":1})", R"({"minLength":0})", R"({"minLength":1.5})", R"({"maxLength":1e99})",
        R"({"minLength":3,"maxLength":2})", R"({"stopWords":"klingon"})", R"({"stopWords":[""]})",
        R"({"stopWords":[1]})", R"({"stemmer":"klingon"})", R"({"lowercase":null})"}) {
    CAPTURE(spec);
    CHECK_THROWS_AS(Analyzer::make(spec), Error);
  }
}

TEST_CASE("bytes that are no UTF-8 separate tokens") {
  for (const char* preset : {"words", "whitespace", "lucene-standard", "bm25s"}) {
    CAPTURE(preset);
    CHECK(tokens("ab\xff"
                 "cd\xc3",
                 preset) == Tokens{"ab", "cd"});
    CHECK(tokens("ab\xed\xa0\x80"
                 "cd",
                 preset) == Tokens{"ab", "cd"});  // half of a surrogate
  }
}

TEST_CASE("random bytes and random code points give tokens that are not empty, and end") {
  std::mt19937 random(11);
  for (const std::string& preset : all_presets()) {
    CAPTURE(preset);
    TokenReader reader(Analyzer::make(preset));
    for (int round = 0; round < 2000; ++round) {
      std::string text;
      const size_t length = random() % (round % 50 == 0 ? 2000 : 40);
      for (size_t i = 0; i < length; ++i) {
        // Bytes of ASCII, of anything, and whole code points that attract each other.
        static const char* kPieces[] = {"\u200d", "\u0301",     "\ufe0f",     "\u20e3", "'",
                                        ".",      "\u05d0",     "\"",         "1",      "ing",
                                        "ed",     "\U0001f44d", "\U0001f1e6", "\u0130", "\u03a3"};
        const uint32_t kind = random() % 4;
        if (kind == 0) text += static_cast<char>(random());
        if (kind == 1) text += static_cast<char>('a' + random() % 26);
        if (kind > 1) text += kPieces[random() % std::size(kPieces)];
      }
      reader.start(text);
      size_t found = 0;
      bool empty = false;
      while (reader.next()) {
        ++found;
        empty |= reader.token().empty();
      }
      REQUIRE_FALSE(empty);
      REQUIRE(found <= text.size());
    }
  }
}

TEST_CASE("porter's stems of any letters are no longer than the word") {
  std::mt19937 random(12);
  PorterStemmer porter;
  for (int round = 0; round < 200000; ++round) {
    std::string word;
    for (size_t i = random() % 12; i > 0; --i) word += "aeiouysltdngbzc"[random() % 15];
    REQUIRE(porter.stem(word).size() <= word.size());
    REQUIRE(porter.stem(word).substr(0, 1) == std::string_view(word).substr(0, 1));
  }
  CHECK(porter.stem("flies") == "fli");
  CHECK(porter.stem("relational") == "relat");
  CHECK(porter.stem("analogously") == "analog");
  CHECK(porter.stem("a\u00e9\u00e9ed") == "a\u00e9");  // a letter is doubled, not a byte
}

TEST_CASE("a word that was met before has the stem that it had") {
  for (const std::string& preset : all_presets()) {
    CAPTURE(preset);
    const std::string text = random_words(13, 12000);
    // One reader remembers. Readers of a few words each are too young to.
    const auto analyzer = Analyzer::make(preset);
    TokenReader reader(analyzer);
    Tokens remembered, anew;
    reader.start(text);
    while (reader.next()) remembered.emplace_back(reader.token());
    for (size_t at = 0; at < text.size();) {
      const size_t end = text.find(' ', std::min(text.size(), at + 1000));
      TokenReader young(analyzer);
      young.start(std::string_view(text).substr(at, end - at));
      while (young.next()) anew.emplace_back(young.token());
      at = end == std::string::npos ? text.size() : end + 1;
    }
    CHECK(remembered.size() > 4000);
    CHECK(remembered == anew);
  }
}

TEST_CASE("threads that share an analyser read the same tokens") {
  for (const std::string& preset : all_presets()) {
    CAPTURE(preset);
    const std::string text = random_words(14, 3000);
    const auto analyzer = Analyzer::make(preset);
    std::vector<Tokens> found(3);
    std::vector<std::thread> threads;
    for (Tokens& mine : found)
      threads.emplace_back([&] {
        TokenReader reader(analyzer);
        reader.start(text);
        while (reader.next()) mine.emplace_back(reader.token());
      });
    for (std::thread& thread : threads) thread.join();
    CHECK(found[1] == found[0]);
    CHECK(found[2] == found[0]);
  }
}
