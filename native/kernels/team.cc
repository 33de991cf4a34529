#include "kernels/team.h"

#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace querl {
namespace {

// A pause takes about 0.05 us here: spinning outlasts the scheduler between two passes. Yielding is
// for machines with more threads than cores, where spinning keeps the awaited thread from running.
constexpr int kSpins = 1000;
constexpr int kYields = 200;

void pause() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Returns once `value` is not `old`.
void wait_while(const std::atomic<uint32_t>& value, uint32_t old) {
  for (int i = 0; i < kSpins; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    pause();
  }
  for (int i = 0; i < kYields; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    std::this_thread::yield();
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

Team::Team(int threads) {
  for (int thread = 1; thread < threads; ++thread)
    workers_.emplace_back([this, thread] { wait_for_work(thread); });
}

Team::~Team() {
  closing_ = true;
  round_.fetch_add(1);
  round_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void Team::run(const Work& work) {
  work_ = &work;
  members_ = missing_ = static_cast<uint32_t>(threads());
  working_ = static_cast<uint32_t>(workers_.size());
  round_.fetch_add(1);
  if (!workers_.empty()) round_.notify_all();
  take_part(0);
  for (uint32_t left = working_; left != 0; left = working_) wait_while(working_, left);
  work_ = nullptr;
  if (failure_ != nullptr) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Team::meet() {
  const uint32_t before = meeting_;  // cannot end while this thread is missing
  arrive();
  wait_while(meeting_, before);
}

void Team::arrive() {
  if (missing_.fetch_sub(1) > 1) return;
  missing_ = members_.load();
  meeting_.fetch_add(1);
  meeting_.notify_all();
}

void Team::wait_for_work(int thread) {
  for (uint32_t seen = 0;; ++seen) {
    wait_while(round_, seen);
    if (closing_) return;
    take_part(thread);
    if (working_.fetch_sub(1) == 1) working_.notify_one();
  }
}

void Team::take_part(int thread) {
  try {
    (*work_)(thread);
  } catch (...) {
    {
      const std::lock_guard lock(failing_);
      if (failure_ == nullptr) failure_ = std::current_exception();
    }
    // Comes to the meeting that the others may be at, and to none after it.
    members_.fetch_sub(1);
    arrive();
  }
}

}  // namespace querl
