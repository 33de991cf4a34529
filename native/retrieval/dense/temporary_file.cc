#include "retrieval/dense/temporary_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/errors.h"

namespace querl {

TemporaryFile::TemporaryFile(const std::string& path) : path_(path + ".tmp-XXXXXX") {
  file_ = mkostemp(path_.data(), O_CLOEXEC);
  if (file_ < 0) fail("cannot be created");
  unlink(path_.c_str());
}

TemporaryFile::~TemporaryFile() { close(file_); }

void TemporaryFile::append(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file_, bytes.data(), std::min<size_t>(bytes.size(), 1 << 30));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot be written");
    bytes_ += static_cast<uint64_t>(written);
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
}

void TemporaryFile::read(const std::function<void(std::span<const std::byte>)>& use) const {
  std::vector<std::byte> buffer(std::min<uint64_t>(bytes_, 4 << 20));
  for (uint64_t at = 0; at < bytes_;) {
    const ssize_t count =
        pread(file_, buffer.data(), std::min<uint64_t>(buffer.size(), bytes_ - at),
              static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail("cannot be read");
    use({buffer.data(), static_cast<size_t>(count)});
    at += static_cast<uint64_t>(count);
  }
}

void TemporaryFile::fail(const char* what) const {
  throw Error("ERR_QUERL_IO", path_ + " " + what + ": " + std::strerror(errno) + ".");
}

}  // namespace querl
