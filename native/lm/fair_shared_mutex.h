// A shared mutex whose writers are not kept out by readers that overlap.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace querl {

// glibc's std::shared_mutex lets readers in while a writer waits, so sampler threads whose passes
// overlap would hold off an optimiser step for as long as they sample: 2.6 s were seen with four.
// Here a writer that waits keeps the door, through which everybody goes. A thread must not lock it
// shared twice.
class FairSharedMutex {
 public:
  void lock() {
    door_.lock();
    inner_.lock();
  }
  void unlock() {
    inner_.unlock();
    door_.unlock();
  }
  void lock_shared() {
    const std::lock_guard through(door_);
    inner_.lock_shared();
  }
  void unlock_shared() { inner_.unlock_shared(); }

 private:
  std::mutex door_;
  std::shared_mutex inner_;
};

}  // namespace querl
