#include "addon/model_files_addon.h"

#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "addon/arguments.h"
#include "addon/failure.h"
#include "addon/model_handle.h"
#include "addon/stop_source_addon.h"
#include "lm/errors.h"
#include "lm/safetensors.h"
#include "lm/state_file.h"

namespace querl {
namespace {

const ParameterSpec& spec_at(const Parameters& parameters, double index) {
  const std::vector<ParameterSpec>& specs = parameters.layout().specs();
  if (!(index >= 0 && index < static_cast<double>(specs.size())))
    throw Error("ERR_QUERL_ARGUMENT", "There is no such parameter.");
  return specs[static_cast<size_t>(index)];
}

std::byte* place_of(Parameters& parameters, const ParameterSpec& spec) {
  return static_cast<std::byte*>(parameters.raw()) + spec.offset * float_bytes(parameters.type());
}

Napi::Value undefined(Napi::Env env) { return env.Undefined(); }

// readTensors(handle, path, rows: Float64Array of (index, position, type), stop?): Promise<void>
// type: FloatType's number. weightsChanged() must follow.
Napi::Value read(const Napi::CallbackInfo& info) {
  constexpr size_t kColumns = 3;
  ModelHandle& handle = open_model(info[0]);
  const std::vector<double> rows = copied(double_array(info[2], "rows"));
  auto job = [model = handle.model, path = text(info[1], "path"),
              rows](std::stop_token stop) -> WorkQueue::Settle {
    Parameters& parameters = model->parameters();
    std::vector<StoredTensor> tensors;
    for (size_t i = 0; i + kColumns <= rows.size(); i += kColumns) {
      const ParameterSpec& spec = spec_at(parameters, rows[i]);
      tensors.push_back({spec.name, static_cast<int64_t>(rows[i + 1]),
                         static_cast<FloatType>(static_cast<int>(rows[i + 2])), spec.count,
                         parameters.type(), place_of(parameters, spec)});
    }
    const std::unique_lock writing(parameters.mutex());
    read_tensors(path, tensors, parameters.device(), model->threads(), stop);
    return undefined;
  };
  return handle.queue.submit(info[0].As<Napi::Object>(), stop_source(info[3]), std::move(job));
}

// writeTensors(handle, path, header: Uint8Array, indexes: Float64Array, stop?): Promise<void>
Napi::Value write(const Napi::CallbackInfo& info) {
  ModelHandle& handle = open_model(info[0]);
  const std::span<const uint8_t> bytes = byte_array(info[2], "header");
  const std::vector<double> indexes = copied(double_array(info[3], "indexes"));
  auto job = [model = handle.model, path = text(info[1], "path"),
              header = std::string(bytes.begin(), bytes.end()),
              indexes](std::stop_token stop) -> WorkQueue::Settle {
    Parameters& parameters = model->parameters();
    std::vector<StateBytes> parts;
    for (const double index : indexes) {
      const ParameterSpec& spec = spec_at(parameters, index);
      parts.push_back({place_of(parameters, spec), spec.count * float_bytes(parameters.type())});
    }
    write_state(path, header, parts, parameters.device(), stop);
    return undefined;
  };
  return handle.queue.submit(info[0].As<Napi::Object>(), stop_source(info[4]), std::move(job));
}

}  // namespace

void define_model_files(Napi::Object exports) {
  define<read>(exports, "readTensors");
  define<write>(exports, "writeTensors");
}

}  // namespace querl
