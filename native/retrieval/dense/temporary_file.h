// Bytes that wait on the disk for their place in a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace querl {

// In the folder of `path`, without a name: the system frees it with the process at the latest.
// Failures throw ERR_QUERL_IO with the system's reason.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& path);
  ~TemporaryFile();

  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void append(std::span<const std::byte> bytes);

  // All of it, from the start, piece by piece.
  void read(const std::function<void(std::span<const std::byte>)>& use) const;

 private:
  [[noreturn]] void fail(const char* what) const;

  std::string path_;
  int file_ = -1;
  uint64_t bytes_ = 0;
};

}  // namespace querl
