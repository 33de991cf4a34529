// Bytes in memory that grow at their end, at an address that is a multiple of the page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "retrieval/files/section_file.h"

namespace querl {

class MemoryBytes : public FileBytes {
 public:
  MemoryBytes() = default;
  ~MemoryBytes() override;

  MemoryBytes(const MemoryBytes&) = delete;
  MemoryBytes& operator=(const MemoryBytes&) = delete;

  // Throws std::bad_alloc. bytes() of before are void.
  void append(std::span<const std::byte> bytes);
  // Appends bytes that are to be written.
  std::span<std::byte> extend(size_t bytes);
  void write_at(uint64_t offset, std::span<const std::byte> bytes);

  std::span<const std::byte> bytes() const override { return {data_, size_}; }

 private:
  std::byte* data_ = nullptr;  // a mapping of capacity_ bytes
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace querl
