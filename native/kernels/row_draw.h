// What each row of a batch asks for where the rows have options of their own, as a sampler's
// sessions do: sample.h by the row, in a form that travels to a device.
#pragma once

#include <cstdint>

namespace querl {

struct RowDraw {
  double uniform = 0;  // in [0, 1): where the draw falls
  float temperature = 1.f;
  float top_p = 1.f;
  float min_p = 0.f;
  int32_t top_k = 0;
  int32_t target = -1;  // at least 0: nothing is drawn, the log-prob of this token is wanted
  int32_t bans = -1;    // the row of RowDraws::bans that holds for it; -1: nothing is banned
};
static_assert(sizeof(RowDraw) == 32);

struct RowDraws {
  const float* logits = nullptr;  // (rows, vocab), not written to
  int64_t rows = 0, vocab = 0;
  int64_t stride = 0;              // numbers from row to row
  const RowDraw* draws = nullptr;  // (rows)
  const uint32_t* bans = nullptr;  // rows of ban_words() words: a bit for each id
  int64_t ban_words() const { return (vocab + 31) / 32; }
};

// As Sample: the id, -1 where the logits are not finite or all banned, and its log-prob.
struct DrawnRow {
  int32_t id;
  float logprob;
};

}  // namespace querl
