#include "addon/compute_run.h"

#include <utility>

#include "base/errors.h"

namespace querl {
namespace {

c10::IValue value_of(const Input& input) {
  if (const auto* value = std::get_if<c10::IValue>(&input)) return *value;
  const Pending& pending = *std::get<std::shared_ptr<Pending>>(input);
  // One thread computes all runs of an environment, in order: it is done, or never will be.
  if (pending.value.isNone()) pending.run->wait(pending.number);
  return pending.value;
}

// The inputs of a queued call in the place of the table.
class QueuedObjects final : public Objects {
 public:
  explicit QueuedObjects(const std::vector<c10::IValue>& inputs) : inputs_(inputs) {}
  const c10::IValue& get(double) override { return inputs_.at(next_++); }
  double add(c10::IValue) override { return 0; }

 private:
  const std::vector<c10::IValue>& inputs_;
  size_t next_ = 0;
};

class WithAutograd {
 public:
  explicit WithAutograd(c10::AutogradState state) { c10::AutogradState::set_tls_state(state); }
  ~WithAutograd() { c10::AutogradState::set_tls_state(before_); }
  WithAutograd(const WithAutograd&) = delete;
  WithAutograd& operator=(const WithAutograd&) = delete;

 private:
  c10::AutogradState before_ = c10::AutogradState::get_tls_state();
};

}  // namespace

void Run::push(QueuedCall call) {
  ++pushed_;
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  calls_.push_back(std::move(call));
  if (!working_) changed_.notify_all();
}

void Run::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

void Run::wait(int64_t number) {
  std::unique_lock lock(mutex_);
  waited_for_ = number;
  changed_.wait(lock, [&] { return done_ >= number || ended_; });
  if (done_ >= number) return;
  if (failure_) std::rethrow_exception(failure_);
  throw Error("ERR_QUERL_PENDING", "The run() was stopped before this was computed.");
}

void Run::work(std::stop_token stop) {
  try {
    for (;;) {
      std::deque<QueuedCall> batch;
      {
        std::unique_lock lock(mutex_);
        working_ = false;
        const bool goes_on =
            changed_.wait(lock, stop, [this] { return closed_ || !calls_.empty(); });
        if (!goes_on) throw Cancelled();
        if (calls_.empty()) break;
        batch.swap(calls_);
        working_ = true;
      }
      for (QueuedCall& call : batch) {
        if (stop.stop_requested()) throw Cancelled();
        execute(call);
        const std::lock_guard lock(mutex_);
        if (++done_ == waited_for_) changed_.notify_all();
      }
    }
    finish(nullptr);
  } catch (...) {
    finish(std::current_exception());
    throw;
  }
}

void Run::execute(QueuedCall& call) {
  const WithAutograd autograd(call.autograd);
  const c10::FunctionSchema& schema = call.operation.schema();
  std::vector<c10::IValue> inputs;
  for (const Input& input : call.inputs) inputs.push_back(value_of(input));
  QueuedObjects objects(inputs);
  torch::jit::Stack stack;
  read_arguments(schema, {call.numbers, call.texts}, objects, stack);
  call.operation.callBoxed(stack);
  size_t output = 0;
  for (size_t i = 0; i < stack.size() && output < call.outputs.size(); ++i)
    if (!is_written(schema.returns()[i])) call.outputs[output++]->value = stack[i];
  for (const auto& [index, after] : call.written) after->value = inputs[index];
  if (call.results) *call.results = std::move(stack);
  call.inputs.clear();
}

void Run::finish(std::exception_ptr failure) {
  std::deque<QueuedCall> dropped;  // freed when the mutex is
  const std::lock_guard lock(mutex_);
  ended_ = true;
  failure_ = std::move(failure);
  dropped.swap(calls_);
  changed_.notify_all();
}

}  // namespace querl
