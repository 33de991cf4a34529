#include "addon/environment.h"

#include <memory>

#include "base/errors.h"

namespace querl {

Environment& environment(napi_env env) {
  void* data = nullptr;
  if (napi_get_instance_data(env, &data) != napi_ok || data == nullptr)
    throw Error("ERR_QUERL_CLOSED", "The environment is closing.");
  return *static_cast<Environment*>(data);
}

void create_environment(napi_env env) {
  auto made = std::make_unique<Environment>(env);
  const napi_finalize destroy = [](napi_env, void* data, void*) {
    delete static_cast<Environment*>(data);
  };
  if (napi_set_instance_data(env, made.get(), destroy, nullptr) != napi_ok)
    throw Napi::Error::New(env);
  made.release();
}

}  // namespace querl
