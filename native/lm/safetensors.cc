#include "lm/safetensors.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <vector>

#include "lm/errors.h"
#include "lm/stored_numbers.h"

namespace querl {
namespace {

// A stop request waits for one chunk of each thread at most; small enough that two threads share
// a model of a few tensors, and large enough for one copy to a device.
constexpr int64_t kChunkNumbers = int64_t{1} << 20;

class Mapping {
 public:
  explicit Mapping(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) fail(path, "opened");
    struct stat status {};
    const bool known = ::fstat(file, &status) == 0;
    size_ = known ? status.st_size : 0;
    void* at = size_ == 0
                   ? nullptr
                   : ::mmap(nullptr, static_cast<size_t>(size_), PROT_READ, MAP_SHARED, file, 0);
    const int reason = errno;
    ::close(file);  // the mapping outlives it
    errno = reason;
    if (!known) fail(path, "read");
    if (at == MAP_FAILED) fail(path, "mapped");
    if (size_ > 0) ::madvise(at, static_cast<size_t>(size_), MADV_WILLNEED);
    data_ = static_cast<const std::byte*>(at);
  }
  ~Mapping() {
    if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), static_cast<size_t>(size_));
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  int64_t size() const { return size_; }
  const std::byte* at(int64_t position) const { return data_ + position; }

 private:
  [[noreturn]] static void fail(const std::string& path, const char* done) {
    throw Error("ERR_QUERL_IO", path + " cannot be " + done + ": " + std::strerror(errno) + ".");
  }

  const std::byte* data_ = nullptr;
  int64_t size_ = 0;
};

void check_ends(const std::string& path, std::span<const StoredTensor> tensors, int64_t size) {
  for (const StoredTensor& tensor : tensors) {
    const int64_t end = tensor.position + tensor.count * float_bytes(tensor.stored);
    if (end > size)
      throw Error("ERR_QUERL_CHECKPOINT_CORRUPT", path + " ends " + std::to_string(end - size) +
                                                      " bytes before " + std::string(tensor.name) +
                                                      " does.");
  }
}

// Part of a tensor: what one task reads.
struct Chunk {
  size_t tensor;
  int64_t first, count;
};

std::vector<Chunk> chunks_of(std::span<const StoredTensor> tensors) {
  std::vector<Chunk> chunks;
  for (size_t i = 0; i < tensors.size(); ++i)
    for (int64_t first = 0; first < tensors[i].count; first += kChunkNumbers)
      chunks.push_back({i, first, std::min(kChunkNumbers, tensors[i].count - first)});
  return chunks;
}

// Throws if one of the tensors has the fault.
void refuse(const std::string& path, std::span<const StoredTensor> tensors,
            const std::vector<std::atomic<NumberFault>>& faults, NumberFault fault,
            const std::string& what) {
  constexpr int kShown = 8;
  std::string names;
  int found = 0;
  for (size_t i = 0; i < tensors.size(); ++i)
    if (faults[i].load() == fault && ++found <= kShown)
      names += (found > 1 ? ", " : "") + std::string(tensors[i].name);
  if (found > kShown) names += " and " + std::to_string(found - kShown) + " more";
  if (found > 0)
    throw Error("ERR_QUERL_MODEL", path + " has numbers " + what + " in " + names + ".");
}

}  // namespace

void read_tensors(const std::string& path, std::span<const StoredTensor> tensors, Device& device,
                  Parallel& parallel, const std::stop_token& stop) {
  const Mapping file(path);
  check_ends(path, tensors, file.size());
  const std::vector<Chunk> chunks = chunks_of(tensors);
  std::vector<std::atomic<NumberFault>> faults(tensors.size());
  std::vector<std::vector<std::byte>> rooms(static_cast<size_t>(parallel.threads()));
  parallel.run(static_cast<int64_t>(chunks.size()), [&](int64_t task, int thread) {
    if (stop.stop_requested()) throw Cancelled();
    const Chunk& chunk = chunks[static_cast<size_t>(task)];
    const StoredTensor& tensor = tensors[chunk.tensor];
    const std::byte* from = file.at(tensor.position + chunk.first * float_bytes(tensor.stored));
    const int64_t bytes = chunk.count * float_bytes(tensor.wanted);
    std::byte* to = tensor.to + chunk.first * float_bytes(tensor.wanted);
    std::vector<std::byte>& room = rooms[static_cast<size_t>(thread)];
    if (!device.is_host()) room.resize(std::max(room.size(), static_cast<size_t>(bytes)));
    const NumberFault fault = copy_numbers(from, tensor.stored, chunk.count,
                                           device.is_host() ? to : room.data(), tensor.wanted);
    if (!device.is_host()) device.copy(to, room.data(), bytes);
    std::atomic<NumberFault>& worst = faults[chunk.tensor];
    NumberFault known = worst.load();
    while (known < fault && !worst.compare_exchange_weak(known, fault)) {
    }
  });
  refuse(path, tensors, faults, NumberFault::kNotFinite, "that are not finite");
  refuse(path, tensors, faults, NumberFault::kTooLarge,
         "that are too large for the type in which they are to be kept");
}

}  // namespace querl
