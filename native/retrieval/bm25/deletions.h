// Which documents of a segment are deleted.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "retrieval/files/section_file.h"

namespace querl {

inline constexpr FileKind kDeletionsKind{"BM25 deletions", 1};

// Immutable; a bit for each document of the segment, set where it is deleted.
class Deletions {
 public:
  Deletions(uint32_t documents, std::vector<uint64_t> words);

  bool contains(uint32_t document) const { return words_[document / 64] >> (document % 64) & 1; }
  uint32_t count() const { return count_; }
  uint32_t documents() const { return documents_; }           // of the segment
  std::span<const uint64_t> words() const { return words_; }  // (ceil(documents / 64))

  // `mark` is that of the file. Throws ERR_QUERL_IO and ERR_QUERL_INDEX_CORRUPT.
  static std::shared_ptr<const Deletions> open(const std::string& path, uint32_t documents,
                                               uint32_t mark);
  // Returns the file's mark.
  uint32_t save(const std::string& path) const;

 private:
  uint32_t documents_;
  uint32_t count_ = 0;
  std::vector<uint64_t> words_;
};

}  // namespace querl
