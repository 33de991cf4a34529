#include "addon/encoder_addon.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "addon/arguments.h"
#include "addon/failure.h"
#include "addon/handle.h"
#include "addon/model_arguments.h"
#include "addon/stop_source_addon.h"
#include "addon/work_queue.h"
#include "lm/device.h"
#include "lm/encoder.h"
#include "lm/errors.h"
#include "lm/safetensors.h"

namespace querl {
namespace {

// An encoder with the thread that its calls run on, one after the other.
struct EncoderHandle {
  static constexpr napi_type_tag kTag{0x2c8e0b5d7f1a4c33, 0x8a41d6e2905b7c17};
  static constexpr const char* kName = "encoder";

  EncoderHandle(Napi::Env environment, std::shared_ptr<Encoder> made)
      : env(environment), encoder(std::move(made)), queue(environment, "querl encoder") {
    account(encoder->bytes());
  }
  ~EncoderHandle() { dispose(); }

  // Tells V8 how much memory the handle keeps alive.
  void account(int64_t bytes) {
    int64_t total = 0;
    if (bytes != accounted) napi_adjust_external_memory(env, bytes - accounted, &total);
    accounted = bytes;
  }
  void dispose() {
    queue.close();
    encoder.reset();  // a job that still runs keeps it until it has stopped
    account(0);
  }

  napi_env env;
  std::shared_ptr<Encoder> encoder;  // null: disposed
  WorkQueue queue;
  int64_t accounted = 0;
};

EncoderHandle& open_encoder(const Napi::Value& value) {
  EncoderHandle& handle = unwrap<EncoderHandle>(value);
  if (handle.encoder == nullptr) throw Error("ERR_QUERL_CLOSED", "The encoder was disposed.");
  return handle;
}

Activation activation_of(const Napi::Value& value) {
  const std::string name = text(value, "activation");
  if (name == "gelu") return Activation::kGelu;
  if (name == "geluTanh") return Activation::kGeluTanh;
  if (name == "relu") return Activation::kRelu;
  if (name == "tanh") return Activation::kTanh;
  throw Error("ERR_QUERL_ARGUMENT", "There is no activation " + name + ".");
}

Pooling pooling_of(const Napi::Value& value) {
  const std::string name = text(value, "pooling");
  if (name == "mean") return Pooling::kMean;
  if (name == "max") return Pooling::kMax;
  if (name == "cls") return Pooling::kFirst;
  if (name == "last") return Pooling::kLast;
  throw Error("ERR_QUERL_ARGUMENT", "There is no pooling " + name + ".");
}

EncoderConfig encoder_config_of(const Napi::Object& from) {
  EncoderConfig config;
  config.vocab_size = integer_field(from, "vocabSize");
  config.hidden_size = integer_field(from, "hiddenSize");
  config.intermediate_size = integer_field(from, "intermediateSize");
  config.layers = integer_field(from, "layers");
  config.heads = integer_field(from, "heads");
  config.positions = integer_field(from, "positions");
  config.first_position = integer_field(from, "firstPosition");
  config.token_types = integer_field(from, "tokenTypes");
  config.norm_epsilon = static_cast<float>(number_field(from, "normEpsilon"));
  config.activation = activation_of(from.Get("activation"));
  config.labels = integer_field(from, "labels");
  config.head_activation = activation_of(from.Get("headActivation"));
  return config;
}

// createEncoder(config, dtype, threads): handle
Napi::Value create(const Napi::CallbackInfo& info) {
  EncoderOptions options;
  options.type = float_type_of(info[1]);
  options.threads = static_cast<int>(integer(info[2], "threads"));
  auto encoder = std::make_shared<Encoder>(encoder_config_of(info[0].As<Napi::Object>()), options);
  return make_handle(info.Env(), std::make_unique<EncoderHandle>(info.Env(), std::move(encoder)));
}

// disposeEncoder(handle): void. Pending calls are rejected; the memory is freed when the running
// one has stopped.
Napi::Value dispose(const Napi::CallbackInfo& info) {
  unwrap<EncoderHandle>(info[0]).dispose();
  return info.Env().Undefined();
}

// encoderTensors(config): { name, shape }[]
Napi::Value tensors(const Napi::CallbackInfo& info) {
  const EncoderLayout layout(encoder_config_of(info[0].As<Napi::Object>()), FloatType::kFloat32);
  Napi::Array all = Napi::Array::New(info.Env());
  for (const EncoderTensor& tensor : layout.tensors()) {
    Napi::Array shape = Napi::Array::New(info.Env());
    for (const int64_t axis : tensor.shape)
      shape.Set(shape.Length(), Napi::Number::New(info.Env(), static_cast<double>(axis)));
    Napi::Object row = Napi::Object::New(info.Env());
    row.Set("name", tensor.name);
    row.Set("shape", shape);
    all.Set(all.Length(), row);
  }
  return all;
}

Napi::Value undefined(Napi::Env env) { return env.Undefined(); }

// readEncoderTensors(handle, path, rows: Float64Array of (index, position, type), stop?):
// Promise<void>. type: FloatType's number.
Napi::Value read(const Napi::CallbackInfo& info) {
  constexpr size_t kColumns = 3;
  EncoderHandle& handle = open_encoder(info[0]);
  auto job =
      [encoder = handle.encoder, path = text(info[1], "path"),
       rows = copied(double_array(info[2], "rows"))](std::stop_token stop) -> WorkQueue::Settle {
    EncoderWeights& weights = encoder->weights();
    if (weights.finished())
      throw Error("ERR_QUERL_ARGUMENT", "The encoder's weights are loaded already.");
    std::vector<StoredTensor> wanted;
    for (size_t i = 0; i + kColumns <= rows.size(); i += kColumns) {
      if (!(rows[i] >= 0 && rows[i] < static_cast<double>(weights.tensors().size())))
        throw Error("ERR_QUERL_ARGUMENT", "There is no such tensor.");
      const EncoderTensor& tensor = weights.tensors()[static_cast<size_t>(rows[i])];
      wanted.push_back({tensor.name, static_cast<int64_t>(rows[i + 1]),
                        static_cast<FloatType>(static_cast<int>(rows[i + 2])), tensor.count,
                        tensor.type, weights.place(tensor)});
    }
    read_tensors(path, wanted, *host_device(), encoder->threads(), stop);
    return undefined;
  };
  return handle.queue.submit(info[0].As<Napi::Object>(), stop_source(info[3]), std::move(job));
}

// finishEncoder(handle): Promise<void>, behind the last tensor.
Napi::Value finish(const Napi::CallbackInfo& info) {
  EncoderHandle& handle = open_encoder(info[0]);
  return handle.queue.submit(info[0].As<Napi::Object>(), std::stop_source(),
                             [encoder = handle.encoder](std::stop_token) -> WorkQueue::Settle {
                               encoder->weights().finish(encoder->threads());
                               return undefined;
                             });
}

// Texts that a job keeps.
struct OwnedTexts {
  std::vector<int32_t> tokens, rows;
  std::vector<uint8_t> types;
  std::vector<int64_t> offsets;

  EncoderBatch view() const {
    return {tokens.data(), types.empty() ? nullptr : types.data(), offsets.data(),
            static_cast<int64_t>(offsets.size()) - 1};
  }
};

OwnedTexts texts_of(const Napi::Value& tokens, const Napi::Value& types, const Napi::Value& offsets,
                    const Napi::Value& rows) {
  OwnedTexts texts{copied(int_array(tokens, "tokens")), copied(int_array(rows, "rows")), {}, {}};
  if (!types.IsUndefined()) texts.types = copied(byte_array(types, "tokenTypes"));
  for (const double offset : double_array(offsets, "offsets"))
    texts.offsets.push_back(static_cast<int64_t>(offset));
  const auto refuse = [] {
    throw Error("ERR_QUERL_ARGUMENT", "The arrays of a batch of texts do not fit together.");
  };
  if (texts.offsets.size() != texts.rows.size() + 1) refuse();
  for (size_t i = 0; i < texts.rows.size(); ++i)
    if (texts.offsets[i] > texts.offsets[i + 1]) refuse();
  if (texts.offsets.back() != static_cast<int64_t>(texts.tokens.size())) refuse();
  if (!texts.types.empty() && texts.types.size() != texts.tokens.size()) refuse();
  return texts;
}

// encodeTexts(handle, tokens: Int32Array, tokenTypes: Uint8Array | undefined, offsets:
//   Float64Array, rows: Int32Array, pooling: string | undefined (labels), normalize: boolean, out:
//   Float32Array, stop?): Promise<void>
// Writes to rows of `out`, which nobody else may touch meanwhile.
Napi::Value encode(const Napi::CallbackInfo& info) {
  EncoderHandle& handle = open_encoder(info[0]);
  OwnedTexts texts = texts_of(info[1], info[2], info[3], info[4]);
  EncoderRequest request;
  request.labels = info[5].IsUndefined();
  if (!request.labels) request.pooling = pooling_of(info[5]);
  request.normalizes = info[6].ToBoolean();
  const std::span<const float> out = float_array(info[7], "out");
  request.out = const_cast<float*>(out.data());
  const EncoderConfig& config = handle.encoder->config();
  const int64_t width = request.labels ? config.labels : config.hidden_size;
  for (const int32_t row : texts.rows)
    if (row < 0 || (row + int64_t{1}) * width > static_cast<int64_t>(out.size()))
      throw Error("ERR_QUERL_ARGUMENT", "There is no such row of the result.");
  handle.encoder->check(texts.view(), request);
  // The promise keeps what the job writes to.
  Napi::Object owner = Napi::Object::New(info.Env());
  owner.Set("encoder", info[0]);
  owner.Set("out", info[7]);
  auto job = [encoder = handle.encoder, texts = std::move(texts),
              request](std::stop_token stop) -> WorkQueue::Settle {
    EncoderRequest wanted = request;
    wanted.rows = texts.rows.data();
    encoder->run(texts.view(), wanted, stop);
    return undefined;
  };
  return handle.queue.submit(owner, stop_source(info[8]), std::move(job));
}

}  // namespace

void define_encoder(Napi::Object exports) {
  define<create>(exports, "createEncoder");
  define<dispose>(exports, "disposeEncoder");
  define<tensors>(exports, "encoderTensors");
  define<read>(exports, "readEncoderTensors");
  define<finish>(exports, "finishEncoder");
  define<encode>(exports, "encodeTexts");
}

}  // namespace querl
