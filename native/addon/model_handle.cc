#include "addon/model_handle.h"

#include <utility>

#include "addon/arguments.h"
#include "addon/handle.h"
#include "lm/errors.h"

namespace querl {

ModelHandle::ModelHandle(Napi::Env environment, std::shared_ptr<Model> made)
    : env(environment), model(std::move(made)), queue(environment, "querl model") {
  account();
}

ModelHandle::~ModelHandle() { dispose(); }

void ModelHandle::account() {
  const int64_t bytes = model == nullptr ? 0 : model->bytes();
  int64_t total = 0;
  if (bytes != accounted) napi_adjust_external_memory(env, bytes - accounted, &total);
  accounted = bytes;
}

void ModelHandle::dispose() {
  queue.close();
  model.reset();  // a job that still runs keeps it until it has stopped
  account();
}

ModelHandle& open_model(const Napi::Value& value) {
  ModelHandle& handle = unwrap<ModelHandle>(value);
  if (handle.model == nullptr) throw Error("ERR_QUERL_CLOSED", "The model was disposed.");
  return handle;
}

ModelHandle& idle_model(const Napi::Value& value) {
  ModelHandle& handle = open_model(value);
  if (handle.queue.pending() > 0)
    throw Error("ERR_QUERL_ARGUMENT",
                "The model is at work: await its pending calls before this one.");
  return handle;
}

OwnedBatch batch_of(const Model& model, const Napi::Value& tokens, const Napi::Value& offsets) {
  OwnedBatch batch{copied(int_array(tokens, "tokens")), {}};
  for (const double offset : double_array(offsets, "offsets"))
    batch.offsets.push_back(static_cast<int64_t>(offset));
  if (batch.offsets.empty() || batch.offsets.back() != static_cast<int64_t>(batch.tokens.size()))
    throw Error("ERR_QUERL_ARGUMENT", "Expected the last offset to be the number of tokens.");
  model.check(batch.view());
  return batch;
}

}  // namespace querl
