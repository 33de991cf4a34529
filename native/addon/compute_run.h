// A block of operators that JavaScript wrote down, and a thread of its own works off in their
// order, while JavaScript goes on.
//
// What is still to be computed is named by Pending: the table of tensors has it in the place of a
// tensor until JavaScript learns that the run is over.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>
#include <c10/core/AutogradState.h>

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "torch/operator_call.h"

namespace querl {

class Run;

// The value of one tensor after one operator. `value` belongs to the run until `number` is done.
struct Pending {
  std::shared_ptr<Run> run;
  int64_t number = 0;                 // of the operator in its run, from 1
  c10::IValue value;                  // none: it was not computed
  std::shared_ptr<Pending> previous;  // what an operator that writes to a tensor finds there
};

// What an operator takes from the table: a value, or one that an operator before it computes.
using Input = std::variant<c10::IValue, std::shared_ptr<Pending>>;

struct QueuedCall {
  c10::OperatorHandle operation;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  std::vector<Input> inputs;  // in the order in which `numbers` name objects
  c10::AutogradState autograd = c10::AutogradState::get_tls_state();  // that of the caller

  // One for each result that is a new tensor, in the results' order.
  std::vector<std::shared_ptr<Pending>> outputs;
  // The inputs that the operator writes to, by their index, and what they are afterwards.
  std::vector<std::pair<size_t, std::shared_ptr<Pending>>> written;
  // Where the caller waits for results that are not tensors.
  std::shared_ptr<torch::jit::Stack> results;
};

class Run {
 public:
  // JavaScript thread. The number of the call that comes next.
  int64_t next_number() const { return pushed_ + 1; }
  void push(QueuedCall call);
  // JavaScript thread. Nothing more comes.
  void close();

  // Any thread. Blocks until the call is done; throws what the run failed with, if it was before.
  void wait(int64_t number);

  // The compute thread, until the run is closed and done, or `stop` is requested. Throws the first
  // failure; what comes behind it is not run.
  void work(std::stop_token stop);

  // JavaScript thread: whether the promise of the run is settled.
  bool settled = false;

 private:
  void execute(QueuedCall& call);
  void finish(std::exception_ptr failure);

  int64_t pushed_ = 0;  // JavaScript thread only

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  std::deque<QueuedCall> calls_;
  bool closed_ = false;
  bool working_ = false;  // the thread is awake and looks for calls itself
  bool ended_ = false;
  int64_t waited_for_ = 0;
  int64_t done_ = 0;
  std::exception_ptr failure_;
};

}  // namespace querl
