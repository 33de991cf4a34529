// The documents themselves, as lines of mapped files, found by their ordinals.
//
// The lines are those of the corpus files that an index was built from, or of
// copies in the index's folder. A section file beside them says where each line
// lies: about four bytes for a document, a checksum of the lines for every 32
// documents included. It is checked when a line of them is read for the first
// time, so that a corpus that was changed is told from one that was merely
// copied.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/files/mapped_file.h"
#include "retrieval/files/section_file.h"

namespace querl {

inline constexpr FileKind kLineStoreKind{"document lines", 1};
inline constexpr uint32_t kLinesOfBlock = 32;

// One file of lines, as the store knows it.
struct LineFile {
  std::string path;      // absolute; of a copy in the store's folder its name
  std::string relative;  // to the store's folder, tried first; empty: the path
                         // alone counts
  uint64_t bytes = 0;
  uint32_t documents = 0;

  friend bool operator==(const LineFile&, const LineFile&) = default;
};

// The files of a store, which need not be there.
std::vector<LineFile> read_line_files(const std::string& path);

// Immutable; any number of threads.
class LineStore {
 public:
  // Maps the store's own file and its files of lines. `moved` has the places of the latter that are
  // not in the same folder, in their order, or is empty. Throws ERR_QUERL_IO,
  // ERR_QUERL_INDEX_CORRUPT, and ERR_QUERL_DATA for a file that is not the one of the build.
  static std::shared_ptr<const LineStore> open(const std::string& path,
                                               std::span<const std::string> moved = {});

  uint32_t documents() const { return documents_; }
  const std::vector<LineFile>& files() const { return files_; }
  std::string_view meta() const { return meta_; }  // what the builder said of the lines
  uint64_t bytes() const { return sections_->bytes(); }
  uint32_t mark() const { return sections_->mark(); }

  // The line of a document, without white space around. Valid as long as the
  // store. Throws ERR_QUERL_ARGUMENT for an ordinal that is none,
  // ERR_QUERL_DATA for a changed file.
  std::string_view line(uint32_t ordinal) const;

  // Throws where a file was cut since it was opened, as line() does: for who has copied lines,
  // before he believes them. See SectionFile::check_whole().
  void check_files() const;

  // Where all lines lie, for a writer that goes on from here: of each block of lines where the
  // first starts in its file, where its spans start, and its checksum; the gap and length of each
  // line.
  struct Places {
    std::span<const uint64_t> firsts;
    std::span<const uint64_t> spans_first;
    std::span<const uint32_t> checksums;
    std::span<const std::byte> spans;
  };
  Places places() const;

  ~LineStore();

 private:
  struct Opened;  // a file of lines, mapped

  LineStore();

  struct Span {
    uint64_t first;
    uint64_t bytes;
  };
  // The lines of a block, up to `count` of them.
  void spans(const Opened& file, uint64_t block, uint32_t count, Span* out) const;
  void check(const Opened& file, uint64_t block, std::span<const Span> lines) const;
  const Opened& file_of(uint32_t ordinal) const;

  std::string path_;
  std::shared_ptr<const SectionFile> sections_;
  SectionView firsts_, places_, checksums_, spans_;
  std::string meta_;
  std::vector<LineFile> files_;
  std::vector<std::unique_ptr<Opened>> opened_;
  uint32_t documents_ = 0;
  mutable std::unique_ptr<std::atomic<uint64_t>[]> checked_;  // one bit for each block
};

}  // namespace querl
