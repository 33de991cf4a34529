// Builds an index together with the store of its documents: both see the same
// documents in the same order, so that a hit's ordinal finds its line.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "retrieval/bm25/index_writer.h"
#include "retrieval/files/document_lines.h"
#include "retrieval/files/line_store_writer.h"

namespace querl {

struct CorpusOptions {
  std::string folder;                     // empty: in memory
  std::optional<IndexSettings> settings;  // absent: those of the index in the folder, or of `base`
  std::shared_ptr<const Bm25Index> base;  // in memory
  WriterOptions writer;
  std::optional<DocumentKeys> keys;  // of JSON lines
  std::optional<std::string>
      store_meta;  // present: documents are kept; what the store says of them
};

class CorpusWriter {
 public:
  explicit CorpusWriter(const CorpusOptions& options);

  IndexWriter& index() { return *index_; }

  // `lines` has the documents as JSON, to be kept; empty without a store.
  void add(std::vector<DocumentInput> documents, std::span<const std::string> lines,
           const std::stop_token& stop);

  // JSON lines of a file. Its documents are kept where they are, or copied: of
  // a file whose bytes are not on the disk as they come here.
  void start_lines(const std::string& path, bool is_copied);
  void add_lines(std::span<const std::byte> bytes, const std::stop_token& stop);
  void end_lines(const std::stop_token& stop);
  uint64_t documents_of_file() const { return file_documents_; }                     // so far
  const InvalidText& invalid_text() const { return lines_.value().invalid_text(); }  // of all files

  // 0 segments: no more merges than are due.
  std::shared_ptr<const Bm25Index> commit(size_t max_segments, const std::stop_token& stop,
                                          const ProgressListener& progress);

 private:
  void take(const DocumentLine& line);
  void flush(const std::stop_token& stop);

  std::string folder_;
  std::unique_ptr<IndexWriter> index_;
  std::unique_ptr<LineStoreWriter> store_;  // null: documents are not kept
  std::optional<DocumentLines> lines_;
  bool copies_ = false;
  uint64_t file_bytes_ = 0;
  uint64_t file_documents_ = 0;
  std::vector<DocumentInput> batch_;
  size_t batch_bytes_ = 0;
};

}  // namespace querl
