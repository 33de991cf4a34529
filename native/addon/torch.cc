// torch.node: what native code offers to @querl/torch and @querl/lm. It keeps nothing outside of
// the handles and the environment, so it loads in any number of workers.
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include "addon/compute_addon.h"
#include "addon/custom_function_addon.h"
#include "addon/encoder_addon.h"
#include "addon/environment.h"
#include "addon/failure.h"
#include "addon/generator_addon.h"
#include "addon/grad_mode_addon.h"
#include "addon/model_addon.h"
#include "addon/napi_setup.h"
#include "addon/operator_addon.h"
#include "addon/sampler_addon.h"
#include "addon/stop_source_addon.h"
#include "addon/tensor_addon.h"
#include "kernels/isa.h"

namespace querl {
namespace {

// runtimeInfo(): { isa, torchThreads, torchConfig, cudaDevices }
Napi::Value runtime_info(const Napi::CallbackInfo& info) {
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("isa", isa_name(best_isa()));
  result.Set("torchThreads", at::get_num_threads());
  result.Set("torchConfig", at::show_config());
  // Of a LibTorch without CUDA: 0, as where there is no GPU.
  result.Set("cudaDevices", static_cast<double>(at::detail::getCUDAHooks().deviceCount()));
  return result;
}

Napi::Object exports_of(Napi::Env env, Napi::Object exports) {
  create_environment(env);
  exports.Set("version", QUERL_VERSION);
  exports.Set("libtorch", QUERL_LIBTORCH_VERSION);  // that it was compiled against
  define<runtime_info>(exports, "runtimeInfo");
  define_stop_source(exports);
  define_compute(exports);
  define_operators(exports);
  define_tensor(exports);
  define_generator(exports);
  define_grad_mode(exports);
  define_custom_function(exports);
  define_model(exports);
  define_sampler(exports);
  define_encoder(exports);
  return exports;
}

}  // namespace
}  // namespace querl

using querl::exports_of;  // the macro takes a plain name
NODE_API_MODULE(torch, exports_of)
