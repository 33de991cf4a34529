#include "lm/libtorch_bans.h"

#include <ATen/ops/zeros.h>

#include <algorithm>

namespace querl {
namespace {

// Lists that a sampler's turns usually have at a time; more grow the table.
constexpr int64_t kUsualLists = 16;

}  // namespace

BanTable::BanTable(at::Device device, int64_t vocab) : place_(device), words_((vocab + 31) / 32) {
  make(kUsualLists);
}

void BanTable::make(int64_t rows) {
  lists_.clear();
  sent_ = 0;
  const auto options = at::TensorOptions().dtype(at::kInt);
  host_ = at::zeros({rows, words_}, options);
  device_ = place_.is_cpu() ? host_ : at::zeros({rows, words_}, options.device(place_));
}

int32_t BanTable::row_of(std::span<const int32_t> ids) {
  if (ids.empty()) return -1;
  for (size_t i = 0; i < lists_.size(); ++i)
    if (std::equal(ids.begin(), ids.end(), lists_[i].begin(), lists_[i].end()))
      return static_cast<int32_t>(i);
  const auto row = static_cast<int64_t>(lists_.size());
  lists_.emplace_back(ids.begin(), ids.end());
  auto* const bits = reinterpret_cast<uint32_t*>(host_.mutable_data_ptr<int32_t>()) + row * words_;
  std::fill_n(bits, words_, 0u);
  for (const int32_t id : ids) bits[id / 32] |= uint32_t{1} << (id % 32);
  return static_cast<int32_t>(row);
}

bool BanTable::begin(int64_t lists) {
  const int64_t held = static_cast<int64_t>(lists_.size());
  if (held + lists <= host_.size(0)) return false;
  // What is there may go: a pass names all that it needs.
  lists_.clear();
  sent_ = 0;
  if (lists <= host_.size(0)) return false;
  make(2 * lists);  // so that one pass more fits beside what is there
  return true;
}

void BanTable::upload() {
  const auto first = static_cast<int64_t>(sent_),
             count = static_cast<int64_t>(lists_.size()) - first;
  sent_ = lists_.size();
  if (count == 0 || device_.is_same(host_)) return;
  device_.narrow(0, first, count).copy_(host_.narrow(0, first, count));
}

}  // namespace querl
