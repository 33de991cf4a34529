#include "addon/adapter_addon.h"

#include <mutex>
#include <shared_mutex>
#include <span>

#include "addon/failure.h"
#include "addon/model_handle.h"
#include "addon/parameter_arguments.h"
#include "addon/stop_source_addon.h"
#include "lm/errors.h"

namespace querl {
namespace {

Adapter& adapter_of(Model& model) {
  if (model.adapter() == nullptr)
    throw Error("ERR_QUERL_ARGUMENT",
                "The model has no adapter: give it { lora } when it is made.");
  return *model.adapter();
}

// adapterSpecs(handle): { name, shape }[], empty without an adapter
Napi::Value specs(const Napi::CallbackInfo& info) {
  const Adapter* adapter = open_model(info[0]).model->adapter();
  if (adapter == nullptr) return Napi::Array::New(info.Env());
  return to_js(info.Env(), adapter->specs());
}

// getAdapter(handle, index): Float32Array
Napi::Value get(const Napi::CallbackInfo& info) {
  Model& model = *open_model(info[0]).model;
  const ParameterSpec& spec = spec_of(adapter_of(model).specs(), info[1]);
  Napi::Float32Array numbers = Napi::Float32Array::New(info.Env(), static_cast<size_t>(spec.count));
  const std::shared_lock reading(model.parameters().mutex());
  model.adapter()->read(spec.offset, spec.count, numbers.Data());
  return numbers;
}

// setAdapter(handle, index, data): void. weightsChanged() must follow.
Napi::Value set(const Napi::CallbackInfo& info) {
  Model& model = *idle_model(info[0]).model;
  const ParameterSpec& spec = spec_of(adapter_of(model).specs(), info[1]);
  const std::span<const float> data = numbers_for(spec, info[2]);
  const std::unique_lock writing(model.parameters().mutex());
  model.adapter()->write(spec.offset, spec.count, data.data());
  return info.Env().Undefined();
}

// mergeAdapter(handle): Promise<void>
Napi::Value merge(const Napi::CallbackInfo& info) {
  ModelHandle& handle = open_model(info[0]);
  auto job = [&handle, model = handle.model](std::stop_token) -> WorkQueue::Settle {
    model->merge_adapter();
    return [&handle](Napi::Env env) {
      handle.account();  // the queue keeps the handle until the promise is settled
      return env.Undefined();
    };
  };
  return handle.queue.submit(info[0].As<Napi::Object>(), stop_source(info[1]), std::move(job));
}

}  // namespace

void define_adapter(Napi::Object exports) {
  define<specs>(exports, "adapterSpecs");
  define<get>(exports, "getAdapter");
  define<set>(exports, "setAdapter");
  define<merge>(exports, "mergeAdapter");
}

}  // namespace querl
