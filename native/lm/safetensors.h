// The data part of safetensors files: numbers on their way into a model. TypeScript reads and
// checks the JSON headers (packages/torch/src/safetensors-header.ts); state_file.h writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "kernels/float_type.h"
#include "kernels/parallel.h"
#include "lm/device.h"

namespace querl {

// `count` numbers that lie at `position` of a file and are wanted at `to`, on a device.
struct StoredTensor {
  std::string_view name;  // for messages
  int64_t position = 0;
  FloatType stored = FloatType::kFloat32;
  int64_t count = 0;
  FloatType wanted = FloatType::kFloat32;
  std::byte* to = nullptr;
};

// Reads all `tensors` of one file, converted, on all threads. The file is mapped into memory: one
// that is cut short by another process meanwhile ends this one.
//
// Throws ERR_QUERL_IO if the file cannot be read, ERR_QUERL_CHECKPOINT_CORRUPT if it ends before a
// tensor does, ERR_QUERL_MODEL with their names if tensors have numbers that are not finite, or not
// in the type that is wanted; and Cancelled. What was read until then stays.
void read_tensors(const std::string& path, std::span<const StoredTensor> tensors, Device& device,
                  Parallel& parallel, const std::stop_token& stop);

}  // namespace querl
