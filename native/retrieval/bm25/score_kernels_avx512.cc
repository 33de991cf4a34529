#include "retrieval/bm25/posting_score.h"
#include "retrieval/bm25/score_kernels.h"

#if defined(__x86_64__)

#ifdef __GNUC__
// GCC 12 takes the intrinsics' "undefined" operands for uninitialized ones (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>

namespace querl {
namespace {

#define QUERL_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))

constexpr size_t kLanes = 16;

QUERL_AVX512 inline __mmask16 first_lanes(size_t count) {
  return static_cast<__mmask16>(count >= kLanes ? 0xffff : (1u << count) - 1);
}

// Every gather reads four bytes at a code, of which one or two are it. Lanes outside of the mask
// read nothing.
template <int kCodeBytes>
QUERL_AVX512 inline __m512i scores16(const PostingScorer& scorer, __mmask16 lanes,
                                     __m512i documents, __m512i counts) {
  const __m512i zero = _mm512_setzero_si512();
  const __m512i raw = _mm512_mask_i32gather_epi32(zero, lanes, documents, scorer.codes, kCodeBytes);
  const __m512i codes = _mm512_and_si512(raw, _mm512_set1_epi32((1 << (8 * kCodeBytes)) - 1));
  const __m512i limit = _mm512_set1_epi32(static_cast<int>(kRatioCounts));
  __m512 ratio;
  if (kCodeBytes == 1 && scorer.ratios != nullptr && _mm512_cmpge_epu32_mask(counts, limit) == 0) {
    const __m512i at = _mm512_or_si512(_mm512_slli_epi32(counts, 8), codes);
    ratio = _mm512_mask_i32gather_ps(_mm512_setzero_ps(), lanes, at, scorer.ratios,
                                     static_cast<int>(sizeof(float)));
  } else {
    const __m512 norms = _mm512_mask_i32gather_ps(_mm512_setzero_ps(), lanes, codes, scorer.norms,
                                                  static_cast<int>(sizeof(float)));
    const __m512 c = _mm512_cvtepi32_ps(counts);
    ratio = _mm512_div_ps(c, _mm512_add_ps(c, norms));
  }
  const __m512i score = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_set1_ps(scorer.gain), ratio));
  return _mm512_max_epi32(score, _mm512_set1_epi32(1));
}

// Signed indices of gathers reach 2^31 - 1.
constexpr uint32_t kMostDocuments = 0x3fffffff;

template <int kCodeBytes>
QUERL_AVX512 void score_codes(const PostingScorer& scorer, const uint32_t* documents,
                              const uint32_t* counts, size_t postings, int32_t* out) {
  for (size_t i = 0; i < postings; i += kLanes) {
    const __mmask16 lanes = first_lanes(postings - i);
    const __m512i scores =
        scores16<kCodeBytes>(scorer, lanes, _mm512_maskz_loadu_epi32(lanes, documents + i),
                             _mm512_maskz_loadu_epi32(lanes, counts + i));
    _mm512_mask_storeu_epi32(out + i, lanes, scores);
  }
}

bool is_portable(const PostingScorer& scorer, const uint32_t* documents, size_t postings) {
  return scorer.code_bytes > 2 || postings == 0 || documents[postings - 1] > kMostDocuments;
}

QUERL_AVX512 void score(const PostingScorer& scorer, const uint32_t* documents,
                        const uint32_t* counts, size_t postings, int32_t* out) {
  if (is_portable(scorer, documents, postings)) {
    return portable_score_kernels().score(scorer, documents, counts, postings, out);
  }
  if (scorer.code_bytes == 1) return score_codes<1>(scorer, documents, counts, postings, out);
  return score_codes<2>(scorer, documents, counts, postings, out);
}

template <int kCodeBytes>
QUERL_AVX512 void add_codes(const PostingScorer& scorer, const uint32_t* documents,
                            const uint32_t* counts, size_t postings, uint32_t first, int32_t* sums,
                            uint8_t* marks) {
  alignas(64) int32_t scores[kLanes];
  for (size_t i = 0; i < postings; i += kLanes) {
    const size_t n = postings - i < kLanes ? postings - i : kLanes;
    const __mmask16 lanes = first_lanes(n);
    const __m512i numbers = _mm512_maskz_loadu_epi32(lanes, documents + i);
    _mm512_store_si512(scores, scores16<kCodeBytes>(scorer, lanes, numbers,
                                                    _mm512_maskz_loadu_epi32(lanes, counts + i)));
    // Faster than a gather and a scatter.
    for (size_t j = 0; j < n; ++j) {
      const uint32_t place = documents[i + j] - first;
      sums[place] += scores[j];
      marks[place / kScoreGroup] = 1;
    }
  }
}

QUERL_AVX512 void add(const PostingScorer& scorer, const uint32_t* documents,
                      const uint32_t* counts, size_t postings, uint32_t first, int32_t* scores,
                      uint8_t* marks) {
  if (is_portable(scorer, documents, postings)) {
    return portable_score_kernels().add(scorer, documents, counts, postings, first, scores, marks);
  }
  return scorer.code_bytes == 1
             ? add_codes<1>(scorer, documents, counts, postings, first, scores, marks)
             : add_codes<2>(scorer, documents, counts, postings, first, scores, marks);
}

// Four records at a time: 16 pairs, a lane each.
QUERL_AVX512 void bound(const RecordScorer& scorer, std::span<const std::byte> records,
                        int32_t* out) {
  const __m512 gain = _mm512_set1_ps(scorer.gain * kBoundSlack);
  const __m512i byte = _mm512_set1_epi32(0xff);
  size_t at = 0;
  constexpr size_t kBytes = 4 * sizeof(SkipRecord);
  for (; at + kBytes <= records.size(); at += kBytes, out += 4) {
    // The upper halves of the records, as 16 pairs of two bytes.
    const __m512i raw = _mm512_loadu_si512(records.data() + at);
    const __m512i odd = _mm512_setr_epi64(1, 3, 5, 7, 1, 3, 5, 7);
    const __m512i pairs =
        _mm512_cvtepu16_epi32(_mm512_castsi512_si256(_mm512_permutexvar_epi64(odd, raw)));
    const __m512i lengths = _mm512_srli_epi32(pairs, 8);
    const __m512 c = _mm512_i32gather_ps(_mm512_and_si512(pairs, byte), scorer.counts, 4);
    const __m512 n = _mm512_i32gather_ps(lengths, scorer.norms, 4);
    __m512 ratio = _mm512_div_ps(c, _mm512_add_ps(c, n));
    ratio = _mm512_max_ps(ratio, _mm512_permute_ps(ratio, 0xb1));
    ratio = _mm512_max_ps(ratio, _mm512_permute_ps(ratio, 0x4e));
    const __m512i bounds =
        _mm512_add_epi32(_mm512_cvtps_epi32(_mm512_mul_ps(gain, ratio)), _mm512_set1_epi32(1));
    const __m512i firsts = _mm512_setr_epi32(0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out),
                     _mm512_castsi512_si128(_mm512_permutexvar_epi32(firsts, bounds)));
  }
  portable_score_kernels().bound(scorer, records.subspan(at), out);
}

// Writes what is high of 16 scores behind what was found before, and says how much that is.
QUERL_AVX512 inline size_t keep_high(__m512i scores, __mmask16 high, size_t first, uint16_t* places,
                                     int32_t* values) {
  const __m512i steps = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i at = _mm512_add_epi32(steps, _mm512_set1_epi32(static_cast<int>(first)));
  // What follows the found lanes is written over by the next ones.
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(places),
                      _mm512_cvtepi32_epi16(_mm512_maskz_compress_epi32(high, at)));
  _mm512_storeu_si512(values, _mm512_maskz_compress_epi32(high, scores));
  return static_cast<size_t>(__builtin_popcount(high));
}

constexpr size_t kChunk = 64;  // groups, whose marks are one register

// Where at least so many groups of a chunk have scores, all are looked at without asking which.
constexpr int kDense = 24;

QUERL_AVX512 size_t collect(int32_t* scores, uint8_t* marks, size_t groups, int32_t least,
                            uint16_t* places, int32_t* values) {
  static_assert(kScoreGroup == kLanes);
  const __m512i limit = _mm512_set1_epi32(least);
  const __m512i zero = _mm512_setzero_si512();
  size_t found = 0;
  for (size_t chunk = 0; chunk < groups; chunk += kChunk) {
    const __m512i raw = _mm512_loadu_si512(marks + chunk);
    uint64_t marked = _mm512_test_epi8_mask(raw, raw);
    if (marked == 0) continue;
    _mm512_storeu_si512(marks + chunk, zero);
    if (__builtin_popcountll(marked) >= kDense) {
      int32_t* const all = scores + chunk * kLanes;
      alignas(64) __mmask16 high[kChunk];
      for (size_t g = 0; g < kChunk; ++g) {
        high[g] = _mm512_cmpge_epi32_mask(_mm512_loadu_si512(all + g * kLanes), limit);
      }
      const uint64_t low = _mm512_test_epi16_mask(_mm512_load_si512(high), _mm512_load_si512(high));
      const uint64_t top =
          _mm512_test_epi16_mask(_mm512_load_si512(high + 32), _mm512_load_si512(high + 32));
      for (uint64_t rest = low | top << 32; rest != 0; rest &= rest - 1) {
        const auto g = static_cast<size_t>(__builtin_ctzll(rest));
        found += keep_high(_mm512_loadu_si512(all + g * kLanes), high[g], (chunk + g) * kLanes,
                           places + found, values + found);
      }
      for (size_t g = 0; g < kChunk; ++g) _mm512_storeu_si512(all + g * kLanes, zero);
      continue;
    }
    for (; marked != 0; marked &= marked - 1) {
      const size_t i = (chunk + static_cast<size_t>(__builtin_ctzll(marked))) * kLanes;
      const __m512i v = _mm512_loadu_si512(scores + i);
      _mm512_storeu_si512(scores + i, zero);
      const __mmask16 high = _mm512_cmpge_epi32_mask(v, limit);
      if (high != 0) found += keep_high(v, high, i, places + found, values + found);
    }
  }
  return found;
}

QUERL_AVX512 uint32_t count_below(const uint32_t* documents, uint32_t document) {
  const __m512i limit = _mm512_set1_epi32(static_cast<int>(document));
  unsigned below = 0;
  for (size_t i = 0; i < kBlockPostings; i += kLanes) {
    const __m512i numbers = _mm512_loadu_si512(documents + i);
    below += static_cast<unsigned>(__builtin_popcount(_mm512_cmplt_epu32_mask(numbers, limit)));
  }
  return below;
}

}  // namespace

const ScoreKernels* avx512_score_kernels() {
  static const ScoreKernels kernels{"avx512", score, add, bound, collect, count_below};
  const bool supported = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                         __builtin_cpu_supports("avx512vl");
  return supported ? &kernels : nullptr;
}

}  // namespace querl

#else

namespace querl {

const ScoreKernels* avx512_score_kernels() { return nullptr; }

}  // namespace querl

#endif
