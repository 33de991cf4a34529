// What the addon keeps for one environment: the main thread has one, and each worker its own.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include <vector>

#include "addon/compute_addon.h"
#include "addon/kept_objects.h"
#include "addon/napi_setup.h"
#include "addon/tensor_table.h"

namespace querl {

// The memory through which calls and their results pass (packages/torch/src/call-buffer.ts).
struct CallBuffer {
  napi_ref array = nullptr;  // keeps `numbers` alive
  double* numbers = nullptr;
  size_t length = 0;
};

struct Environment {
  explicit Environment(napi_env env) : kept(env), tensors(env) {}

  KeptObjects kept;
  TensorTable tensors;
  CallBuffer buffer;
  std::vector<c10::OperatorHandle> operators;  // those that JavaScript asked for, by its index
  Compute compute;                             // last, so that its thread ends first
};

// Throws if the environment is closing.
Environment& environment(napi_env env);

// Once, when the addon is loaded into the environment.
void create_environment(napi_env env);

}  // namespace querl
