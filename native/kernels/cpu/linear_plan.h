// What the forward and the backward pass of linear_logprobs share: the choice of the inner loops,
// the tokens that count, and memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/cpu/linear_tables.h"
#include "kernels/linear_logprobs.h"

namespace querl {

const LinearKernels& linear_kernels(FloatType type, const LinearIsa& isa);

inline int64_t pieces(int64_t count, int64_t size) { return (count + size - 1) / size; }

// A run of `size` of `count` things; the last may be shorter.
struct BlockRange {
  BlockRange(int64_t index, int64_t size, int64_t count)
      : first(index * size), count(first + size < count ? size : count - first) {}

  int64_t first, count;
};

// Blocks from one panel of `depth` blocks to the next. Odd: panels that lie a power of two apart
// would share few sets of the second-level cache (28 panels of 64 blocks, AMX: 1000 GFLOP/s of
// 1600).
inline int64_t panel_blocks(int64_t depth) { return depth | 1; }

// Sizes in blocks.
struct LinearBlocks {
  LinearBlocks(const LinearShape& shape, int64_t tokens, const LinearKernels& kernels)
      : tokens(pieces(tokens, kLinearBlock)),
        width(pieces(shape.width, kLinearBlock)),
        vocab(pieces(shape.vocab, kLinearBlock)),
        panel(panel_blocks(width) * kernels.block_bytes) {}

  // Panels of the head that stay in a second-level cache while the tokens stream past: 1 MiB.
  int64_t resident_rows() const {
    const int64_t fitting = (int64_t{1} << 20) / panel;
    return fitting < 2 ? 2 : fitting > 16 ? 16 : fitting;
  }

  int64_t tokens, width, vocab;
  int64_t panel;  // bytes from one panel along the width to the next
};

inline LinearSource head_of(const LinearInputs& inputs) {
  const bool is_bf16 = inputs.head.type == FloatType::kBfloat16;
  return {static_cast<const char*>(inputs.head.data),
          inputs.head.stride * (is_bf16 ? 2 : 4),
          nullptr,
          inputs.shape.vocab,
          inputs.shape.width,
          is_bf16};
}

// The hidden states of the tokens `kept`.
inline LinearSource hidden_of(const LinearInputs& inputs, const std::vector<int64_t>& kept) {
  const bool is_bf16 = inputs.hidden.type == FloatType::kBfloat16;
  return {static_cast<const char*>(inputs.hidden.data),
          inputs.hidden.stride * (is_bf16 ? 2 : 4),
          kept.data(),
          static_cast<int64_t>(kept.size()),
          inputs.shape.width,
          is_bf16};
}

// One allocation, handed out in pieces that begin at cache lines: take() all, then allocate(), then
// at().
class LinearMemory {
 public:
  // The offset of `count` values.
  template <class Value>
  size_t take(int64_t count) {
    const size_t at = bytes_;
    bytes_ += (static_cast<size_t>(count) * sizeof(Value) + kLine - 1) / kLine * kLine;
    return at;
  }

  void allocate();

  template <class Value>
  Value* at(size_t offset) const {
    return reinterpret_cast<Value*>(data_.get() + offset);
  }

  size_t bytes() const { return bytes_; }

 private:
  static constexpr size_t kLine = 64;
  struct Free {
    void operator()(char* data) const;
  };

  size_t bytes_ = 0;
  std::unique_ptr<char, Free> data_;
};

}  // namespace querl
