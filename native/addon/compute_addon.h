// run() for JavaScript: moves operators to the environment's compute thread.
#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "addon/compute_run.h"
#include "addon/napi_setup.h"
#include "addon/work_queue.h"

namespace querl {

struct Environment;

// A run and the tensors of the table that wait for it; all but `run` is for JavaScript's thread.
struct OpenRun {
  std::shared_ptr<Run> run = std::make_shared<Run>();
  std::stop_source stop;
  std::vector<std::pair<double, std::shared_ptr<Pending>>> waiting;
};

struct Compute {
  std::unique_ptr<WorkQueue> queue;  // with the first run
  std::shared_ptr<OpenRun> open;     // while its callback puts operators together
};

// Puts a call at the end of the open run, if there is one and the call belongs to it, and appends
// its results to `results`. Calls that neither take nor give tensors are not of a run: they change
// the state of the thread.
bool enqueue(Environment& environment, const c10::OperatorHandle& operation,
             std::span<const double> numbers, std::vector<std::string> texts,
             std::vector<double>& results);

void define_compute(Napi::Object exports);

}  // namespace querl
