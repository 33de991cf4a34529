#include "retrieval/bm25/find_above.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace querl {
namespace {

template <typename Score>
uint32_t find_above_portable(const Score* scores, uint32_t from, uint32_t count, Score above) {
  while (from < count && scores[from] <= above) ++from;
  return from;
}

#if defined(__x86_64__)
// Most windows have a handful of candidates among thousands: 32 scores a step.
__attribute__((target("avx2"))) uint32_t find_above_avx2(const int32_t* scores, uint32_t from,
                                                         uint32_t count, int32_t above) {
  const __m256i limit = _mm256_set1_epi32(above);
  const auto greater = [&](uint32_t at) __attribute__((target("avx2"))) {
    return _mm256_cmpgt_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(scores + at)),
                              limit);
  };
  for (; from + 32 <= count; from += 32) {
    const __m256i any = _mm256_or_si256(_mm256_or_si256(greater(from), greater(from + 8)),
                                        _mm256_or_si256(greater(from + 16), greater(from + 24)));
    if (!_mm256_testz_si256(any, any)) break;
  }
  return find_above_portable(scores, from, count, above);
}
#endif

}  // namespace

uint32_t find_above(const int32_t* scores, uint32_t from, uint32_t count, int32_t above) {
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2");
  if (has_avx2) return find_above_avx2(scores, from, count, above);
#endif
  return find_above_portable(scores, from, count, above);
}

uint32_t find_above(const int64_t* scores, uint32_t from, uint32_t count, int64_t above) {
  return find_above_portable(scores, from, count, above);
}

}  // namespace querl
