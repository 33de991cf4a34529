#include "retrieval/files/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "base/errors.h"

namespace querl {
namespace {

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return path.substr(0, std::max<size_t>(slash, 1));
}

}  // namespace

AtomicFile::AtomicFile(const std::string& path) : path_(path) {
  // Two writers of one file, in this process or in two, must not share a temporary name. One that
  // was killed may have left its own, and in a container the next process has its number again.
  static std::atomic<uint64_t> counter = 0;
  do {
    temporary_ = path + ".tmp-" + std::to_string(getpid()) + "-" + std::to_string(counter++);
    file_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (file_ < 0 && errno == EEXIST);
  if (file_ < 0) fail("cannot be created");
}

AtomicFile::~AtomicFile() {
  if (file_ < 0) return;
  close(file_);
  unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    // Linux writes at most 2 GiB a call.
    const size_t chunk = std::min<size_t>(bytes.size(), size_t{1} << 30);
    const ssize_t written = ::write(file_, bytes.data(), chunk);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot be written");
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
}

void AtomicFile::write_at(uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot be written");
    offset += static_cast<uint64_t>(written);
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
}

void AtomicFile::commit() {
  if (fsync(file_) != 0) fail("cannot be written to the disk");
  if (rename(temporary_.c_str(), path_.c_str()) != 0) fail("cannot be renamed into place");
  close(file_);
  file_ = -1;
  // The new name must survive a power cut too. Some file systems cannot sync a folder: not an
  // error.
  const int folder = open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  close(folder);
}

void AtomicFile::fail(const char* what) const {
  throw Error("ERR_QUERL_IO", path_ + " " + what + ": " + std::strerror(errno) + ".");
}

}  // namespace querl
