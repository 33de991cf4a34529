// The keys and values of the sampler's sessions, in pages of kPageTokens tokens.
//
// A page is counted: sessions that were forked share the full pages of what they have in common.
// One pool belongs to one shard, that is to one thread. Where the bytes of a page lie is up to the
// store that a decoder makes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "kernels/decode.h"

namespace querl {

// The memory of pages, which are numbered from 0.
class KvStore {
 public:
  virtual ~KvStore() = default;

  // Makes page `page`, the next number; its bytes on this machine, null if they lie elsewhere.
  // Throws std::bad_alloc.
  virtual std::byte* add(int32_t page) = 0;
  virtual void copy(int32_t from, int32_t to) = 0;
};

// Pages of `page_bytes` in this machine's memory, aligned to 64.
class HostKvStore final : public KvStore {
 public:
  explicit HostKvStore(int64_t page_bytes) : page_bytes_(page_bytes) {}

  std::byte* add(int32_t page) override;
  void copy(int32_t from, int32_t to) override;

 private:
  struct Free {
    void operator()(std::byte* data) const;
  };

  int64_t page_bytes_;
  std::vector<std::unique_ptr<std::byte[], Free>> pages_;
};

class KvPool {
 public:
  // Holds `capacity` pages at most. Their memory is taken when it is first needed and then kept.
  KvPool(std::unique_ptr<KvStore> store, int64_t capacity)
      : store_(std::move(store)), capacity_(capacity) {}

  int64_t capacity() const { return capacity_; }
  int64_t used() const { return used_; }
  int64_t free() const { return capacity_ - used_; }

 private:
  friend class KvPages;

  int32_t take();  // needs free() > 0
  void share(int32_t page) { ++counts_[static_cast<size_t>(page)]; }
  void release(int32_t page);
  bool is_shared(int32_t page) const { return counts_[static_cast<size_t>(page)] > 1; }
  std::byte* data(int32_t page) { return data_[static_cast<size_t>(page)]; }

  std::unique_ptr<KvStore> store_;
  int64_t capacity_;
  int64_t used_ = 0;
  std::vector<std::byte*> data_;
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

  // (count()) The pages' numbers, and their bytes where those lie on this machine, else null. Moves
  // when pages are added.
  std::span<const int32_t> ids() const { return ids_; }
  std::byte* const* data() const { return data_.data(); }

 private:
  void append(int32_t page);

  KvPool* pool_;
  std::vector<int32_t> ids_;
  std::vector<std::byte*> data_;
};

}  // namespace querl
