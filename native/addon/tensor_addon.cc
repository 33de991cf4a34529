#include "addon/tensor_addon.h"

#include <ATen/ATen.h>

#include <cstring>
#include <memory>
#include <vector>

#include "addon/arguments.h"
#include "addon/environment.h"
#include "addon/failure.h"
#include "addon/plain_function.h"
#include "base/errors.h"

namespace querl {
namespace {

// The bytes under a typed array, and the buffer that owns them.
struct Bytes {
  void* data = nullptr;
  size_t size = 0;
  napi_value buffer = nullptr;
};

Bytes bytes_of(const Napi::Value& value) {
  Bytes bytes;
  napi_typedarray_type type;
  size_t length = 0;
  if (!value.IsTypedArray() ||
      napi_get_typedarray_info(value.Env(), value, &type, &length, &bytes.data, &bytes.buffer,
                               nullptr) != napi_ok)
    throw Error("ERR_QUERL_ARGUMENT", "Expected data to be a typed array.");
  bytes.size = value.As<Napi::TypedArray>().ByteLength();
  return bytes;
}

std::vector<int64_t> sizes_of(const Napi::Value& value) {
  const Napi::Array array = value.As<Napi::Array>();
  std::vector<int64_t> sizes;
  for (uint32_t i = 0; i < array.Length(); ++i) sizes.push_back(integer(array.Get(i), "shape"));
  return sizes;
}

// createTensor(owner, data: typed array, dtype: number, shape: number[], copy: boolean): number
Napi::Value create(const Napi::CallbackInfo& info) {
  Environment& here = environment(info.Env());
  const Bytes bytes = bytes_of(info[1]);
  const auto dtype = static_cast<at::ScalarType>(integer(info[2], "dtype"));
  const std::vector<int64_t> sizes = sizes_of(info[3]);
  const auto options = at::TensorOptions().dtype(dtype);
  if (c10::multiply_integers(sizes) * c10::elementSize(dtype) != bytes.size)
    throw Error("ERR_QUERL_ARGUMENT", "Expected data to have as many numbers as the shape.");
  at::Tensor tensor;
  if (info[4].ToBoolean() || bytes.size == 0) {
    tensor = at::empty(sizes, options);
    if (bytes.size > 0) std::memcpy(tensor.mutable_data_ptr(), bytes.data, bytes.size);
  } else {
    tensor = at::from_blob(
        bytes.data, sizes, [let_go = here.kept.keep(bytes.buffer)](void*) { let_go(); }, options);
  }
  const double id = here.tensors.add(std::move(tensor));
  here.tensors.attach(id, info[0]);
  return Napi::Number::New(info.Env(), id);
}

// tensorInfo(id: number): void. Leaves (dtype, device type, device index, axes, sizes…) in the
// buffer. Waits for a tensor that a run() is still to compute.
napi_value describe(napi_env env, const PlainArguments& arguments) {
  Environment& here = environment(env);
  const at::Tensor tensor = here.tensors.waited(number(Napi::Value(env, arguments[0]), "id"));
  if (static_cast<size_t>(tensor.dim()) + 4 > here.buffer.length)
    throw Error("ERR_QUERL_NATIVE", "The tensor has too many axes.");
  double* out = here.buffer.numbers;
  *out++ = static_cast<double>(tensor.scalar_type());
  *out++ = static_cast<double>(tensor.device().type());
  *out++ = static_cast<double>(tensor.device().index());
  *out++ = static_cast<double>(tensor.dim());
  for (const int64_t size : tensor.sizes()) *out++ = static_cast<double>(size);
  return nullptr;
}

// tensorData(id: number): ArrayBuffer. Copies, row-major.
Napi::Value data(const Napi::CallbackInfo& info) {
  const at::Tensor& tensor = TensorTable::of(info.Env()).tensor(number(info[0], "id"));
  Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(info.Env(), tensor.nbytes());
  if (tensor.nbytes() == 0) return buffer;
  const at::NoGradGuard no_grad;
  const at::Tensor plain = tensor.detach().resolve_conj().resolve_neg().cpu().contiguous();
  std::memcpy(buffer.Data(), plain.const_data_ptr(), plain.nbytes());
  return buffer;
}

// tensorView(id: number): ArrayBuffer over the tensor's own memory, which lives as long as that.
Napi::Value view(const Napi::CallbackInfo& info) {
  const at::Tensor& tensor = TensorTable::of(info.Env()).tensor(number(info[0], "id"));
  if (!tensor.device().is_cpu() || !tensor.is_contiguous() || tensor.is_conj() || tensor.is_neg()) {
    throw Error("ERR_QUERL_ARGUMENT",
                "Expected a contiguous tensor on the CPU, whose memory an array can share; data() "
                "copies any.");
  }
  if (tensor.nbytes() == 0) return Napi::ArrayBuffer::New(info.Env(), 0);
  auto kept = std::make_unique<at::Tensor>(tensor.detach());
  const napi_finalize let_go = [](napi_env, void*, void* hint) {
    delete static_cast<at::Tensor*>(hint);
  };
  napi_value buffer = nullptr;
  if (napi_create_external_arraybuffer(info.Env(), kept->mutable_data_ptr(), kept->nbytes(), let_go,
                                       kept.get(), &buffer) != napi_ok)
    throw Napi::Error::New(info.Env());
  kept.release();
  return Napi::Value(info.Env(), buffer);
}

}  // namespace

void define_tensor(Napi::Object exports) {
  define<create>(exports, "createTensor");
  define_plain<describe>(exports, "tensorInfo");
  define<data>(exports, "tensorData");
  define<view>(exports, "tensorView");
}

}  // namespace querl
