// Memory of the training engine that is kept from one use to the next.
//
// A fresh result of a matrix product has a page fault for every 4 KiB, which takes longer than the
// product itself (bfloat16, 4096 x 768 x 4096, two cores with AMX: 30 ms, 9 ms into kept memory).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace querl {

// Grows to the largest tensor that it was asked for, and stays.
class Slot {
 public:
  // Of any numbers. It is valid until the next of().
  at::Tensor of(at::IntArrayRef shape, at::ScalarType type, at::Device device);
  at::Tensor like(const at::Tensor& tensor) {
    return of(tensor.sizes(), tensor.scalar_type(), tensor.device());
  }

  int64_t bytes() const { return memory_.defined() ? memory_.numel() : 0; }
  void release() { memory_.reset(); }

 private:
  at::Tensor memory_;  // bytes
};

}  // namespace querl
