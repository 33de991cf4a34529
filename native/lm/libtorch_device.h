// A CUDA device as what holds models: memory from LibTorch's caching allocator, the optimiser by
// querl's operators.
#pragma once

#include <memory>
#include <string>

#include "lm/device.h"

namespace querl {

// "cpu", "cuda" (the first device) or "cuda:N". Throws ERR_QUERL_ARGUMENT for other names and for
// numbers that there are not, ERR_QUERL_NATIVE_MISSING where this build or this machine has no
// CUDA.
std::shared_ptr<Device> open_device(const std::string& name);

}  // namespace querl
