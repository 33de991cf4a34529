#include "addon/model_files_addon.h"

#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>

#include "addon/arguments.h"
#include "addon/failure.h"
#include "addon/model_handle.h"
#include "addon/stop_source_addon.h"
#include "lm/errors.h"
#include "lm/safetensors.h"

namespace querl {
namespace {

// Which of a model's buffers a tensor belongs to; as in packages/torch/src/native.ts.
enum class Buffer { kWeights = 0, kFirstMoment = 1, kSecondMoment = 2 };

float* buffer_of(Model& model, double buffer) {
  switch (static_cast<Buffer>(static_cast<int>(buffer))) {
    case Buffer::kFirstMoment:
      return model.first_moment();
    case Buffer::kSecondMoment:
      return model.second_moment();
    case Buffer::kWeights:
      break;
  }
  return model.parameters().data();
}

struct Place {
  float* data;
  int64_t count;
};

// Where parameter `index` lies in `buffer`.
Place place_of(Model& model, double buffer, double index) {
  const std::vector<ParameterSpec>& specs = model.parameters().layout().specs();
  if (!(index >= 0 && index < static_cast<double>(specs.size())))
    throw Error("ERR_QUERL_ARGUMENT", "There is no such parameter.");
  const ParameterSpec& spec = specs[static_cast<size_t>(index)];
  return {buffer_of(model, buffer) + spec.offset, spec.count};
}

Napi::Value undefined(Napi::Env env) { return env.Undefined(); }

// readTensors(handle, path, rows: Float64Array of (buffer, index, position, type), stop?):
// Promise<void> type: 0 F32, 1 BF16, 2 F16. weightsChanged() must follow if weights were read.
Napi::Value read(const Napi::CallbackInfo& info) {
  constexpr size_t kColumns = 4;
  ModelHandle& handle = open_model(info[0]);
  const std::vector<double> rows = copied(double_array(info[2], "rows"));
  auto job = [model = handle.model, path = text(info[1], "path"),
              rows](std::stop_token stop) -> WorkQueue::Settle {
    std::vector<StoredTensor> tensors;
    for (size_t i = 0; i + kColumns <= rows.size(); i += kColumns) {
      const Place place = place_of(*model, rows[i], rows[i + 1]);
      tensors.push_back({static_cast<int64_t>(rows[i + 2]),
                         static_cast<StoredType>(static_cast<int>(rows[i + 3])), place.count,
                         place.data});
    }
    const std::unique_lock writing(model->parameters().mutex());
    read_tensors(path, tensors, stop);
    return undefined;
  };
  return handle.queue.submit(info[0].As<Napi::Object>(), stop_source(info[3]), std::move(job));
}

// writeTensors(handle, path, header: Uint8Array, rows: Float64Array of (buffer, index), stop?)
Napi::Value write(const Napi::CallbackInfo& info) {
  constexpr size_t kColumns = 2;
  ModelHandle& handle = open_model(info[0]);
  const std::span<const uint8_t> bytes = byte_array(info[2], "header");
  const std::vector<double> rows = copied(double_array(info[3], "rows"));
  auto job = [model = handle.model, path = text(info[1], "path"),
              header = std::string(bytes.begin(), bytes.end()),
              rows](std::stop_token stop) -> WorkQueue::Settle {
    std::vector<std::span<const float>> parts;
    for (size_t i = 0; i + kColumns <= rows.size(); i += kColumns) {
      const Place place = place_of(*model, rows[i], rows[i + 1]);
      parts.emplace_back(place.data, static_cast<size_t>(place.count));
    }
    write_tensors(path, header, parts, stop);
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
