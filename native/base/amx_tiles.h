// The registers of AMX: eight tiles of 16 rows of 64 bytes. For files that are compiled for it.
#pragma once

#include <cstdint>

#include <immintrin.h>

namespace {

// GCC 12 believes that ldtilecfg reads 8 bytes and that tileloadd reads none: without this it may
// drop or delay stores to what they do read.
inline void compiler_barrier(const void* memory) { asm volatile("" : : "r"(memory) : "memory"); }

struct alignas(64) TileShapes {
  uint8_t palette, start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
};

// Eight tiles of 16 rows for as long as it lives: 4 and 5, the left operands, of 64 bytes, the
// others, sums and right operands, of `columns` columns. Their shapes are state of the thread,
// which others (oneDNN in LibTorch) use too and find as they left it.
struct TileConfig {
  explicit TileConfig(int columns = 16) {
    _tile_storeconfig(&before);
    TileShapes shapes{};
    shapes.palette = 1;
    for (int i = 0; i < 8; ++i) {
      shapes.row_bytes[i] = static_cast<uint16_t>(i == 4 || i == 5 ? 64 : 4 * columns);
      shapes.rows[i] = 16;
    }
    compiler_barrier(&shapes);
    _tile_loadconfig(&shapes);
  }
  ~TileConfig() {
    compiler_barrier(&before);
    _tile_loadconfig(&before);
  }
  TileConfig(const TileConfig&) = delete;
  TileConfig& operator=(const TileConfig&) = delete;

  TileShapes before{};
};

}  // namespace
