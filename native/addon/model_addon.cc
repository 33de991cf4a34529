#include "addon/model_addon.h"

#include <memory>
#include <mutex>
#include <shared_mutex>

#include "addon/adapter_addon.h"
#include "addon/arguments.h"
#include "addon/failure.h"
#include "addon/handle.h"
#include "addon/model_arguments.h"
#include "addon/model_files_addon.h"
#include "addon/model_handle.h"
#include "addon/optimizer_addon.h"
#include "addon/parameter_arguments.h"
#include "addon/stop_source_addon.h"
#include "addon/training_addon.h"
#include "lm/copy_weights.h"
#include "lm/decoders.h"
#include "lm/fused_engine.h"
#include "lm/libtorch_engine.h"
#include "lm/strict_engine.h"

namespace querl {
namespace {

std::unique_ptr<TrainingEngine> plain_engine(Model& model) {
  const ModelOptions& options = model.options();
  if (options.kind == EngineKind::kFused)
    return fused_engine(model.parameters(), model.fused_weights(), options.engine.threads);
  return libtorch_engine(model.parameters(), model.adapter(), options.engine);
}

std::unique_ptr<TrainingEngine> engine_of(Model& model) {
  if (!model.options().strict) return plain_engine(model);
  const int threads = model.options().engine.threads;
  return strict_engine(model.parameters(), plain_engine(model),
                       [&model, threads] { return make_decoders(model, threads); });
}

// createModel(config & { valueHead }, options): handle
Napi::Value create(const Napi::CallbackInfo& info) {
  auto model = std::make_shared<Model>(config_of(info[0].As<Napi::Object>()),
                                       options_of(info[1].As<Napi::Object>()), engine_of);
  return make_handle(info.Env(), std::make_unique<ModelHandle>(info.Env(), std::move(model)));
}

// disposeModel(handle): void. Pending calls are rejected; the memory is freed when the running one
// has stopped.
Napi::Value dispose(const Napi::CallbackInfo& info) {
  unwrap<ModelHandle>(info[0]).dispose();
  return info.Env().Undefined();
}

// parameterSpecs(config & { valueHead }): { name, shape }[]
Napi::Value parameter_specs(const Napi::CallbackInfo& info) {
  return to_js(info.Env(), ParameterLayout(config_of(info[0].As<Napi::Object>())).specs());
}

// getParameter(handle, index): Float32Array
Napi::Value get_parameter(const Napi::CallbackInfo& info) {
  Model& model = *open_model(info[0]).model;
  const ParameterSpec& spec = spec_of(model.parameters().layout().specs(), info[1]);
  Napi::Float32Array numbers = Napi::Float32Array::New(info.Env(), static_cast<size_t>(spec.count));
  const std::shared_lock reading(model.parameters().mutex());
  model.parameters().read(spec.offset, spec.count, numbers.Data());
  return numbers;
}

// setParameter(handle, index, data): void. weightsChanged() must follow.
Napi::Value set_parameter(const Napi::CallbackInfo& info) {
  Model& model = *idle_model(info[0]).model;
  const ParameterSpec& spec = spec_of(model.parameters().layout().specs(), info[1]);
  const std::span<const float> data = numbers_for(spec, info[2]);
  const std::unique_lock writing(model.parameters().mutex());
  model.parameters().write(spec.offset, spec.count, data.data());
  return info.Env().Undefined();
}

// weightsChanged(handle): void
Napi::Value weights_changed(const Napi::CallbackInfo& info) {
  idle_model(info[0]).model->weights_changed();
  return info.Env().Undefined();
}

// modelVersion(handle): number
Napi::Value version(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(),
                           static_cast<double>(open_model(info[0]).model->parameters().version()));
}

// setModelVersion(handle, version): void
Napi::Value set_version(const Napi::CallbackInfo& info) {
  idle_model(info[0]).model->parameters().set_version(integer(info[1], "version"));
  return info.Env().Undefined();
}

// modelMemory(handle): bytes by part
Napi::Value memory(const Napi::CallbackInfo& info) {
  const ModelMemory held = open_model(info[0]).model->memory();
  Napi::Object parts = Napi::Object::New(info.Env());
  const auto set = [&](const char* name, int64_t bytes) {
    parts.Set(name, static_cast<double>(bytes));
  };
  set("weights", held.weights);
  set("packedWeights", held.packed_weights);
  set("adapter", held.adapter);
  set("masters", held.masters);
  set("gradients", held.gradients);
  set("moments", held.moments);
  set("engine", held.engine);
  return parts;
}

// chosenEngine(handle): 'fused' | 'libtorch'
Napi::Value chosen(const Napi::CallbackInfo& info) {
  const bool fused = open_model(info[0]).model->options().kind == EngineKind::kFused;
  return Napi::String::New(info.Env(), fused ? "fused" : "libtorch");
}

// copyWeights(to, from): Promise<void>. The numbers of the same names and sizes; the version, too.
Napi::Value copy(const Napi::CallbackInfo& info) {
  ModelHandle& to = open_model(info[0]);
  const std::shared_ptr<Model> target = to.model, source = open_model(info[1]).model;
  return to.queue.submit(info[0].As<Napi::Object>(), stop_source(info[2]), [=](std::stop_token) {
    copy_weights(*source, *target);
    return [](Napi::Env env) -> Napi::Value { return env.Undefined(); };
  });
}

}  // namespace

void define_model(Napi::Object exports) {
  define<create>(exports, "createModel");
  define<dispose>(exports, "disposeModel");
  define<parameter_specs>(exports, "parameterSpecs");
  define<get_parameter>(exports, "getParameter");
  define<set_parameter>(exports, "setParameter");
  define<weights_changed>(exports, "weightsChanged");
  define<version>(exports, "modelVersion");
  define<set_version>(exports, "setModelVersion");
  define<memory>(exports, "modelMemory");
  define<chosen>(exports, "chosenEngine");
  define<copy>(exports, "copyWeights");
  define_adapter(exports);
  define_model_files(exports);
  define_optimizer(exports);
  define_training(exports);
}

}  // namespace querl
