#include "retrieval/bm25/bm25_file.h"

#include <vector>

#include "retrieval/bm25/bm25_file_check.h"
#include "retrieval/bm25/bm25_file_layout.h"
#include "retrieval/files/atomic_file.h"
#include "retrieval/files/mapped_file.h"

namespace querl {
namespace {

using Bytes = std::span<const std::byte>;

std::array<Bytes, kSections> sections_of(const Bm25Arrays& arrays) {
  return {std::as_bytes(arrays.term_ends),   std::as_bytes(arrays.term_bytes),
          std::as_bytes(arrays.slots),       std::as_bytes(arrays.posting_ends),
          std::as_bytes(arrays.max_impacts), std::as_bytes(arrays.postings)};
}

std::vector<uint32_t> checksums_of(std::span<const Bytes> sections) {
  std::vector<uint32_t> checksums;
  for (const Bytes section : sections) {
    for (uint64_t i = 0; i < block_count(section.size()); ++i) {
      checksums.push_back(crc32c(block_of(section, i)));
    }
  }
  return checksums;
}

Bm25Header header_of(const ImpactIndex& index, std::span<const Bytes> sections, Bytes checksums) {
  Bm25Header header{};
  header.magic = kBm25Magic;
  header.version = kBm25FileVersion;
  header.documents = index.counts().documents;
  header.words = index.counts().words;
  header.k1 = index.parameters().k1;
  header.b = index.parameters().b;
  header.impact_scale = kImpactScale;
  header.checksums = {sizeof(Bm25Header), checksums.size()};
  uint64_t end = aligned(sizeof(Bm25Header) + checksums.size());
  for (size_t s = 0; s < kSections; ++s) {
    header.sections[s] = {end, sections[s].size()};
    end = aligned(end + sections[s].size());
  }
  header.file_bytes = end;
  header.checksum_of_checksums = crc32c(checksums);
  header.checksum = header_checksum(header);
  return header;
}

void write_aligned(AtomicFile& file, Bytes part) {
  constexpr std::array<std::byte, 64> kZeros{};
  file.write(part);
  file.write(Bytes(kZeros).first(aligned(part.size()) - part.size()));
}

template <typename T>
std::span<const T> array_at(Bytes file, FilePart part) {
  return {reinterpret_cast<const T*>(file.data() + part.first), part.bytes / sizeof(T)};
}

}  // namespace

void save_bm25(const ImpactIndex& index, const std::string& path) {
  const std::array<Bytes, kSections> sections = sections_of(index.arrays());
  const std::vector<uint32_t> checksums = checksums_of(sections);
  const Bytes checksum_bytes = std::as_bytes(std::span(checksums));
  const Bm25Header header = header_of(index, sections, checksum_bytes);

  AtomicFile file(path);
  write_aligned(file, std::as_bytes(std::span(&header, 1)));
  write_aligned(file, checksum_bytes);
  for (const Bytes section : sections) write_aligned(file, section);
  file.commit();
}

ImpactIndex open_bm25(const std::string& path) {
  auto file = std::make_shared<MappedFile>(path);
  const Bytes bytes = file->bytes();
  const Bm25Header header = checked_header(bytes, path);
  check_blocks(bytes, header, path);
  const auto& at = header.sections;
  const Bm25Arrays arrays{array_at<uint64_t>(bytes, at[0]), array_at<char>(bytes, at[1]),
                          array_at<TermSlot>(bytes, at[2]), array_at<uint64_t>(bytes, at[3]),
                          array_at<uint32_t>(bytes, at[4]), array_at<ImpactPosting>(bytes, at[5])};
  check_arrays(arrays, header, path);
  return ImpactIndex({header.documents, header.words}, {header.k1, header.b}, arrays,
                     std::move(file));
}

}  // namespace querl
