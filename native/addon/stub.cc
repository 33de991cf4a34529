// Opens shared libraries by absolute path, before the addon that needs them is loaded: its NEEDED
// entries then match by name, whatever the linker's own search would have found. Knows no LibTorch.
#include <dlfcn.h>

#include "addon/napi_setup.h"

namespace {

// open(path: string): void. Throws with the reason of the dynamic linker.
Napi::Value open(const Napi::CallbackInfo& info) {
  const std::string path = info[0].ToString().Utf8Value();
  // RTLD_LOCAL: nothing of LibTorch becomes visible to other addons.
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr) {
    const char* reason = dlerror();
    throw Napi::Error::New(info.Env(), reason == nullptr ? path + " cannot be opened" : reason);
  }
  return info.Env().Undefined();
}

Napi::Object exports_of(Napi::Env env, Napi::Object exports) {
  exports.Set("version", QUERL_VERSION);
  exports.Set("open", Napi::Function::New<open>(env, "open"));
  return exports;
}

}  // namespace

NODE_API_MODULE(stub, exports_of)
