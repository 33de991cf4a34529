#include "addon/operator_addon.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "addon/arguments.h"
#include "addon/environment.h"
#include "addon/failure.h"
#include "addon/plain_function.h"
#include "base/errors.h"

namespace querl {
namespace {

// operatorNames(): string[]
Napi::Value names(const Napi::CallbackInfo& info) {
  const std::vector<std::string> found = operator_names();
  Napi::Array result = Napi::Array::New(info.Env(), found.size());
  for (uint32_t i = 0; i < found.size(); ++i) result.Set(i, found[i]);
  return result;
}

// operatorOverloads(name: string): { index: number, schema: string }[]
Napi::Value overloads(const Napi::CallbackInfo& info) {
  std::vector<c10::OperatorHandle>& known = environment(info.Env()).operators;
  Napi::Array result = Napi::Array::New(info.Env());
  for (const c10::OperatorHandle& handle : operator_overloads(text(info[0], "name"))) {
    std::ostringstream schema;
    schema << handle.schema();
    Napi::Object each = Napi::Object::New(info.Env());
    each.Set("index", static_cast<double>(known.size()));
    each.Set("schema", schema.str());
    known.push_back(handle);
    result.Set(result.Length(), each);
  }
  return result;
}

// setCallBuffer(buffer: Float64Array): void
Napi::Value set_buffer(const Napi::CallbackInfo& info) {
  CallBuffer& buffer = environment(info.Env()).buffer;
  const std::span<const double> numbers = double_array(info[0], "buffer");
  if (buffer.array != nullptr)
    napi_delete_reference(info.Env(), std::exchange(buffer.array, nullptr));
  if (napi_create_reference(info.Env(), info[0], 1, &buffer.array) != napi_ok)
    throw Napi::Error::New(info.Env());
  buffer.numbers = const_cast<double*>(numbers.data());
  buffer.length = numbers.size();
  return info.Env().Undefined();
}

std::vector<std::string> texts_of(napi_env env, napi_value value) {
  std::vector<std::string> texts;
  const Napi::Value array(env, value);
  if (!array.IsArray()) return texts;
  for (uint32_t i = 0; i < array.As<Napi::Array>().Length(); ++i)
    texts.push_back(text(array.As<Napi::Array>().Get(i), "a text"));
  return texts;
}

// Results that the buffer has no room for come back as an array of their own.
napi_value hand_back(napi_env env, const CallBuffer& buffer, const std::vector<double>& results) {
  if (results.size() <= buffer.length) {
    std::copy(results.begin(), results.end(), buffer.numbers);
    return nullptr;
  }
  Napi::Float64Array array = Napi::Float64Array::New(env, results.size());
  std::copy(results.begin(), results.end(), array.Data());
  return array;
}

void run_now(Environment& here, const c10::OperatorHandle& operation, const Arguments& arguments,
             std::vector<double>& results) {
  torch::jit::Stack stack;
  read_arguments(operation.schema(), arguments, here.tensors, stack);
  operation.callBoxed(stack);
  write_results(operation.schema(), stack, here.tensors, results);
}

double plain_number(napi_env env, napi_value value) {
  return number(Napi::Value(env, value), "a number");
}

// callOperator(index, count, owner?: object, texts?: string[]): Float64Array | undefined
//
// The first `count` numbers of the buffer are the arguments; the results replace them. `owner` is
// the JavaScript object of the result, if that is one tensor.
napi_value call(napi_env env, const PlainArguments& arguments) {
  Environment& here = environment(env);
  const auto index = static_cast<size_t>(plain_number(env, arguments[0]));
  const auto count = static_cast<size_t>(plain_number(env, arguments[1]));
  if (index >= here.operators.size() || count > here.buffer.length)
    throw Error("ERR_QUERL_ARGUMENT", "Expected an operator and its arguments.");
  const c10::OperatorHandle operation = here.operators[index];  // a call may add to the list
  std::vector<double> results;
  std::vector<std::string> texts = texts_of(env, arguments[3]);
  const std::span<const double> numbers(here.buffer.numbers, count);
  if (!here.compute.open || !enqueue(here, operation, numbers, texts, results))
    run_now(here, operation, {numbers, texts}, results);
  if (results.size() == 2 && results[0] == static_cast<double>(Tag::kObject) &&
      Napi::Value(env, arguments[2]).IsObject())
    here.tensors.attach(results[1], arguments[2]);
  return hand_back(env, here.buffer, results);
}

// attachObject(id: number, owner: object): void
napi_value attach(napi_env env, const PlainArguments& arguments) {
  TensorTable::of(env).attach(plain_number(env, arguments[0]), arguments[1]);
  return nullptr;
}

// disposeObject(id: number): void
napi_value dispose(napi_env env, const PlainArguments& arguments) {
  TensorTable::of(env).remove(plain_number(env, arguments[0]));
  return nullptr;
}

// sweepObjects(): void
Napi::Value sweep(const Napi::CallbackInfo& info) {
  TensorTable::of(info.Env()).sweep();
  return info.Env().Undefined();
}

// memory(): { tensors: number, bytes: number }
Napi::Value memory(const Napi::CallbackInfo& info) {
  const TensorTable::Memory memory = TensorTable::of(info.Env()).memory();
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("tensors", static_cast<double>(memory.tensors));
  result.Set("bytes", static_cast<double>(memory.bytes));
  return result;
}

}  // namespace

void define_operators(Napi::Object exports) {
  define<names>(exports, "operatorNames");
  define<overloads>(exports, "operatorOverloads");
  define<set_buffer>(exports, "setCallBuffer");
  define<sweep>(exports, "sweepObjects");
  define<memory>(exports, "memory");
  define_plain<call>(exports, "callOperator");
  define_plain<attach>(exports, "attachObject");
  define_plain<dispose>(exports, "disposeObject");
}

}  // namespace querl
