// Opaque JavaScript objects that own a C++ object. Every native function takes them as arguments
// and checks their tag, so that a foreign object is a typed error instead of a wild pointer.
#pragma once

#include <memory>
#include <utility>

#include "addon/napi_setup.h"
#include "lm/errors.h"

namespace querl {

// T has a `static constexpr napi_type_tag kTag` and a `static constexpr const char* kName`. It is
// destroyed on the JavaScript thread, when the handle was collected or its environment ends.
template <typename T>
Napi::Object make_handle(Napi::Env env, std::unique_ptr<T> object) {
  Napi::Object handle = Napi::Object::New(env);
  handle.TypeTag(&T::kTag);
  const napi_finalize destroy = [](napi_env, void* data, void*) { delete static_cast<T*>(data); };
  const napi_status status = napi_wrap(env, handle, object.get(), destroy, nullptr, nullptr);
  if (status != napi_ok) throw Napi::Error::New(env);
  object.release();
  return handle;
}

template <typename T>
T& unwrap(const Napi::Value& value) {
  void* object = nullptr;
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&T::kTag) ||
      napi_unwrap(value.Env(), value, &object) != napi_ok) {
    throw Error("ERR_QUERL_ARGUMENT",
                std::string("Expected a native handle of a ") + T::kName + ".");
  }
  return *static_cast<T*>(object);
}

}  // namespace querl
