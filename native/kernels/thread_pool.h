// A few threads that wait for work: the caller is one of them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace querl {

class ThreadPool {
 public:
  using Work = std::function<void(int64_t task, int thread)>;

  // Starts threads - 1 threads; they sleep between calls of run().
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls work(task, thread) once for each task in [0, tasks), thread in [0, threads()), and
  // returns when all are done. Tasks start in order, on whichever thread is free. The first
  // exception stops further tasks from starting and is thrown here. One caller at a time; not from
  // within `work`.
  void run(int64_t tasks, const Work& work);

 private:
  void wait_for_work(int thread);
  void take_tasks(int thread, const Work& work, std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable started_, finished_;
  const Work* work_ = nullptr;
  int64_t next_ = 0, tasks_ = 0, running_ = 0, round_ = 0;
  bool closing_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> workers_;
};

}  // namespace querl
