#include "retrieval/files/json_fields.h"

#include <algorithm>
#include <bit>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace querl {
namespace {

constexpr int kDeepest = 1000;

// The first byte of [at, end) that ends a run of plain characters in a string: a quote, a backslash
// or a control character. Nearly all bytes of a corpus pass through here.
const char* special(const char* at, const char* end) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1f);
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i found =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                     _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (mask != 0) return at + std::countr_zero(mask);
  }
#endif
  while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) > 0x1f) ++at;
  return at;
}

void append_utf8(std::string& out, uint32_t code) {
  const auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      put(0xe0 | code >> 12);
    } else {
      put(0xf0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3f));
    }
    put(0x80 | (code >> 6 & 0x3f));
  }
  put(0x80 | (code & 0x3f));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

JsonFields::JsonFields(std::vector<std::string> names)
    : names_(std::move(names)), fields_(names_.size()), decoded_(names_.size()) {}

bool JsonFields::read(std::string_view json) {
  std::fill(fields_.begin(), fields_.end(), JsonField());
  begin_ = at_ = json.data();
  end_ = begin_ + json.size();
  skip_space();
  const bool is_object = at_ != end_ && *at_ == '{';
  if (is_object) {
    object(true, 0);
  } else {
    value(nullptr, 0, 0);
  }
  skip_space();
  if (at_ != end_) fail("something follows its end");
  return is_object;
}

void JsonFields::fail(const char* what) const {
  throw JsonSyntaxError(std::string(what) + " at byte " + std::to_string(at_ - begin_ + 1));
}

void JsonFields::skip_space() {
  while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
}

void JsonFields::expect(char c, const char* what) {
  skip_space();
  if (at_ == end_ || *at_ != c) fail(what);
  ++at_;
}

void JsonFields::object(bool outermost, int depth) {
  if (depth > kDeepest) fail("it is nested too deeply");
  ++at_;
  skip_space();
  if (at_ != end_ && *at_ == '}') {
    ++at_;
    return;
  }
  for (;;) {
    skip_space();
    if (at_ == end_ || *at_ != '"') fail("a key in double quotes is missing");
    const std::string_view key = string(outermost ? &key_ : nullptr);
    expect(':', "a colon is missing");
    const auto name = outermost ? std::find(names_.begin(), names_.end(), key) : names_.end();
    const auto slot = static_cast<size_t>(name - names_.begin());
    value(name == names_.end() ? nullptr : &fields_[slot], slot, depth);
    skip_space();
    if (at_ != end_ && *at_ == '}') break;
    expect(',', "a comma or a closing brace is missing");
  }
  ++at_;
}

void JsonFields::array(int depth) {
  if (depth > kDeepest) fail("it is nested too deeply");
  ++at_;
  skip_space();
  if (at_ != end_ && *at_ == ']') {
    ++at_;
    return;
  }
  for (;;) {
    value(nullptr, 0, depth);
    skip_space();
    if (at_ != end_ && *at_ == ']') break;
    expect(',', "a comma or a closing bracket is missing");
  }
  ++at_;
}

void JsonFields::value(JsonField* into, size_t slot, int depth) {
  skip_space();
  if (at_ == end_) fail("it ends where a value should be");
  JsonField field{JsonKind::kOther, {}};
  switch (*at_) {
    case '"':
      field = {JsonKind::kString, string(into != nullptr ? &decoded_[slot] : nullptr)};
      break;
    case '{':
      object(false, depth + 1);
      break;
    case '[':
      array(depth + 1);
      break;
    case 't':
      literal("true");
      break;
    case 'f':
      literal("false");
      break;
    case 'n':
      literal("null");
      field.kind = JsonKind::kNull;
      break;
    default:
      field = {JsonKind::kNumber, number()};
  }
  if (into != nullptr) *into = field;
}

// Without `decoded` the string is only checked, and what is returned has its escapes.
std::string_view JsonFields::string(std::string* decoded) {
  const char* const first = ++at_;
  at_ = special(at_, end_);
  if (at_ != end_ && *at_ == '"') return {first, static_cast<size_t>(at_++ - first)};
  std::string unused;
  std::string& out = decoded != nullptr ? *decoded : unused;
  out.assign(first, at_);
  for (;;) {
    if (at_ == end_) fail("a string has no end");
    if (*at_ == '"') break;
    if (*at_ != '\\') fail("a string has a control character");
    ++at_;
    decode(out);
    const char* const plain = at_;
    at_ = special(at_, end_);
    out.append(plain, at_);
  }
  ++at_;
  return out;
}

// What stands behind a backslash.
void JsonFields::decode(std::string& out) {
  static constexpr std::string_view kEscapes = "\"\\/bfnrt";
  static constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
  if (at_ == end_) fail("a string has no end");
  const size_t simple = kEscapes.find(*at_);
  if (simple != std::string_view::npos) {
    ++at_;
    out.push_back(kMeant[simple]);
    return;
  }
  if (*at_ != 'u') fail("an escape in a string is unknown");
  ++at_;
  uint32_t code = hex4();
  if (code >= 0xd800 && code < 0xdc00 && end_ - at_ >= 2 && at_[0] == '\\' && at_[1] == 'u') {
    const char* const second = at_;
    at_ += 2;
    const uint32_t low = hex4();
    if (low >= 0xdc00 && low < 0xe000) {
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else {
      at_ = second;  // an escape of its own
    }
  }
  append_utf8(out, code >= 0xd800 && code < 0xe000 ? 0xfffd : code);
}

uint32_t JsonFields::hex4() {
  uint32_t code = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const char c = at_ == end_ ? '\0' : *at_;
    const int digit = is_digit(c)            ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) fail("\\u is not followed by four hexadecimal digits");
    code = code << 4 | static_cast<uint32_t>(digit);
  }
  return code;
}

std::string_view JsonFields::number() {
  const char* const first = at_;
  const auto digits = [this] {
    if (at_ == end_ || !is_digit(*at_)) fail("a value is missing or is no JSON");
    while (at_ != end_ && is_digit(*at_)) ++at_;
  };
  if (at_ != end_ && *at_ == '-') ++at_;
  if (at_ != end_ && *at_ == '0') {
    ++at_;
  } else {
    digits();
  }
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    digits();
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    digits();
  }
  return {first, static_cast<size_t>(at_ - first)};
}

void JsonFields::literal(std::string_view word) {
  if (!std::string_view(at_, static_cast<size_t>(end_ - at_)).starts_with(word)) {
    fail("a value is missing or is no JSON");
  }
  at_ += word.size();
}

}  // namespace querl
