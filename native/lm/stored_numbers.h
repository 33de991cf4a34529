// Numbers as they lie in files, copied and converted in one pass that also looks for such as no
// model can use.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/float_type.h"

namespace querl {

enum class NumberFault : uint8_t {
  kNone,
  kTooLarge,   // finite, and infinite in the type it goes to
  kNotFinite,  // NaN or infinite where it comes from
};

// Copies `count` numbers, rounded to nearest, ties to even; the worst fault among them. `from` may
// be unaligned.
NumberFault copy_numbers(const std::byte* from, FloatType stored, int64_t count, std::byte* to,
                         FloatType wanted);

}  // namespace querl
