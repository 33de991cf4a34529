#include "addon/model_arguments.h"

#include <string>
#include <vector>

#include "addon/arguments.h"
#include "lm/errors.h"
#include "lm/libtorch_device.h"

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

EngineKind engine_kind_of(const Napi::Value& value) {
  const std::string name = text(value, "engine");
  if (name == "auto") return EngineKind::kAuto;
  if (name == "fused") return EngineKind::kFused;
  if (name == "libtorch") return EngineKind::kLibtorch;
  throw Error("ERR_QUERL_ARGUMENT", "There is no engine " + name + ".");
}

// { rank, alpha, targets: Int32Array of LoraTarget, rankStabilised } or undefined.
LoraConfig lora_of(const Napi::Value& value) {
  LoraConfig lora;
  if (value.IsUndefined()) return lora;
  const auto from = value.As<Napi::Object>();
  lora.rank = integer_field(from, "rank");
  lora.alpha = static_cast<float>(number_field(from, "alpha"));
  lora.rank_stabilised = boolean_field(from, "rankStabilised");
  for (const int32_t target : int_array(from.Get("targets"), "targets")) {
    if (target < 0 || target >= kLoraTargets)
      throw Error("ERR_QUERL_ARGUMENT", "There is no target " + std::to_string(target) + ".");
    lora.targets.push_back(static_cast<LoraTarget>(target));
  }
  return lora;
}

}  // namespace

FloatType float_type_of(const Napi::Value& value) {
  const std::string name = text(value, "dtype");
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16, FloatType::kFloat16})
    if (name == float_name(type)) return type;
  throw Error("ERR_QUERL_ARGUMENT", "There is no dtype " + name + ".");
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

ModelOptions options_of(const Napi::Object& from) {
  ModelOptions options;
  options.type = float_type_of(from.Get("dtype"));
  options.device = open_device(text(from.Get("device"), "device"));
  options.kind = engine_kind_of(from.Get("engine"));
  options.engine.threads = static_cast<int>(integer_field(from, "threads"));
  options.engine.micro_batch_tokens = integer_field(from, "microBatchTokens");
  options.engine.checkpoints = boolean_field(from, "checkpointing");
  options.engine.shares_prompts = boolean_field(from, "sharePrompts");
  options.lora = lora_of(from.Get("lora"));
  options.optimizer_bits = static_cast<int>(integer_field(from, "optimizerBits"));
  options.strict = boolean_field(from, "strict");
  return options;
}

}  // namespace querl
