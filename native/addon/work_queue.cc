#include "addon/work_queue.h"

#include <optional>
#include <utility>

#include "addon/failure.h"
#include "lm/errors.h"

namespace querl {
namespace {

Failure closed() { return {"ERR_QUERL_CLOSED", "It was disposed before this call was done.", {}}; }

}  // namespace

struct WorkQueue::Task {
  Napi::Promise::Deferred deferred;
  Napi::ObjectReference owner;  // made and destroyed on the JavaScript thread
  std::stop_source stop;
  Job job;
  Settle settle;
  std::optional<Failure> failure;
};

WorkQueue::WorkQueue(Napi::Env env, const std::string& name)
    : on_js_thread_(Napi::ThreadSafeFunction::New(env, Napi::Function(), name, 0, 1)),
      thread_([this] { run(); }),
      exit_guard_(env, [this] { end(); }) {
  on_js_thread_.Unref(env);
}

WorkQueue::~WorkQueue() { end(); }

void WorkQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    running_.request_stop();
  }
  changed_.notify_one();
}

void WorkQueue::end() {
  close();
  std::call_once(joined_, [this] {
    thread_.join();
    // The thread is gone, so nobody uses the function any more; it may be gone itself after this.
    on_js_thread_.Release();
  });
}

Napi::Promise WorkQueue::submit(Napi::Object owner, std::stop_source stop, Job job) {
  const Napi::Env env = owner.Env();
  auto task = std::make_unique<Task>(Task{Napi::Promise::Deferred::New(env),
                                          Napi::ObjectReference::New(owner, 1), std::move(stop),
                                          std::move(job), nullptr, std::nullopt});
  Napi::Promise promise = task->deferred.Promise();
  {
    const std::lock_guard lock(mutex_);
    if (closing_) {
      task->deferred.Reject(closed().to_js(env).Value());
      return promise;
    }
    waiting_.push_back(std::move(task));
  }
  if (pending_++ == 0) on_js_thread_.Ref(env);
  changed_.notify_one();
  return promise;
}

void WorkQueue::run() {
  for (;;) {
    std::unique_ptr<Task> task;
    bool closing = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      task = std::move(waiting_.front());
      waiting_.pop_front();
      running_ = task->stop;
      closing = closing_;
    }
    try {
      if (closing) throw Error("ERR_QUERL_CLOSED", closed().message);
      task->settle = task->job(task->stop.get_token());
    } catch (...) {
      task->failure = Failure::current();
    }
    task->job = nullptr;  // what the job held is freed here, not on the JavaScript thread
    send(std::move(task));
  }
}

void WorkQueue::send(std::unique_ptr<Task> task) {
  Task* sent = task.release();
  const napi_status status =
      on_js_thread_.NonBlockingCall(sent, [this](Napi::Env env, Napi::Function, Task* arrived) {
        settle(env, std::unique_ptr<Task>(arrived));
      });
  // The environment is closing: no one waits any more. A reference must not be touched here, and
  // goes with the environment.
  if (status != napi_ok) sent->owner.SuppressDestruct();
  if (status != napi_ok) delete sent;
}

void WorkQueue::settle(Napi::Env env, std::unique_ptr<Task> task) {
  if (static_cast<napi_env>(env) == nullptr) return;
  if (--pending_ == 0) on_js_thread_.Unref(env);
  try {
    if (!task->failure) return task->deferred.Resolve(task->settle(env));
  } catch (...) {
    task->failure = Failure::current();
  }
  task->deferred.Reject(task->failure->to_js(env).Value());
}

}  // namespace querl
