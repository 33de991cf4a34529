#include "torch/kept_memory.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <cstdlib>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace querl {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kMostBlocks = 8;
constexpr size_t kMostBytes = size_t{256} << 20;
constexpr size_t kLeastBytes = size_t{64} << 10;  // below, malloc() keeps what it has by itself

class KeptBlocks {
 public:
  // Of exactly so many bytes, a multiple of the alignment.
  void* take(size_t bytes) {
    {
      const std::lock_guard lock(mutex_);
      // The youngest first: it may still be in a cache.
      for (size_t i = blocks_.size(); i-- > 0;) {
        if (blocks_[i].second != bytes) continue;
        void* block = blocks_[i].first;
        blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(i));
        bytes_ -= bytes;
        return block;
      }
    }
    void* block = std::aligned_alloc(kAlignment, bytes);
    if (block == nullptr) throw std::bad_alloc();
    return block;
  }

  void give(void* block, size_t bytes) noexcept {
    const std::lock_guard lock(mutex_);
    if (bytes > kMostBytes) return std::free(block);
    while (!blocks_.empty() && (blocks_.size() == kMostBlocks || bytes_ + bytes > kMostBytes)) {
      std::free(blocks_.front().first);
      bytes_ -= blocks_.front().second;
      blocks_.erase(blocks_.begin());
    }
    blocks_.emplace_back(block, bytes);  // of reserved memory
    bytes_ += bytes;
  }

  void release() {
    const std::lock_guard lock(mutex_);
    for (const auto& [block, _] : blocks_) std::free(block);
    blocks_.clear();
    bytes_ = 0;
  }

 private:
  static std::vector<std::pair<void*, size_t>> reserved() {
    std::vector<std::pair<void*, size_t>> blocks;
    blocks.reserve(kMostBlocks);
    return blocks;
  }

  std::mutex mutex_;
  std::vector<std::pair<void*, size_t>> blocks_ = reserved();
  size_t bytes_ = 0;
};

KeptBlocks& kept_blocks() {
  // Never destroyed: tensors may be freed while the process exits.
  static auto* const blocks = new KeptBlocks;
  return *blocks;
}

}  // namespace

at::Tensor kept_floats_like(const at::Tensor& like) {
  const at::TensorOptions options = like.options().dtype(at::kFloat);
  const size_t bytes = static_cast<size_t>(like.numel()) * sizeof(float);
  if (!like.is_cpu() || bytes < kLeastBytes) return at::empty(like.sizes(), options);
  const size_t whole = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  void* block = kept_blocks().take(whole);
  return at::from_blob(
      block, like.sizes(), [whole](void* memory) { kept_blocks().give(memory, whole); }, options);
}

void release_kept_memory() { kept_blocks().release(); }

}  // namespace querl
