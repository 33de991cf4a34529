#include "retrieval/bm25/spool.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "base/errors.h"

namespace querl {
namespace {

constexpr size_t kBufferBytes = 256 << 10;

}  // namespace

Spool::Spool(const std::string& folder) : folder_(folder) {
  if (folder.empty()) return;
  static std::atomic<uint64_t> counter = 0;
  const std::string path =
      folder + "/spool.tmp-" + std::to_string(getpid()) + "-" + std::to_string(counter++);
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file_ < 0) fail("cannot be created");
  unlink(path.c_str());
}

Spool::~Spool() {
  if (!mapped_.empty()) munmap(const_cast<std::byte*>(mapped_.data()), mapped_.size());
  if (file_ >= 0) close(file_);
}

void Spool::append(std::string_view bytes) {
  size_ += bytes.size();
  if (file_ < 0) {
    memory_.append(std::as_bytes(std::span(bytes)));
    return;
  }
  if (bytes.size() >= kBufferBytes) {
    flush();
    write_out(bytes);
    return;
  }
  buffer_ += bytes;
  if (buffer_.size() >= kBufferBytes) flush();
}

void Spool::flush() {
  write_out(buffer_);
  buffer_.clear();
}

void Spool::write_out(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file_, bytes.data(), std::min<size_t>(bytes.size(), 1 << 30));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot be written");
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

void Spool::read_at(uint64_t first, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const size_t most = std::min<size_t>(bytes.size(), 1 << 30);
    const ssize_t count = pread(file_, bytes.data(), most, static_cast<off_t>(first));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("cannot be read");
    if (count == 0) throw Error("ERR_QUERL_IO", "A temporary file in " + folder_ + " was cut.");
    first += static_cast<uint64_t>(count);
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
}

std::span<const std::byte> Spool::read() {
  if (file_ < 0) return memory_.bytes();
  flush();
  buffer_.shrink_to_fit();
  if (size_ == 0 || !mapped_.empty()) return mapped_;
  void* const address = mmap(nullptr, size_, PROT_READ, MAP_SHARED, file_, 0);
  if (address == MAP_FAILED) fail("cannot be mapped");
  mapped_ = {static_cast<const std::byte*>(address), static_cast<size_t>(size_)};
  return mapped_;
}

void Spool::release(uint64_t first, uint64_t bytes) const {
  if (mapped_.empty()) return;
  const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  const uint64_t from = (first + page - 1) / page * page, to = (first + bytes) / page * page;
  if (from < to) {
    madvise(const_cast<std::byte*>(mapped_.data()) + from, to - from, MADV_DONTNEED);
  }
}

void Spool::fail(const char* what) const {
  throw Error("ERR_QUERL_IO",
              "A temporary file in " + folder_ + " " + what + ": " + std::strerror(errno) + ".");
}

}  // namespace querl
