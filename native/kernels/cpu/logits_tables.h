// The inner loops of logits_logprobs(), one table per instruction set.
#pragma once

#include <cstdint>

namespace querl {

// What a row of logits comes to, with z = scale * logit. A logit of -infinity counts as absent.
struct LogitsRow {
  float max;        // of z
  double sum;       // of exp(z - max)
  double weighted;  // of exp(z - max) (z - max)
};

// d loss / d logit = p (constant + slope log p) + [target] direct
struct LogitsTerms {
  float scale, max, log_sum, constant, slope, direct;
  int64_t target;
};

struct LogitsKernels {
  LogitsRow (*row)(const void* logits, int64_t count, bool is_bf16, float scale);
  // `to` may be `logits`.
  void (*slopes)(const void* logits, int64_t count, bool is_bf16, const LogitsTerms& terms,
                 void* to);
};

extern const LogitsKernels kLogitsPortable;
#if defined(__x86_64__)
extern const LogitsKernels kLogitsAvx2, kLogitsAvx512;
#endif

}  // namespace querl
