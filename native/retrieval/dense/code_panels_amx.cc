#if defined(__x86_64__)

// After what it includes from the standard library, so that no function of that is compiled for
// AMX: the linker might keep it for all.
#include <immintrin.h>

#include "retrieval/dense/code_panels.h"

// GCC 12 warns falsely inside its own AVX-512 intrinsics, and does not define the macros of a
// target that a pragma names.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC target("amx-tile,amx-int8,avx512f,avx512bw,avx512dq,avx512vl")
#include "base/amx_tiles.h"
#include "retrieval/dense/prefetch.inc"

namespace {

using querl::Ahead;
using querl::CodeLine;
using querl::kPanelQueries;
using querl::PanelFilter;
using querl::PanelHits;

constexpr int64_t kTileRows = 16;
constexpr int64_t kLine = 64;  // codes of a row in a tile, a step
constexpr int64_t kTileBytes = kTileRows * kLine;
constexpr int64_t kPairRows = 2 * kTileRows;
constexpr int64_t kTileSums = kTileRows * kPanelQueries;

inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
inline int64_t pieces(int64_t count, int64_t size) { return (count + size - 1) / size; }

// 32 rows as two columns of tiles. What is no whole tile, at the end of rows and of dimensions, is
// copied to a buffer of zeros first: nothing is read behind the last row.
class RowTiles {
 public:
  RowTiles(const int8_t* data, int64_t rows, int64_t dimensions)
      : data_(data), rows_(rows), dimensions_(dimensions) {
    const int64_t steps = dimensions / kLine;
    if (steps * kLine == dimensions) return;
    for (int half = 0; half < 2; ++half) copy(half, steps, tails_[half]);
  }

  struct Place {
    const void* data;
    int64_t stride;
  };
  // Whole tiles of whole rows lie as they are stored.
  Place tile(int half, int64_t step) {
    if (step * kLine + kLine > dimensions_) return {tails_[half], kLine};
    if (half * kTileRows + kTileRows <= rows_)
      return {data_ + half * kTileRows * dimensions_ + step * kLine, dimensions_};
    copy(half, step, few_[half]);
    return {few_[half], kLine};
  }

 private:
  __attribute__((noinline)) void copy(int half, int64_t step, int8_t* to) const {
    const int64_t columns = smaller(kLine, dimensions_ - step * kLine);
    const __mmask64 kept = columns == kLine ? ~__mmask64{0} : (__mmask64{1} << columns) - 1;
    for (int64_t i = 0; i < kTileRows; ++i) {
      const int64_t row = half * kTileRows + i;
      _mm512_store_si512(to + i * kLine,
                         _mm512_maskz_loadu_epi8(row < rows_ ? kept : 0,
                                                 data_ + row * dimensions_ + step * kLine));
    }
    compiler_barrier(to);
  }

  const int8_t* data_;
  int64_t rows_, dimensions_;
  alignas(64) int8_t tails_[2][kTileBytes];
  alignas(64) int8_t few_[2][kTileBytes];
};

// Products of 32 rows and one or two panels: [panel][32 rows][16 queries].
template <int kPanels>
void multiply(RowTiles& rows, const CodeLine* packed, int64_t dimensions, int32_t* sums,
              Prefetch& prefetch) {
  const int64_t steps = pieces(dimensions, kLine);
  _tile_zero(0);
  _tile_zero(1);
  if (kPanels == 2) {
    _tile_zero(2);
    _tile_zero(3);
  }
  for (int64_t i = 0; i < steps; ++i) {
    prefetch.next();
    const RowTiles::Place low = rows.tile(0, i), high = rows.tile(1, i);
    _tile_loadd(6, packed + i * kTileRows, kLine);
    _tile_loadd(4, low.data, low.stride);
    _tile_dpbssd(0, 4, 6);
    _tile_loadd(5, high.data, high.stride);
    _tile_dpbssd(1, 5, 6);
    if (kPanels == 2) {
      _tile_loadd(7, packed + (steps + i) * kTileRows, kLine);
      _tile_dpbssd(2, 4, 7);
      _tile_dpbssd(3, 5, 7);
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

// A product that names its rounding is not fused with what follows, so that a score has the bits
// that it has elsewhere.
inline __m512 scores_of(__m512i products, __m512 row_scale, __m512 query_scale,
                        __m512 query_offset) {
  constexpr int kRounding = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
  const __m512 scale = _mm512_mul_round_ps(row_scale, query_scale, kRounding);
  return _mm512_fmadd_ps(_mm512_cvtepi32_ps(products), scale, query_offset);
}

// The most that rows of a tile are scored with: NaN, with which nothing can be ruled out, unless
// scores rise with it.
struct MostOfRows {
  float scale, bias;
};

MostOfRows most_of(const PanelFilter& filter, int64_t row, int64_t rows) {
  const auto kept = static_cast<__mmask16>((1u << rows) - 1u);
  const __m512 scale = _mm512_maskz_loadu_ps(kept, filter.row_scale + row);
  MostOfRows most{_mm512_reduce_max_ps(scale), 0};
  if (_mm512_cmp_ps_mask(scale, _mm512_setzero_ps(), _CMP_NGE_UQ) != 0)
    most.scale = __builtin_nanf("");
  if (filter.row_bias == nullptr) return most;
  const __m512 bias =
      _mm512_mask_loadu_ps(_mm512_set1_ps(-__builtin_inff()), kept, filter.row_bias + row);
  most.bias = _mm512_cmp_ps_mask(bias, bias, _CMP_UNORD_Q) == 0 ? _mm512_reduce_max_ps(bias)
                                                                : __builtin_nanf("");
  return most;
}

// Which queries of a panel may have a score above their limit in a tile. Rounding keeps order, so
// no score is above that of the largest product, or of 0, and the largest factors.
__mmask16 maybe_above(const int32_t* sums, const MostOfRows& most, const PanelFilter& filter,
                      int64_t panel) {
  const int64_t first = panel * kPanelQueries;
  __m512i largest = _mm512_setzero_si512();
  for (int64_t r = 0; r < kTileRows; ++r)
    largest = _mm512_max_epi32(largest, _mm512_load_si512(sums + r * kPanelQueries));
  __m512 scores =
      scores_of(largest, _mm512_set1_ps(most.scale), _mm512_loadu_ps(filter.query_scale + first),
                _mm512_loadu_ps(filter.query_offset + first));
  if (filter.row_bias != nullptr) scores = _mm512_add_ps(scores, _mm512_set1_ps(most.bias));
  return _mm512_cmp_ps_mask(scores, _mm512_loadu_ps(filter.limits + first), _CMP_NLE_UQ);
}

// Scores a tile's rows with the queries that `maybe` names. Returns behind the last of what it
// found.
PanelHits* find_hits(const int32_t* sums, int64_t row, int64_t rows, int64_t panel, unsigned maybe,
                     const PanelFilter& filter, PanelHits* found) {
  const auto kept = static_cast<__mmask16>((1u << rows) - 1u);
  const auto allowed = static_cast<__mmask16>(filter.allowed >> row & kept);
  const __m512i places =
      _mm512_slli_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), 4);
  const __m512 row_scale = _mm512_maskz_loadu_ps(kept, filter.row_scale + row);
  for (; maybe != 0; maybe &= maybe - 1) {
    const int64_t lane = __builtin_ctz(maybe), query = panel * kPanelQueries + lane;
    const __m512i products = _mm512_i32gather_epi32(places, sums + lane, 4);
    __m512 scores = scores_of(products, row_scale, _mm512_set1_ps(filter.query_scale[query]),
                              _mm512_set1_ps(filter.query_offset[query]));
    if (filter.row_bias != nullptr)
      scores = _mm512_add_ps(scores, _mm512_maskz_loadu_ps(kept, filter.row_bias + row));
    const __mmask16 above =
        _mm512_mask_cmp_ps_mask(allowed, scores, _mm512_set1_ps(filter.limits[query]), _CMP_GT_OQ);
    found->query = static_cast<uint32_t>(query);
    found->row = static_cast<uint32_t>(row);
    found->above = above;
    _mm512_storeu_ps(found->scores, scores);
    found += above != 0;
  }
  return found;
}

}  // namespace

namespace querl {

int64_t score_code_panels_amx(const int8_t* data, int64_t rows, const CodeLine* packed,
                              int64_t panels, int64_t dimensions, const PanelFilter& filter,
                              PanelHits* found, Ahead ahead) {
  const TileConfig config;
  const int64_t steps = pieces(dimensions, kLine), panel_lines = steps * kTileRows;
  Prefetch prefetch(ahead, pieces(rows, kPairRows) * pieces(panels, 2) * steps);
  alignas(64) int32_t sums[2][2][kTileSums];
  PanelHits* end = found;
  for (int64_t row = 0; row < rows; row += kPairRows) {
    RowTiles tiles(data + row * dimensions, smaller(kPairRows, rows - row), dimensions);
    const int64_t counts[2] = {smaller(kTileRows, rows - row),
                               smaller(kTileRows, rows - row - kTileRows)};
    MostOfRows most[2];
    for (int half = 0; half < 2 && counts[half] > 0; ++half)
      most[half] = most_of(filter, row + half * kTileRows, counts[half]);
    for (int64_t panel = 0; panel < panels; panel += 2) {
      const bool is_pair = panel + 1 < panels;
      (is_pair ? multiply<2> : multiply<1>)(tiles, packed + panel * panel_lines, dimensions,
                                            sums[0][0], prefetch);
      for (int64_t p = panel; p < panel + 1 + is_pair; ++p) {
        for (int half = 0; half < 2 && counts[half] > 0; ++half) {
          const int32_t* const of_tile = sums[p - panel][half];
          const unsigned maybe = maybe_above(of_tile, most[half], filter, p);
          end = find_hits(of_tile, row + half * kTileRows, counts[half], p, maybe, filter, end);
        }
      }
    }
  }
  return end - found;
}

}  // namespace querl

#endif
