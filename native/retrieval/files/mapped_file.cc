#include "retrieval/files/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
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
  mapping_.bytes = {static_cast<const std::byte*>(address), size};
  mapping_.file = std::exchange(file.number, -1);
  guard_.emplace(address, size);
}

MappedFile::Mapping::~Mapping() {
  if (bytes.empty()) return;
  munmap(const_cast<std::byte*>(bytes.data()), bytes.size());
  close(file);
}

std::string MappedFile::loss() const {
  if (bytes().empty()) return {};
  struct stat status {};
  const bool is_known = fstat(mapping_.file, &status) == 0;
  const uint64_t now = is_known ? static_cast<uint64_t>(status.st_size) : 0;
  if (now < bytes().size()) {
    return "it was cut to " + std::to_string(now) + " bytes while it was open, of " +
           std::to_string(bytes().size());
  }
  // Last: who has read a zero finds this set.
  if (guard_->is_cut()) {
    return "parts of it could not be read, since it was cut while it was open, or its disk failed: "
           "open it anew";
  }
  return {};
}

}  // namespace querl
