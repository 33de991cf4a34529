#include "lm/kv_pages.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace querl {
namespace {

constexpr size_t kAlignment = 64;

}  // namespace

void HostKvStore::Free::operator()(std::byte* data) const { std::free(data); }

std::byte* HostKvStore::add(int32_t) {
  const auto bytes = static_cast<size_t>(page_bytes_);
  auto* data = static_cast<std::byte*>(
      std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment));
  if (data == nullptr) throw std::bad_alloc();
  pages_.emplace_back(data);
  return data;
}

void HostKvStore::copy(int32_t from, int32_t to) {
  std::copy_n(pages_[static_cast<size_t>(from)].get(), page_bytes_,
              pages_[static_cast<size_t>(to)].get());
}

int32_t KvPool::take() {
  if (unused_.empty()) {
    const auto next = static_cast<int32_t>(data_.size());
    data_.push_back(store_->add(next));
    counts_.push_back(0);
    unused_.push_back(next);
  }
  const int32_t page = unused_.back();
  unused_.pop_back();
  counts_[static_cast<size_t>(page)] = 1;
  ++used_;
  return page;
}

void KvPool::release(int32_t page) {
  if (--counts_[static_cast<size_t>(page)] > 0) return;
  unused_.push_back(page);
  --used_;
}

int64_t KvPages::missing(int64_t tokens) const {
  return std::max<int64_t>(0, pages_for(tokens) - count());
}

int64_t KvPages::exclusive() const {
  return std::count_if(ids_.begin(), ids_.end(),
                       [this](int32_t page) { return !pool_->is_shared(page); });
}

void KvPages::append(int32_t page) {
  ids_.push_back(page);
  data_.push_back(pool_->data(page));
}

bool KvPages::reserve(int64_t tokens) {
  int64_t left = missing(tokens);
  if (left > pool_->free()) return false;
  for (; left > 0; --left) append(pool_->take());
  return true;
}

bool KvPages::fork(const KvPages& parent, int64_t tokens) {
  const auto full = static_cast<size_t>(tokens / kPageTokens);
  const bool has_partial = tokens % kPageTokens != 0;
  if (has_partial && pool_->free() == 0) return false;
  for (size_t i = 0; i < full; ++i) {
    pool_->share(parent.ids_[i]);
    append(parent.ids_[i]);
  }
  if (has_partial) {
    append(pool_->take());
    pool_->store_->copy(parent.ids_[full], ids_.back());
  }
  return true;
}

void KvPages::clear() {
  for (const int32_t page : ids_) pool_->release(page);
  ids_.clear();
  data_.clear();
}

}  // namespace querl
