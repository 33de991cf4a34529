// Where the tests of what can run on a device run: on the CPU, or on the device that
// QUERL_TEST_DEVICE names ("cuda:0"), as gpu/check.py does with those that it selects.
#pragma once

#include <cstdlib>
#include <memory>

#include "lm/libtorch_device.h"

namespace querl {

inline std::shared_ptr<Device> test_device() {
  const char* name = std::getenv("QUERL_TEST_DEVICE");
  return open_device(name == nullptr ? "cpu" : name);
}

}  // namespace querl
