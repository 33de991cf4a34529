#include "torch/threads.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>

namespace querl {

int LibtorchThreads::threads() const {
  return at::in_parallel_region() ? 1 : at::get_num_threads();
}

void LibtorchThreads::run(int64_t tasks, const Work& work) {
  const int64_t teams = std::min<int64_t>(tasks, threads());
  if (teams <= 1) {
    for (int64_t task = 0; task < tasks; ++task) work(task, 0);
    return;
  }
  // parallel_for() would cut the range into equal parts; tasks are taken one by one instead, since
  // a shared machine gives threads unequal time. It rethrows the first exception of a thread.
  std::atomic<int64_t> next = 0;
  at::parallel_for(0, teams, 1, [&](int64_t begin, int64_t end) {
    for (int64_t team = begin; team < end; ++team) {
      try {
        for (int64_t task; (task = next.fetch_add(1)) < tasks;) work(task, static_cast<int>(team));
      } catch (...) {
        next = tasks;
        throw;
      }
    }
  });
}

}  // namespace querl
