#include "lm/state_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "lm/errors.h"

namespace querl {
namespace {

// A stop request waits for one chunk at most.
constexpr int64_t kChunkBytes = int64_t{4} << 20;

class File {
 public:
  File(const std::string& path, int flags)
      : path_(path), descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {
    if (descriptor_ < 0) fail("opened");
  }
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void read(int64_t position, char* to, int64_t bytes) const {
    while (bytes > 0) {
      const ssize_t got = ::pread(descriptor_, to, static_cast<size_t>(bytes), position);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail("read");
      if (got == 0)
        throw Error("ERR_QUERL_CHECKPOINT_CORRUPT",
                    path_ + " ends " + std::to_string(bytes) + " bytes before its tensors do.");
      position += got;
      to += got;
      bytes -= got;
    }
  }

  void write(const char* from, int64_t bytes) const {
    while (bytes > 0) {
      const ssize_t put = ::write(descriptor_, from, static_cast<size_t>(bytes));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) fail("written");
      from += put;
      bytes -= put;
    }
  }

  // Some file systems report a full disk only here.
  void close() {
    if (::fsync(descriptor_) != 0) fail("synced");
    if (::close(std::exchange(descriptor_, -1)) != 0) fail("closed");
  }

 private:
  [[noreturn]] void fail(const char* done) const {
    throw Error("ERR_QUERL_IO", path_ + " cannot be " + done + ": " + std::strerror(errno) + ".");
  }

  const std::string& path_;
  int descriptor_;
};

// Calls move(offset, bytes) for the chunks of a part.
template <class Move>
void for_chunks(const StateBytes& part, const std::stop_token& stop, const Move& move) {
  for (int64_t done = 0; done < part.bytes; done += kChunkBytes) {
    if (stop.stop_requested()) throw Cancelled();
    move(done, std::min(kChunkBytes, part.bytes - done));
  }
}

}  // namespace

void read_state(const std::string& path, std::span<const StateBytes> parts, Device& device,
                const std::stop_token& stop) {
  const File file(path, O_RDONLY);
  std::vector<char> chunk(static_cast<size_t>(kChunkBytes));
  for (const StateBytes& part : parts)
    for_chunks(part, stop, [&](int64_t offset, int64_t bytes) {
      file.read(part.position + offset, chunk.data(), bytes);
      device.copy(part.data + offset, chunk.data(), bytes);
    });
}

void write_state(const std::string& path, std::string_view header,
                 std::span<const StateBytes> parts, Device& device, const std::stop_token& stop) {
  File file(path, O_WRONLY | O_CREAT | O_TRUNC);
  file.write(header.data(), static_cast<int64_t>(header.size()));
  std::vector<char> chunk(device.is_host() ? 0 : static_cast<size_t>(kChunkBytes));
  for (const StateBytes& part : parts)
    for_chunks(part, stop, [&](int64_t offset, int64_t bytes) {
      const char* from = reinterpret_cast<const char*>(part.data + offset);
      if (!device.is_host()) {
        device.copy(chunk.data(), part.data + offset, bytes);
        from = chunk.data();
      }
      file.write(from, bytes);
    });
  file.close();
}

}  // namespace querl
