// The analyser 'words'. That its table is Unicode's is tested from JavaScript, which has another
// one.
#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "retrieval/text/words.h"

using namespace querl;

namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  WordReader reader(text);
  while (reader.next()) words.emplace_back(reader.word());
  return words;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("retrieval: words are lower-cased runs of word characters") {
  CHECK(words_of("").empty());
  CHECK(words_of(" -\n").empty());
  CHECK(words_of("It's R2-D2, no_1") == Words{"it", "s", "r2", "d2", "no_1"});
  CHECK(words_of("ÀÉ ΣΑΣ Ж１") == Words{"àé", "σασ", "ж１"});
  CHECK(words_of("İ") == Words{"i"});
}

TEST_CASE("retrieval: bytes that are no UTF-8 separate words") {
  CHECK(words_of("a\x80"
                 "b") == Words{"a", "b"});  // a continuation without a lead
  CHECK(words_of("a\xc1\x81"
                 "b") == Words{"a", "b"});  // overlong 'A'
  CHECK(words_of("a\xe0\x81\x81"
                 "b") == Words{"a", "b"});  // overlong 'A'
  CHECK(words_of("a\xed\xa0\x80"
                 "b") == Words{"a", "b"});  // a surrogate
  CHECK(words_of("a\xf5\x80\x80\x80"
                 "b") == Words{"a", "b"});         // beyond U+10FFFF
  CHECK(words_of("a\xc3") == Words{"a"});          // cut
  CHECK(words_of("a\xf0\x9d\x94") == Words{"a"});  // cut
}

TEST_CASE("retrieval: any bytes are read to their end") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random() % 12, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 4 ? 0x80 | random() : random());
    for (const std::string& word : words_of(bytes)) CHECK(!word.empty());
  }
}
