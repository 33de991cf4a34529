#include "retrieval/files/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/errors.h"

namespace querl {
namespace {

struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) close(number);
  }
};

[[noreturn]] void refuse(const std::string& path, const char* reason) {
  throw Error("ERR_QUERL_IO", path + " cannot be read: " + reason + ".");
}

}  // namespace

MappedFile::MappedFile(const std::string& path) {
  Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat status {};
  if (file.number < 0 || fstat(file.number, &status) != 0) refuse(path, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) refuse(path, "It is not a regular file");
  if (status.st_size == 0) return;  // an empty mapping is an error to mmap
  const auto size = static_cast<size_t>(status.st_size);
  void* const address = mmap(nullptr, size, PROT_READ, MAP_SHARED, file.number, 0);
  if (address == MAP_FAILED) refuse(path, std::strerror(errno));
  bytes_ = {static_cast<const std::byte*>(address), size};
  file_ = std::exchange(file.number, -1);
}

MappedFile::~MappedFile() {
  if (bytes_.empty()) return;
  munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  close(file_);
}

uint64_t MappedFile::size_now() const {
  struct stat status {};
  if (file_ < 0 || fstat(file_, &status) != 0) return 0;
  return static_cast<uint64_t>(status.st_size);
}

}  // namespace querl
