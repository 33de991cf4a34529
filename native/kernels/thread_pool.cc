#include "kernels/thread_pool.h"

#include <algorithm>
#include <utility>

namespace querl {

ThreadPool::ThreadPool(int threads) {
  for (int thread = 1; thread < threads; ++thread)
    workers_.emplace_back([this, thread] { wait_for_work(thread); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  started_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(int64_t tasks, const Work& work) {
  std::unique_lock lock(mutex_);
  work_ = &work;
  next_ = 0;
  tasks_ = tasks;
  ++round_;
  if (tasks > 1) started_.notify_all();
  take_tasks(0, work, lock);
  // A worker that wakes from now on finds no task left and never touches `work`.
  finished_.wait(lock, [this] { return running_ == 0; });
  work_ = nullptr;
  if (failure_ != nullptr) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void ThreadPool::wait_for_work(int thread) {
  std::unique_lock lock(mutex_);
  for (int64_t seen = 0;;) {
    started_.wait(lock, [&] { return closing_ || round_ != seen; });
    if (closing_) return;
    seen = round_;
    if (work_ != nullptr) take_tasks(thread, *work_, lock);
  }
}

// Tasks are milliseconds long, so that taking one under the mutex costs nothing.
void ThreadPool::take_tasks(int thread, const Work& work, std::unique_lock<std::mutex>& lock) {
  ++running_;
  while (next_ < tasks_) {
    const int64_t task = next_++;
    lock.unlock();
    std::exception_ptr failure;
    try {
      work(task, thread);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (failure == nullptr) continue;
    if (failure_ == nullptr) failure_ = failure;
    next_ = tasks_;
  }
  if (--running_ == 0) finished_.notify_all();
}

}  // namespace querl
