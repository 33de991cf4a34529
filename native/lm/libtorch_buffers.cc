#include "lm/libtorch_buffers.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <cstdlib>
#include <new>

namespace querl {
namespace {

// Memory in huge pages where the system gives them: fewer faults, fewer misses of the TLB.
at::Tensor host_bytes(int64_t bytes) {
  constexpr int64_t kHugePage = int64_t{2} << 20;
  const int64_t alignment = bytes >= kHugePage ? kHugePage : 64;
  const int64_t whole = (bytes + alignment - 1) / alignment * alignment;
  void* data = std::aligned_alloc(static_cast<size_t>(alignment), static_cast<size_t>(whole));
  if (data == nullptr) throw std::bad_alloc();
#if defined(__linux__)
  if (bytes >= kHugePage) madvise(data, static_cast<size_t>(whole), MADV_HUGEPAGE);
#endif
  return at::from_blob(
      data, {bytes}, [](void* memory) { std::free(memory); }, at::TensorOptions().dtype(at::kByte));
}

}  // namespace

at::Tensor Slot::of(at::IntArrayRef shape, at::ScalarType type, at::Device device) {
  int64_t count = 1;
  for (const int64_t axis : shape) count *= axis;
  const int64_t bytes = count * static_cast<int64_t>(c10::elementSize(type));
  if (bytes > this->bytes()) {
    memory_.reset();  // before the larger one is made
    memory_ = device.is_cpu()
                  ? host_bytes(bytes)
                  : at::empty({bytes}, at::TensorOptions().dtype(at::kByte).device(device));
  }
  // An own tensor over the memory, not a view of it in another type: out-arguments of operators
  // must not share their version with anything.
  const at::Tensor memory = memory_;
  if (count == 0) return at::empty(shape, at::TensorOptions().dtype(type).device(device));
  return at::from_blob(
      memory.data_ptr(), shape, [memory](void*) {}, at::TensorOptions().dtype(type).device(device),
      device);
}

}  // namespace querl
