// What tokenizers yield: tokens as they stand in the text.
#pragma once

#include <cstddef>

namespace querl {

struct Slice {
  size_t first;
  size_t bytes;
  bool ascii;  // every byte of it is below 0x80
};

}  // namespace querl
