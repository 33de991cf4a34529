#include "addon/training_addon.h"

#include <string>

#include "addon/arguments.h"
#include "addon/failure.h"
#include "addon/model_handle.h"
#include "addon/stop_source_addon.h"
#include "lm/errors.h"

namespace querl {
namespace {

// A copy of a per-token array that may have been undefined.
struct PerToken {
  bool given = false;
  std::vector<float> values;

  const float* data() const { return given ? values.data() : nullptr; }
};

PerToken per_token(const Napi::Value& value, const char* name, const OwnedBatch& batch) {
  if (value.IsUndefined()) return {};
  const std::span<const float> view = float_array(value, name);
  if (view.size() != batch.tokens.size())
    throw Error("ERR_QUERL_ARGUMENT", std::string("Expected ") + name + " to have " +
                                          std::to_string(batch.tokens.size()) +
                                          " entries, one per token, but got " +
                                          std::to_string(view.size()) + ".");
  return {true, copied(view)};
}

LogitOptions logit_options(const Model& model, const Napi::Value& temperature,
                           const Napi::Value& banned) {
  LogitOptions options;
  options.temperature = static_cast<float>(number(temperature, "temperature"));
  options.banned = copied(int_array(banned, "bannedIds"));
  for (const int32_t id : options.banned)
    if (id < 0 || id >= model.config().vocab_size)
      throw Error("ERR_QUERL_ARGUMENT",
                  "Banned id " + std::to_string(id) + " is not in the vocabulary.");
  return options;
}

// A loss whose arrays live as long as the job does.
struct OwnedLoss {
  std::string kind;
  PerToken weights, old, advantages, reference;
  ClipRange clip;
  float value_clip = 0.f, kl_coefficient = 0.f, entropy_coefficient = 0.f;

  Loss view() const {
    if (kind == "crossEntropy") return CrossEntropyLoss{weights.data()};
    if (kind == "policy")
      return PolicyLoss{weights.data(), old.data(),     advantages.data(),  reference.data(),
                        clip,           kl_coefficient, entropy_coefficient};
    return ValueLoss{weights.data(), advantages.data(), old.data(), value_clip};
  }
};

// For the value loss `advantages` holds the returns.
OwnedLoss loss_of(const Napi::Object& from, const OwnedBatch& batch) {
  const auto array = [&](const char* name) { return per_token(from.Get(name), name, batch); };
  const auto required = [&](const char* name) {
    PerToken found = array(name);
    if (!found.given)
      throw Error("ERR_QUERL_ARGUMENT", std::string("The loss lacks ") + name + ".");
    return found;
  };
  OwnedLoss loss;
  loss.kind = text(from.Get("kind"), "kind");
  loss.weights = required("weights");
  if (loss.kind == "policy") {
    loss.old = required("oldLogprobs");
    loss.advantages = required("advantages");
    loss.reference = array("referenceLogprobs");
    loss.clip = {static_cast<float>(number_field(from, "clipLow")),
                 static_cast<float>(number_field(from, "clipHigh"))};
    loss.kl_coefficient = static_cast<float>(number_field(from, "klCoefficient"));
    loss.entropy_coefficient = static_cast<float>(number_field(from, "entropyCoefficient"));
  } else if (loss.kind == "value") {
    loss.old = required("oldValues");
    loss.advantages = required("returns");
    loss.value_clip = static_cast<float>(number_field(from, "clip"));
  } else if (loss.kind != "crossEntropy") {
    throw Error("ERR_QUERL_ARGUMENT", "There is no loss " + loss.kind + ".");
  }
  return loss;
}

void need_value_head(const Model& model) {
  if (!model.config().value_head)
    throw Error("ERR_QUERL_ARGUMENT",
                "The model has no value head: make it with clone({ valueHead: true }).");
}

Napi::Value sums_of(Napi::Env env, const LossSums& sums) {
  // In the order of lossSums in packages/lm/src/losses.ts.
  const double all[] = {sums.loss,
                        sums.tokens,
                        sums.logprobs,
                        sums.entropy,
                        sums.kl,
                        sums.reference_kl,
                        sums.clipped,
                        sums.ratio_max,
                        sums.logprob_delta_sum,
                        sums.logprob_delta_max,
                        sums.values,
                        sums.returns,
                        sums.squared_returns,
                        sums.squared_errors};
  Napi::Float64Array array = Napi::Float64Array::New(env, std::size(all));
  std::copy(std::begin(all), std::end(all), array.Data());
  return array;
}

// backward(handle, tokens, offsets, loss, temperature, banned, stop?): Promise<Float64Array>
Napi::Value backward(const Napi::CallbackInfo& info) {
  ModelHandle& handle = open_model(info[0]);
  OwnedBatch batch = batch_of(*handle.model, info[1], info[2]);
  OwnedLoss loss = loss_of(info[3].As<Napi::Object>(), batch);
  if (loss.kind == "value") need_value_head(*handle.model);
  const LogitOptions options = logit_options(*handle.model, info[4], info[5]);
  auto job = [&handle, model = handle.model, batch = std::move(batch), loss = std::move(loss),
              options](std::stop_token stop) -> WorkQueue::Settle {
    const LossSums sums =
        model->engine().backward(batch.view(), loss.view(), options, model->gradients(), stop);
    model->note_engine();
    return [&handle, sums](Napi::Env env) {
      handle.account();  // the queue keeps the handle until the promise is settled
      return sums_of(env, sums);
    };
  };
  return handle.queue.submit(info[0].As<Napi::Object>(), stop_source(info[6]), std::move(job));
}

// logprobs(handle, tokens, offsets, weights?, temperature, banned, reference, stop?)
//   : Promise<{ logprobs, entropies }>
Napi::Value logprobs(const Napi::CallbackInfo& info) {
  ModelHandle& handle = open_model(info[0]);
  OwnedBatch batch = batch_of(*handle.model, info[1], info[2]);
  PerToken weights = per_token(info[3], "weights", batch);
  LogitOptions options = logit_options(*handle.model, info[4], info[5]);
  options.reference = info[6].ToBoolean();
  auto job = [model = handle.model, batch = std::move(batch), weights = std::move(weights),
              options](std::stop_token stop) -> WorkQueue::Settle {
    std::vector<float> scores(batch.tokens.size()), entropies(batch.tokens.size());
    model->engine().logprobs(batch.view(), weights.data(), options, scores.data(), entropies.data(),
                             stop);
    model->note_engine();
    return [scores = std::move(scores), entropies = std::move(entropies)](Napi::Env env) {
      Napi::Object result = Napi::Object::New(env);
      result.Set("logprobs", to_js(env, std::span(scores)));
      result.Set("entropies", to_js(env, std::span(entropies)));
      return result;
    };
  };
  return handle.queue.submit(info[0].As<Napi::Object>(), stop_source(info[7]), std::move(job));
}

// values(handle, tokens, offsets, weights?, stop?): Promise<Float32Array>
Napi::Value values(const Napi::CallbackInfo& info) {
  ModelHandle& handle = open_model(info[0]);
  need_value_head(*handle.model);
  OwnedBatch batch = batch_of(*handle.model, info[1], info[2]);
  PerToken weights = per_token(info[3], "weights", batch);
  auto job = [model = handle.model, batch = std::move(batch),
              weights = std::move(weights)](std::stop_token stop) -> WorkQueue::Settle {
    std::vector<float> estimates(batch.tokens.size());
    model->engine().values(batch.view(), weights.data(), estimates.data(), stop);
    model->note_engine();
    return [estimates = std::move(estimates)](Napi::Env env) {
      return to_js(env, std::span(estimates));
    };
  };
  return handle.queue.submit(info[0].As<Napi::Object>(), stop_source(info[4]), std::move(job));
}

// logits(handle, tokens, offsets, stop?): Promise<Float32Array> of (T, V)
Napi::Value logits(const Napi::CallbackInfo& info) {
  ModelHandle& handle = open_model(info[0]);
  OwnedBatch batch = batch_of(*handle.model, info[1], info[2]);
  auto job = [model = handle.model,
              batch = std::move(batch)](std::stop_token stop) -> WorkQueue::Settle {
    const auto vocab = static_cast<size_t>(model->config().vocab_size);
    std::vector<float> rows(batch.tokens.size() * vocab);
    model->engine().logits(batch.view(), rows.data(), stop);
    return [rows = std::move(rows)](Napi::Env env) { return to_js(env, std::span(rows)); };
  };
  return handle.queue.submit(info[0].As<Napi::Object>(), stop_source(info[3]), std::move(job));
}

// step(handle, { lr, beta1, beta2, epsilon, weightDecay, maxGradNorm })
//   : Promise<{ gradNorm, skipped }>
Napi::Value step(const Napi::CallbackInfo& info) {
  ModelHandle& handle = open_model(info[0]);
  const Napi::Object from = info[1].As<Napi::Object>();
  const auto field = [&](const char* name) { return static_cast<float>(number_field(from, name)); };
  const StepOptions options{field("lr"),      field("beta1"),       field("beta2"),
                            field("epsilon"), field("weightDecay"), field("maxGradNorm")};
  auto job = [&handle, model = handle.model, options](std::stop_token) -> WorkQueue::Settle {
    const StepResult result = model->step(options);
    return [&handle, result](Napi::Env env) {
      handle.account();
      Napi::Object object = Napi::Object::New(env);
      object.Set("gradNorm", result.grad_norm);
      object.Set("skipped", result.skipped);
      return object;
    };
  };
  return handle.queue.submit(info[0].As<Napi::Object>(), stop_source(info[2]), std::move(job));
}

}  // namespace

void define_training(Napi::Object exports) {
  define<backward>(exports, "backward");
  define<logprobs>(exports, "logprobs");
  define<values>(exports, "values");
  define<logits>(exports, "logits");
  define<step>(exports, "step");
}

}  // namespace querl
