// JSON values, strictly as RFC 8259 has them: for manifests and settings, not for documents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace querl {

// What is wrong and at which byte.
class JsonError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;  // in the order of the text

  Json() = default;  // null
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(double value) : value_(value) {}
  Json(int value) : value_(static_cast<double>(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  // One value and nothing behind it; at most 64 levels deep; no name twice in an object; valid
  // UTF-8. Throws JsonError.
  static Json parse(std::string_view text);

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_number() const { return std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  // Throw JsonError where the value is another one.
  bool boolean() const { return get<bool>("true or false"); }
  double number() const { return get<double>("a number"); }
  uint64_t count() const;  // a whole number from 0 to 2^53
  const std::string& string() const { return get<std::string>("a string"); }
  const Array& array() const { return get<Array>("an array"); }
  const Object& object() const { return get<Object>("an object"); }

  const Json* find(std::string_view name) const;        // null where the object lacks it
  const Json& operator[](std::string_view name) const;  // throws where the object lacks it

  // Without spaces; names in their order; numbers as short as reads back to the same. Equal values
  // give equal texts.
  std::string text() const;

  friend bool operator==(const Json&, const Json&) = default;

 private:
  template <typename T>
  const T& get(const char* wanted) const {
    if (const T* found = std::get_if<T>(&value_)) return *found;
    throw JsonError(std::string("expected ") + wanted + ", but got " + text());
  }
  void append_to(std::string& out) const;

  std::variant<std::nullptr_t, bool, double, std::string, Array, Object> value_;
};

// `text` between quotes, with what JSON wants escaped.
std::string json_quoted(std::string_view text);

}  // namespace querl
