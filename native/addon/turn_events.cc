#include "addon/turn_events.h"

#include <iterator>
#include <utility>

#include "addon/arguments.h"

namespace querl {
namespace {

constexpr size_t kColumns = 7;

Napi::Value table_of(Napi::Env env, const std::vector<TurnEvent>& events) {
  Napi::Float64Array table = Napi::Float64Array::New(env, events.size() * kColumns);
  double* row = table.Data();
  for (const TurnEvent& event : events) {
    *row++ = static_cast<double>(event.request);
    *row++ = static_cast<double>(event.ids.size());
    *row++ = event.partial ? 1 : 0;
    *row++ = static_cast<double>(event.reason);
    *row++ = event.stop_index;
    *row++ = static_cast<double>(event.policy_version);
    *row++ = event.ids.empty() ? 0 : static_cast<double>(event.top_ids.size() / event.ids.size());
  }
  return table;
}

template <typename T>
void append(const std::vector<T>& from, std::vector<T>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

TurnEvents::TurnEvents(Napi::Env env, Napi::Function listener)
    : on_js_thread_(Napi::ThreadSafeFunction::New(env, listener, "querl sampler", 0, 1)) {
  on_js_thread_.Unref(env);
}

void TurnEvents::push(std::vector<TurnEvent> events) {
  {
    const std::lock_guard lock(state_->mutex);
    std::move(events.begin(), events.end(), std::back_inserter(state_->waiting));
    if (std::exchange(state_->scheduled, true)) return;
  }
  on_js_thread_.NonBlockingCall(
      [state = state_, self = on_js_thread_](Napi::Env env, Napi::Function listener) {
        deliver(env, listener, self, *state);
      });
}

void TurnEvents::expect(Napi::Env env) {
  if (state_->expected++ == 0) on_js_thread_.Ref(env);
}

void TurnEvents::close() {
  if (std::exchange(state_->closed, true)) return;
  on_js_thread_.Release();
}

void TurnEvents::deliver(Napi::Env env, Napi::Function listener,
                         const Napi::ThreadSafeFunction& self, State& state) {
  std::vector<TurnEvent> events;
  {
    const std::lock_guard lock(state.mutex);
    events.swap(state.waiting);
    state.scheduled = false;
  }
  if (state.closed) return;
  std::vector<int32_t> ids, top_ids;
  std::vector<float> logprobs, top_logprobs;
  Napi::Array errors = Napi::Array::New(env);
  size_t finished = 0;
  for (const TurnEvent& event : events) {
    append(event.ids, ids);
    append(event.logprobs, logprobs);
    append(event.top_ids, top_ids);
    append(event.top_logprobs, top_logprobs);
    if (!event.partial) ++finished;
    if (event.reason == FinishReason::kError && !event.partial) {
      errors.Set(errors.Length(), event.error_code);
      errors.Set(errors.Length(), event.error);
    }
  }
  if ((state.expected -= finished) == 0) self.Unref(env);
  listener.Call({table_of(env, events), to_js(env, std::span<const int32_t>(ids)),
                 to_js(env, std::span<const float>(logprobs)), errors,
                 to_js(env, std::span<const int32_t>(top_ids)),
                 to_js(env, std::span<const float>(top_logprobs))});
}

}  // namespace querl
