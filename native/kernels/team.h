// Threads that work on one thing together and meet often: between two parts of a decoder's layer
// there is no time to fall asleep. They spin for a while, then give way to others, then sleep, so
// that a team costs nothing while it has nothing to do.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace querl {

class Team {
 public:
  using Work = std::function<void(int thread)>;

  // Starts threads - 1 threads: the caller of run() is thread 0.
  explicit Team(int threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls work(thread) once on every thread and returns when all are done. The first exception is
  // thrown here; those who meet no longer wait for a thread that threw one. One caller at a time.
  void run(const Work& work);

  // From within `work`: returns when all threads have called it. What they wrote before is seen.
  void meet();

 private:
  void wait_for_work(int thread);
  void take_part(int thread);
  void arrive();

  const Work* work_ = nullptr;
  bool closing_ = false;
  std::mutex failing_;
  std::exception_ptr failure_;

  // Each on a line of its own: all threads look at them.
  alignas(64) std::atomic<uint32_t> round_{0};    // counts the calls of run()
  alignas(64) std::atomic<uint32_t> working_{0};  // workers that are not done yet
  alignas(64) std::atomic<uint32_t> meeting_{0};  // counts the meetings that are over
  alignas(64) std::atomic<uint32_t> missing_{0};  // threads that this meeting waits for
  alignas(64) std::atomic<uint32_t> members_{0};  // threads that the next one will wait for
  std::vector<std::thread> workers_;              // last: they use all of the above
};

}  // namespace querl
