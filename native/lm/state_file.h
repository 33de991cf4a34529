// Moves numbers as they are, byte by byte, between a device's memory and the data part of
// safetensors files. TypeScript reads, checks and writes the headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "lm/device.h"

namespace querl {

struct StateBytes {
  std::byte* data = nullptr;  // on the device
  int64_t bytes = 0;
  int64_t position = 0;  // in the file; for reading alone
};

// Throws ERR_QUERL_IO, ERR_QUERL_CHECKPOINT_CORRUPT if the file ends early, and Cancelled; what was
// read until then stays.
void read_state(const std::string& path, std::span<const StateBytes> parts, Device& device,
                const std::stop_token& stop);

// Writes `header` and then `parts`, one behind the other, and waits until they are on the disk.
//
// Throws ERR_QUERL_IO, with the system's reason, and Cancelled; the file is then incomplete, so
// write to a temporary name and rename.
void write_state(const std::string& path, std::string_view header,
                 std::span<const StateBytes> parts, Device& device, const std::stop_token& stop);

}  // namespace querl
