// What the sampler asks of a model: passes over rows of many sessions, with their keys and values
// in pages. Implementations: RowDecoder (decode_rows.h) on the CPU.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "kernels/sample.h"
#include "lm/kv_pages.h"

namespace querl {

// What is done with the logits of a row.
struct RowRequest {
  SampleOptions sampling;
  double uniform = 0;        // in [0, 1): where the draw falls
  int32_t target = -1;       // at least 0: nothing is drawn, the log-prob of this token is wanted
  int32_t top_logprobs = 0;  // the most likely tokens that are wanted with their log-probs
  float* logits = nullptr;   // where the raw logits (V) are wanted as well
};

struct DecodeRow {
  int32_t token;
  int32_t position;      // tokens of its session before it; all of them have been through
  const KvPages* pages;  // of its session, with room for this token
  const RowRequest* request = nullptr;  // null: only keys and values are wanted
};

struct RowResult {
  Sample sample{-1, 0.f};                      // the target and its log-prob, where there is one
  std::vector<std::pair<int32_t, float>> top;  // ids and log-probs, the most likely first
};

// One thread at a time calls a decoder, which may use others.
//
// What comes out for a row depends on its session's tokens, its request and the weights alone, bit
// for bit: not on the other rows, on how the rows of its session were cut into passes, or on the
// number of threads.
class Decoder {
 public:
  virtual ~Decoder() = default;

  // Rows that one pass should have, at most, to be fast.
  virtual int64_t pass_rows() const = 0;

  // Where the pages of its sessions lie, `pages` at most: a device takes their memory at once, this
  // machine page by page. Must not outlive the decoder.
  virtual std::unique_ptr<KvStore> make_store(int64_t pages) = 0;

  // Rows of one session stand in the order of their positions. results[i] is of rows[i], and is
  // left alone where that has no request. The caller holds the parameters' mutex, at least shared.
  virtual void run(std::span<const DecodeRow> rows, std::span<RowResult> results) = 0;
};

}  // namespace querl
