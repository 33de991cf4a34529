#include "retrieval/bm25/deletions.h"

#include <bit>

#include "retrieval/files/section_writer.h"

namespace querl {

Deletions::Deletions(uint32_t documents, std::vector<uint64_t> words)
    : documents_(documents), words_(std::move(words)) {
  for (const uint64_t word : words_) count_ += static_cast<uint32_t>(std::popcount(word));
}

std::shared_ptr<const Deletions> Deletions::open(const std::string& path, uint32_t documents,
                                                 uint32_t mark) {
  const auto file = SectionFile::open(path, kDeletionsKind);
  const SectionView section = file->section("deleted");
  const auto words = section.array<uint64_t>();
  if (file->mark() != mark) section.corrupt("is not the one that manifest.json names");
  if (words.size() != (uint64_t{documents} + 63) / 64) section.corrupt("is for another segment");
  if (documents % 64 != 0 && words.back() >> (documents % 64) != 0) {
    section.corrupt("names documents that the segment lacks");
  }
  auto deletions = std::make_shared<const Deletions>(
      documents, std::vector<uint64_t>(words.begin(), words.end()));
  file->check_whole();
  return deletions;
}

uint32_t Deletions::save(const std::string& path) const {
  SectionWriter file(path, kDeletionsKind);
  file.begin("deleted");
  file.write_array(words());
  return file.finish()->mark();
}

}  // namespace querl
