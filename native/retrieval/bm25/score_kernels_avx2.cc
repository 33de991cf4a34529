#include "retrieval/bm25/posting_score.h"
#include "retrieval/bm25/score_kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

namespace querl {
namespace {

#define QUERL_AVX2 __attribute__((target("avx2")))

constexpr size_t kLanes = 8;

QUERL_AVX2 inline __m256i load(const void* from) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}

QUERL_AVX2 inline void store(void* to, __m256i v) {
  _mm256_storeu_si256(static_cast<__m256i*>(to), v);
}

// Every gather reads four bytes at a code, of which one or two are it.
template <int kCodeBytes>
QUERL_AVX2 inline __m256i scores8(const PostingScorer& scorer, const uint32_t* documents,
                                  const uint32_t* counts) {
  const __m256i raw = _mm256_i32gather_epi32(reinterpret_cast<const int*>(scorer.codes),
                                             load(documents), kCodeBytes);
  const __m256i codes = _mm256_and_si256(raw, _mm256_set1_epi32((1 << (8 * kCodeBytes)) - 1));
  const __m256i numbers = load(counts);
  const __m256i high = _mm256_cmpgt_epi32(numbers, _mm256_set1_epi32(kRatioCounts - 1));
  __m256 ratio;
  if (kCodeBytes == 1 && scorer.ratios != nullptr && _mm256_testz_si256(high, high) != 0) {
    const __m256i at = _mm256_or_si256(_mm256_slli_epi32(numbers, 8), codes);
    ratio = _mm256_i32gather_ps(scorer.ratios, at, static_cast<int>(sizeof(float)));
  } else {
    const __m256 norms = _mm256_i32gather_ps(scorer.norms, codes, static_cast<int>(sizeof(float)));
    const __m256 c = _mm256_cvtepi32_ps(numbers);
    ratio = _mm256_div_ps(c, _mm256_add_ps(c, norms));
  }
  const __m256i score = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_set1_ps(scorer.gain), ratio));
  return _mm256_max_epi32(score, _mm256_set1_epi32(1));
}

// Signed indices of gathers reach 2^31 - 1.
constexpr uint32_t kMostDocuments = 0x3fffffff;

bool is_portable(const PostingScorer& scorer, const uint32_t* documents, size_t postings) {
  return scorer.code_bytes > 2 || postings < kLanes || documents[postings - 1] > kMostDocuments;
}

// The last up to seven postings are left to the portable loops.
template <int kCodeBytes>
QUERL_AVX2 size_t score_codes(const PostingScorer& scorer, const uint32_t* documents,
                              const uint32_t* counts, size_t postings, int32_t* out) {
  size_t i = 0;
  for (; i + kLanes <= postings; i += kLanes) {
    store(out + i, scores8<kCodeBytes>(scorer, documents + i, counts + i));
  }
  return i;
}

QUERL_AVX2 void score(const PostingScorer& scorer, const uint32_t* documents,
                      const uint32_t* counts, size_t postings, int32_t* out) {
  size_t done = 0;
  if (!is_portable(scorer, documents, postings)) {
    done = scorer.code_bytes == 1 ? score_codes<1>(scorer, documents, counts, postings, out)
                                  : score_codes<2>(scorer, documents, counts, postings, out);
  }
  portable_score_kernels().score(scorer, documents + done, counts + done, postings - done,
                                 out + done);
}

template <int kCodeBytes>
QUERL_AVX2 size_t add_codes(const PostingScorer& scorer, const uint32_t* documents,
                            const uint32_t* counts, size_t postings, uint32_t first, int32_t* sums,
                            uint8_t* marks) {
  alignas(32) int32_t scores[kLanes];
  size_t i = 0;
  for (; i + kLanes <= postings; i += kLanes) {
    store(scores, scores8<kCodeBytes>(scorer, documents + i, counts + i));
    for (size_t j = 0; j < kLanes; ++j) {
      const uint32_t place = documents[i + j] - first;
      sums[place] += scores[j];
      marks[place / kScoreGroup] = 1;
    }
  }
  return i;
}

QUERL_AVX2 void add(const PostingScorer& scorer, const uint32_t* documents, const uint32_t* counts,
                    size_t postings, uint32_t first, int32_t* scores, uint8_t* marks) {
  size_t done = 0;
  if (!is_portable(scorer, documents, postings)) {
    done = scorer.code_bytes == 1
               ? add_codes<1>(scorer, documents, counts, postings, first, scores, marks)
               : add_codes<2>(scorer, documents, counts, postings, first, scores, marks);
  }
  portable_score_kernels().add(scorer, documents + done, counts + done, postings - done, first,
                               scores, marks);
}

// Two records at a time: 8 pairs, a lane each.
QUERL_AVX2 void bound(const RecordScorer& scorer, std::span<const std::byte> records,
                      int32_t* out) {
  const __m256 gain = _mm256_set1_ps(scorer.gain * kBoundSlack);
  size_t at = 0;
  constexpr size_t kBytes = 2 * sizeof(SkipRecord);
  for (; at + kBytes <= records.size(); at += kBytes, out += 2) {
    // The upper halves of the records, as 8 pairs of two bytes.
    const __m256i upper = _mm256_permute4x64_epi64(load(records.data() + at), 0x0d);
    const __m256i pairs = _mm256_cvtepu16_epi32(_mm256_castsi256_si128(upper));
    const __m256i counts = _mm256_and_si256(pairs, _mm256_set1_epi32(0xff));
    const __m256 c = _mm256_i32gather_ps(scorer.counts, counts, 4);
    const __m256 n = _mm256_i32gather_ps(scorer.norms, _mm256_srli_epi32(pairs, 8), 4);
    __m256 ratio = _mm256_div_ps(c, _mm256_add_ps(c, n));
    ratio = _mm256_max_ps(ratio, _mm256_permute_ps(ratio, 0xb1));
    ratio = _mm256_max_ps(ratio, _mm256_permute_ps(ratio, 0x4e));
    const __m256i bounds =
        _mm256_add_epi32(_mm256_cvtps_epi32(_mm256_mul_ps(gain, ratio)), _mm256_set1_epi32(1));
    out[0] = _mm256_extract_epi32(bounds, 0);
    out[1] = _mm256_extract_epi32(bounds, 4);
  }
  portable_score_kernels().bound(scorer, records.subspan(at), out);
}

QUERL_AVX2 size_t collect(int32_t* scores, uint8_t* marks, size_t groups, int32_t least,
                          uint16_t* places, int32_t* values) {
  static_assert(kScoreGroup == 2 * kLanes);
  const __m256i limit = _mm256_set1_epi32(least - 1);
  const __m256i zero = _mm256_setzero_si256();
  size_t found = 0;
  for (size_t chunk = 0; chunk < groups; chunk += 32) {
    const __m256i raw = load(marks + chunk);
    auto marked = ~static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(raw, zero)));
    if (marked == 0) continue;
    store(marks + chunk, zero);
    for (; marked != 0; marked &= marked - 1) {
      const size_t first = (chunk + static_cast<size_t>(__builtin_ctz(marked))) * kScoreGroup;
      for (size_t i = first; i < first + kScoreGroup; i += kLanes) {
        const __m256i high = _mm256_cmpgt_epi32(load(scores + i), limit);
        auto lanes = static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(high)));
        for (; lanes != 0; lanes &= lanes - 1) {
          const size_t place = i + static_cast<size_t>(__builtin_ctz(lanes));
          places[found] = static_cast<uint16_t>(place);
          values[found++] = scores[place];
        }
        store(scores + i, zero);
      }
    }
  }
  return found;
}

QUERL_AVX2 uint32_t count_below(const uint32_t* documents, uint32_t document) {
  const __m256i sign = _mm256_set1_epi32(static_cast<int>(0x80000000u));
  const __m256i limit = _mm256_xor_si256(_mm256_set1_epi32(static_cast<int>(document)), sign);
  __m256i below = _mm256_setzero_si256();
  for (size_t i = 0; i < kBlockPostings; i += kLanes) {
    const __m256i numbers = _mm256_xor_si256(load(documents + i), sign);
    below = _mm256_sub_epi32(below, _mm256_cmpgt_epi32(limit, numbers));
  }
  alignas(32) uint32_t counts[kLanes];
  store(counts, below);
  uint32_t sum = 0;
  for (const uint32_t count : counts) sum += count;
  return sum;
}

}  // namespace

const ScoreKernels* avx2_score_kernels() {
  static const ScoreKernels kernels{"avx2", score, add, bound, collect, count_below};
  return __builtin_cpu_supports("avx2") ? &kernels : nullptr;
}

}  // namespace querl

#else

namespace querl {

const ScoreKernels* avx2_score_kernels() { return nullptr; }

}  // namespace querl

#endif
