// What every kernel is tested with.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/isa.h"

namespace querl {

// Empty, one, around a vector's and a panel's width, off by one from a power of two, many tasks.
inline constexpr int64_t kSizes[] = {0, 1, 31, 32, 33, 1023, 4096};

// The instruction sets that this processor has.
inline std::vector<Isa> available_isas() {
  std::vector<Isa> all{Isa::kPortable};
  if (best_isa() >= Isa::kAvx2) all.push_back(Isa::kAvx2);
  if (best_isa() >= Isa::kAvx512) all.push_back(Isa::kAvx512);
  return all;
}

}  // namespace querl
