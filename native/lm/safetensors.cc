#include "lm/safetensors.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include "lm/errors.h"

// The format is little-endian, and numbers are copied as they lie in memory.
static_assert(std::endian::native == std::endian::little);

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

float from_bf16(uint16_t bits) { return std::bit_cast<float>(uint32_t{bits} << 16); }

float from_f16(uint16_t bits) {
  const uint32_t sign = uint32_t{bits & 0x8000u} << 16;
  const uint32_t exponent = (bits >> 10) & 0x1f, fraction = bits & 0x3ff;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000u | (fraction << 13));
  if (exponent == 0) {  // zero and subnormals: fraction * 2^-24, which fp32 holds exactly
    const float value = static_cast<float>(fraction) * 0x1p-24f;
    return sign != 0 ? -value : value;
  }
  return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
}

void widen(const std::vector<uint16_t>& from, StoredType type, int64_t count, float* to) {
  for (int64_t i = 0; i < count; ++i) {
    const uint16_t bits = from[static_cast<size_t>(i)];
    to[i] = type == StoredType::kBf16 ? from_bf16(bits) : from_f16(bits);
  }
}

}  // namespace

int64_t stored_size(StoredType type) { return type == StoredType::kF32 ? 4 : 2; }

void read_tensors(const std::string& path, std::span<const StoredTensor> tensors,
                  const std::stop_token& stop) {
  const File file(path, O_RDONLY);
  std::vector<uint16_t> halves;
  for (const StoredTensor& tensor : tensors) {
    const int64_t size = stored_size(tensor.type);
    for (int64_t done = 0; done < tensor.count;) {
      if (stop.stop_requested()) throw Cancelled();
      const int64_t count = std::min(tensor.count - done, kChunkBytes / size);
      const int64_t position = tensor.position + done * size;
      if (tensor.type == StoredType::kF32) {
        file.read(position, reinterpret_cast<char*>(tensor.to + done), count * size);
      } else {
        halves.resize(static_cast<size_t>(count));
        file.read(position, reinterpret_cast<char*>(halves.data()), count * size);
        widen(halves, tensor.type, count, tensor.to + done);
      }
      done += count;
    }
  }
}

void write_tensors(const std::string& path, std::string_view header,
                   std::span<const std::span<const float>> parts, const std::stop_token& stop) {
  File file(path, O_WRONLY | O_CREAT | O_TRUNC);
  file.write(header.data(), static_cast<int64_t>(header.size()));
  for (const std::span<const float> part : parts) {
    const auto* from = reinterpret_cast<const char*>(part.data());
    const auto bytes = static_cast<int64_t>(part.size_bytes());
    for (int64_t done = 0; done < bytes; done += kChunkBytes) {
      if (stop.stop_requested()) throw Cancelled();
      file.write(from + done, std::min(kChunkBytes, bytes - done));
    }
  }
  file.close();
}

}  // namespace querl
