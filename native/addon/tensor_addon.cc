#include "addon/tensor_addon.h"

#include <ATen/ATen.h>

#include <cstring>

#include "addon/arguments.h"
#include "addon/failure.h"
#include "addon/handle.h"

namespace querl {
namespace {

struct TensorHandle {
  static constexpr napi_type_tag kTag{0x0f5f2be15d3a4d77, 0x8c2f1d7a90b64e55};
  static constexpr const char* kName = "tensor";

  TensorHandle(Napi::Env environment, at::Tensor made) : env(environment), tensor(std::move(made)) {
    account(static_cast<int64_t>(tensor.nbytes()));
  }
  ~TensorHandle() { dispose(); }

  void dispose() {
    if (tensor.defined()) account(-static_cast<int64_t>(tensor.nbytes()));
    tensor.reset();
  }
  void account(int64_t bytes) const {
    int64_t total = 0;
    napi_adjust_external_memory(env, bytes, &total);
  }

  napi_env env;
  at::Tensor tensor;  // contiguous; undefined: disposed
};

struct Kind {
  napi_typedarray_type array;
  at::ScalarType scalar;
  const char* name;
};

constexpr Kind kKinds[] = {{napi_float32_array, at::kFloat, "float32"},
                           {napi_float64_array, at::kDouble, "float64"},
                           {napi_int32_array, at::kInt, "int32"},
                           {napi_bigint64_array, at::kLong, "int64"},
                           {napi_uint8_array, at::kByte, "uint8"}};

const Kind& kind_of(const at::Tensor& tensor) {
  for (const Kind& kind : kKinds)
    if (kind.scalar == tensor.scalar_type()) return kind;
  throw Error("ERR_QUERL_NATIVE", "The tensor has a dtype without a typed array.");
}

const at::Tensor& open_tensor(const Napi::Value& value) {
  const TensorHandle& handle = unwrap<TensorHandle>(value);
  if (!handle.tensor.defined()) throw Error("ERR_QUERL_CLOSED", "The tensor was disposed.");
  return handle.tensor;
}

Napi::Value handle_of(Napi::Env env, const at::Tensor& tensor) {
  return make_handle(env, std::make_unique<TensorHandle>(env, tensor.contiguous()));
}

// createTensor(data: typed array, shape: number[]): handle. Copies.
Napi::Value create(const Napi::CallbackInfo& info) {
  const Napi::Array shape = info[1].As<Napi::Array>();
  std::vector<int64_t> sizes;
  int64_t count = 1;
  for (uint32_t i = 0; i < shape.Length(); ++i) {
    sizes.push_back(integer(shape.Get(i), "shape"));
    count *= sizes.back();
  }
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(info.Env(), info[0], &type, &length, &data, nullptr, nullptr) ==
      napi_ok) {
    for (const Kind& kind : kKinds) {
      if (kind.array != type || static_cast<int64_t>(length) != count) continue;
      at::Tensor tensor = at::empty(sizes, at::TensorOptions().dtype(kind.scalar));
      if (length > 0) std::memcpy(tensor.mutable_data_ptr(), data, tensor.nbytes());
      return handle_of(info.Env(), tensor);
    }
  }
  throw Error("ERR_QUERL_ARGUMENT",
              "Expected a typed array of a known kind with as many numbers as the shape has.");
}

// tensorData(handle): typed array. Copies.
Napi::Value data(const Napi::CallbackInfo& info) {
  const at::Tensor& tensor = open_tensor(info[0]);
  Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(info.Env(), tensor.nbytes());
  if (tensor.nbytes() > 0) std::memcpy(buffer.Data(), tensor.const_data_ptr(), tensor.nbytes());
  napi_value array = nullptr;
  const napi_status status = napi_create_typedarray(
      info.Env(), kind_of(tensor).array, static_cast<size_t>(tensor.numel()), buffer, 0, &array);
  if (status != napi_ok) throw Napi::Error::New(info.Env());
  return Napi::Value(info.Env(), array);
}

// tensorShape(handle): number[]
Napi::Value shape(const Napi::CallbackInfo& info) {
  const at::Tensor& tensor = open_tensor(info[0]);
  Napi::Array result = Napi::Array::New(info.Env(), static_cast<size_t>(tensor.dim()));
  for (int64_t axis = 0; axis < tensor.dim(); ++axis)
    result.Set(static_cast<uint32_t>(axis), static_cast<double>(tensor.size(axis)));
  return result;
}

// tensorDtype(handle): string
Napi::Value dtype(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), kind_of(open_tensor(info[0])).name);
}

// matmul(a, b): handle
Napi::Value matmul(const Napi::CallbackInfo& info) {
  return handle_of(info.Env(), at::matmul(open_tensor(info[0]), open_tensor(info[1])));
}

// disposeTensor(handle): void
Napi::Value dispose(const Napi::CallbackInfo& info) {
  unwrap<TensorHandle>(info[0]).dispose();
  return info.Env().Undefined();
}

}  // namespace

void define_tensor(Napi::Object exports) {
  define<create>(exports, "createTensor");
  define<data>(exports, "tensorData");
  define<shape>(exports, "tensorShape");
  define<dtype>(exports, "tensorDtype");
  define<matmul>(exports, "matmul");
  define<dispose>(exports, "disposeTensor");
}

}  // namespace querl
