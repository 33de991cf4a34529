// The keys and values of the sampler's sessions, in pages of kPageTokens tokens.
//
// A page is counted: sessions that were forked share the full pages of what they have in common.
// One pool belongs to one shard, that is to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/decode.h"

namespace querl {

class KvPool {
 public:
  // Holds `capacity` pages at most. Their memory is taken when it is first needed and then kept.
  KvPool(const PageShape& shape, int64_t capacity);

  const PageShape& shape() const { return shape_; }
  int64_t capacity() const { return capacity_; }
  int64_t used() const { return used_; }
  int64_t free() const { return capacity_ - used_; }

 private:
  friend class KvPages;

  struct FreeFloats {
    void operator()(float* data) const;
  };

  int32_t take();  // needs free() > 0
  void share(int32_t page) { ++counts_[static_cast<size_t>(page)]; }
  void release(int32_t page);
  bool is_shared(int32_t page) const { return counts_[static_cast<size_t>(page)] > 1; }
  float* data(int32_t page) { return pages_[static_cast<size_t>(page)].get(); }

  PageShape shape_;
  int64_t capacity_;
  int64_t used_ = 0;
  std::vector<std::unique_ptr<float[], FreeFloats>> pages_;
  std::vector<int32_t> counts_;
  std::vector<int32_t> unused_;  // pages that were given back, last first
};

// The pages of one session, in the order of its tokens.
class KvPages {
 public:
  explicit KvPages(KvPool& pool) : pool_(&pool) {}
  ~KvPages() { clear(); }
  KvPages(const KvPages&) = delete;
  KvPages& operator=(const KvPages&) = delete;

  int64_t count() const { return static_cast<int64_t>(ids_.size()); }
  bool empty() const { return ids_.empty(); }
  static int64_t pages_for(int64_t tokens) { return (tokens + kPageTokens - 1) / kPageTokens; }
  // Pages that reserve(tokens) will take from the pool.
  int64_t missing(int64_t tokens) const;
  // Pages that clear() gives back: those that no other session shares.
  int64_t exclusive() const;

  // Makes room for `tokens` tokens in all. False, and nothing changes, if the pool has not enough.
  [[nodiscard]] bool reserve(int64_t tokens);
  // Begins as `parent` up to `tokens`: full pages are shared, the last one is copied if it is
  // partly filled. This must be empty. False, and nothing changes, if the pool has no page for the
  // copy.
  [[nodiscard]] bool fork(const KvPages& parent, int64_t tokens);
  void clear();

  // (count()) The pages' floats. Moves when pages are added.
  float* const* data() const { return data_.data(); }

 private:
  void append(int32_t page);

  KvPool* pool_;
  std::vector<int32_t> ids_;
  std::vector<float*> data_;
};

}  // namespace querl
