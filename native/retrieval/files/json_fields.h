// Reads a few fields of a JSON object, as JSON.parse would, without building the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace querl {

// What is wrong with a text that should be JSON; whoever knows the file and line adds them.
class JsonSyntaxError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class JsonKind : uint8_t { kAbsent, kNull, kString, kNumber, kOther };

struct JsonField {
  JsonKind kind = JsonKind::kAbsent;
  // A string's content, or a number as it is written. Valid until the next read().
  std::string_view text;
};

// The whole text is checked as strictly as JSON.parse does. A key that comes twice counts as it
// comes last. A surrogate without its other half becomes U+FFFD; bytes that are no UTF-8 stay.
class JsonFields {
 public:
  // At most 32 names.
  explicit JsonFields(std::vector<std::string> names);

  // False for JSON that is no object. Throws JsonSyntaxError for what is no JSON, or is nested more
  // than 1000 deep.
  bool read(std::string_view json);

  const JsonField& operator[](size_t name) const { return fields_[name]; }

 private:
  [[noreturn]] void fail(const char* what) const;
  void skip_space();
  void expect(char c, const char* what);
  void object(bool outermost, int depth);
  void array(int depth);
  void value(JsonField* into, size_t slot, int depth);
  std::string_view string(std::string* decoded);
  void decode(std::string& out);
  uint32_t hex4();
  std::string_view number();
  void literal(std::string_view word);

  std::vector<std::string> names_;
  std::vector<JsonField> fields_;
  std::vector<std::string> decoded_;  // of fields with escapes
  std::string key_;
  const char* begin_ = nullptr;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
};

}  // namespace querl
