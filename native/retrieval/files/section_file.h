// Files of named sections with a checksum for every block: mapped, or whole in memory.
//
//   header (128 bytes) | sections, each at a multiple of 64, zeros between | table of sections |
//   one CRC-32C for each block
//
// Blocks divide the file from its first byte to the table's first; block 0 lacks the header, which
// has its own checksum, as the two tables have. So every byte is under a checksum. Opening checks
// the header and the tables alone; a block is checked when it is touched for the first time.
// Files are not to be cut while they are open: see SectionFile::check_whole().
// Whoever reads must keep bounds itself where the meaning of bytes sets them: valid checksums prove
// that the bytes are those that were written, not that the writer was right.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace querl {

class SectionFile;

// What a file holds: "BM25 segment", at most 23 bytes of ASCII, and the version of that content.
// Files of a newer version are refused by name; older ones open, and the reader asks version().
struct FileKind {
  std::string_view name;
  uint32_t version = 1;
};

// The bytes of one section. Small, copied freely; the file must outlive it.
class SectionView {
 public:
  SectionView() = default;  // an empty section of no file

  // Bytes of this process, believed without checks.
  explicit SectionView(std::span<const std::byte> bytes)
      : data_(bytes.data()), size_(bytes.size()) {}

  uint64_t size() const { return size_; }

  // Proves that [first, first + bytes) lies in the section and is what was written; afterwards
  // data() + first may be read. Cheap once the blocks were touched: a test of one bit each. Throws
  // ERR_QUERL_INDEX_CORRUPT with file, section and place. Any thread.
  void check(uint64_t first, uint64_t bytes) const;

  // As check(), and gives the bytes.
  std::span<const std::byte> read(uint64_t first, uint64_t bytes) const {
    check(first, bytes);
    return {data_ + first, static_cast<size_t>(bytes)};
  }

  // The section as little-endian numbers: entries [first, first + count), checked.
  template <typename T>
  std::span<const T> array(uint64_t first, uint64_t count) const {
    static_assert(std::is_trivially_copyable_v<T>);
    if (count > size_ / sizeof(T) || first > size_ / sizeof(T) - count) corrupt("ends too early");
    check(first * sizeof(T), count * sizeof(T));
    return {reinterpret_cast<const T*>(data_) + first, static_cast<size_t>(count)};
  }

  // All of it, checked.
  template <typename T>
  std::span<const T> array() const {
    if (size_ % sizeof(T) != 0) corrupt("has a broken last entry");
    return array<T>(0, size_ / sizeof(T));
  }

  // Unchecked: what check() did not prove must not be believed. A multiple of 64 in memory. The 64
  // bytes behind a section's end can be read as well (of any value), so that loops may load
  // vectors.
  const std::byte* data() const { return data_; }
  std::span<const std::byte> bytes() const { return {data_, static_cast<size_t>(size_)}; }

  // Tells the system that the process does not need these pages for now. Contents stay; for merges
  // and scans, so that what was read once does not count as memory in use.
  void release(uint64_t first, uint64_t bytes) const;

  // Throws ERR_QUERL_INDEX_CORRUPT: "<file> is damaged: its section <name> <what>."
  [[noreturn]] void corrupt(const std::string& what) const;

 private:
  friend class SectionFile;
  SectionView(const SectionFile* file, const std::byte* data, uint64_t offset, uint64_t size)
      : file_(file), data_(data), offset_(offset), size_(size) {}

  const SectionFile* file_ = nullptr;
  const std::byte* data_ = nullptr;
  uint64_t offset_ = 0;  // in the file
  uint64_t size_ = 0;
};

// Bytes that live as long as this does: a mapping, or memory.
class FileBytes {
 public:
  virtual ~FileBytes() = default;
  virtual std::span<const std::byte> bytes() const = 0;
  // As MappedFile::loss().
  virtual std::string loss() const { return {}; }
};

struct SectionPlace {
  std::string name;
  uint64_t first = 0;  // in the file
  uint64_t bytes = 0;
};

class SectionFile {
 public:
  // Maps the file. Throws ERR_QUERL_IO with the system's reason, ERR_QUERL_INDEX_CORRUPT for what
  // is no such file, was cut or damaged, or was written by a newer querl.
  static std::shared_ptr<const SectionFile> open(const std::string& path, const FileKind& kind);

  // `name` stands for the path in messages. `trusted` bytes were written by this process and are
  // not checked again.
  SectionFile(std::unique_ptr<FileBytes> content, std::string name, const FileKind& kind,
              bool trusted);

  SectionFile(const SectionFile&) = delete;
  SectionFile& operator=(const SectionFile&) = delete;

  const std::string& path() const { return path_; }
  uint64_t bytes() const { return content_->bytes().size(); }
  std::span<const std::byte> content() const { return content_->bytes(); }  // unchecked
  bool is_in_memory() const { return trusted_; }
  uint32_t version() const { return version_; }  // of the content

  // The header's checksum, which all other checksums enter: equal marks, equal files.
  uint32_t mark() const { return mark_; }

  // Throws ERR_QUERL_INDEX_CORRUPT where another process has cut the file since it was opened, or
  // its disk has failed. Every job asks before its first look, as check() does for what nobody has
  // touched yet, and after its last one, before anybody sees what came of it: what is cut off while
  // the job runs reads as zeros (see CutGuard).
  void check_whole() const;

  const std::vector<SectionPlace>& sections() const { return sections_; }
  bool has(std::string_view section) const;
  // Throws ERR_QUERL_INDEX_CORRUPT where there is none.
  SectionView section(std::string_view name) const;

  // Reads every block. `progress` hears of the bytes done, about every 16 MiB. Throws
  // ERR_QUERL_INDEX_CORRUPT or Cancelled.
  void verify(const std::stop_token& stop, const std::function<void(uint64_t)>& progress) const;

 private:
  friend class SectionView;
  void read_tables(const FileKind& kind);
  void check(uint64_t first, uint64_t bytes) const {
    if (trusted_ || bytes == 0) return;
    const uint64_t last = (first + bytes - 1) >> block_shift_;
    for (uint64_t block = first >> block_shift_; block <= last; ++block) {
      const uint64_t bits = checked_[block / 64].load(std::memory_order_relaxed);
      if ((bits >> (block % 64) & 1) == 0) check_block(block);
    }
  }
  void check_block(uint64_t block) const;
  std::string section_at(uint64_t first) const;
  [[noreturn]] void damaged(const std::string& what) const;

  std::unique_ptr<FileBytes> content_;
  std::string path_;
  bool trusted_;
  int block_shift_ = 0;
  uint32_t version_ = 0;
  uint32_t mark_ = 0;
  uint64_t body_end_ = 0;  // where blocks end and the tables start
  std::vector<SectionPlace> sections_;
  std::span<const std::byte> checksums_;                      // (blocks) u32
  mutable std::unique_ptr<std::atomic<uint64_t>[]> checked_;  // one bit for each block
};

inline void SectionView::check(uint64_t first, uint64_t bytes) const {
  if (first > size_ || bytes > size_ - first) corrupt("ends too early");
  if (file_ != nullptr) file_->check(offset_ + first, bytes);
}

}  // namespace querl
