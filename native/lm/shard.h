// One thread of the sampler, with the sessions that it owns.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "lm/scheduler.h"

namespace querl {

class Shard {
 public:
  using Command = std::function<void(Scheduler&)>;

  // Throws Error(ERR_QUERL_OUT_OF_MEMORY) if a device has no memory for the pages.
  Shard(const Parameters& parameters, std::unique_ptr<Decoder> decoder, const TokenBytes& bytes,
        const SchedulerOptions& options, const Sampler::Listener& listener);
  ~Shard();  // aborts what runs and joins

  // Runs on the shard's thread before its next pass, in the order of the calls.
  void push(Command command);
  SamplerStats stats() const;

 private:
  void run();
  bool wait(std::vector<Command>& commands);
  void work(std::vector<Command>& commands);
  void publish();

  const std::unique_ptr<Decoder> decoder_;
  const Sampler::Listener& listener_;
  Scheduler scheduler_;  // the thread's, once that runs

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<Command> commands_;
  bool stops_ = false;
  SamplerStats stats_;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace querl
