// A file mapped into memory, read only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace querl {

class MappedFile {
 public:
  // Throws ERR_QUERL_IO with the system's reason.
  explicit MappedFile(const std::string& path);
  ~MappedFile();

  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }

  // How many bytes the file has now. Those that it had once and has no more must not be touched:
  // the system ends the process for it (SIGBUS). Whoever has read a part before asks before he
  // reads it again. 0 where the system does not say. A third of a microsecond.
  uint64_t size_now() const;

 private:
  int file_ = -1;
  std::span<const std::byte> bytes_;
};

}  // namespace querl
