// Writes a file of named sections (section_file.h), on the disk or in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/files/section_file.h"

namespace querl {

// Where the bytes go: appended, but for the header, which is written last.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual void append(std::span<const std::byte> bytes) = 0;
  virtual void write_at_start(std::span<const std::byte> bytes) = 0;
  // Makes it durable and gives what can be read.
  virtual std::shared_ptr<const SectionFile> finish(const FileKind& kind) = 0;
};

class SectionWriter {
 public:
  // A file of that name appears with finish(), whole and durable, or not at all. `block_bytes` is a
  // power of two from 4 KiB to 16 MiB: small ones for random access, large ones for scans of many
  // gigabytes.
  SectionWriter(const std::string& path, const FileKind& kind, uint64_t block_bytes = 16 << 10);

  // The same bytes in memory.
  explicit SectionWriter(const FileKind& kind, uint64_t block_bytes = 16 << 10);

  ~SectionWriter();

  // Begins a section, which ends the one before. Names are unique, at most 255 bytes.
  void begin(std::string_view name);
  void write(std::span<const std::byte> bytes);
  template <typename T>
  void write_array(std::span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    write(std::as_bytes(values));
  }

  // Of the current section, so far.
  uint64_t section_bytes() const { return at_ - sections_.back().first; }

  // All failures, here and above, throw ERR_QUERL_IO with the system's reason.
  std::shared_ptr<const SectionFile> finish();

 private:
  SectionWriter(std::unique_ptr<ByteSink> sink, const FileKind& kind, uint64_t block_bytes);
  void put(std::span<const std::byte> bytes);
  void pad();
  void flush();

  FileKind kind_;
  uint64_t block_bytes_;
  std::unique_ptr<ByteSink> sink_;
  std::vector<SectionPlace> sections_;
  std::vector<std::byte>
      buffer_;               // whole blocks, but for the last; its first is at a block's start
  size_t buffer_bytes_ = 0;  // its capacity: a multiple of a block
  uint64_t at_ = 0;          // bytes so far, with those in the buffer
  std::vector<uint32_t> checksums_;
};

}  // namespace querl
