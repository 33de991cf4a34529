// One thread and a first-in-first-out queue: the only place where a model's tensors are touched.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "addon/exit_guard.h"
#include "addon/napi_setup.h"

namespace querl {

class WorkQueue {
 public:
  // Runs on the JavaScript thread and makes the job's result.
  using Settle = std::function<Napi::Value(Napi::Env)>;
  // Runs on the queue's thread and sees no JavaScript. Polls `stop` between steps of about 50 ms.
  using Job = std::function<Settle(std::stop_token stop)>;

  WorkQueue(Napi::Env env, const std::string& name);
  ~WorkQueue();

  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  // JavaScript thread only. `stop` is requested by the caller's AbortSignal, or by close(). The
  // process stays alive, and `owner` is not collected, while the promise is pending. Rejects with
  // ERR_QUERL_CLOSED once the queue was closed.
  Napi::Promise submit(Napi::Object owner, std::stop_source stop, Job job);

  // JavaScript thread only: promises that are not settled yet.
  size_t pending() const { return pending_; }

  // Asks the running job to stop; those behind it are rejected with ERR_QUERL_CLOSED. Returns at
  // once.
  void close();

 private:
  struct Task;

  void run();
  void send(std::unique_ptr<Task> task);
  void settle(Napi::Env env, std::unique_ptr<Task> task);
  void end();  // close() and wait for the thread; any thread, once or more

  Napi::ThreadSafeFunction on_js_thread_;
  size_t pending_ = 0;  // JavaScript thread only

  std::mutex mutex_;  // guards waiting_, running_ and closing_
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Task>> waiting_;
  std::stop_source running_;
  bool closing_ = false;

  std::once_flag joined_;
  std::thread thread_;    // starts when all of the above exists
  ExitGuard exit_guard_;  // its hook runs before that of on_js_thread_, which is older
};

}  // namespace querl
