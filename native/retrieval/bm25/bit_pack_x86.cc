// Unpacking with AVX2 and AVX-512. A byte shuffle brings the four bytes that hold a number into
// its lane, a shift for each lane and a mask do the rest; that serves widths up to 25, beyond which
// a number can lie in five bytes. Wider blocks need gaps of 2^25 documents: they are left to the
// portable code.
#include "retrieval/bm25/bit_pack.h"

#if defined(__x86_64__)

#ifdef __GNUC__
// GCC 12 takes the intrinsics' "undefined" operands for uninitialized ones (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>

#include <array>

namespace querl {
namespace {

constexpr uint32_t kWidest = 25;

// For numbers 0 to 15 of a group: where the four bytes lie, and the shift.
struct Lanes {
  alignas(64) std::array<uint8_t, 64> bytes{};
  alignas(64) std::array<uint32_t, 16> shifts{};
};

constexpr std::array<Lanes, kWidest + 1> make_lanes() {
  std::array<Lanes, kWidest + 1> all{};
  for (uint32_t width = 0; width <= kWidest; ++width) {
    for (uint32_t i = 0; i < 16; ++i) {
      const uint32_t bit = i * width;
      all[width].shifts[i] = bit % 8;
      for (uint32_t byte = 0; byte < 4; ++byte) {
        all[width].bytes[4 * i + byte] = static_cast<uint8_t>(bit / 8 + byte);
      }
    }
  }
  return all;
}

constexpr std::array<Lanes, kWidest + 1> kLanes = make_lanes();

#define QUERL_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi")))
#define QUERL_AVX2 __attribute__((target("avx2")))

struct Group512 {
  __m512i bytes;
  __m512i shifts;
  __m512i mask;
  __mmask64 readable;
};

QUERL_AVX512 inline Group512 group512(uint32_t width) {
  const Lanes& lanes = kLanes[width];
  return {_mm512_load_si512(lanes.bytes.data()), _mm512_load_si512(lanes.shifts.data()),
          _mm512_set1_epi32(static_cast<int>((uint32_t{1} << width) - 1)),
          (uint64_t{1} << (2 * width)) - 1};
}

// 16 numbers, each one higher.
QUERL_AVX512 inline __m512i unpack512(const std::byte* packed, const Group512& group) {
  const __m512i raw = _mm512_maskz_loadu_epi8(group.readable, packed);
  const __m512i words = _mm512_permutexvar_epi8(group.bytes, raw);
  const __m512i numbers = _mm512_and_si512(_mm512_srlv_epi32(words, group.shifts), group.mask);
  return _mm512_add_epi32(numbers, _mm512_set1_epi32(1));
}

QUERL_AVX512 void counts_avx512(const std::byte* packed, uint32_t width, uint32_t* out) {
  if (width > kWidest) return portable_unpacker().counts(packed, width, out);
  const Group512 group = group512(width);
  for (size_t i = 0; i < kPackedNumbers; i += 16, packed += 2 * width) {
    _mm512_storeu_si512(out + i, unpack512(packed, group));
  }
}

// Lane i becomes the sum of lanes 0 to i.
QUERL_AVX512 inline __m512i sums512(__m512i v) {
  const __m512i zero = _mm512_setzero_si512();
  v = _mm512_add_epi32(v, _mm512_alignr_epi32(v, zero, 15));
  v = _mm512_add_epi32(v, _mm512_alignr_epi32(v, zero, 14));
  v = _mm512_add_epi32(v, _mm512_alignr_epi32(v, zero, 12));
  return _mm512_add_epi32(v, _mm512_alignr_epi32(v, zero, 8));
}

QUERL_AVX512 void documents_avx512(const std::byte* packed, uint32_t width, uint32_t before,
                                   uint32_t* out) {
  if (width > kWidest) return portable_unpacker().documents(packed, width, before, out);
  const Group512 group = group512(width);
  const __m512i last = _mm512_set1_epi32(15);
  __m512i base = _mm512_set1_epi32(static_cast<int>(before));
  for (size_t i = 0; i < kPackedNumbers; i += 16, packed += 2 * width) {
    const __m512i sums = sums512(unpack512(packed, group));
    _mm512_storeu_si512(out + i, _mm512_add_epi32(sums, base));
    base = _mm512_add_epi32(base, _mm512_permutexvar_epi32(last, sums));
  }
}

struct Group256 {
  __m256i bytes;  // relative to the bytes of each half
  __m256i shifts;
  __m256i mask;
  uint32_t second;  // the byte where the second four numbers start
};

QUERL_AVX2 inline Group256 group256(uint32_t width) {
  const Lanes& lanes = kLanes[width];
  const uint32_t second = 4 * width / 8;
  const __m256i bytes = _mm256_load_si256(reinterpret_cast<const __m256i*>(lanes.bytes.data()));
  const __m256i start =
      _mm256_setr_m128i(_mm_setzero_si128(), _mm_set1_epi8(static_cast<char>(second)));
  return {_mm256_sub_epi8(bytes, start),
          _mm256_load_si256(reinterpret_cast<const __m256i*>(lanes.shifts.data())),
          _mm256_set1_epi32(static_cast<int>((uint32_t{1} << width) - 1)), second};
}

// 8 numbers, each one higher; 16 bytes from `packed` + group.second on must be readable.
QUERL_AVX2 inline __m256i unpack256(const std::byte* packed, const Group256& group) {
  const __m256i raw =
      _mm256_setr_m128i(_mm_loadu_si128(reinterpret_cast<const __m128i*>(packed)),
                        _mm_loadu_si128(reinterpret_cast<const __m128i*>(packed + group.second)));
  const __m256i words = _mm256_shuffle_epi8(raw, group.bytes);
  const __m256i numbers = _mm256_and_si256(_mm256_srlv_epi32(words, group.shifts), group.mask);
  return _mm256_add_epi32(numbers, _mm256_set1_epi32(1));
}

// Calls take(i, numbers i to i + 7) for the whole block. The last groups are read from a copy,
// since their loads would pass the block's end.
template <typename Take>
QUERL_AVX2 inline void each_group256(const std::byte* packed, uint32_t width, const Take& take) {
  const Group256 group = group256(width);
  const size_t bytes = packed_bytes(width);
  size_t i = 0;
  for (size_t at = 0; i < kPackedNumbers && at + group.second + 16 <= bytes; i += 8, at += width) {
    take(i, unpack256(packed + at, group));
  }
  std::byte tail[64 + 16] = {};
  const size_t first = i / 8 * width;
  for (size_t b = first; b < bytes; ++b) tail[b - first] = packed[b];
  for (size_t at = 0; i < kPackedNumbers; i += 8, at += width) {
    take(i, unpack256(tail + at, group));
  }
}

struct StoreCounts256 {
  uint32_t* out;
  QUERL_AVX2 void operator()(size_t i, __m256i counts) const {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), counts);
  }
};

struct StoreDocuments256 {
  uint32_t* out;
  __m256i* base;
  QUERL_AVX2 void operator()(size_t i, __m256i v) const {
    v = _mm256_add_epi32(v, _mm256_slli_si256(v, 4));
    v = _mm256_add_epi32(v, _mm256_slli_si256(v, 8));
    // The shifts stay within halves: the first half's sum goes to the second.
    const __m256i low = _mm256_shuffle_epi32(_mm256_permute2x128_si256(v, v, 0x08), 0xff);
    const __m256i sums = _mm256_add_epi32(v, low);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), _mm256_add_epi32(sums, *base));
    *base = _mm256_add_epi32(*base, _mm256_permutevar8x32_epi32(sums, _mm256_set1_epi32(7)));
  }
};

QUERL_AVX2 void counts_avx2(const std::byte* packed, uint32_t width, uint32_t* out) {
  if (width > kWidest) return portable_unpacker().counts(packed, width, out);
  each_group256(packed, width, StoreCounts256{out});
}

QUERL_AVX2 void documents_avx2(const std::byte* packed, uint32_t width, uint32_t before,
                               uint32_t* out) {
  if (width > kWidest) return portable_unpacker().documents(packed, width, before, out);
  __m256i base = _mm256_set1_epi32(static_cast<int>(before));
  each_group256(packed, width, StoreDocuments256{out, &base});
}

}  // namespace

const BitUnpacker* avx2_unpacker() {
  static const BitUnpacker unpacker{"avx2", counts_avx2, documents_avx2};
  return __builtin_cpu_supports("avx2") ? &unpacker : nullptr;
}

const BitUnpacker* avx512_unpacker() {
  static const BitUnpacker unpacker{"avx512", counts_avx512, documents_avx512};
  const bool supported = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                         __builtin_cpu_supports("avx512vbmi");
  return supported ? &unpacker : nullptr;
}

}  // namespace querl

#else

namespace querl {

const BitUnpacker* avx2_unpacker() { return nullptr; }
const BitUnpacker* avx512_unpacker() { return nullptr; }

}  // namespace querl

#endif
