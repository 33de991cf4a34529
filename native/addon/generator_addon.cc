#include "addon/generator_addon.h"

#include <ATen/CPUGeneratorImpl.h>

#include "addon/environment.h"
#include "addon/failure.h"

namespace querl {
namespace {

// createGenerator(owner): number. Of LibTorch's default seed.
Napi::Value create(const Napi::CallbackInfo& info) {
  TensorTable& table = environment(info.Env()).tensors;
  const double id = table.add(at::detail::createCPUGenerator());
  table.attach(id, info[0]);
  return Napi::Number::New(info.Env(), id);
}

}  // namespace

void define_generator(Napi::Object exports) { define<create>(exports, "createGenerator"); }

}  // namespace querl
