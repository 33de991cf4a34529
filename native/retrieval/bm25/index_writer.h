// Adds documents to an index, deletes them, and merges segments: in a folder, or in memory.
//
// Nothing of an index changes before commit(); what a writer leaves behind that was killed, or that
// found no space on the disk, is cleaned up by the next one. The bytes that are written depend on
// the documents and on the calls, not on the number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "retrieval/bm25/index.h"

namespace querl {

// UTF-8 text for the analyser, or tokens that are taken as they are.
using FieldInput = std::variant<std::string, std::vector<std::string>>;

struct DocumentInput {
  std::optional<std::string> key;  // absent: the ordinal in decimal
  std::vector<FieldInput> fields;  // (F) in the order of the settings; missing ones are empty
  std::string stored;              // a JSON object for filters; empty: none
};

enum class WriterMode {
  kCreate,   // ERR_QUERL_ARGUMENT where the folder has an index already
  kReplace,  // the first commit() replaces what the folder has, if it has an index
  kAdd,      // ERR_QUERL_IO where there is none
};

struct WriterOptions {
  WriterMode mode = WriterMode::kCreate;
  int threads = 0;                       // that analyse and invert; 0: one for each core
  uint64_t memory_bytes = 256ull << 20;  // of postings before they are spilled to the disk
  // A key that a live document has already: true replaces the older document, false is
  // ERR_QUERL_ARGUMENT at add().
  bool replace_duplicates = false;
};

// What commit() and merge() tell while they work.
struct WriterProgress {
  const char* stage = "";  // "analyse", "write" or "merge"
  uint64_t done = 0;       // documents at "analyse", postings otherwise
  uint64_t total = 0;
};
using ProgressListener = std::function<void(const WriterProgress&)>;  // on the calling thread

class IndexWriter {
 public:
  // In a folder, which is made where it is missing, and removed again in the end if nothing was
  // committed. `settings` must equal those of the index with kAdd. Throws ERR_QUERL_BUSY while
  // another writer has the folder, in this process or another.
  IndexWriter(const std::string& folder, const IndexSettings& settings,
              const WriterOptions& options);
  // kAdd with the settings that the index has.
  IndexWriter(const std::string& folder, const WriterOptions& options);
  // In memory, from nothing.
  IndexWriter(const IndexSettings& settings, const WriterOptions& options);
  // In memory, on top of an index in memory.
  IndexWriter(std::shared_ptr<const Bm25Index> base, const WriterOptions& options);
  ~IndexWriter();  // what was not committed is dropped

  IndexWriter(const IndexWriter&) = delete;
  IndexWriter& operator=(const IndexWriter&) = delete;

  // Hands documents to the worker threads; blocks while they are behind. Documents get ascending
  // ordinals. Throws ERR_QUERL_ARGUMENT for a document that cannot be added, ERR_QUERL_IO,
  // Cancelled, also what went wrong on the threads since the last call. After any of these, here
  // and below, every call is refused with ERR_QUERL_CLOSED: what was not committed is lost, the
  // index is as it was.
  void add(std::vector<DocumentInput> documents, const std::stop_token& stop = {});

  // The next commit() makes this file, of next_generation(), that of the index's documents.
  void keep_documents(const KeptDocuments& kept);
  uint64_t next_generation() const;

  // Deletes by key, documents that were added since the last commit() too; how many there were.
  uint32_t remove(std::span<const std::string> keys);

  // Writes what was added as one segment, merges where there are many small ones, and makes it all
  // the index's new state. Returns the unchanged snapshot where there was nothing to do.
  std::shared_ptr<const Bm25Index> commit(const std::stop_token& stop = {},
                                          const ProgressListener& progress = {});

  // Commits, and merges until there are at most `max_segments` (≥ 1), none of which has deleted
  // documents if that is 1.
  std::shared_ptr<const Bm25Index> merge(size_t max_segments, const std::stop_token& stop = {},
                                         const ProgressListener& progress = {});

  const std::shared_ptr<const Bm25Index>& index() const;  // as of the last commit
  uint64_t pending() const;                               // documents added since

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Writes a snapshot into a folder that has no index, or replaces the one that it has.
void save_index(const Bm25Index& index, const std::string& folder, bool replace = false,
                const std::stop_token& stop = {}, const ProgressListener& progress = {});

}  // namespace querl
