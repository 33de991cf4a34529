// Linear layers for many rows by the tiles of AMX, with weights that are packed once. Weights in
// bfloat16 are multiplied as they are, activations rounded to it. Numbers of fp32 are split into
// sums of three of bfloat16, and of the nine products the six are taken that fp32 does not round
// away. Sums are in fp32. Single-threaded: a team of threads splits the outputs.
//
// An element of a result depends on its row of the activations and its row of the weights alone,
// bit for bit. Subnormal numbers are taken for zeros.
#pragma once

#include <cstdint>

#include "kernels/dense.h"
#include "kernels/float_type.h"
#include "kernels/isa.h"

namespace querl {

// Rows of activations that are packed together: threads that pack parts of them split here.
inline constexpr int64_t kTileRowPanel = 16;
// Outputs whose weights are packed together: threads that compute parts of them split here.
inline constexpr int64_t kTileOutputPanel = 32;
// What k is filled up to a multiple of.
inline constexpr int64_t kTileDepth = 32;

// X W^T + bias for activations X (m, k) and weights W (n, k).
struct TileProduct {
  const void* packed;  // X
  int64_t m;
  const void* weights;  // W, packed
  int64_t n, k;
  const float* bias;  // (n)
  void* room;         // of room_bytes(k), aligned to 64 bytes, that this thread may use
};

struct TileLinearKernels {
  // Bytes that activations (rows, k) take when they are packed.
  int64_t (*packed_bytes)(int64_t rows, int64_t k);
  int64_t (*room_bytes)(int64_t k);

  // Packs up to kTileOutputPanel rows of W into a panel, both in the type of these kernels. It
  // takes kTileOutputPanel rows of as many numbers as k is filled up to.
  void (*pack_weights)(const void* w, int64_t rows, int64_t k, void* packed);

  // Packs panel `panel` of X (m, k), whose rows are ldx floats apart: kTileRowPanel rows or what is
  // left of them. `packed` is where panel 0 goes, aligned to 64 bytes.
  void (*pack)(const float* x, int64_t ldx, int64_t m, int64_t k, int64_t panel, void* packed);

  // The outputs [begin, end) to columns [begin, end) of C (m, n); with `accumulate` they are added.
  // Here and below `begin` is a multiple of kTileOutputPanel, and so is `end` where it is not n.
  void (*multiply)(const TileProduct& product, int64_t begin, int64_t end, bool accumulate,
                   float* c, int64_t ldc);

  // The same, rounded to bfloat16.
  void (*multiply_rounded)(const TileProduct& product, int64_t begin, int64_t end, uint16_t* c,
                           int64_t ldc);

  // Their activations, packed as those columns of the next product's X (m, n).
  void (*multiply_activated)(const TileProduct& product, int64_t begin, int64_t end,
                             Activation activation, void* packed);
};

// Null where the type is not multiplied by tiles.
const TileLinearKernels* tile_linear_kernels(FloatType type, const LinearIsa& isa = {});

}  // namespace querl
