#include "addon/compute_addon.h"

#include <ATen/Parallel.h>
#include <ATen/core/enum_tag.h>

#include <algorithm>

#include "addon/environment.h"
#include "addon/failure.h"
#include "addon/stop_source_addon.h"
#include "base/errors.h"
#include "torch/external.h"

namespace querl {
namespace {

bool is_plain_tensor(const c10::Argument& result) {
  return result.type()->kind() == c10::TypeKind::TensorType;
}

bool gives_tensors(const c10::FunctionSchema& schema) {
  return std::any_of(schema.returns().begin(), schema.returns().end(), [](const auto& result) {
    const std::string type = result.type()->str();
    return type.find("Tensor") != std::string::npos;
  });
}

// What the call takes from the table, and what it is going to write to.
void take_inputs(TensorTable& tensors, OpenRun& open, QueuedCall& call) {
  std::vector<double> written;
  visit_objects(call.operation.schema(), call.numbers,
                [&](double id, const c10::Argument& argument) {
                  if (is_written(argument)) {
                    call.written.emplace_back(call.inputs.size(), nullptr);
                    written.push_back(id);
                  }
                  call.inputs.push_back(tensors.input(id));
                });
  for (size_t i = 0; i < written.size(); ++i) {
    auto after = std::make_shared<Pending>(Pending{open.run, open.run->next_number(), {}, nullptr});
    tensors.replace(written[i], after);
    open.waiting.emplace_back(written[i], after);
    call.written[i].second = std::move(after);
  }
}

// Names the results before they are there; false if their number or kind is not known yet.
void name_outputs(TensorTable& tensors, OpenRun& open, QueuedCall& call,
                  std::vector<double>& results) {
  for (const c10::Argument& result : call.operation.schema().returns()) {
    if (is_written(result)) {
      results.push_back(static_cast<double>(Tag::kDefault));
      continue;
    }
    auto made = std::make_shared<Pending>(Pending{open.run, open.run->next_number(), {}, nullptr});
    const double id = tensors.add(made);
    open.waiting.emplace_back(id, made);
    call.outputs.push_back(std::move(made));
    results.push_back(static_cast<double>(Tag::kObject));
    results.push_back(id);
  }
}

[[noreturn]] void refuse_number(const c10::FunctionSchema& schema) {
  throw Error("ERR_QUERL_PENDING",
              schema.name() +
                  " reads numbers, which a run() is still to compute. Return the tensor "
                  "from the callback, and read it after await.");
}

// beginRun(stop?: stop source): Promise<void>, settled when all that endRun() closes off is done.
Napi::Value begin(const Napi::CallbackInfo& info) {
  Compute& compute = environment(info.Env()).compute;
  if (compute.open) throw Error("ERR_QUERL_ARGUMENT", "A run() does not begin inside another.");
  if (!compute.queue) compute.queue = std::make_unique<WorkQueue>(info.Env(), "querl run");
  auto open = std::make_shared<OpenRun>();
  open->stop = stop_source(info[0]);
  compute.open = open;
  const int threads = at::get_num_threads();  // each thread has its own number
  return compute.queue->submit(Napi::Object::New(info.Env()), open->stop,
                               [open, threads](std::stop_token stop) -> WorkQueue::Settle {
                                 set_job_threads(threads);
                                 std::exception_ptr failure;
                                 try {
                                   open->run->work(stop);
                                 } catch (...) {
                                   failure = std::current_exception();
                                 }
                                 return [open, failure](Napi::Env env) -> Napi::Value {
                                   TensorTable& tensors = TensorTable::of(env);
                                   for (const auto& [id, pending] : open->waiting)
                                     tensors.settle(id, pending);
                                   open->waiting.clear();
                                   if (failure) std::rethrow_exception(failure);
                                   return env.Undefined();
                                 };
                               });
}

// endRun(failed: boolean): void. `failed`: what was not begun is dropped.
Napi::Value end(const Napi::CallbackInfo& info) {
  const std::shared_ptr<OpenRun> open =
      std::exchange(environment(info.Env()).compute.open, nullptr);
  if (open && info[0].ToBoolean()) open->stop.request_stop();
  if (open) open->run->close();
  return info.Env().Undefined();
}

}  // namespace

bool enqueue(Environment& environment, const c10::OperatorHandle& operation,
             std::span<const double> numbers, std::vector<std::string> texts,
             std::vector<double>& results) {
  const std::shared_ptr<OpenRun> open = environment.compute.open;
  if (!open) return false;
  const c10::FunctionSchema& schema = operation.schema();
  TensorTable& tensors = environment.tensors;
  bool takes_objects = false;
  visit_objects(schema, numbers, [&](double id, const c10::Argument&) {
    tensors.input(id);  // throws before anything changes
    takes_objects = true;
  });
  if (!takes_objects && !gives_tensors(schema)) return false;
  const bool knows_results =
      std::all_of(schema.returns().begin(), schema.returns().end(), is_plain_tensor);
  if (!knows_results && operation.hasTag(at::Tag::data_dependent_output)) refuse_number(schema);
  QueuedCall call{operation, {numbers.begin(), numbers.end()}, std::move(texts)};
  take_inputs(tensors, *open, call);
  if (knows_results) {
    name_outputs(tensors, *open, call, results);
    open->run->push(std::move(call));
    return true;
  }
  // How long a list is, or whether a tensor requires a gradient, is known when the call is done.
  const auto stack = std::make_shared<torch::jit::Stack>();
  call.results = stack;
  const int64_t number = open->run->next_number();
  open->run->push(std::move(call));
  open->run->wait(number);
  write_results(schema, *stack, tensors, results);
  return true;
}

void define_compute(Napi::Object exports) {
  define<begin>(exports, "beginRun");
  define<end>(exports, "endRun");
}

}  // namespace querl
