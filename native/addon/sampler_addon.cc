#include "addon/sampler_addon.h"

#include <chrono>
#include <memory>

#include "addon/arguments.h"
#include "addon/exit_guard.h"
#include "addon/failure.h"
#include "addon/handle.h"
#include "addon/model_handle.h"
#include "addon/turn_events.h"
#include "lm/decoders.h"
#include "lm/sampler.h"

namespace querl {
namespace {

// Milliseconds; a clock counts nanoseconds in 63 bits. What is longer is for ever.
constexpr double kLongestTimeout = 1e12;

struct SamplerHandle {
  static constexpr napi_type_tag kTag{0x3be0f4c1a6d94b0a, 0xa1c5d2e37f804c66};
  static constexpr const char* kName = "sampler";

  SamplerHandle(Napi::Env env, std::shared_ptr<Model> made_for, TokenBytes bytes, int threads,
                SamplerOptions options, Napi::Function listener)
      : model(std::move(made_for)),
        events(env, listener),
        sampler(std::make_unique<Sampler>(
            model->parameters(), make_decoders(*model, threads), std::move(bytes), options,
            [this](std::vector<TurnEvent> turns) { events.push(std::move(turns)); })),
        exit_guard(env, [this] { dispose(); }) {}
  ~SamplerHandle() { dispose(); }

  void dispose() {
    sampler.reset();  // joins the shards: nobody pushes after this
    events.close();
    model.reset();
  }

  std::shared_ptr<Model> model;
  TurnEvents events;
  std::unique_ptr<Sampler> sampler;  // null: disposed
  ExitGuard exit_guard;
};

Sampler& open_sampler(SamplerHandle& handle) {
  if (handle.sampler == nullptr) throw Error("ERR_QUERL_CLOSED", "The sampler was disposed.");
  return *handle.sampler;
}

Sampler& open_sampler(const Napi::Value& value) {
  return open_sampler(unwrap<SamplerHandle>(value));
}

uint64_t session_of(const Napi::Value& value) {
  return static_cast<uint64_t>(integer(value, "session"));
}

std::span<const int32_t> optional_ids(const Napi::Value& value, const char* name) {
  return value.IsUndefined() ? std::span<const int32_t>() : int_array(value, name);
}

// createSampler(model, bytes: Uint8Array, offsets: Uint32Array, { threads, maxTokens,
//   maxBatchTokens, stallTimeoutMs }, listener): handle
Napi::Value create(const Napi::CallbackInfo& info) {
  ModelHandle& model = open_model(info[0]);
  const std::span<const uint8_t> bytes = byte_array(info[1], "bytes");
  TokenBytes table{std::string(bytes.begin(), bytes.end()), copied(uint_array(info[2], "offsets"))};
  const auto vocab = static_cast<size_t>(model.model->config().vocab_size);
  if (table.offsets.size() != vocab + 1 || table.offsets.back() != table.bytes.size())
    throw Error("ERR_QUERL_ARGUMENT", "The table of token bytes does not fit the vocabulary.");
  const Napi::Object from = info[3].As<Napi::Object>();
  SamplerOptions options;
  const auto threads = static_cast<int>(integer_field(from, "threads"));
  options.max_tokens = integer_field(from, "maxTokens");
  options.max_batch_tokens = integer_field(from, "maxBatchTokens");
  const double stall_timeout = number_field(from, "stallTimeoutMs");
  options.stall_timeout = stall_timeout < kLongestTimeout
                              ? std::chrono::milliseconds(static_cast<int64_t>(stall_timeout))
                              : std::chrono::milliseconds::max();
  return make_handle(
      info.Env(), std::make_unique<SamplerHandle>(info.Env(), model.model, std::move(table),
                                                  threads, options, info[4].As<Napi::Function>()));
}

// disposeSampler(handle): void. No turn is delivered after it.
Napi::Value dispose(const Napi::CallbackInfo& info) {
  unwrap<SamplerHandle>(info[0]).dispose();
  return info.Env().Undefined();
}

// openSession(handle, pinned): number
Napi::Value open(const Napi::CallbackInfo& info) {
  const uint64_t session = open_sampler(info[0]).open(info[1].ToBoolean());
  return Napi::Number::New(info.Env(), static_cast<double>(session));
}

// forkSession(handle, session, pending?: Int32Array): number
Napi::Value fork(const Napi::CallbackInfo& info) {
  const uint64_t child =
      open_sampler(info[0]).fork(session_of(info[1]), optional_ids(info[2], "pending"));
  return Napi::Number::New(info.Env(), static_cast<double>(child));
}

// pinSession(handle, session, pinned): void
Napi::Value pin(const Napi::CallbackInfo& info) {
  open_sampler(info[0]).pin(session_of(info[1]), info[2].ToBoolean());
  return info.Env().Undefined();
}

// closeSession(handle, session): void
Napi::Value close(const Napi::CallbackInfo& info) {
  open_sampler(info[0]).close(session_of(info[1]));
  return info.Env().Undefined();
}

// generate(handle, session, request, pending?, maxTokens, temperature, topP, topK, minP, seed,
//   stream, topLogprobs, stop?: string[], stopIds?: Int32Array, bannedIds?: Int32Array): void
Napi::Value generate(const Napi::CallbackInfo& info) {
  SamplerHandle& handle = unwrap<SamplerHandle>(info[0]);
  Sampler& sampler = open_sampler(handle);
  const uint64_t session = session_of(info[1]);
  const auto request = static_cast<uint64_t>(integer(info[2], "request"));
  GenerateOptions options;
  options.max_tokens = integer(info[4], "maxTokens");
  options.temperature = static_cast<float>(number(info[5], "temperature"));
  options.top_p = static_cast<float>(number(info[6], "topP"));
  options.top_k = static_cast<int32_t>(integer(info[7], "topK"));
  options.min_p = static_cast<float>(number(info[8], "minP"));
  options.seed = static_cast<uint64_t>(integer(info[9], "seed"));
  options.stream = info[10].ToBoolean();
  options.top_logprobs = static_cast<int32_t>(integer(info[11], "topLogprobs"));
  if (info[12].IsArray()) {
    const Napi::Array stop = info[12].As<Napi::Array>();
    for (uint32_t i = 0; i < stop.Length(); ++i) options.stop.push_back(text(stop.Get(i), "stop"));
  }
  options.stop_ids = copied(optional_ids(info[13], "stopIds"));
  options.banned = copied(optional_ids(info[14], "bannedIds"));
  sampler.generate(session, request, optional_ids(info[3], "pending"), std::move(options));
  handle.events.expect(info.Env());
  return info.Env().Undefined();
}

// abortTurn(handle, request): void
Napi::Value abort(const Napi::CallbackInfo& info) {
  open_sampler(info[0]).abort(static_cast<uint64_t>(integer(info[1], "request")));
  return info.Env().Undefined();
}

// samplerStats(handle): SamplerStats
Napi::Value stats(const Napi::CallbackInfo& info) {
  const SamplerStats from = open_sampler(info[0]).stats();
  Napi::Object result = Napi::Object::New(info.Env());
  const auto set = [&](const char* name, int64_t value) {
    result.Set(name, static_cast<double>(value));
  };
  set("sessions", from.sessions);
  set("running", from.running);
  set("waiting", from.waiting);
  set("waitingForPages", from.waiting_for_pages);
  set("usedPages", from.used_pages);
  set("reservedPages", from.reserved_pages);
  set("totalPages", from.total_pages);
  set("pageTokens", from.page_tokens);
  set("prefilledTokens", from.prefilled_tokens);
  set("sampledTokens", from.sampled_tokens);
  set("passes", from.passes);
  set("evictions", from.evictions);
  return result;
}

}  // namespace

void define_sampler(Napi::Object exports) {
  define<create>(exports, "createSampler");
  define<dispose>(exports, "disposeSampler");
  define<open>(exports, "openSession");
  define<fork>(exports, "forkSession");
  define<pin>(exports, "pinSession");
  define<close>(exports, "closeSession");
  define<generate>(exports, "generate");
  define<abort>(exports, "abortTurn");
  define<stats>(exports, "samplerStats");
}

}  // namespace querl
