// Many tensors in one launch: each block takes a chunk of one of them. The table travels as a
// kernel's argument, so that nothing is copied and a launch can be captured in a graph.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <span>

namespace querl {

// Of what a kernel's arguments may take, 4 KiB on every device.
inline constexpr int kBatchTensors = 64;

template <class Tensor>
struct TensorBatch {
  Tensor tensors[kBatchTensors];
  int64_t
      first_blocks[kBatchTensors + 1];  // of each tensor in this launch, and the launch's blocks
  int count;
};

// The tensor of block `block`, which is one of the launch's.
template <class Tensor>
__host__ __device__ inline int tensor_of_block(const TensorBatch<Tensor>& batch, int64_t block) {
  int low = 0, high = batch.count - 1;
  while (low < high) {
    const int middle = (low + high + 1) / 2;
    if (batch.first_blocks[middle] <= block) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

inline int64_t chunks_of(int64_t count, int64_t chunk) { return (count + chunk - 1) / chunk; }

// Calls launch(batch, blocks) for as many batches as the tensors need. Empty ones take no block.
template <class Tensor, class Launch>
void for_batches(std::span<const Tensor> tensors, int64_t chunk, const Launch& launch) {
  TensorBatch<Tensor> batch;
  batch.count = 0;
  batch.first_blocks[0] = 0;
  const auto flush = [&] {
    if (batch.count > 0) launch(batch, batch.first_blocks[batch.count]);
    batch.count = 0;
  };
  for (const Tensor& tensor : tensors) {
    if (tensor.count == 0) continue;
    batch.tensors[batch.count] = tensor;
    batch.first_blocks[batch.count + 1] =
        batch.first_blocks[batch.count] + chunks_of(tensor.count, chunk);
    if (++batch.count == kBatchTensors) flush();
  }
  flush();
}

}  // namespace querl
