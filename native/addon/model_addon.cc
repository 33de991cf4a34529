#include "addon/model_addon.h"

#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include "addon/arguments.h"
#include "addon/failure.h"
#include "addon/handle.h"
#include "addon/model_files_addon.h"
#include "addon/model_handle.h"
#include "addon/stop_source_addon.h"
#include "addon/training_addon.h"
#include "lm/fused_engine.h"
#include "lm/libtorch_engine.h"

namespace querl {
namespace {

// { kind: 'linear' | 'llama3', ... } or undefined.
RopeScaling rope_scaling_of(const Napi::Value& value) {
  RopeScaling scaling;
  if (value.IsUndefined()) return scaling;
  const auto from = value.As<Napi::Object>();
  scaling.factor = static_cast<float>(number_field(from, "factor"));
  scaling.kind = RopeScaling::Kind::kLinear;
  if (text(from.Get("kind"), "kind") == "linear") return scaling;
  scaling.kind = RopeScaling::Kind::kLlama3;
  scaling.low_frequency_factor = static_cast<float>(number_field(from, "lowFrequencyFactor"));
  scaling.high_frequency_factor = static_cast<float>(number_field(from, "highFrequencyFactor"));
  scaling.original_positions = integer_field(from, "originalPositions");
  return scaling;
}

// A field that may be left out: 0 then.
int64_t count_or_zero(const Napi::Object& from, const char* name) {
  return from.Get(name).IsUndefined() ? 0 : integer_field(from, name);
}

DecoderConfig config_of(const Napi::Object& from) {
  DecoderConfig config;
  config.vocab_size = integer_field(from, "vocabSize");
  config.hidden_size = integer_field(from, "hiddenSize");
  config.intermediate_size = integer_field(from, "intermediateSize");
  config.layers = integer_field(from, "layers");
  config.heads = integer_field(from, "heads");
  config.kv_heads = integer_field(from, "kvHeads");
  config.head_dim = integer_field(from, "headDim");
  config.max_positions = integer_field(from, "maxPositions");
  config.rms_norm_epsilon = static_cast<float>(number_field(from, "rmsNormEpsilon"));
  config.rope_theta = static_cast<float>(number_field(from, "ropeTheta"));
  config.rope_scaling = rope_scaling_of(from.Get("ropeScaling"));
  config.qkv_bias = boolean_field(from, "qkvBias");
  config.qk_norm = !from.Get("qkNorm").IsUndefined() && boolean_field(from, "qkNorm");
  config.sliding_window = count_or_zero(from, "slidingWindow");
  config.full_attention_layers = count_or_zero(from, "fullAttentionLayers");
  config.tied_embeddings = boolean_field(from, "tiedEmbeddings");
  config.value_head = boolean_field(from, "valueHead");
  return config;
}

// createModel(config & { valueHead }, engine: 'fused' | 'libtorch', threads): handle
Napi::Value create(const Napi::CallbackInfo& info) {
  const bool fused = text(info[1], "engine") == "fused";
  const auto threads = static_cast<int>(integer(info[2], "threads"));
  auto model =
      std::make_shared<Model>(config_of(info[0].As<Napi::Object>()), threads, [&](Model& made) {
        return fused ? fused_engine(made.parameters(), made.fused_weights(), threads)
                     : libtorch_engine(made.parameters(), threads);
      });
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
  const ParameterLayout layout(config_of(info[0].As<Napi::Object>()));
  const std::vector<ParameterSpec>& specs = layout.specs();
  Napi::Array result = Napi::Array::New(info.Env(), specs.size());
  for (uint32_t i = 0; i < specs.size(); ++i) {
    Napi::Array shape = Napi::Array::New(info.Env(), specs[i].shape.size());
    for (uint32_t axis = 0; axis < specs[i].shape.size(); ++axis)
      shape.Set(axis, static_cast<double>(specs[i].shape[axis]));
    Napi::Object spec = Napi::Object::New(info.Env());
    spec.Set("name", specs[i].name);
    spec.Set("shape", shape);
    result.Set(i, spec);
  }
  return result;
}

const ParameterSpec& spec_of(Model& model, const Napi::Value& index) {
  const std::vector<ParameterSpec>& specs = model.parameters().layout().specs();
  const int64_t at = integer(index, "index");
  if (at < 0 || at >= static_cast<int64_t>(specs.size()))
    throw Error("ERR_QUERL_ARGUMENT", "There is no parameter " + std::to_string(at) + ".");
  return specs[static_cast<size_t>(at)];
}

// getParameter(handle, index): Float32Array
Napi::Value get_parameter(const Napi::CallbackInfo& info) {
  Model& model = *open_model(info[0]).model;
  const ParameterSpec& spec = spec_of(model, info[1]);
  const std::shared_lock reading(model.parameters().mutex());
  return to_js(info.Env(), std::span<const float>(model.parameters().data() + spec.offset,
                                                  static_cast<size_t>(spec.count)));
}

// setParameter(handle, index, data): void. weightsChanged() must follow.
Napi::Value set_parameter(const Napi::CallbackInfo& info) {
  Model& model = *idle_model(info[0]).model;
  const ParameterSpec& spec = spec_of(model, info[1]);
  const std::span<const float> data = float_array(info[2], "data");
  if (static_cast<int64_t>(data.size()) != spec.count)
    throw Error("ERR_QUERL_ARGUMENT", "Expected " + std::to_string(spec.count) + " numbers for " +
                                          spec.name + ", but got " + std::to_string(data.size()) +
                                          ".");
  const std::unique_lock writing(model.parameters().mutex());
  std::copy(data.begin(), data.end(), model.parameters().data() + spec.offset);
  return info.Env().Undefined();
}

// weightsChanged(handle): void
Napi::Value weights_changed(const Napi::CallbackInfo& info) {
  idle_model(info[0]).model->weights_changed();
  return info.Env().Undefined();
}

// getGradient(handle, index): Float32Array
Napi::Value get_gradient(const Napi::CallbackInfo& info) {
  Model& model = *idle_model(info[0]).model;
  const ParameterSpec& spec = spec_of(model, info[1]);
  return to_js(info.Env(), std::span<const float>(model.gradients() + spec.offset,
                                                  static_cast<size_t>(spec.count)));
}

// zeroGradients(handle): void
Napi::Value zero_gradients(const Napi::CallbackInfo& info) {
  idle_model(info[0]).model->zero_gradients();
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

// optimizerSteps(handle): number
Napi::Value optimizer_steps(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(idle_model(info[0]).model->steps()));
}

// setOptimizerSteps(handle, steps): void
Napi::Value set_optimizer_steps(const Napi::CallbackInfo& info) {
  idle_model(info[0]).model->set_steps(integer(info[1], "steps"));
  return info.Env().Undefined();
}

// resetOptimizer(handle): void
Napi::Value reset_optimizer(const Napi::CallbackInfo& info) {
  idle_model(info[0]).model->reset_optimizer();
  return info.Env().Undefined();
}

// copyWeights(to, from): Promise<void>. Parameters of the same name and size; the version, too.
Napi::Value copy_weights(const Napi::CallbackInfo& info) {
  ModelHandle& to = open_model(info[0]);
  const std::shared_ptr<Model> target = to.model, source = open_model(info[1]).model;
  return to.queue.submit(info[0].As<Napi::Object>(), stop_source(info[2]), [=](std::stop_token) {
    {
      const std::shared_lock reading(source->parameters().mutex());
      const std::unique_lock writing(target->parameters().mutex());
      for (const ParameterSpec& from : source->parameters().layout().specs())
        for (const ParameterSpec& spec : target->parameters().layout().specs())
          if (spec.name == from.name && spec.count == from.count)
            std::copy_n(source->parameters().data() + from.offset, from.count,
                        target->parameters().data() + spec.offset);
      target->parameters().set_version(source->parameters().version());
    }
    target->weights_changed();
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
  define<get_gradient>(exports, "getGradient");
  define<zero_gradients>(exports, "zeroGradients");
  define<version>(exports, "modelVersion");
  define<set_version>(exports, "setModelVersion");
  define<optimizer_steps>(exports, "optimizerSteps");
  define<set_optimizer_steps>(exports, "setOptimizerSteps");
  define<reset_optimizer>(exports, "resetOptimizer");
  define<copy_weights>(exports, "copyWeights");
  define_model_files(exports);
  define_training(exports);
}

}  // namespace querl
