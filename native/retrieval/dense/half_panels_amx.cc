#if defined(__x86_64__)

// After what it includes from the standard library, so that no function of that is compiled for
// AMX: the linker might keep it for all.
#include <immintrin.h>

#include "retrieval/dense/half_panels.h"

// GCC 12 warns falsely inside its own AVX-512 intrinsics, and does not define the macros of a
// target that a pragma names.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#define QUERL_DOT_AVX2
#define QUERL_DOT_AVX512
#pragma GCC target("amx-tile,amx-bf16,avx512bf16,avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c")
#include "base/amx_tiles.h"
#include "retrieval/dense/dot_vectors.inc"

namespace {

using querl::HalfLine;
using querl::HalfQueries;
using querl::HalfRows;
using querl::kHalfPanelQueries;
using querl::kRowBlock;

constexpr int64_t kTileRows = 16;
constexpr int64_t kPairRows = 2 * kTileRows;
constexpr int64_t kStep = 32;  // numbers of a row in a tile
constexpr int64_t kLine = 64;  // bytes
// Rows are asked for so many bytes before they are rounded, the next block's at the end of this
// one.
constexpr int64_t kAhead = 2048;
constexpr int64_t kTileSums = kTileRows * kHalfPanelQueries;

inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
inline int64_t pieces(int64_t count, int64_t size) { return (count + size - 1) / size; }

struct Norms {
  __m512 squares, errors;
};

// Rounds 32 numbers to `to` and adds up their squares and those of what that changes.
inline void round_step(__m512 low, __m512 high, HalfLine* to, Norms& norms) {
  const auto both = (__m512i)_mm512_cvtne2ps_pbh(high, low);
  _mm512_store_si512(to, both);
  const __m512 low_error = _mm512_sub_ps(low, of_bfloat16(_mm512_castsi512_si256(both)));
  const __m512 high_error = _mm512_sub_ps(high, of_bfloat16(_mm512_extracti64x4_epi64(both, 1)));
  norms.squares = _mm512_fmadd_ps(high, high, _mm512_fmadd_ps(low, low, norms.squares));
  norms.errors =
      _mm512_fmadd_ps(high_error, high_error, _mm512_fmadd_ps(low_error, low_error, norms.errors));
}

// The root of a sum of squares, so much larger that no rounding has made it too small.
inline float norm_of(__m512 squares, float least) {
  const __m128 sum = _mm_set_ss(_mm512_reduce_add_ps(squares));
  return _mm_cvtss_f32(_mm_sqrt_ss(sum)) * 1.001f + least;
}

struct Bounds {
  float length[kPairRows], error[kPairRows];  // by row: |x|, |x - rounded x|
};

// Up to 32 rows as tiles: [16 rows][step][row][32]. What a tile has behind the last row is
// whatever was there.
template <typename T>
void round_rows(const HalfRows& in, int64_t first, int64_t rows, float least, Bounds& bounds) {
  const int64_t steps = pieces(in.dimensions, kStep);
  for (int64_t r = 0; r < rows; ++r) {
    const auto* const from =
        static_cast<const char*>(in.data) + (first + r) * in.dimensions * T::kBytes;
    HalfLine* to = in.tiles + r / kTileRows * steps * kTileRows + r % kTileRows;
    Norms norms{};
    int64_t i = 0;
    for (; i + kStep <= in.dimensions; i += kStep, to += kTileRows) {
      for (int64_t line = 0; line < kStep * T::kBytes; line += kLine)
        __builtin_prefetch(from + i * T::kBytes + kAhead + line, 0, 3);
      round_step(T::load(from + i * T::kBytes), T::load(from + (i + kLanes) * T::kBytes), to,
                 norms);
    }
    if (const int64_t rest = in.dimensions - i; rest > 0) {
      const bool has_low = rest >= kLanes;
      const __m512 low =
          has_low ? T::load(from + i * T::kBytes) : T::load_partial(from + i * T::kBytes, rest);
      const __m512 high = rest > kLanes
                              ? T::load_partial(from + (i + kLanes) * T::kBytes, rest - kLanes)
                              : _mm512_setzero_ps();
      round_step(low, high, to, norms);
    }
    float length = norm_of(norms.squares, least), error = norm_of(norms.errors, least);
    const float scale = in.scale == nullptr ? 1.f : in.scale[first + r];
    // Without a bound, or upside down: whatever is added to NaN cannot be ruled out.
    if (!(length <= querl::kLargestNorm) || !(scale >= 0)) error = __builtin_nanf("");
    bounds.length[r] = length;
    bounds.error[r] = error;
  }
  compiler_barrier(in.tiles);
}

// Products of 32 rows and one or two panels: [panel][32 rows][16 queries].
template <int kPanels>
void multiply(const HalfLine* rows, const HalfLine* queries, int64_t steps, float* sums) {
  _tile_zero(0);
  _tile_zero(1);
  if (kPanels == 2) {
    _tile_zero(2);
    _tile_zero(3);
  }
  for (int64_t i = 0; i < steps; ++i) {
    _tile_loadd(6, queries + i * kTileRows, kLine);
    _tile_loadd(4, rows + i * kTileRows, kLine);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(5, rows + (steps + i) * kTileRows, kLine);
    _tile_dpbf16ps(1, 5, 6);
    if (kPanels == 2) {
      _tile_loadd(7, queries + (steps + i) * kTileRows, kLine);
      _tile_dpbf16ps(2, 4, 7);
      _tile_dpbf16ps(3, 5, 7);
    }
  }
  _tile_stored(0, sums, kLine);
  _tile_stored(1, sums + kTileSums, kLine);
  if (kPanels == 2) {
    _tile_stored(2, sums + 2 * kTileSums, kLine);
    _tile_stored(3, sums + 3 * kTileSums, kLine);
  }
  compiler_barrier(sums);
}

// Up to 32 rows of one panel. Everything is rounded up: where the result is not above the limit,
// the score is not.
int64_t mark(const float* sums, const HalfRows& in, int64_t first, int64_t rows,
             const Bounds& bounds, const HalfQueries& queries, int64_t panel,
             uint16_t* candidates) {
  constexpr int kUp = _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC;
  const int64_t query = panel * kHalfPanelQueries;
  const __m512 length = _mm512_loadu_ps(queries.length + query);
  const __m512 error = _mm512_loadu_ps(queries.error + query);
  const __m512 limits = _mm512_loadu_ps(queries.limits + query);
  const auto asked =
      static_cast<__mmask16>((1u << smaller(kHalfPanelQueries, queries.count - query)) - 1u);
  int64_t found = 0;
  for (int64_t r = 0; r < rows; ++r) {
    __m512 most = _mm512_load_ps(sums + r * kHalfPanelQueries);
    most = _mm512_fmadd_round_ps(_mm512_set1_ps(bounds.error[r]), length, most, kUp);
    most = _mm512_fmadd_round_ps(_mm512_set1_ps(bounds.length[r]), error, most, kUp);
    if (in.scale != nullptr)
      most = _mm512_mul_round_ps(most, _mm512_set1_ps(in.scale[first + r]), kUp);
    if (in.bias != nullptr)
      most = _mm512_add_round_ps(most, _mm512_set1_ps(in.bias[first + r]), kUp);
    const __mmask16 kept = (in.allowed >> (first + r) & 1) != 0 ? asked : __mmask16{0};
    candidates[r] = _mm512_mask_cmp_ps_mask(kept, most, limits, _CMP_NLE_UQ);
    found += __builtin_popcount(candidates[r]);
  }
  return found;
}

template <typename T>
int64_t find_candidates(const HalfRows& in, const HalfQueries& queries, uint16_t* candidates) {
  const TileConfig config;
  const int64_t steps = pieces(in.dimensions, kStep);
  const int64_t panels = pieces(queries.count, kHalfPanelQueries);
  const float least =
      querl::kLeastNorm * _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(static_cast<float>(in.dimensions))));
  alignas(64) float sums[2][2 * kTileSums];
  int64_t found = 0;
  for (int64_t row = 0; row < in.rows; row += kPairRows) {
    const int64_t count = smaller(kPairRows, in.rows - row);
    Bounds bounds;
    round_rows<T>(in, row, count, least, bounds);
    for (int64_t panel = 0; panel < panels; panel += 2) {
      const bool is_pair = panel + 1 < panels;
      (is_pair ? multiply<2> : multiply<1>)(in.tiles, queries.packed + panel * steps * kTileRows,
                                            steps, sums[0]);
      for (int64_t p = panel; p < panel + 1 + is_pair; ++p)
        found += mark(sums[p - panel], in, row, count, bounds, queries, p,
                      candidates + p * kRowBlock + row);
    }
  }
  for (int64_t p = 0; p < panels; ++p)
    for (int64_t r = in.rows; r < kRowBlock; ++r) candidates[p * kRowBlock + r] = 0;
  return found;
}

}  // namespace

namespace querl {

int64_t find_candidates_amx_float32(const HalfRows& rows, const HalfQueries& queries,
                                    uint16_t* candidates) {
  return find_candidates<Float32>(rows, queries, candidates);
}

int64_t find_candidates_amx_float16(const HalfRows& rows, const HalfQueries& queries,
                                    uint16_t* candidates) {
  return find_candidates<Float16>(rows, queries, candidates);
}

int64_t find_candidates_amx_bfloat16(const HalfRows& rows, const HalfQueries& queries,
                                     uint16_t* candidates) {
  return find_candidates<Bfloat16>(rows, queries, candidates);
}

}  // namespace querl

#endif
