// A few threads that wait for work: the caller is one of them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "kernels/parallel.h"

namespace querl {

class ThreadPool final : public Parallel {
 public:
  // Starts threads - 1 threads; they sleep between calls of run().
  explicit ThreadPool(int threads);
  ~ThreadPool() override;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const override { return static_cast<int>(workers_.size()) + 1; }

  // One caller at a time.
  void run(int64_t tasks, const Work& work) override;

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
