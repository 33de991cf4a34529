#include "addon/grad_mode_addon.h"

#include <ATen/core/grad_mode.h>

#include "addon/failure.h"

namespace querl {
namespace {

// isGradEnabled(): boolean
Napi::Value is_enabled(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), at::GradMode::is_enabled());
}

// setGradEnabled(enabled: boolean): void
Napi::Value set_enabled(const Napi::CallbackInfo& info) {
  at::GradMode::set_enabled(info[0].ToBoolean());
  return info.Env().Undefined();
}

}  // namespace

void define_grad_mode(Napi::Object exports) {
  define<is_enabled>(exports, "isGradEnabled");
  define<set_enabled>(exports, "setGradEnabled");
}

}  // namespace querl
