// Texts in ids for an encoder, and what is wanted of them.
#pragma once

#include <cstdint>

namespace querl {

// Packed without padding: text i is tokens [offsets[i], offsets[i + 1]), at least one.
struct EncoderBatch {
  const int32_t* tokens = nullptr;
  const uint8_t* token_types = nullptr;  // as the tokens; null: 0 for all
  const int64_t* offsets = nullptr;      // (texts + 1), from 0
  int64_t texts = 0;
};

// How the states of a text's tokens become one vector.
enum class Pooling { kMean, kMax, kFirst, kLast };

struct EncoderRequest {
  bool labels = false;  // the classifier's outputs instead of a pooled vector
  Pooling pooling = Pooling::kMean;
  bool normalizes = false;  // pooled vectors to length 1
  // Text i's result is row rows[i] of `out` (…, D or labels).
  const int32_t* rows = nullptr;
  float* out = nullptr;

  // Whether all but one token's states are of no interest behind the last layer.
  bool reads_one() const {
    return labels || pooling == Pooling::kFirst || pooling == Pooling::kLast;
  }
};

}  // namespace querl
