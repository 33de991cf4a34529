// The sizes that every kernel is tested with: empty, one, around a vector's and a panel's width,
// off by one from a power of two, and many tasks.
#pragma once

#include <cstdint>

namespace querl {

inline constexpr int64_t kSizes[] = {0, 1, 31, 32, 33, 1023, 4096};

}  // namespace querl
