// Finds the next score of a window that is worth a look.
#pragma once

#include <cstdint>

namespace querl {

// The first i in [from, count) with scores[i] > above, or count.
uint32_t find_above(const int32_t* scores, uint32_t from, uint32_t count, int32_t above);
uint32_t find_above(const int64_t* scores, uint32_t from, uint32_t count, int64_t above);

}  // namespace querl
