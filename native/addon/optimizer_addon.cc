#include "addon/optimizer_addon.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "addon/arguments.h"
#include "addon/failure.h"
#include "addon/model_handle.h"
#include "addon/parameter_arguments.h"
#include "addon/stop_source_addon.h"
#include "lm/errors.h"
#include "lm/state_file.h"

namespace querl {
namespace {

// getGradient(handle, index): Float32Array. Indexes are those of what trains: the adapter's specs,
// or the parameters'.
Napi::Value get_gradient(const Napi::CallbackInfo& info) {
  Model& model = *idle_model(info[0]).model;
  const ParameterSpec& spec = spec_of(model.trained(), info[1]);
  Napi::Float32Array numbers = Napi::Float32Array::New(info.Env(), static_cast<size_t>(spec.count));
  constexpr auto kBytes = static_cast<int64_t>(sizeof(float));
  model.options().device->copy(numbers.Data(), model.gradients() + spec.offset,
                               spec.count * kBytes);
  return numbers;
}

// zeroGradients(handle): void
Napi::Value zero_gradients(const Napi::CallbackInfo& info) {
  idle_model(info[0]).model->zero_gradients();
  return info.Env().Undefined();
}

// optimizerSteps(handle): number
Napi::Value steps(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(),
                           static_cast<double>(idle_model(info[0]).model->optimizer().steps()));
}

// setOptimizerSteps(handle, steps): void
Napi::Value set_steps(const Napi::CallbackInfo& info) {
  idle_model(info[0]).model->optimizer().set_steps(integer(info[1], "steps"));
  return info.Env().Undefined();
}

// resetOptimizer(handle): void
Napi::Value reset(const Napi::CallbackInfo& info) {
  ModelHandle& handle = idle_model(info[0]);
  handle.model->optimizer().reset();
  handle.account();
  return info.Env().Undefined();
}

// stateTensors(handle): { name, shape, dtype: 'F32' | 'U8' }[]
Napi::Value tensors(const Napi::CallbackInfo& info) {
  ModelHandle& handle = idle_model(info[0]);
  const auto all = handle.model->optimizer().state(handle.model->threads());
  handle.account();
  std::vector<ParameterSpec> specs;
  for (const auto& tensor : all) specs.push_back({tensor.name, tensor.shape, 0, 0});
  const Napi::Array result = to_js(info.Env(), specs);
  for (uint32_t i = 0; i < all.size(); ++i)
    result.Get(i).As<Napi::Object>().Set("dtype", all[i].is_bytes ? "U8" : "F32");
  return result;
}

// readState(handle, path, positions: Float64Array, stop?): Promise<void>. Where each of
// stateTensors() lies.
Napi::Value read(const Napi::CallbackInfo& info) {
  ModelHandle& handle = open_model(info[0]);
  auto job = [model = handle.model, path = text(info[1], "path"),
              positions = copied(double_array(info[2], "positions"))](
                 std::stop_token stop) -> WorkQueue::Settle {
    const auto all = model->optimizer().state(model->threads());
    if (positions.size() != all.size())
      throw Error("ERR_QUERL_ARGUMENT", "Expected one position for each tensor of the state.");
    std::vector<StateBytes> parts;
    for (size_t i = 0; i < all.size(); ++i)
      parts.push_back({all[i].data, all[i].bytes, static_cast<int64_t>(positions[i])});
    read_state(path, parts, *model->options().device, stop);
    return [](Napi::Env env) { return env.Undefined(); };
  };
  return handle.queue.submit(info[0].As<Napi::Object>(), stop_source(info[3]), std::move(job));
}

// writeState(handle, path, header: Uint8Array, stop?): Promise<void>. All of stateTensors().
Napi::Value write(const Napi::CallbackInfo& info) {
  ModelHandle& handle = open_model(info[0]);
  const std::span<const uint8_t> bytes = byte_array(info[2], "header");
  auto job = [model = handle.model, path = text(info[1], "path"),
              header = std::string(bytes.begin(), bytes.end())](
                 std::stop_token stop) -> WorkQueue::Settle {
    std::vector<StateBytes> parts;
    for (const auto& tensor : model->optimizer().state(model->threads()))
      parts.push_back({tensor.data, tensor.bytes, 0});
    write_state(path, header, parts, *model->options().device, stop);
    return [](Napi::Env env) { return env.Undefined(); };
  };
  return handle.queue.submit(info[0].As<Napi::Object>(), stop_source(info[3]), std::move(job));
}

}  // namespace

void define_optimizer(Napi::Object exports) {
  define<get_gradient>(exports, "getGradient");
  define<zero_gradients>(exports, "zeroGradients");
  define<steps>(exports, "optimizerSteps");
  define<set_steps>(exports, "setOptimizerSteps");
  define<reset>(exports, "resetOptimizer");
  define<tensors>(exports, "stateTensors");
  define<read>(exports, "readState");
  define<write>(exports, "writeState");
}

}  // namespace querl
