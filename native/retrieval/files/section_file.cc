#include "retrieval/files/section_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/errors.h"
#include "retrieval/files/crc32c.h"
#include "retrieval/files/mapped_file.h"
#include "retrieval/files/section_layout.h"

namespace querl {
namespace {

class MappedBytes : public FileBytes {
 public:
  explicit MappedBytes(const std::string& path) : file_(path) {}
  std::span<const std::byte> bytes() const override { return file_.bytes(); }
  std::string loss() const override { return file_.loss(); }

 private:
  MappedFile file_;
};

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw Error("ERR_QUERL_INDEX_CORRUPT", path + " " + what);
}

std::string place(uint64_t first, uint64_t end) {
  return "bytes " + std::to_string(first) + " to " + std::to_string(end - 1);
}

uint64_t read_varint(std::span<const std::byte>& bytes, bool& valid) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes[0]);
    bytes = bytes.subspan(1);
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  valid = false;
  return 0;
}

}  // namespace

std::shared_ptr<const SectionFile> SectionFile::open(const std::string& path,
                                                     const FileKind& kind) {
  return std::make_shared<const SectionFile>(std::make_unique<MappedBytes>(path), path, kind,
                                             false);
}

SectionFile::SectionFile(std::unique_ptr<FileBytes> content, std::string name, const FileKind& kind,
                         bool trusted)
    : content_(std::move(content)), path_(std::move(name)), trusted_(trusted) {
  read_tables(kind);
}

void SectionFile::read_tables(const FileKind& kind) {
  const std::span<const std::byte> file = content();
  SectionHeader header{};
  const size_t there = std::min(file.size(), sizeof(header));
  if (there > 0) std::memcpy(&header, file.data(), there);
  if (std::memcmp(header.magic, kSectionMagic, sizeof(header.magic)) != 0) {
    refuse(path_, "is not a file of querl: it does not start with the mark of one.");
  }
  if (file.size() < sizeof(header)) {
    damaged("it ends at byte " + std::to_string(file.size()) + ", inside of the header");
  }
  const std::string wanted = std::string(kind.name);
  // A newer container may have another header behind its version.
  if (header.container > kSectionContainer) {
    refuse(path_, "was written by a newer querl, which can read it: its container is " +
                      std::to_string(header.container) + ", and this one reads up to " +
                      std::to_string(kSectionContainer) + ".");
  }
  if (header.container != kSectionContainer || header.checksum != header_checksum(header)) {
    damaged("its header (bytes 0 to 127) fails its checksum");
  }
  const std::string found(header.kind, strnlen(header.kind, sizeof(header.kind)));
  if (found != wanted)
    refuse(path_, "is a " + found + " file, where a " + wanted + " was expected.");
  if (header.version > kind.version) {
    refuse(path_, "was written by a newer querl, which can read it: its format (" + wanted +
                      ") is " + std::to_string(header.version) + ", and this one reads up to " +
                      std::to_string(kind.version) + ".");
  }
  version_ = header.version;
  mark_ = header.checksum;
  if (header.file_bytes != file.size()) {
    damaged("it has " + std::to_string(file.size()) + " bytes instead of " +
            std::to_string(header.file_bytes));
  }
  body_end_ = header.body_end;
  block_shift_ = static_cast<int>(header.block_shift);
  const bool plausible =
      header.block_shift >= kMinBlockShift && header.block_shift <= kMaxBlockShift &&
      header.body_end >= sizeof(header) && header.body_end <= header.file_bytes &&
      header.table_bytes <= header.file_bytes - header.body_end;
  if (!plausible) damaged("its header (bytes 0 to 127) has impossible values");
  const uint64_t blocks = ((body_end_ - 1) >> block_shift_) + 1;
  std::span<const std::byte> table = file.subspan(body_end_, header.table_bytes);
  checksums_ = file.subspan(body_end_ + header.table_bytes);
  if (checksums_.size() != blocks * sizeof(uint32_t)) {
    damaged("its header (bytes 0 to 127) has impossible values");
  }
  if (crc32c(table) != header.table_checksum) {
    damaged("its table of sections (" + place(body_end_, body_end_ + table.size()) +
            ") fails its checksum");
  }
  if (crc32c(checksums_) != header.checksums_checksum) {
    damaged("its checksums (" + place(header.file_bytes - checksums_.size(), header.file_bytes) +
            ") fail their checksum");
  }

  bool valid = true;
  const uint64_t count = read_varint(table, valid);
  for (uint64_t i = 0; i < count && valid; ++i) {
    SectionPlace section;
    const uint64_t length = read_varint(table, valid);
    valid = valid && length <= table.size();
    if (!valid) break;
    section.name.assign(reinterpret_cast<const char*>(table.data()), length);
    table = table.subspan(length);
    section.first = read_varint(table, valid);
    section.bytes = read_varint(table, valid);
    valid = valid && section.first >= sizeof(header) && section.first % kSectionAlignment == 0 &&
            section.first <= body_end_ - kSectionSlack &&
            section.bytes <= body_end_ - kSectionSlack - section.first;
    sections_.push_back(std::move(section));
  }
  if (!valid || !table.empty()) damaged("its table of sections is no table");
  check_whole();
  if (!trusted_) checked_ = std::make_unique<std::atomic<uint64_t>[]>((blocks + 63) / 64);
}

bool SectionFile::has(std::string_view section) const {
  return std::any_of(sections_.begin(), sections_.end(),
                     [&](const SectionPlace& place) { return place.name == section; });
}

SectionView SectionFile::section(std::string_view name) const {
  for (const SectionPlace& place : sections_) {
    if (place.name == name) {
      return SectionView(this, content().data() + place.first, place.first, place.bytes);
    }
  }
  damaged("it lacks the section " + std::string(name));
}

void SectionFile::check_whole() const {
  const std::string loss = content_->loss();
  if (!loss.empty()) refuse(path_, "is damaged: " + loss + ".");
}

void SectionFile::check_block(uint64_t block) const {
  check_whole();
  const uint64_t first = std::max<uint64_t>(block << block_shift_, sizeof(SectionHeader));
  const uint64_t end = std::min((block + 1) << block_shift_, body_end_);
  uint32_t wanted;
  std::memcpy(&wanted, checksums_.data() + block * sizeof(wanted), sizeof(wanted));
  if (crc32c(content().subspan(first, end - first)) != wanted) {
    damaged("a block of its section " + section_at(first) + " (" + place(first, end) +
            ") fails its checksum");
  }
  checked_[block / 64].fetch_or(uint64_t{1} << (block % 64), std::memory_order_relaxed);
}

void SectionFile::verify(const std::stop_token& stop,
                         const std::function<void(uint64_t)>& progress) const {
  constexpr uint64_t kStep = 16 << 20;
  const SectionView all(this, content().data(), 0, body_end_);
  for (uint64_t first = 0; first < body_end_; first += kStep) {
    if (stop.stop_requested()) throw Cancelled();
    const uint64_t bytes = std::min(kStep, body_end_ - first);
    const uint64_t last = (first + bytes - 1) >> block_shift_;
    if (!trusted_) {
      for (uint64_t block = first >> block_shift_; block <= last; ++block) check_block(block);
    }
    all.release(first, bytes);
    if (progress) progress(first + bytes);
  }
}

std::string SectionFile::section_at(uint64_t first) const {
  std::string name = "header";
  for (const SectionPlace& section : sections_) {
    if (section.first <= first) name = section.name;
  }
  return name;
}

void SectionFile::damaged(const std::string& what) const {
  check_whole();  // zeros where bytes are gone look like any damage
  refuse(path_, "is damaged: " + what + ".");
}

void SectionView::corrupt(const std::string& what) const {
  if (file_ == nullptr) throw Error("ERR_QUERL_INDEX_CORRUPT", "A list in memory " + what + ".");
  file_->damaged("its section " + file_->section_at(offset_) + " " + what);
}

void SectionView::release(uint64_t first, uint64_t bytes) const {
  if (file_ == nullptr || file_->is_in_memory()) return;
  // Whole pages inside of the range: their neighbours may be in use.
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto start = reinterpret_cast<uintptr_t>(data_) + first;
  const uintptr_t from = (start + page - 1) / page * page;
  const uintptr_t to = (start + bytes) / page * page;
  if (from < to) madvise(reinterpret_cast<void*>(from), to - from, MADV_DONTNEED);
}

}  // namespace querl
