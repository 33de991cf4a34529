// Where the tasks of a kernel run. A kernel cuts its work into tasks whose number and order do not
// depend on the threads, so that any implementation gives the same bits.
#pragma once

#include <cstdint>
#include <functional>

namespace querl {

class Parallel {
 public:
  using Work = std::function<void(int64_t task, int thread)>;

  virtual ~Parallel() = default;

  // The most threads that work at once.
  virtual int threads() const = 0;

  // Calls work(task, thread) once for each task in [0, tasks), thread in [0, threads()), and
  // returns when all are done. Tasks start in order, on whichever thread is free. The first
  // exception stops further tasks from starting and is thrown here. Not from within `work`.
  virtual void run(int64_t tasks, const Work& work) = 0;
};

// The caller alone.
class OneThread final : public Parallel {
 public:
  int threads() const override { return 1; }
  void run(int64_t tasks, const Work& work) override {
    for (int64_t task = 0; task < tasks; ++task) work(task, 0);
  }
};

}  // namespace querl
