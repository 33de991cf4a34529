// Carries a sampler's turns from the shards' threads to JavaScript: one call for all that have come
// since the last one.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "addon/napi_setup.h"
#include "lm/sampler.h"

namespace querl {

class TurnEvents {
 public:
  // `listener` is called with (table: Float64Array, ids: Int32Array, logprobs: Float32Array,
  // errors: string[], topIds: Int32Array, topLogprobs: Float32Array): a row of the table is
  // (request, ids, partial, reason, stop index, policy version, top log-probs per id), the ids and
  // log-probs of all rows lie behind each other, the top ones too, and errors holds (code, message)
  // of each row whose reason is an error.
  TurnEvents(Napi::Env env, Napi::Function listener);

  // Any thread.
  void push(std::vector<TurnEvent> events);

  // JavaScript thread: one turn more that the process must stay alive for.
  void expect(Napi::Env env);

  // When no thread pushes any more: nothing that waits is delivered after this.
  void close();

 private:
  // Shared with calls that are on their way while the object ends.
  struct State {
    std::mutex mutex;  // guards waiting and scheduled
    std::vector<TurnEvent> waiting;
    bool scheduled = false;
    size_t expected = 0;  // JavaScript thread only
    bool closed = false;  // JavaScript thread only, or at exit
  };

  static void deliver(Napi::Env env, Napi::Function listener, const Napi::ThreadSafeFunction& self,
                      State& state);

  std::shared_ptr<State> state_ = std::make_shared<State>();
  Napi::ThreadSafeFunction on_js_thread_;
};

}  // namespace querl
