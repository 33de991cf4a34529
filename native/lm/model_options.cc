#include "lm/model_options.h"

#include "lm/errors.h"

namespace querl {
namespace {

// Above, the weights leave the caches and LibTorch's matrix products win.
constexpr int64_t kMostFused = int64_t{32} << 20;

}  // namespace

EngineKind chosen_engine(const ModelOptions& options, int64_t parameters) {
  const bool fits =
      options.type == FloatType::kFloat32 && options.lora.rank == 0 && options.device->is_host();
  if (options.kind == EngineKind::kFused && !fits)
    throw Error("ERR_QUERL_ARGUMENT",
                "The engine fused trains models in float32 on the CPU without an adapter: take "
                "libtorch, or auto.");
  if (options.kind != EngineKind::kAuto) return options.kind;
  return fits && parameters < kMostFused ? EngineKind::kFused : EngineKind::kLibtorch;
}

}  // namespace querl
