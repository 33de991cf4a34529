// The data part of safetensors files. TypeScript reads, checks and writes their JSON headers
// (packages/torch/src/safetensors-header.ts); here numbers move between files and memory.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace querl {

enum class StoredType { kF32, kBf16, kF16 };

// Bytes of one number.
int64_t stored_size(StoredType type);

// `count` numbers that lie at `position` of a file and are wanted at `to`.
struct StoredTensor {
  int64_t position = 0;
  StoredType type = StoredType::kF32;
  int64_t count = 0;
  float* to = nullptr;
};

// Reads all `tensors` of one file, converted to fp32.
//
// Throws ERR_QUERL_IO if the file cannot be read, ERR_QUERL_CHECKPOINT_CORRUPT if it ends early,
// and Cancelled; what was read until then stays.
void read_tensors(const std::string& path, std::span<const StoredTensor> tensors,
                  const std::stop_token& stop);

// Writes `header` and then `parts`, one behind the other, and waits until they are on the disk.
//
// Throws ERR_QUERL_IO, with the system's reason, and Cancelled; the file is then incomplete, so
// write to a temporary name and rename.
void write_tensors(const std::string& path, std::string_view header,
                   std::span<const std::span<const float>> parts, const std::stop_token& stop);

}  // namespace querl
