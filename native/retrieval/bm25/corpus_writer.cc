#include "retrieval/bm25/corpus_writer.h"

#include <filesystem>
#include <utility>

#include "base/errors.h"
#include "retrieval/bm25/manifest.h"
#include "retrieval/bm25/open_documents.h"

namespace querl {
namespace {

// What is handed over to the index's threads at once.
constexpr size_t kBatchDocuments = 1024;
constexpr size_t kBatchBytes = 1 << 20;

std::unique_ptr<IndexWriter> index_writer(const CorpusOptions& options) {
  const WriterOptions& writer = options.writer;
  if (options.base != nullptr) return std::make_unique<IndexWriter>(options.base, writer);
  if (options.folder.empty()) return std::make_unique<IndexWriter>(*options.settings, writer);
  if (!options.settings) return std::make_unique<IndexWriter>(options.folder, writer);
  return std::make_unique<IndexWriter>(options.folder, *options.settings, writer);
}

}  // namespace

CorpusWriter::CorpusWriter(const CorpusOptions& options)
    : folder_(options.folder), index_(index_writer(options)) {
  if (options.keys) lines_.emplace(*options.keys);
  if (!options.store_meta) return;
  if (options.writer.mode == WriterMode::kAdd) {
    store_ = std::make_unique<LineStoreWriter>(options.folder, *options.store_meta,
                                               open_documents(*index_->index()).get());
  } else {
    store_ = std::make_unique<LineStoreWriter>(options.folder, *options.store_meta);
  }
}

void CorpusWriter::add(std::vector<DocumentInput> documents, std::span<const std::string> lines,
                       const std::stop_token& stop) {
  if (store_ != nullptr) {
    if (lines.size() != documents.size()) {
      throw Error("ERR_QUERL_ARGUMENT", "Expected a line for each document.");
    }
    for (const std::string& line : lines) store_->add_copy(line);
  }
  index_->add(std::move(documents), stop);
}

void CorpusWriter::start_lines(const std::string& path, bool is_copied) {
  lines_.value().start(path);
  copies_ = is_copied;
  file_bytes_ = 0;
  file_documents_ = 0;
  if (store_ != nullptr && !copies_) store_->start_file(path);
}

void CorpusWriter::add_lines(std::span<const std::byte> bytes, const std::stop_token& stop) {
  file_bytes_ += bytes.size();
  lines_.value().push(bytes, [this, &stop](const DocumentLine& line) {
    take(line);
    if (batch_.size() >= kBatchDocuments || batch_bytes_ >= kBatchBytes) flush(stop);
  });
}

void CorpusWriter::end_lines(const std::stop_token& stop) {
  lines_.value().end([this](const DocumentLine& line) { take(line); });
  flush(stop);
  if (store_ != nullptr && !copies_) store_->end_file(file_bytes_);
}

void CorpusWriter::take(const DocumentLine& line) {
  const auto& fields = index_->index()->settings().fields;
  DocumentInput document;
  if (line.id) document.key = std::string(*line.id);
  for (const FieldSettings& field : fields) {
    std::string text;
    if (field.name == "title") {
      text = line.title;
    } else if (field.name == "text" || line.title.empty()) {
      text = line.text;
    } else {  // the only field, of all that is there
      text.reserve(line.title.size() + 1 + line.text.size());
      text.append(line.title).append("\n").append(line.text);
    }
    batch_bytes_ += text.size();
    document.fields.emplace_back(std::move(text));
  }
  if (store_ != nullptr && copies_) store_->add_copy(line.bytes);
  if (store_ != nullptr && !copies_) store_->add(line.first, line.bytes);
  batch_.push_back(std::move(document));
  ++file_documents_;
}

void CorpusWriter::flush(const std::stop_token& stop) {
  batch_bytes_ = 0;
  if (stop.stop_requested()) throw Cancelled();
  index_->add(std::exchange(batch_, {}), stop);
}

std::shared_ptr<const Bm25Index> CorpusWriter::commit(size_t max_segments,
                                                      const std::stop_token& stop,
                                                      const ProgressListener& progress) {
  // Under a name that only the index's new state knows: both change at once.
  const bool has_more = index_->pending() > 0 || index_->index()->kept().generation == 0;
  if (store_ != nullptr && has_more) {
    const uint64_t generation = index_->next_generation();
    const uint32_t mark = store_->commit(documents_path(folder_, generation));
    index_->keep_documents({generation, mark});
  }
  return max_segments == 0 ? index_->commit(stop, progress)
                           : index_->merge(max_segments, stop, progress);
}

}  // namespace querl
