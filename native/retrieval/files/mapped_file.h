// A file mapped into memory, read only.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "retrieval/files/cut_guard.h"

namespace querl {

class MappedFile {
 public:
  // Throws ERR_QUERL_IO with the system's reason.
  explicit MappedFile(const std::string& path);

  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return mapping_.bytes; }

  // Empty as long as all the bytes that were mapped can be read, else what happened to them: "it
  // was cut to 10 bytes while it was open, of 99". Whoever reads asks before, since behind a new
  // end lies nothing that he can read where a CutGuard does nothing; and again when he is done,
  // since with one there are zeros. A third of a microsecond.
  std::string loss() const;

 private:
  struct Mapping {
    ~Mapping();
    int file = -1;
    std::span<const std::byte> bytes;
  };

  Mapping mapping_;
  std::optional<CutGuard> guard_;
};

}  // namespace querl
