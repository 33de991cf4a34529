#include "retrieval/files/section_writer.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/errors.h"
#include "retrieval/files/atomic_file.h"
#include "retrieval/files/memory_bytes.h"
#include "retrieval/files/section_layout.h"

namespace querl {
namespace {

// A huge page, written whole and at a multiple of its size: Linux then takes one for its cache
// where it can, which the mapping of the file has as well. Pages of 4 KiB that lie scattered in
// memory make a scan of vectors a third slower.
constexpr size_t kBufferBytes = 2 << 20;

class FileSink : public ByteSink {
 public:
  explicit FileSink(const std::string& path) : path_(path), file_(path) {}
  void append(std::span<const std::byte> bytes) override { file_.write(bytes); }
  void write_at_start(std::span<const std::byte> bytes) override { file_.write_at(0, bytes); }
  std::shared_ptr<const SectionFile> finish(const FileKind& kind) override {
    file_.commit();
    return SectionFile::open(path_, kind);
  }

 private:
  std::string path_;
  AtomicFile file_;
};

class MemorySink : public ByteSink {
 public:
  void append(std::span<const std::byte> bytes) override { memory_->append(bytes); }
  void write_at_start(std::span<const std::byte> bytes) override { memory_->write_at(0, bytes); }
  std::shared_ptr<const SectionFile> finish(const FileKind& kind) override {
    return std::make_shared<const SectionFile>(std::move(memory_), "The index in memory", kind,
                                               true);
  }

 private:
  std::unique_ptr<MemoryBytes> memory_ = std::make_unique<MemoryBytes>();
};

void append_varint(std::vector<std::byte>& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::byte>(value | 0x80));
  out.push_back(static_cast<std::byte>(value));
}

}  // namespace

SectionWriter::SectionWriter(const std::string& path, const FileKind& kind, uint64_t block_bytes)
    : SectionWriter(std::make_unique<FileSink>(path), kind, block_bytes) {}

SectionWriter::SectionWriter(const FileKind& kind, uint64_t block_bytes)
    : SectionWriter(std::make_unique<MemorySink>(), kind, block_bytes) {}

SectionWriter::SectionWriter(std::unique_ptr<ByteSink> sink, const FileKind& kind,
                             uint64_t block_bytes)
    : kind_(kind), block_bytes_(block_bytes), sink_(std::move(sink)) {
  const bool valid = std::has_single_bit(block_bytes) &&
                     block_bytes >= uint64_t{1} << kMinBlockShift &&
                     block_bytes <= uint64_t{1} << kMaxBlockShift &&
                     kind.name.size() < sizeof(SectionHeader::kind);
  if (!valid) throw Error("ERR_QUERL_ARGUMENT", "Blocks have 4 KiB to 16 MiB, a power of two.");
  buffer_bytes_ = std::max<size_t>(kBufferBytes, block_bytes);
  buffer_.reserve(buffer_bytes_);
  buffer_.resize(sizeof(SectionHeader));  // written at last
  at_ = sizeof(SectionHeader);
}

SectionWriter::~SectionWriter() = default;

void SectionWriter::begin(std::string_view name) {
  pad();
  sections_.push_back({std::string(name), at_, 0});
}

void SectionWriter::write(std::span<const std::byte> bytes) {
  put(bytes);
  sections_.back().bytes += bytes.size();
}

void SectionWriter::pad() {
  static constexpr std::byte kZeros[kSectionAlignment]{};
  put(std::span(kZeros).first((kSectionAlignment - at_ % kSectionAlignment) % kSectionAlignment));
}

void SectionWriter::put(std::span<const std::byte> bytes) {
  at_ += bytes.size();
  while (!bytes.empty()) {
    const size_t room = buffer_bytes_ - buffer_.size();
    const size_t count = std::min(room, bytes.size());
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(count));
    bytes = bytes.subspan(count);
    if (count == room) flush();
  }
}

// The buffer holds whole blocks, but at the file's end.
void SectionWriter::flush() {
  for (size_t first = 0; first < buffer_.size(); first += block_bytes_) {
    const size_t end = std::min<size_t>(first + block_bytes_, buffer_.size());
    const size_t skipped = checksums_.empty() ? sizeof(SectionHeader) : 0;
    checksums_.push_back(
        crc32c(std::span(buffer_).subspan(first + skipped, end - first - skipped)));
  }
  sink_->append(buffer_);
  buffer_.clear();
}

std::shared_ptr<const SectionFile> SectionWriter::finish() {
  pad();
  static constexpr std::byte kSlack[kSectionSlack]{};
  put(kSlack);
  flush();
  std::vector<std::byte> table;
  append_varint(table, sections_.size());
  for (const SectionPlace& section : sections_) {
    append_varint(table, section.name.size());
    const auto name = std::as_bytes(std::span(section.name));
    table.insert(table.end(), name.begin(), name.end());
    append_varint(table, section.first);
    append_varint(table, section.bytes);
  }
  const auto checksums = std::as_bytes(std::span(checksums_));
  sink_->append(table);
  sink_->append(checksums);

  SectionHeader header{};
  std::memcpy(header.magic, kSectionMagic, sizeof(header.magic));
  header.container = kSectionContainer;
  header.version = kind_.version;
  kind_.name.copy(header.kind, sizeof(header.kind) - 1);
  header.file_bytes = at_ + table.size() + checksums.size();
  header.body_end = at_;
  header.table_bytes = table.size();
  header.table_checksum = crc32c(table);
  header.checksums_checksum = crc32c(checksums);
  header.block_shift = static_cast<uint32_t>(std::countr_zero(block_bytes_));
  header.checksum = header_checksum(header);
  sink_->write_at_start(std::as_bytes(std::span(&header, 1)));
  return sink_->finish(kind_);
}

}  // namespace querl
