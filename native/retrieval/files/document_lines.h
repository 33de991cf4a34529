// Takes JSON lines apart into documents, from a stream of bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/files/json_fields.h"

namespace querl {

// The keys that are looked at, in the order in which they are: packages/retrieval/src/documents/
// document.ts says what each is for.
struct DocumentKeys {
  std::vector<std::string> id, title, text, contents;
};

// A document of a line. Views are valid until the next one.
struct DocumentLine {
  std::optional<std::string_view> id;
  std::string_view title;
  std::string_view text;
  uint64_t first = 0;      // where its line starts in the file
  std::string_view bytes;  // the line, without white space around
};

// The same rules as documentOf() of document.ts.
class DocumentReader {
 public:
  explicit DocumentReader(const DocumentKeys& keys);

  // Throws std::runtime_error with a reason that continues "<file>:<line>: ".
  DocumentLine read(std::string_view line);

 private:
  std::optional<std::string_view> id();
  std::optional<std::string_view> text(size_t first, size_t last);

  DocumentKeys keys_;
  size_t titles_, texts_, contents_, names_;  // where each kind of key ends or starts in fields_
  JsonFields fields_;
  std::vector<size_t> places_;  // in fields_, by key: one key may be id and title at once
  std::string id_;
};

// Documents whose text or id has bytes that are no UTF-8.
struct InvalidText {
  uint64_t documents = 0;
  std::string first;  // "<file>:<line>"; empty without any
};

// The lines of one file after another.
class DocumentLines {
 public:
  using Listener = std::function<void(const DocumentLine&)>;

  explicit DocumentLines(const DocumentKeys& keys) : reader_(keys) {}

  // A new file; `name` stands in messages. The one before must have been ended.
  void start(std::string name);

  // Bytes of the file; calls `listener` for each document whose line ends in them. Throws
  // ERR_QUERL_DATA with file and line.
  void push(std::span<const std::byte> bytes, const Listener& listener);

  // The file ends here, with or without a line break.
  void end(const Listener& listener);

  // In all files so far.
  const InvalidText& invalid_text() const { return invalid_; }

 private:
  void line(std::string_view text, uint64_t first, const Listener& listener);
  std::string place() const { return name_ + ":" + std::to_string(line_); }

  DocumentReader reader_;
  std::string name_;
  std::string rest_;         // of a line that has not ended yet
  uint64_t rest_first_ = 0;  // where it starts
  uint64_t at_ = 0;
  uint64_t line_ = 0;
  InvalidText invalid_;
};

}  // namespace querl
