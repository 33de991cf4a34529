#include "addon/custom_function_addon.h"

#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "addon/arguments.h"
#include "addon/environment.h"
#include "addon/failure.h"
#include "base/errors.h"
#include "torch/custom_function.h"

namespace querl {
namespace {

// A function of JavaScript that a graph holds, on whatever thread the graph is freed.
class HeldFunction {
 public:
  explicit HeldFunction(const Napi::Function& function)
      : env_(function.Env()),
        thread_(std::this_thread::get_id()),
        kept_(environment(env_).kept.keep_reachable(function)) {}
  ~HeldFunction() { kept_.let_go(); }

  HeldFunction(const HeldFunction&) = delete;
  HeldFunction& operator=(const HeldFunction&) = delete;

  Napi::Env env() const { return env_; }

  // Throws unless it is called on the JavaScript thread that made it.
  Napi::Function function() const {
    if (std::this_thread::get_id() != thread_)
      throw Error("ERR_QUERL_ARGUMENT",
                  "A custom function's backward() is JavaScript and runs on its thread only. Call "
                  "backward() or grad() outside of run().");
    napi_value value = nullptr;
    if (napi_get_reference_value(env_, kept_.reference, &value) != napi_ok || value == nullptr)
      throw Error("ERR_QUERL_CLOSED", "The custom function is gone.");
    return Napi::Function(env_, value);
  }

 private:
  napi_env env_;
  std::thread::id thread_;
  KeptObjects::Reachable kept_;
};

// Ids of tensors for the time of one call.
class Lent {
 public:
  Lent(Napi::Env env, const std::vector<at::Tensor>& tensors)
      : table_(environment(env).tensors), array_(Napi::Array::New(env, tensors.size())) {
    for (uint32_t i = 0; i < tensors.size(); ++i) {
      ids_.push_back(table_.add(tensors[i]));
      array_.Set(i, ids_.back());
    }
  }
  ~Lent() {
    for (const double id : ids_) table_.remove(id);
  }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;

  const Napi::Array& array() const { return array_; }

 private:
  TensorTable& table_;
  Napi::Array array_;
  std::vector<double> ids_;
};

// null is an undefined tensor.
std::vector<at::Tensor> tensors_of(const Napi::Value& value) {
  const Napi::Array ids = value.As<Napi::Array>();
  std::vector<at::Tensor> tensors;
  for (uint32_t i = 0; i < ids.Length(); ++i) {
    const Napi::Value id = ids.Get(i);
    tensors.push_back(id.IsNull() ? at::Tensor()
                                  : environment(value.Env()).tensors.tensor(number(id, "id")));
  }
  return tensors;
}

std::vector<at::Tensor> run_backward(const HeldFunction& backward, const CustomGradients& given) {
  const Napi::Function function = backward.function();
  const Napi::Env env = backward.env();
  const Napi::HandleScope scope(env);
  const Lent gradients(env, given.of_outputs);
  const Lent saved(env, given.saved);
  Napi::Array needed = Napi::Array::New(env, given.needed.size());
  for (uint32_t i = 0; i < given.needed.size(); ++i)
    needed.Set(i, Napi::Boolean::New(env, given.needed[i]));
  return tensors_of(function.Call({gradients.array(), saved.array(), needed}));
}

// applyCustomFunction(inputs: number[], forward, backward): (number | null)[]
//
// forward(): { outputs: number[], saved: number[] }
// backward(gradients: number[], saved: number[], needed: boolean[]): (number | null)[]; the ids
// that it is given are gone when it returns. The result has null for an output of forward() that is
// now the result itself, and an id for one that had to become another tensor.
Napi::Value apply(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::vector<at::Tensor> inputs = tensors_of(info[0]);
  const Napi::Function forward = info[1].As<Napi::Function>();
  const auto backward = std::make_shared<HeldFunction>(info[2].As<Napi::Function>());
  std::vector<at::Tensor> made;
  const std::vector<at::Tensor> outputs = apply_custom_function(
      inputs,
      [&](at::TensorList) {
        const Napi::Object result = forward.Call({}).As<Napi::Object>();
        made = tensors_of(result.Get("outputs"));
        return CustomForward{made, tensors_of(result.Get("saved"))};
      },
      [backward](const CustomGradients& given) { return run_backward(*backward, given); });
  Napi::Array ids = Napi::Array::New(env, outputs.size());
  for (uint32_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].is_same(made[i]))
      ids.Set(i, env.Null());
    else
      ids.Set(i, environment(env).tensors.add(outputs[i]));
  }
  return ids;
}

}  // namespace

void define_custom_function(Napi::Object exports) { define<apply>(exports, "applyCustomFunction"); }

}  // namespace querl
