#include "retrieval/files/document_lines.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/errors.h"
#include "retrieval/text/is_utf8.h"

namespace querl {
namespace {

constexpr size_t kLongestLine = size_t{1} << 28;
constexpr double kLargestInteger = 9007199254740991;  // JavaScript's

std::vector<std::string> all_of(const DocumentKeys& keys) {
  std::vector<std::string> names = keys.id;
  for (const auto* more : {&keys.title, &keys.text, &keys.contents}) {
    names.insert(names.end(), more->begin(), more->end());
  }
  return names;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
}

std::runtime_error refusal(const std::string& reason) { return std::runtime_error(reason); }

}  // namespace

DocumentReader::DocumentReader(const DocumentKeys& keys)
    : keys_(keys),
      titles_(keys.id.size()),
      texts_(titles_ + keys.title.size()),
      contents_(texts_ + keys.text.size()),
      names_(contents_ + keys.contents.size()),
      fields_(all_of(keys)) {
  const std::vector<std::string> all = all_of(keys);
  for (const std::string& key : all) {
    places_.push_back(static_cast<size_t>(std::find(all.begin(), all.end(), key) - all.begin()));
  }
}

DocumentLine DocumentReader::read(std::string_view line) {
  try {
    if (!fields_.read(line)) throw refusal("it is not a JSON object");
  } catch (const JsonSyntaxError& error) {
    throw refusal(std::string("the line is not JSON: ") + error.what());
  }
  DocumentLine document;
  document.id = id();
  document.title = text(titles_, texts_).value_or("");
  if (const auto whole = text(texts_, contents_)) {
    document.text = *whole;
    return document;
  }
  const auto contents = text(contents_, names_);
  if (!contents) {
    std::string lacking;
    for (const auto* names : {&keys_.text, &keys_.contents}) {
      for (const std::string& name : *names) lacking += (lacking.empty() ? "" : " or ") + name;
    }
    throw refusal("it has no " + lacking);
  }
  // The first line is the title.
  const size_t end = contents->find('\n');
  document.title = contents->substr(0, end);
  document.text = end == std::string_view::npos ? std::string_view() : contents->substr(end + 1);
  return document;
}

std::optional<std::string_view> DocumentReader::id() {
  for (size_t i = 0; i < titles_; ++i) {
    const JsonField& field = fields_[places_[i]];
    if (field.kind == JsonKind::kAbsent || field.kind == JsonKind::kNull) continue;
    if (field.kind == JsonKind::kString) {
      if (field.text.empty()) throw refusal("its " + keys_.id[i] + " is empty");
      return field.text;
    }
    double value = 0;
    bool is_integer = field.kind == JsonKind::kNumber;
    if (is_integer) {
      const char* end = field.text.data() + field.text.size();
      const auto read = std::from_chars(field.text.data(), end, value);
      is_integer = read.ec == std::errc() && std::abs(value) <= kLargestInteger &&
                   value == std::trunc(value);
    }
    if (!is_integer) {
      throw refusal("its " + keys_.id[i] + " is neither a string nor an integer");
    }
    id_ = std::to_string(static_cast<int64_t>(value));
    return id_;
  }
  return std::nullopt;
}

std::optional<std::string_view> DocumentReader::text(size_t first, size_t last) {
  for (size_t i = first; i < last; ++i) {
    const JsonField& field = fields_[places_[i]];
    if (field.kind == JsonKind::kString) return field.text;
    if (field.kind != JsonKind::kAbsent && field.kind != JsonKind::kNull) {
      throw refusal("its " + all_of(keys_)[i] + " is not a string");
    }
  }
  return std::nullopt;
}

void DocumentLines::start(std::string name) {
  name_ = std::move(name);
  rest_.clear();
  rest_first_ = at_ = line_ = 0;
}

void DocumentLines::push(std::span<const std::byte> bytes, const Listener& listener) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view part = text.substr(0, end);
    if (rest_.empty()) rest_first_ = at_;
    at_ += part.size();
    if (rest_.size() + part.size() > kLongestLine) {
      throw Error("ERR_QUERL_DATA",
                  name_ + ":" + std::to_string(line_ + 1) + ": the line is longer than 256 MiB.");
    }
    if (end == std::string_view::npos) {
      rest_ += part;
      return;
    }
    if (rest_.empty()) {
      line(part, rest_first_, listener);
    } else {
      rest_ += part;
      line(rest_, rest_first_, listener);
      rest_.clear();
    }
    ++at_;
    text.remove_prefix(end + 1);
  }
}

void DocumentLines::end(const Listener& listener) {
  if (!rest_.empty()) line(rest_, rest_first_, listener);
  rest_.clear();
}

void DocumentLines::line(std::string_view text, uint64_t first, const Listener& listener) {
  ++line_;
  if (line_ == 1 && text.starts_with("\xef\xbb\xbf")) {  // a byte order mark
    text.remove_prefix(3);
    first += 3;
  }
  const std::string_view bytes = trimmed(text);
  if (bytes.empty()) return;
  DocumentLine document;
  try {
    document = reader_.read(bytes);
  } catch (const std::runtime_error& error) {
    throw Error("ERR_QUERL_DATA", place() + ": " + error.what() + ".");
  }
  if (!is_utf8(document.text) || !is_utf8(document.title) || !is_utf8(document.id.value_or(""))) {
    if (invalid_.documents++ == 0) invalid_.first = place();
  }
  document.first = first + static_cast<uint64_t>(bytes.data() - text.data());
  document.bytes = bytes;
  listener(document);
}

}  // namespace querl
