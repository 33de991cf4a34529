#include "lm/shard.h"

#include <exception>
#include <new>
#include <utility>

namespace querl {

Shard::Shard(const Parameters& parameters, std::unique_ptr<Decoder> decoder,
             const TokenBytes& bytes, const SchedulerOptions& options,
             const Sampler::Listener& listener)
    : decoder_(std::move(decoder)),
      listener_(listener),
      scheduler_(parameters, *decoder_, bytes, options),
      stats_(scheduler_.stats()) {
  thread_ = std::thread([this] { run(); });
}

Shard::~Shard() {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Shard::push(Command command) {
  {
    const std::lock_guard lock(mutex_);
    commands_.push_back(std::move(command));
  }
  changed_.notify_one();
}

SamplerStats Shard::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

void Shard::run() {
  std::vector<Command> commands;
  while (wait(commands)) work(commands);
  // The turns that were asked for last must hear of their end too.
  for (Command& command : commands) command(scheduler_);
  scheduler_.end_all("", "");
  publish();
}

// Until there is something to do; false once it shall stop.
bool Shard::wait(std::vector<Command>& commands) {
  std::unique_lock lock(mutex_);
  const auto is_due = [&] { return stops_ || !commands_.empty() || scheduler_.has_work(); };
  if (const auto deadline = scheduler_.deadline())
    changed_.wait_until(lock, *deadline, is_due);
  else
    changed_.wait(lock, is_due);
  commands.clear();
  commands.swap(commands_);
  return !stops_;
}

void Shard::work(std::vector<Command>& commands) {
  try {
    for (Command& command : commands) command(scheduler_);
    // What ended by a command is heard of, and what it freed is seen, before a pass that may take
    // long.
    if (!commands.empty()) publish();
    scheduler_.pass();
  } catch (const std::bad_alloc&) {
    scheduler_.end_all("ERR_QUERL_OUT_OF_MEMORY",
                       "The system refused memory for the sampler's KV pages. Lower maxTokens.");
  } catch (const std::exception& error) {
    scheduler_.end_all("ERR_QUERL_NATIVE", error.what());
  }
  publish();
}

void Shard::publish() {
  {
    const std::lock_guard lock(mutex_);
    stats_ = scheduler_.stats();
  }
  std::vector<TurnEvent> events = scheduler_.take_events();
  if (!events.empty()) listener_(std::move(events));
}

}  // namespace querl
