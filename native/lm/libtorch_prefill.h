// The rows of a pass that are parts of prompts: attention takes them by the sequence, since a tile
// of queries that reads its keys once is what is fast there.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <span>

#include "lm/decoder.h"
#include "lm/decoder_config.h"

namespace querl {

// Rows [first, first + count) of a pass, sequence by sequence, each with all keys before it.
struct PrefillRows {
  int64_t first = 0, count = 0;
  at::Tensor query_offsets, key_offsets;  // (sequences + 1) int64, on the CPU
  // Where the keys lie that the queries see, int64 (keys), on the device; undefined if every
  // sequence begins here, so that the keys are the rows' own.
  at::Tensor pages, slots;
};

// From the first run of rows on that is worth it; the sampler plans prompts last.
std::optional<PrefillRows> prefill_rows(std::span<const DecodeRow> rows, at::Device device);

// out (count, heads head_dim) = attention of these rows, whose keys and values are stored in `kv`
// (pages, 2, kv_heads, 32 head_dim); qkv (count, …) is theirs, normed and rotated.
void prefill_attention(const PrefillRows& rows, const at::Tensor& qkv, const at::Tensor& kv,
                       const DecoderConfig& config, int64_t window, const at::Tensor& out);

}  // namespace querl
