// AdamW whose moments take one byte each: 8-bit optimisers by blockwise quantisation (Dettmers et
// al. 2021, arXiv 2110.02861).
//
// A block of 256 numbers shares a scale, its largest magnitude. A number is stored as the code of
// the nearest entry of a dynamic map times that scale; the map (its section 2.2) gives each decade
// twice the entries of the one below: the first moment's codes are signed, the second's are not.
//
// One deviation: a second moment above zero never becomes zero. Its root divides, and what the
// nearest entry would round away comes back as a step of m / epsilon.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/adamw.h"
#include "kernels/parallel.h"

namespace querl {

inline constexpr int64_t kMomentBlock = 256;

inline constexpr int64_t moment_blocks(int64_t count) {
  return (count + kMomentBlock - 1) / kMomentBlock;
}

// The buffers of one parameter. Zeros everywhere are a first moment of -scale: begin with
// kZeroFirstCode.
struct AdamW8Tensor {
  float* weights;          // (count)
  const float* gradients;  // (count)
  uint8_t* first_codes;    // (count)
  uint8_t* second_codes;   // (count)
  float* first_scales;     // (moment_blocks(count))
  float* second_scales;    // (moment_blocks(count))
  int64_t count;
  void* rounded = nullptr;  // as AdamWTensor's
};

inline constexpr uint8_t kZeroFirstCode = 127;
inline constexpr uint8_t kZeroSecondCode = 0;

// As adamw(): the moments are decoded, updated in fp32, used, and encoded again. Any number of
// threads gives the same bits.
void adamw8(const AdamWStep& step, std::span<const AdamW8Tensor> tensors, Parallel& parallel);

}  // namespace querl
