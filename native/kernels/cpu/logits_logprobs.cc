#include "kernels/logits_logprobs.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "kernels/cpu/float_rows.h"
#include "kernels/cpu/logits_tables.h"

namespace querl {
namespace {

// Logits of one task: enough to be worth a wake-up, and some tasks for each thread.
constexpr int64_t kTaskLogits = int64_t{1} << 18;

const LogitsKernels& kernels(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::kAvx512) return kLogitsAvx512;
  if (isa == Isa::kAvx2) return kLogitsAvx2;
#endif
  return kLogitsPortable;
}

template <class Work>
void for_rows(const LogitsShape& shape, Parallel& parallel, const Work& work) {
  const int64_t rows = std::max<int64_t>(1, kTaskLogits / std::max<int64_t>(1, shape.vocab));
  parallel.run((shape.tokens + rows - 1) / rows, [&](int64_t task, int) {
    const int64_t end = std::min(shape.tokens, (task + 1) * rows);
    for (int64_t t = task * rows; t < end; ++t) work(t);
  });
}

template <class Pointer>
auto row_of(const FloatRows<Pointer>& rows, int64_t t) {
  const int64_t size = rows.type == FloatType::kFloat32 ? 4 : 2;
  using Byte =
      std::conditional_t<std::is_const_v<std::remove_pointer_t<Pointer>>, const char, char>;
  return static_cast<Byte*>(rows.data) + t * rows.stride * size;
}

float logit(const ConstRows& logits, int64_t t, int64_t i) {
  const void* row = row_of(logits, t);
  return logits.type == FloatType::kFloat32 ? static_cast<const float*>(row)[i]
                                            : from_bfloat16(static_cast<const uint16_t*>(row)[i]);
}

}  // namespace

void logits_logprobs(const LogitsShape& shape, const ConstRows& logits, const int64_t* targets,
                     float temperature, const TokenScores& scores, Parallel& parallel, Isa isa) {
  const float scale = 1.f / temperature;
  const bool is_bf16 = logits.type == FloatType::kBfloat16;
  for_rows(shape, parallel, [&](int64_t t) {
    if (targets[t] < 0) {
      scores.logprobs[t] = scores.entropies[t] = scores.maxima[t] = scores.log_sums[t] = 0.f;
      return;
    }
    const LogitsRow row = kernels(isa).row(row_of(logits, t), shape.vocab, is_bf16, scale);
    const double log_sum = std::log(row.sum), entropy = log_sum - row.weighted / row.sum;
    const double below = static_cast<double>(logit(logits, t, targets[t]) * scale) - row.max;
    scores.logprobs[t] = static_cast<float>(below - log_sum);
    scores.entropies[t] = static_cast<float>(entropy < 0 ? 0 : entropy);  // rounding; keeps a NaN
    scores.maxima[t] = row.max;
    scores.log_sums[t] = static_cast<float>(log_sum);
  });
}

void logits_logprobs_backward(const LogitsShape& shape, const ConstRows& logits,
                              const int64_t* targets, float temperature, const TokenSlopes& slopes,
                              const Rows& d_logits, Parallel& parallel, Isa isa) {
  const float scale = 1.f / temperature;
  const bool is_bf16 = logits.type == FloatType::kBfloat16;
  for_rows(shape, parallel, [&](int64_t t) {
    const float d_logprob = slopes.d_logprobs == nullptr ? 0.f : slopes.d_logprobs[t];
    const float d_entropy = slopes.d_entropies == nullptr ? 0.f : slopes.d_entropies[t];
    if (targets[t] < 0 || (d_logprob == 0.f && d_entropy == 0.f)) {
      clear_row(d_logits, t, shape.vocab);
      return;
    }
    const LogitsTerms terms{scale,
                            slopes.maxima[t],
                            slopes.log_sums[t],
                            -scale * (d_logprob + d_entropy * slopes.entropies[t]),
                            -scale * d_entropy,
                            scale * d_logprob,
                            targets[t]};
    kernels(isa).slopes(row_of(logits, t), shape.vocab, is_bf16, terms, row_of(d_logits, t));
  });
}

}  // namespace querl
