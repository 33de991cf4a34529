#include "retrieval/files/json.h"

#include <charconv>
#include <cmath>
#include <cstdint>

namespace querl {
namespace {

constexpr int kDeepest = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Json document() {
    Json value = this->value(0);
    skip_spaces();
    if (at_ != text_.size()) fail("nothing may follow the value");
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw JsonError("JSON, byte " + std::to_string(at_) + ": " + what);
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_spaces() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') ++at_;
  }

  bool take(char c) {
    skip_spaces();
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (!take(c)) fail(std::string("expected '") + c + "'");
  }

  bool take_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  Json value(int depth) {
    if (depth > kDeepest) fail("nested too deeply");
    skip_spaces();
    switch (peek()) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      default:
        break;
    }
    if (take_word("true")) return true;
    if (take_word("false")) return false;
    if (take_word("null")) return nullptr;
    return number();
  }

  Json object(int depth) {
    expect('{');
    Json::Object members;
    if (take('}')) return members;
    do {
      skip_spaces();
      std::string name = string();
      for (const auto& [other, value] : members) {
        if (other == name) fail("the name " + json_quoted(name) + " comes twice");
      }
      expect(':');
      members.emplace_back(std::move(name), value(depth + 1));
    } while (take(','));
    expect('}');
    return members;
  }

  Json array(int depth) {
    expect('[');
    Json::Array values;
    if (take(']')) return values;
    do {
      values.push_back(value(depth + 1));
    } while (take(','));
    expect(']');
    return values;
  }

  Json number() {
    const size_t first = at_;
    if (peek() == '-') ++at_;
    if (peek() == '0') {
      ++at_;
    } else {
      digits("expected a value");
    }
    if (peek() == '.') {
      ++at_;
      digits("expected a digit");
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      digits("expected a digit");
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text_.data() + first, text_.data() + at_, value);
    if (error != std::errc() || end != text_.data() + at_) fail("a number out of range");
    return value;
  }

  void digits(const char* otherwise) {
    if (!is_digit(peek())) fail(otherwise);
    while (is_digit(peek())) ++at_;
  }

  std::string string() {
    if (peek() != '"') fail("expected a string");
    ++at_;
    std::string out;
    while (peek() != '"') {
      if (at_ >= text_.size()) fail("a string without an end");
      if (static_cast<uint8_t>(text_[at_]) < 0x20) fail("a control character in a string");
      if (text_[at_] == '\\') {
        ++at_;
        escape(out);
      } else {
        sequence(out);
      }
    }
    ++at_;
    return out;
  }

  // One code point of UTF-8, strictly: nothing overlong, cut, a surrogate or beyond the last.
  void sequence(std::string& out) {
    const auto byte = [&](size_t i) -> uint32_t {
      return at_ + i < text_.size() ? static_cast<uint8_t>(text_[at_ + i]) : 0;
    };
    const uint32_t lead = byte(0);
    const size_t length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    bool valid = length != 0 && lead < 0xf5;
    for (size_t i = 1; i < length; ++i) valid = valid && (byte(i) & 0xc0) == 0x80;
    valid = valid && !(lead == 0xe0 && byte(1) < 0xa0) && !(lead == 0xed && byte(1) > 0x9f) &&
            !(lead == 0xf0 && byte(1) < 0x90) && !(lead == 0xf4 && byte(1) > 0x8f);
    if (!valid) fail("a string that is no UTF-8");
    out.append(text_, at_, length);
    at_ += length;
  }

  void escape(std::string& out) {
    const char c = peek();
    ++at_;
    static constexpr std::string_view kNames = "\"\\/bfnrt", kValues = "\"\\/\b\f\n\r\t";
    const size_t found = c == '\0' ? std::string_view::npos : kNames.find(c);
    if (found != std::string_view::npos) {
      out += kValues[found];
      return;
    }
    if (c != 'u') fail("an unknown escape");
    uint32_t point = hex();
    if (point >= 0xdc00 && point < 0xe000) fail("half a surrogate pair");
    if (point >= 0xd800 && point < 0xdc00) {
      if (!take_word("\\u")) fail("half a surrogate pair");
      const uint32_t low = hex();
      if (low < 0xdc00 || low >= 0xe000) fail("half a surrogate pair");
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
    }
    append_utf8(out, point);
  }

  uint32_t hex() {
    uint32_t value = 0;
    const char* const first = text_.data() + at_;
    if (text_.size() - at_ < 4) fail("an escape that is cut");
    const auto [end, error] = std::from_chars(first, first + 4, value, 16);
    if (error != std::errc() || end != first + 4) fail("an escape of no hexadecimal digits");
    at_ += 4;
    return value;
  }

  static void append_utf8(std::string& out, uint32_t point) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (point >> shift & 0x3f)); };
    if (point < 0x80) {
      out += static_cast<char>(point);
    } else if (point < 0x800) {
      out += static_cast<char>(0xc0 | point >> 6);
      tail(0);
    } else if (point < 0x10000) {
      out += static_cast<char>(0xe0 | point >> 12);
      tail(6);
      tail(0);
    } else {
      out += static_cast<char>(0xf0 | point >> 18);
      tail(12);
      tail(6);
      tail(0);
    }
  }

  std::string_view text_;
  size_t at_ = 0;
};

void append_number(std::string& out, double value) {
  if (!std::isfinite(value)) throw JsonError("a number that JSON cannot hold");
  char digits[32];
  // Whole numbers without an exponent, as JavaScript prints them.
  const bool whole = value == std::floor(value) && std::fabs(value) <= 9007199254740992.0;
  const auto [end, error] =
      whole ? std::to_chars(digits, digits + sizeof(digits), static_cast<int64_t>(value))
            : std::to_chars(digits, digits + sizeof(digits), value);
  out.append(digits, end);
}

}  // namespace

Json Json::parse(std::string_view text) { return Parser(text).document(); }

uint64_t Json::count() const {
  const double value = number();
  if (!(value >= 0 && value <= 9007199254740992.0) || value != std::floor(value)) {
    throw JsonError("expected a whole number, but got " + text());
  }
  return static_cast<uint64_t>(value);
}

const Json* Json::find(std::string_view name) const {
  for (const auto& [other, value] : object()) {
    if (other == name) return &value;
  }
  return nullptr;
}

const Json& Json::operator[](std::string_view name) const {
  if (const Json* const found = find(name)) return *found;
  throw JsonError("expected " + json_quoted(name) + " in " + text());
}

std::string Json::text() const {
  std::string out;
  append_to(out);
  return out;
}

void Json::append_to(std::string& out) const {
  if (is_null()) out += "null";
  if (is_bool()) out += boolean() ? "true" : "false";
  if (is_number()) append_number(out, number());
  if (is_string()) out += json_quoted(string());
  if (is_array()) {
    out += '[';
    const char* comma = "";
    for (const Json& value : array()) {
      out += comma;
      value.append_to(out);
      comma = ",";
    }
    out += ']';
  }
  if (is_object()) {
    out += '{';
    const char* comma = "";
    for (const auto& [name, value] : object()) {
      out += comma;
      out += json_quoted(name) + ":";
      value.append_to(out);
      comma = ",";
    }
    out += '}';
  }
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    static constexpr std::string_view kValues = "\"\\\b\f\n\r\t", kNames = "\"\\bfnrt";
    const size_t found = kValues.find(c);
    if (found != std::string_view::npos) {
      out += '\\';
      out += kNames[found];
    } else if (static_cast<uint8_t>(c) < 0x20) {
      static constexpr char kDigits[] = "0123456789abcdef";
      out += "\\u00";
      out += kDigits[static_cast<uint8_t>(c) >> 4];
      out += kDigits[static_cast<uint8_t>(c) & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace querl
