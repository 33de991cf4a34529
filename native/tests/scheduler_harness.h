// One shard's scheduler without its thread: the test says when a pass runs.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "lm/scheduler.h"
#include "tests/sampler_harness.h"

namespace querl {

class ShardBench {
 public:
  ShardBench(const TinyModel& model, const SchedulerOptions& options)
      : decoder(model.decoder()),
        bytes(letters()),
        scheduler(model.parameters, *decoder, bytes, options),
        model_(model) {}

  void open(uint64_t id, bool pinned = true) { scheduler.open(id, pinned); }

  void generate(uint64_t id, uint64_t request, const std::vector<int32_t>& pending,
                GenerateOptions options) {
    scheduler.generate(id, request, pending, std::move(options));
  }

  void collect() {
    for (TurnEvent& event : scheduler.take_events()) {
      if (event.partial) {
        streamed[event.request].push_back(scheduler.stats().passes);
      } else if (!finals.emplace(event.request, event).second) {
        std::abort();  // one end for each turn
      }
    }
  }

  // Until nothing more can be done.
  void run() {
    do {
      scheduler.pass();
      collect();
    } while (scheduler.has_work());
  }

  // What the last of some turns samples in a session that is alone.
  std::vector<int32_t> alone(const std::vector<std::vector<int32_t>>& pending,
                             const std::vector<GenerateOptions>& turns) const {
    ShardBench fresh(model_, {.pages = 1000});
    fresh.open(1);
    for (size_t i = 0; i < turns.size(); ++i) {
      fresh.generate(1, i, pending[i], turns[i]);
      fresh.run();
    }
    return fresh.finals.at(turns.size() - 1).ids;
  }

  std::unique_ptr<Decoder> decoder;
  TokenBytes bytes;
  Scheduler scheduler;
  std::map<uint64_t, TurnEvent> finals;
  std::map<uint64_t, std::vector<int64_t>> streamed;  // after how many passes tokens came

 private:
  const TinyModel& model_;
};

}  // namespace querl
