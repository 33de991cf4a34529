// Bytes that are written once and read back: in a file without a name, which vanishes with the
// process, or in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/files/memory_bytes.h"

namespace querl {

class Spool {
 public:
  // In that folder; in memory where it is empty.
  explicit Spool(const std::string& folder);
  ~Spool();

  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Throws ERR_QUERL_IO with the system's reason.
  void append(std::string_view bytes);
  uint64_t size() const { return size_; }

  // Writes what append() has not yet written. From then on threads may read at once.
  void flush();
  // Bytes of a spool in a folder that were flushed.
  void read_at(uint64_t first, std::span<std::byte> bytes) const;

  // All bytes so far. Nothing is appended from then on.
  std::span<const std::byte> read();

  // As SectionView::release(): what was read need not count as memory in use.
  void release(uint64_t first, uint64_t bytes) const;

 private:
  void write_out(std::string_view bytes);
  [[noreturn]] void fail(const char* what) const;

  std::string folder_;
  int file_ = -1;  // none: in memory
  uint64_t size_ = 0;
  std::string buffer_;
  MemoryBytes memory_;
  std::span<const std::byte> mapped_;
};

}  // namespace querl
