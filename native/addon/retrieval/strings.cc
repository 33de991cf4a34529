#include "addon/retrieval/strings.h"

#include "addon/arguments.h"
#include "base/errors.h"

namespace querl {

std::vector<std::string> strings(const Napi::Value& value, const char* name) {
  if (!value.IsArray()) {
    throw Error("ERR_QUERL_ARGUMENT", std::string("Expected ") + name + " to be an array.");
  }
  const auto array = value.As<Napi::Array>();
  const uint32_t count = array.Length();
  std::vector<std::string> result;
  result.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    const Napi::HandleScope scope(value.Env());
    result.push_back(text(array.Get(i), name));
  }
  return result;
}

}  // namespace querl
