// A model with the thread that works on it, behind a JavaScript handle.
#pragma once

#include <memory>
#include <vector>

#include "addon/napi_setup.h"
#include "addon/work_queue.h"
#include "lm/model.h"

namespace querl {

struct ModelHandle {
  static constexpr napi_type_tag kTag{0x6a1f0a6e2a3d4c11, 0xb35a9f0c7d1e2a01};
  static constexpr const char* kName = "model";

  ModelHandle(Napi::Env env, std::shared_ptr<Model> model);
  ~ModelHandle();

  // Tells V8 how much memory the handle keeps alive: what the model holds, nothing once disposed.
  void account();
  void dispose();

  napi_env env;
  std::shared_ptr<Model> model;  // null: disposed
  WorkQueue queue;
  int64_t accounted = 0;
};

// The handle of an argument. Throws ERR_QUERL_CLOSED if it was disposed.
ModelHandle& open_model(const Napi::Value& value);

// The same, and no call of it may be pending, since those work on what the caller wants to touch.
ModelHandle& idle_model(const Napi::Value& value);

// Tokens and offsets that a job keeps.
struct OwnedBatch {
  std::vector<int32_t> tokens;
  std::vector<int64_t> offsets;

  TokenBatch view() const {
    return {tokens.data(), offsets.data(), static_cast<int64_t>(offsets.size()) - 1};
  }
};

// Of an Int32Array and a Float64Array of B + 1 offsets; checked against the model.
OwnedBatch batch_of(const Model& model, const Napi::Value& tokens, const Napi::Value& offsets);

}  // namespace querl
