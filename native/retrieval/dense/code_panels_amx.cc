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
using querl::kPanelQueries;
using querl::kRowBlock;
using querl::PanelFilter;

constexpr int64_t kTileRows = 16;
constexpr int64_t kLine = 64;  // codes of a row in a tile, a step
constexpr int64_t kTileBytes = kTileRows * kLine;
constexpr int64_t kPairRows = 2 * kTileRows;

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
void multiply(RowTiles& rows, const int8_t* packed, int64_t dimensions, int32_t* sums,
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
    _tile_loadd(6, packed + i * kTileBytes, kLine);
    _tile_loadd(4, low.data, low.stride);
    _tile_dpbssd(0, 4, 6);
    _tile_loadd(5, high.data, high.stride);
    _tile_dpbssd(1, 5, 6);
    if (kPanels == 2) {
      _tile_loadd(7, packed + (steps + i) * kTileBytes, kLine);
      _tile_dpbssd(2, 4, 7);
      _tile_dpbssd(3, 5, 7);
    }
  }
  constexpr int64_t kTileSums = kTileRows * kPanelQueries;
  _tile_stored(0, sums, kLine);
  _tile_stored(1, sums + kTileSums, kLine);
  if (kPanels == 2) {
    _tile_stored(2, sums + 2 * kTileSums, kLine);
    _tile_stored(3, sums + 3 * kTileSums, kLine);
  }
  compiler_barrier(sums);
}

struct PanelQueries {
  __m512 scale, offset, limits;
};

PanelQueries queries_of(const PanelFilter& filter, int64_t panel) {
  const int64_t first = panel * kPanelQueries;
  return {_mm512_loadu_ps(filter.query_scale + first), _mm512_loadu_ps(filter.query_offset + first),
          _mm512_loadu_ps(filter.limits + first)};
}

// Up to 32 rows of one panel. A product that names its rounding is not fused with what follows, so
// that a score has the bits that it has elsewhere.
void filter_rows(const int32_t* sums, int64_t rows, const float* row_scale, const float* row_bias,
                 const PanelQueries& queries, float* scores, uint16_t* above) {
  constexpr int kRounding = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
  for (int64_t r = 0; r < rows; ++r) {
    const __m512 product = _mm512_cvtepi32_ps(_mm512_load_si512(sums + r * kPanelQueries));
    const __m512 scale =
        _mm512_mul_round_ps(_mm512_set1_ps(row_scale[r]), queries.scale, kRounding);
    __m512 score = _mm512_fmadd_ps(product, scale, queries.offset);
    if (row_bias != nullptr)
      score = _mm512_add_round_ps(score, _mm512_set1_ps(row_bias[r]), kRounding);
    _mm512_storeu_ps(scores + r * kPanelQueries, score);
    above[r] = _mm512_cmp_ps_mask(score, queries.limits, _CMP_GT_OQ);
  }
}

}  // namespace

namespace querl {

void score_code_panels_amx(const int8_t* data, int64_t rows, const int8_t* packed, int64_t panels,
                           int64_t dimensions, const PanelFilter& filter, float* scores,
                           uint16_t* above, Ahead ahead) {
  const TileConfig config;
  const int64_t steps = pieces(dimensions, kLine), panel_bytes = steps * kTileBytes;
  Prefetch prefetch(ahead, pieces(rows, kPairRows) * pieces(panels, 2) * steps);
  alignas(64) int32_t sums[2][kPairRows * kPanelQueries];
  for (int64_t row = 0; row < rows; row += kPairRows) {
    const int64_t count = smaller(kPairRows, rows - row);
    RowTiles tiles(data + row * dimensions, count, dimensions);
    for (int64_t panel = 0; panel < panels; panel += 2) {
      const bool is_pair = panel + 1 < panels;
      (is_pair ? multiply<2> : multiply<1>)(tiles, packed + panel * panel_bytes, dimensions,
                                            sums[0], prefetch);
      for (int64_t p = panel; p < panel + 1 + is_pair; ++p) {
        const int64_t place = p * kRowBlock + row;
        filter_rows(sums[p - panel], count, filter.row_scale + row,
                    filter.row_bias == nullptr ? nullptr : filter.row_bias + row,
                    queries_of(filter, p), scores + place * kPanelQueries, above + place);
      }
    }
  }
  for (int64_t p = 0; p < panels; ++p)
    for (int64_t r = rows; r < kRowBlock; ++r) above[p * kRowBlock + r] = 0;
}

}  // namespace querl

#endif
