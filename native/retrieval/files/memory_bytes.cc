#include "retrieval/files/memory_bytes.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace querl {
namespace {

constexpr size_t kLeast = 64 << 10;  // a multiple of every system's page

// Pages move to the larger mapping where the system can do that: nothing is held twice.
std::byte* grown(std::byte* data, [[maybe_unused]] size_t size, size_t old_capacity,
                 size_t capacity) {
#if defined(__linux__)
  if (data != nullptr) {
    void* const moved = mremap(data, old_capacity, capacity, MREMAP_MAYMOVE);
    if (moved == MAP_FAILED) throw std::bad_alloc();
    return static_cast<std::byte*>(moved);
  }
#endif
  void* const fresh =
      mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (fresh == MAP_FAILED) throw std::bad_alloc();
  if (data != nullptr) {
    std::memcpy(fresh, data, size);
    munmap(data, old_capacity);
  }
  return static_cast<std::byte*>(fresh);
}

}  // namespace

MemoryBytes::~MemoryBytes() {
  if (data_ != nullptr) munmap(data_, capacity_);
}

void MemoryBytes::append(std::span<const std::byte> bytes) {
  if (!bytes.empty()) std::memcpy(extend(bytes.size()).data(), bytes.data(), bytes.size());
}

std::span<std::byte> MemoryBytes::extend(size_t bytes) {
  if (bytes > capacity_ - size_) {
    size_t capacity = std::max(kLeast, capacity_);
    while (capacity - size_ < bytes) capacity *= 2;
    data_ = grown(data_, size_, capacity_, capacity);
    capacity_ = capacity;
  }
  size_ += bytes;
  return {data_ + size_ - bytes, bytes};
}

void MemoryBytes::write_at(uint64_t offset, std::span<const std::byte> bytes) {
  std::memcpy(data_ + offset, bytes.data(), bytes.size());
}

}  // namespace querl
