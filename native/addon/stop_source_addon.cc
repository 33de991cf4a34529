#include "addon/stop_source_addon.h"

#include "addon/failure.h"
#include "addon/handle.h"

namespace querl {
namespace {

struct StopSource {
  static constexpr napi_type_tag kTag{0x51d62a1d3b5f4c01, 0x9d8d1c7a5e0f4b11};
  static constexpr const char* kName = "stop source";
  std::stop_source source;
};

// createStopSource(): handle
Napi::Value create(const Napi::CallbackInfo& info) {
  return make_handle(info.Env(), std::make_unique<StopSource>());
}

// requestStop(handle): void
Napi::Value request(const Napi::CallbackInfo& info) {
  unwrap<StopSource>(info[0]).source.request_stop();
  return info.Env().Undefined();
}

}  // namespace

std::stop_source stop_source(const Napi::Value& value) {
  return value.IsUndefined() ? std::stop_source() : unwrap<StopSource>(value).source;
}

void define_stop_source(Napi::Object exports) {
  define<create>(exports, "createStopSource");
  define<request>(exports, "requestStop");
}

}  // namespace querl
