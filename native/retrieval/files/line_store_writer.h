// Writes the places of documents in their files (line_store.h), and files of
// them where there are none to point at.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/files/atomic_file.h"
#include "retrieval/files/line_store.h"

namespace querl {

// One at a time for a folder: the index's lock sees to that, and to what is left behind. Nothing of
// another store in the folder changes. Failures of the disk throw ERR_QUERL_IO.
class LineStoreWriter {
 public:
  // The documents of `base` stay; null for a new store. `meta` says how lines are read.
  LineStoreWriter(const std::string& folder, std::string meta, const LineStore* base = nullptr);

  uint32_t documents() const { return documents_; }

  // The documents that follow lie in this file, an absolute path.
  void start_file(const std::string& path);

  // The next document's line, where it starts in the file.
  void add(uint64_t first, std::string_view line);

  // The file has ended, with this many bytes.
  void end_file(uint64_t bytes);

  // Adds a document to a file of copies in the folder.
  void add_copy(std::string_view line);

  // Writes the file that says where the lines lie, of that path in the folder; returns its
  // mark.
  uint32_t commit(const std::string& path);

 private:
  struct Copies {
    explicit Copies(const std::string& path) : file(path) {}
    AtomicFile file;
    uint64_t bytes = 0;
    std::string buffer;  // not written yet
  };

  void keep(const LineStore& base);
  void append(uint64_t first, std::string_view line);
  void end_block();
  void end_copies();

  std::string folder_;
  std::string meta_;
  std::vector<LineFile> files_;
  std::vector<uint64_t> firsts_;     // (blocks) where the first line of each starts in its file
  std::vector<uint64_t> places_;     // (blocks) where its spans start
  std::vector<uint32_t> checksums_;  // (blocks)
  std::string spans_;                // gap and length of each line
  uint64_t end_ = 0;                 // of the last line, in its file
  uint32_t crc_ = 0;                 // of the open block
  bool block_is_open_ = false;
  uint32_t documents_ = 0;
  std::vector<std::unique_ptr<Copies>> copies_;
  size_t next_copy_ = 0;  // the least number that a file of copies may have
  bool copying_ = false;  // into the last of them
};

}  // namespace querl
