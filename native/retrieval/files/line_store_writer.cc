#include "retrieval/files/line_store_writer.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/errors.h"
#include "retrieval/bm25/varint.h"
#include "retrieval/files/crc32c.h"
#include "retrieval/files/section_writer.h"

namespace querl {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBufferBytes = 1 << 20;

// Nobody's corpus has such a name.
std::string copy_name(size_t number) {
  return "documents-" + std::to_string(number) + ".querl.jsonl";
}

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

template <typename T>
void append_number(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

void append_text(std::string& out, const std::string& text) {
  append_number(out, static_cast<uint32_t>(text.size()));
  out += text;
}

}  // namespace

LineStoreWriter::LineStoreWriter(const std::string& folder, std::string meta, const LineStore* base)
    : folder_(fs::absolute(folder).lexically_normal().string()), meta_(std::move(meta)) {
  if (base != nullptr) keep(*base);
}

void LineStoreWriter::keep(const LineStore& base) {
  // Of the lines themselves nothing is read: the corpus may be large, and little be added to it.
  files_ = base.files();
  documents_ = base.documents();
  const auto [firsts, places, checksums, spans] = base.places();
  firsts_.assign(firsts.begin(), firsts.end());
  places_.assign(places.begin(), places.end());
  checksums_.assign(checksums.begin(), checksums.end());
  spans_.assign(reinterpret_cast<const char*>(spans.data()), spans.size());
  base.check_files();
}

void LineStoreWriter::start_file(const std::string& path) {
  end_block();
  copying_ = false;
  end_ = 0;
  const fs::path absolute = fs::absolute(path).lexically_normal();
  files_.push_back({absolute.string(), absolute.lexically_relative(folder_).string(), 0, 0});
}

void LineStoreWriter::add(uint64_t first, std::string_view line) { append(first, line); }

void LineStoreWriter::end_file(uint64_t bytes) {
  end_block();
  files_.back().bytes = bytes;
}

void LineStoreWriter::add_copy(std::string_view line) {
  if (!copying_) {
    end_block();
    // What this writer has named so far gets its name with the commit.
    while (fs::exists(folder_ + "/" + copy_name(next_copy_))) ++next_copy_;
    const std::string name = copy_name(next_copy_++);
    copies_.push_back(std::make_unique<Copies>(folder_ + "/" + name));
    files_.push_back({name, name, 0, 0});
    copying_ = true;
    end_ = 0;
  }
  Copies& copies = *copies_.back();
  append(copies.bytes, line);
  copies.buffer += line;
  copies.buffer += '\n';
  copies.bytes += line.size() + 1;
  files_.back().bytes = copies.bytes;
  if (copies.buffer.size() < kBufferBytes) return;
  copies.file.write(bytes_of(copies.buffer));
  copies.buffer.clear();
}

void LineStoreWriter::append(uint64_t first, std::string_view line) {
  if (documents_ == UINT32_MAX) {
    throw Error("ERR_QUERL_DATA", "An index has at most 4294967295 documents.");
  }
  LineFile& file = files_.back();
  if (file.documents % kLinesOfBlock == 0) end_block();
  if (!block_is_open_) {
    firsts_.push_back(first);
    places_.push_back(spans_.size());
    block_is_open_ = true;
    end_ = first;
  }
  append_varint(spans_, first - end_);
  append_varint(spans_, line.size());
  crc_ = crc32c(bytes_of(line), crc_);
  end_ = first + line.size();
  ++file.documents;
  ++documents_;
}

void LineStoreWriter::end_block() {
  if (!block_is_open_) return;
  checksums_.push_back(crc_);
  crc_ = 0;
  block_is_open_ = false;
}

void LineStoreWriter::end_copies() {
  for (const auto& copies : copies_) {
    copies->file.write(bytes_of(copies->buffer));
    copies->buffer.clear();
    copies->file.commit();
  }
  copies_.clear();
  copying_ = false;
}

uint32_t LineStoreWriter::commit(const std::string& path) {
  end_block();
  end_copies();
  std::string list;
  for (const LineFile& file : files_) {
    append_text(list, file.path);
    append_text(list, file.relative);
    append_number(list, file.bytes);
    append_number(list, file.documents);
  }
  SectionWriter writer(path, kLineStoreKind);
  writer.begin("meta");
  writer.write(bytes_of(meta_));
  writer.begin("files");
  writer.write(bytes_of(list));
  writer.begin("firsts");
  writer.write_array(std::span<const uint64_t>(firsts_));
  writer.begin("places");
  writer.write_array(std::span<const uint64_t>(places_));
  writer.begin("checksums");
  writer.write_array(std::span<const uint32_t>(checksums_));
  writer.begin("spans");
  writer.write(bytes_of(spans_));
  return writer.finish()->mark();
}

}  // namespace querl
