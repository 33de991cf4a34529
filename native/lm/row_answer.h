// What a decoder on the CPU does with a row of logits.
#pragma once

#include <cstdint>

#include "kernels/sample.h"
#include "lm/decoder.h"

namespace querl {

// What `request` wants of a row; overwrites `logits` (V).
RowResult answer(const RowRequest& request, float* logits, int64_t vocab_size,
                 SampleScratch& scratch, Isa isa = best_isa());

}  // namespace querl
