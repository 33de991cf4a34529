#include "retrieval/text/porter.h"

#include <algorithm>
#include <span>

#include "retrieval/text/utf8.h"

namespace querl {
namespace {

// One rule: a suffix and what takes its place.
struct Suffix {
  std::string_view ending, replacement;
};

// A word while it is stemmed. `Letter` is a byte of ASCII or a unit of UTF-16: there is no third
// way to count as Lucene does, and nearly all words are ASCII.
template <typename Letter>
class Word {
 public:
  Word(std::basic_string<Letter>& letters, std::vector<uint8_t>& shapes)
      : letters_(letters), shapes_(shapes) {
    shapes_.resize(letters_.size());
    describe(0);
  }

  void stem() {
    if (letters_.size() < 3) return;
    strip_plural();
    strip_past();
    if (last() == 'y' && has_vowel(size() - 1)) put(size() - 1, "i");
    replace_double_suffix();
    replace_short_suffix();
    strip_suffix();
    strip_e();
  }

 private:
  // The shape of the letters up to one: is it a vowel, is there a vowel among them, and how many
  // times a vowel is followed by a consonant (Porter's m, of which no more than 2 matters).
  enum : uint8_t { kVowel = 1, kHasVowel = 2, kOne = 4, kMeasure = 12 };

  size_t size() const { return letters_.size(); }
  Letter last() const { return letters_.back(); }
  bool is_vowel(size_t i) const { return shapes_[i] & kVowel; }
  // Of the first n letters.
  bool has_vowel(size_t n) const { return n > 0 && (shapes_[n - 1] & kHasVowel); }
  int measure(size_t n) const { return n > 0 ? (shapes_[n - 1] & kMeasure) / kOne : 0; }

  void describe(size_t from) {
    for (size_t i = from; i < size(); ++i) {
      const uint8_t before = i > 0 ? shapes_[i - 1] : 0;
      bool vowel = false;
      switch (letters_[i]) {
        case 'a':
        case 'e':
        case 'i':
        case 'o':
        case 'u':
          vowel = true;
          break;
        case 'y':
          vowel = i > 0 && !(before & kVowel);
          break;
        default:
          break;
      }
      uint8_t shape = before & (kHasVowel | kMeasure);
      if (vowel) {
        shape |= kVowel | kHasVowel;
      } else if ((before & kVowel) && (before & kMeasure) < 2 * kOne) {
        shape = static_cast<uint8_t>(shape + kOne);
      }
      shapes_[i] = shape;
    }
  }

  void cut(size_t n) {
    letters_.resize(n);
    shapes_.resize(n);
  }

  // Puts `ending` behind the first n letters, which it never makes longer than the word was.
  void put(size_t n, std::string_view ending) {
    letters_.resize(n);
    letters_.append(ending.begin(), ending.end());
    shapes_.resize(size());
    describe(n);
  }

  bool ends(std::string_view ending) const {
    return size() >= ending.size() &&
           std::equal(ending.begin(), ending.end(), letters_.end() - ptrdiff_t(ending.size()),
                      [](char a, Letter b) { return static_cast<Letter>(a) == b; });
  }

  bool ends_in_double() const {
    const size_t n = size();
    return n >= 2 && letters_[n - 1] == letters_[n - 2] && !is_vowel(n - 1);
  }

  // Consonant, vowel, consonant that is no w, x or y: a short syllable, which wants its e back.
  bool is_short(size_t n) const {
    if (n < 3 || is_vowel(n - 1) || !is_vowel(n - 2) || is_vowel(n - 3)) return false;
    const Letter letter = letters_[n - 1];
    return letter != 'w' && letter != 'x' && letter != 'y';
  }

  void strip_plural() {
    if (last() != 's') return;
    if (ends("sses")) {
      cut(size() - 2);
    } else if (ends("ies")) {
      put(size() - 3, "i");
    } else if (letters_[size() - 2] != 's') {
      cut(size() - 1);
    }
  }

  void strip_past() {
    if (ends("eed")) {
      if (measure(size() - 3) > 0) cut(size() - 1);
      return;
    }
    const size_t ending = ends("ed") ? 2 : ends("ing") ? 3 : 0;
    if (ending == 0 || !has_vowel(size() - ending)) return;
    cut(size() - ending);
    if (ends("at") || ends("bl") || ends("iz")) {
      put(size(), "e");
    } else if (ends_in_double()) {
      if (last() != 'l' && last() != 's' && last() != 'z') cut(size() - 1);
    } else if (measure(size()) == 1 && is_short(size())) {
      put(size(), "e");
    }
  }

  // The first of `suffixes` that the word has is replaced where enough stands before it.
  void replace(std::span<const Suffix> suffixes) {
    for (const auto& [ending, replacement] : suffixes) {
      if (!ends(ending)) continue;
      const size_t stem = size() - ending.size();
      if (measure(stem) > 0) put(stem, replacement);
      return;
    }
  }

  void replace_double_suffix() {
    static constexpr Suffix kA[] = {{"ational", "ate"}, {"tional", "tion"}};
    static constexpr Suffix kC[] = {{"enci", "ence"}, {"anci", "ance"}};
    static constexpr Suffix kE[] = {{"izer", "ize"}};
    static constexpr Suffix kG[] = {{"logi", "log"}};
    static constexpr Suffix kL[] = {
        {"bli", "ble"}, {"alli", "al"}, {"entli", "ent"}, {"eli", "e"}, {"ousli", "ous"}};
    static constexpr Suffix kO[] = {{"ization", "ize"}, {"ation", "ate"}, {"ator", "ate"}};
    static constexpr Suffix kS[] = {
        {"alism", "al"}, {"iveness", "ive"}, {"fulness", "ful"}, {"ousness", "ous"}};
    static constexpr Suffix kT[] = {{"aliti", "al"}, {"iviti", "ive"}, {"biliti", "ble"}};
    if (size() < 2) return;
    switch (letters_[size() - 2]) {
      case 'a':
        return replace(kA);
      case 'c':
        return replace(kC);
      case 'e':
        return replace(kE);
      case 'g':
        return replace(kG);
      case 'l':
        return replace(kL);
      case 'o':
        return replace(kO);
      case 's':
        return replace(kS);
      case 't':
        return replace(kT);
      default:
        return;
    }
  }

  void replace_short_suffix() {
    static constexpr Suffix kE[] = {{"icate", "ic"}, {"ative", ""}, {"alize", "al"}};
    static constexpr Suffix kI[] = {{"iciti", "ic"}};
    static constexpr Suffix kL[] = {{"ical", "ic"}, {"ful", ""}};
    static constexpr Suffix kS[] = {{"ness", ""}};
    switch (last()) {
      case 'e':
        return replace(kE);
      case 'i':
        return replace(kI);
      case 'l':
        return replace(kL);
      case 's':
        return replace(kS);
      default:
        return;
    }
  }

  // How long the suffix is that the fifth step takes off; 0 for none. The longest comes first.
  size_t strippable() const {
    const auto any = [&](auto... endings) {
      size_t found = 0;
      ((found == 0 && ends(endings) ? found = std::string_view(endings).size() : 0), ...);
      return found;
    };
    if (size() < 2) return 0;
    switch (letters_[size() - 2]) {
      case 'a':
        return any("al");
      case 'c':
        return any("ance", "ence");
      case 'e':
        return any("er");
      case 'i':
        return any("ic");
      case 'l':
        return any("able", "ible");
      case 'n':
        return any("ant", "ement", "ment", "ent");
      case 'o':
        return any("sion", "tion") ? 3 : any("ou");
      case 's':
        return any("ism");
      case 't':
        return any("ate", "iti");
      case 'u':
        return any("ous");
      case 'v':
        return any("ive");
      case 'z':
        return any("ize");
      default:
        return 0;
    }
  }

  void strip_suffix() {
    const size_t ending = strippable();
    if (ending > 0 && measure(size() - ending) > 1) cut(size() - ending);
  }

  // A final e is counted into m, as the e itself is a vowel and adds nothing.
  void strip_e() {
    if (last() == 'e') {
      const int m = measure(size());
      if (m > 1 || (m == 1 && !is_short(size() - 1))) cut(size() - 1);
    }
    if (last() == 'l' && ends_in_double() && measure(size()) > 1) cut(size() - 1);
  }

  std::basic_string<Letter>& letters_;
  std::vector<uint8_t>& shapes_;
};

}  // namespace

std::string_view PorterStemmer::stem(std::string_view word) {
  if (std::all_of(word.begin(), word.end(), [](char c) { return c >= 0; })) {
    letters_ = word;
    Word<char>(letters_, shapes_).stem();
    return letters_;
  }
  units_.clear();
  for (size_t at = 0; at < word.size();) {
    const Utf8Point read = read_utf8(word, at);
    at += read.bytes;
    if (read.point >= 0x10000) units_ += static_cast<char16_t>(0xd7c0 + (read.point >> 10));
    units_ +=
        static_cast<char16_t>(read.point < 0x10000 ? read.point : 0xdc00 | (read.point & 0x3ff));
  }
  Word<char16_t>(units_, shapes_).stem();
  bytes_.resize(units_.size() * 3 + 1);
  char* out = bytes_.data();
  for (size_t i = 0; i < units_.size(); ++i) {
    uint32_t point = units_[i];
    if (point >= 0xd800 && point < 0xdc00 && i + 1 < units_.size()) {
      point = 0x10000 + ((point & 0x3ff) << 10 | (units_[++i] & 0x3ffu));
    }
    out = write_utf8(out, point);
  }
  return {bytes_.data(), static_cast<size_t>(out - bytes_.data())};
}

}  // namespace querl
