// A micro-batch as tensors: what every layer needs to know of its rows.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "lm/decoder_config.h"
#include "lm/packed_rows.h"

namespace querl {

// cos and sin of the rotary embeddings, as far as positions were needed.
class RotaryTables {
 public:
  explicit RotaryTables(const DecoderConfig& config) : config_(config) {}

  // Makes them for positions below `positions`, on `device`.
  void reach(int64_t positions, at::Device device);
  const at::Tensor& cos() const { return cos_; }  // (positions, head_dim / 2)
  const at::Tensor& sin() const { return sin_; }

 private:
  DecoderConfig config_;
  at::Tensor cos_, sin_;
};

struct LibtorchPass {
  LibtorchPass(const PackedRows& rows, RotaryTables& tables, at::Device device);

  int64_t count() const { return rows.count(); }
  bool reads_all() const { return rows.read_count() == rows.count(); }

  const PackedRows& rows;
  at::Tensor tokens;                    // (n) int64
  at::Tensor positions;                 // (n) int32
  at::Tensor read;                      // (r) int64
  at::Tensor row_offsets, key_offsets;  // (runs + 1) int64, on the host
  at::Tensor key_rows;                  // (keys) int64: the rows whose keys a run sees; undefined
                                        // where those are its own
  at::Tensor cos, sin;
};

}  // namespace querl
