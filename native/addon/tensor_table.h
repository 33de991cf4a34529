// The native objects that JavaScript holds, of one environment: tensors, and generators of random
// numbers. JavaScript names each by a number, which costs no conversion in either direction.
//
//   TensorTable& table = TensorTable::of(env);
//   const double id = table.add(tensor);          // a new object; also for a second use of a
//   tensor table.attach(id, owner);                      // freed when `owner`, its JavaScript
//   object, is gone const at::Tensor& tensor = table.tensor(id);  // throws ERR_QUERL_CLOSED if it
//   was disposed
//
// An owner is watched by a weak reference that is looked at now and then, rather than by a
// finaliser: it costs a third, and works in a loop that never returns to the event loop.
//
// All of it belongs to the environment's JavaScript thread.
#pragma once

#include <ATen/core/TensorBody.h>
#include <c10/util/flat_hash_map.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "addon/compute_run.h"
#include "addon/napi_setup.h"
#include "torch/operator_call.h"

namespace querl {

class TensorTable final : public Objects {
 public:
  explicit TensorTable(napi_env env) : env_(env) {}
  ~TensorTable();

  TensorTable(const TensorTable&) = delete;
  TensorTable& operator=(const TensorTable&) = delete;

  static TensorTable& of(napi_env env);

  double add(c10::IValue value) override;
  void attach(double id, napi_value owner);

  // Throw ERR_QUERL_CLOSED for an id that was removed, ERR_QUERL_PENDING for what a run() is still
  // to compute. Valid until the next change of the table.
  const c10::IValue& get(double id) override;
  const at::Tensor& tensor(double id);

  // For a run(): what is there, or will be, for the calls that come behind it.
  Input input(double id);
  double add(std::shared_ptr<Pending> pending);
  void replace(double id, std::shared_ptr<Pending> pending);
  // The run is over: what it computed takes its place, unless a later run has taken it already.
  void settle(double id, const std::shared_ptr<Pending>& pending);
  // Blocks until it is computed.
  at::Tensor waited(double id);

  // Nothing happens if it was removed before.
  void remove(double id);

  // Frees what no owner holds any more. Called by add() when enough has come in since the last
  // time.
  void sweep();

  // Of all environments' tensors only this one's: how many, and the bytes of their storages. Views
  // share a storage, which counts once.
  struct Memory {
    int64_t tensors = 0;
    int64_t bytes = 0;
  };
  Memory memory() const { return memory_; }

 private:
  struct Slot {
    c10::IValue value;  // none: pending, or never computed
    std::shared_ptr<Pending> pending;
    napi_ref owner = nullptr;
    const c10::StorageImpl* storage =
        nullptr;  // that it counts for; set_() may change the tensor's
    uint32_t generation = 1;
    bool used = false;
  };
  struct StorageUse {
    int64_t bytes = 0;
    int64_t slots = 0;
  };

  Slot& take_free();
  double id_of(const Slot& slot) const;
  Slot* find(double id);
  Slot& found(double id);
  void release(uint32_t index);
  void count_in(Slot& slot);
  void count_out(const Slot& slot);
  void tell_v8(int64_t bytes);

  napi_env env_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;
  ska::flat_hash_map<const c10::StorageImpl*, StorageUse> storages_;
  Memory memory_;
  int64_t untold_bytes_ = 0;
  int64_t added_bytes_ = 0;  // since the last sweep
  size_t used_ = 0;
  size_t sweep_at_ = 4096;
};

}  // namespace querl
