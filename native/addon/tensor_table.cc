#include "addon/tensor_table.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "addon/environment.h"
#include "base/errors.h"

namespace querl {
namespace {

constexpr double kIndexes = 268435456.;  // 2^28 objects at once,
constexpr uint32_t kGenerations = 1u
                                  << 25u;  // each index 2^25 times before an old id could fit again
constexpr int64_t kSweepBytes = 32 << 20;
constexpr int64_t kTellBytes = 64 << 10;  // less would be a call into V8 for each small tensor

}  // namespace

TensorTable& TensorTable::of(napi_env env) { return environment(env).tensors; }

TensorTable::~TensorTable() {
  for (const Slot& slot : slots_)
    if (slot.owner != nullptr) napi_delete_reference(env_, slot.owner);
}

double TensorTable::add(c10::IValue value) {
  Slot& slot = take_free();
  slot.value = std::move(value);
  count_in(slot);
  return id_of(slot);
}

double TensorTable::add(std::shared_ptr<Pending> pending) {
  Slot& slot = take_free();
  slot.pending = std::move(pending);
  count_in(slot);
  return id_of(slot);
}

TensorTable::Slot& TensorTable::take_free() {
  if (used_ >= sweep_at_ || added_bytes_ > std::max(kSweepBytes, memory_.bytes / 2)) sweep();
  if (free_.empty()) {
    if (static_cast<double>(slots_.size()) >= kIndexes)
      throw Error("ERR_QUERL_OUT_OF_MEMORY", "There are more than 2^28 tensors.");
    free_.push_back(static_cast<uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  Slot& slot = slots_[free_.back()];
  free_.pop_back();
  slot.used = true;
  ++used_;
  return slot;
}

double TensorTable::id_of(const Slot& slot) const {
  return static_cast<double>(&slot - slots_.data()) + slot.generation * kIndexes;
}

void TensorTable::attach(double id, napi_value owner) {
  Slot* slot = find(id);
  if (slot == nullptr || slot->owner != nullptr) return;
  if (napi_create_reference(env_, owner, 0, &slot->owner) != napi_ok) throw Napi::Error::New(env_);
}

TensorTable::Slot& TensorTable::found(double id) {
  Slot* slot = find(id);
  if (slot == nullptr) throw Error("ERR_QUERL_CLOSED", "The tensor was disposed.");
  return *slot;
}

const c10::IValue& TensorTable::get(double id) {
  const Slot& slot = found(id);
  if (slot.pending) {
    throw Error("ERR_QUERL_PENDING",
                "A run() is still to compute this tensor. Return it from the callback, and use it "
                "after await.");
  }
  if (slot.value.isNone()) {
    throw Error("ERR_QUERL_PENDING",
                "This tensor was never computed: the run() that it belongs to failed or was "
                "stopped.");
  }
  return slot.value;
}

Input TensorTable::input(double id) {
  const Slot& slot = found(id);
  if (slot.pending) return slot.pending;
  return get(id);
}

void TensorTable::replace(double id, std::shared_ptr<Pending> pending) {
  Slot& slot = found(id);
  pending->previous = std::move(slot.pending);
  slot.pending = std::move(pending);
}

void TensorTable::settle(double id, const std::shared_ptr<Pending>& pending) {
  Slot* slot = find(id);
  if (slot == nullptr || slot->pending != pending) return;
  const std::shared_ptr<Pending> last = std::move(slot->pending);
  // Where the operator that would have written to it was never run, it is what it was before.
  for (const Pending* each = last.get(); each != nullptr; each = each->previous.get()) {
    if (each->value.isNone()) continue;
    count_out(*slot);
    slot->value = each->value;
    count_in(*slot);
    return;
  }
}

at::Tensor TensorTable::waited(double id) {
  const std::shared_ptr<Pending> pending = found(id).pending;
  if (!pending) return tensor(id);
  pending->run->wait(pending->number);
  return pending->value.toTensor();
}

const at::Tensor& TensorTable::tensor(double id) {
  const c10::IValue& value = get(id);
  if (!value.isTensor()) throw Error("ERR_QUERL_ARGUMENT", "Expected a tensor.");
  return value.toTensor();
}

void TensorTable::remove(double id) {
  Slot* slot = find(id);
  if (slot != nullptr) release(static_cast<uint32_t>(slot - slots_.data()));
}

void TensorTable::sweep() {
  for (uint32_t index = 0; index < slots_.size(); ++index) {
    Slot& slot = slots_[index];
    if (!slot.used || slot.owner == nullptr) continue;
    const Napi::HandleScope scope(env_);
    napi_value owner = nullptr;
    napi_get_reference_value(env_, slot.owner, &owner);
    if (owner == nullptr) release(index);
  }
  added_bytes_ = 0;
  sweep_at_ = std::max<size_t>(4096, 2 * used_);
}

TensorTable::Slot* TensorTable::find(double id) {
  const double generation = std::floor(id / kIndexes);
  const double index = id - generation * kIndexes;
  if (!(index >= 0 && index < static_cast<double>(slots_.size()))) return nullptr;
  Slot& slot = slots_[static_cast<size_t>(index)];
  return slot.used && slot.generation == generation ? &slot : nullptr;
}

void TensorTable::release(uint32_t index) {
  Slot& slot = slots_[index];
  if (slot.owner != nullptr) napi_delete_reference(env_, std::exchange(slot.owner, nullptr));
  slot.used = false;
  slot.generation = slot.generation + 1 < kGenerations ? slot.generation + 1 : 1;
  --used_;
  free_.push_back(index);
  // Last, since what it frees may call back.
  count_out(slot);
  slot.pending.reset();
  const c10::IValue value = std::exchange(slot.value, {});
}

void TensorTable::count_in(Slot& slot) {
  slot.storage = nullptr;
  if (slot.value.isGenerator()) return;
  ++memory_.tensors;
  if (!slot.value.isTensor()) return;  // not computed yet
  const at::Tensor& tensor = slot.value.toTensor();
  if (!tensor.has_storage() || tensor.is_meta()) return;
  slot.storage = tensor.storage().unsafeGetStorageImpl();
  StorageUse& use = storages_[slot.storage];
  if (use.slots++ > 0) return;
  use.bytes = static_cast<int64_t>(tensor.storage().nbytes());
  added_bytes_ += use.bytes;
  tell_v8(use.bytes);
}

void TensorTable::count_out(const Slot& slot) {
  if (!slot.value.isGenerator()) --memory_.tensors;
  if (slot.storage == nullptr) return;
  const auto use = storages_.find(slot.storage);
  if (--use->second.slots > 0) return;
  tell_v8(-use->second.bytes);
  storages_.erase(use);
}

void TensorTable::tell_v8(int64_t bytes) {
  memory_.bytes += bytes;
  untold_bytes_ += bytes;
  if (std::abs(untold_bytes_) < kTellBytes) return;
  int64_t total = 0;
  napi_adjust_external_memory(env_, std::exchange(untold_bytes_, 0), &total);
}

}  // namespace querl
